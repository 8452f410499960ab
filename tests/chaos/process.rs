//! What a process holds: memory and descriptors, as Linux counts them.

use std::fs;

use crate::support::Server;

/// What a server holds at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// Resident memory, in KiB.
    memory: usize,
    /// Open files and sockets.
    descriptors: usize,
}

impl Usage {
    pub(super) fn of(server: &Server) -> Self {
        let id = server.id();
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let memory = resident.unwrap().trim().trim_end_matches(" kB");
        Self {
            memory: memory.parse().unwrap(),
            descriptors: fs::read_dir(format!("/proc/{id}/fd")).unwrap().count(),
        }
    }

    /// Whether nothing of an attack is left. An allocator keeps some of what it was given, and a
    /// connection to Unkey or a reader of the engine may stay for the next call.
    pub(super) const fn is_back_at(self, before: Self) -> bool {
        const KEPT_MEMORY: usize = 64 * 1024;
        const KEPT_DESCRIPTORS: usize = 24;
        self.memory <= before.memory + KEPT_MEMORY
            && self.descriptors <= before.descriptors + KEPT_DESCRIPTORS
    }
}
