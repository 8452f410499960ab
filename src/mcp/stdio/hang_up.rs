//! Whether anybody still holds the other end of stdout.

use tokio_util::sync::CancellationToken;

/// Cancels `gone` once nobody can read stdout any more. A write would tell it too, but only the next
/// one, and until then calls go on for nobody.
///
/// A thread waits for it: the descriptor may be a pipe, a socket or a terminal, and a pipe that is
/// shared must not be made non-blocking.
#[cfg(unix)]
pub(super) fn watch_stdout(gone: CancellationToken) {
    use std::os::fd::AsFd as _;

    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::io::Errno;
    use tracing::debug;

    let Ok(stdout) = std::io::stdout().as_fd().try_clone_to_owned() else {
        return;
    };
    let watching = std::thread::Builder::new()
        .name("stdout".to_owned())
        .spawn(move || {
            loop {
                // Errors and hang-ups are told unasked.
                let mut stream = [PollFd::new(&stdout, PollFlags::empty())];
                match poll(&mut stream, None) {
                    Err(Errno::INTR) => {}
                    Err(error) => return debug!(%error, "cannot watch stdout"),
                    Ok(_) => break,
                }
            }
            debug!("nobody reads stdout any more");
            gone.cancel();
        });
    if let Err(error) = watching {
        debug!(%error, "cannot watch stdout");
    }
}

/// Elsewhere it is noticed with the next write.
#[cfg(not(unix))]
pub(super) fn watch_stdout(_gone: CancellationToken) {}
