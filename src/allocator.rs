//! How glibc's allocator treats what is no longer needed.

use std::thread;
use std::time::Duration;

/// From this size on, in bytes, memory comes from the system and goes back as soon as it is freed.
const LARGE: libc::c_int = 32 * 1024;

/// How often it is looked whether smaller pieces lie about.
const LOOK: Duration = Duration::from_secs(2);

/// How many bytes more of them than before are given back.
const MANY: u32 = 16 * 1024 * 1024;

/// Has large allocations go back to the system when they are freed. This must come before there is a
/// second thread.
///
/// By itself glibc raises the size that it counts as large with each such allocation that is freed, up
/// to 32 MiB. A flood of large requests would then leave the process with a hundred megabytes that
/// nobody uses, for good.
#[expect(
    unsafe_code,
    reason = "the allocator's settings can be changed from within the process by this function alone"
)]
pub(crate) fn give_back_what_is_large() {
    // SAFETY: mallopt(3) asks only that no other thread allocates meanwhile.
    let set = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    debug_assert_eq!(set, 1, "glibc takes every size up to 32 MiB");
}

/// Has smaller allocations go back too where a flood of requests has left many that are free: glibc
/// keeps them as long as anything behind them is in use. A thread looks after it.
pub(crate) fn give_back_what_is_free() {
    let looking = thread::Builder::new().name("memory".to_owned()).spawn(|| {
        let mut kept = 0_u32;
        loop {
            thread::sleep(LOOK);
            let free = free_bytes();
            if free > kept.saturating_add(MANY) {
                trim();
                kept = free;
            }
            // What is free stays counted after its pages are gone, until it is used again.
            kept = kept.min(free);
        }
    });
    // Without it the process is larger than it need be, and works.
    drop(looking);
}

/// How many bytes are free, of all that glibc has from the system.
#[expect(
    unsafe_code,
    reason = "the allocator tells what it holds by this function alone"
)]
fn free_bytes() -> u32 {
    // SAFETY: mallinfo(3) asks for nothing, and takes the locks that it needs. Its successor is
    // missing in older systems; this one counts modulo 4 GiB.
    let info = unsafe { libc::mallinfo() };
    info.fordblks.cast_unsigned()
}

/// Gives free pages back to the system.
#[expect(
    unsafe_code,
    reason = "the allocator gives pages back by this function alone"
)]
fn trim() {
    // SAFETY: malloc_trim(3) asks for nothing, and takes the locks that it needs.
    unsafe { libc::malloc_trim(0) };
}
