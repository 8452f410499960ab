//! When the process is told to stop.

#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the last answers may take to be read once all calls have ended.
pub(crate) const FAREWELL: Duration = Duration::from_secs(2);

/// What tells the process to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What service managers send.
    Terminate,
    /// The terminal or the session is gone.
    #[cfg(unix)]
    HangUp,
}

impl Signal {
    /// The exit code of a process that ends with it, as shells give it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 128 + 2,
            Self::Terminate => 128 + 15,
            #[cfg(unix)]
            Self::HangUp => 128 + 1,
        }
    }
}

/// Listens for signals from the start on, so that none is missed between two waits.
///
/// Whoever waits for the next one may itself wait for a file, a lock or a disk without an end. So the
/// handler of a signal ends the process by itself where the one before was not acted on, or the work
/// that it ended is over and what still has to be done hangs.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    /// Where a hang-up has nothing else to say.
    #[cfg(unix)]
    hang_up: Option<tokio::signal::unix::Signal>,
    /// Whether the next signal ends the process at once. Handlers set it.
    #[cfg(unix)]
    is_last: Arc<AtomicBool>,
    /// Whether a signal was acted on.
    #[cfg(unix)]
    stopping: bool,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen. Where that cannot be done the system's own handling ends the process.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let is_last = Arc::new(AtomicBool::new(false));
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
            hang_up: None,
            is_last: insist(is_last),
            stopping: false,
        }
    }

    /// Has a hang-up stop the process too, in order: by itself it would end it in the middle of a
    /// write. Not for a process that it tells to open its files anew.
    pub(crate) fn and_hang_ups(mut self) -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        self.hang_up = signal(SignalKind::hangup()).ok();
        self
    }

    /// The next signal. The first is acted on: the second may wait for an end in order again.
    pub(crate) async fn next(&mut self) -> Signal {
        let signal = self.received().await;
        if !self.stopping {
            self.stopping = true;
            self.is_last.store(false, Ordering::Release);
        }
        signal
    }

    async fn received(&mut self) -> Signal {
        async fn of(signal: &mut Option<tokio::signal::unix::Signal>) {
            let received = match signal {
                Some(signal) => signal.recv().await,
                None => None,
            };
            if received.is_none() {
                std::future::pending::<()>().await;
            }
        }
        tokio::select! {
            () = of(&mut self.interrupt) => Signal::Interrupt,
            () = of(&mut self.terminate) => Signal::Terminate,
            () = of(&mut self.hang_up) => Signal::HangUp,
        }
    }
}

#[cfg(unix)]
impl Drop for Signals {
    fn drop(&mut self) {
        // Nobody waits any more.
        self.is_last.store(self.stopping, Ordering::Release);
    }
}

/// Has the second of two signals end the process, unless the flag is taken back in between.
#[cfg(unix)]
fn insist(is_last: Arc<AtomicBool>) -> Arc<AtomicBool> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag::{register, register_conditional_shutdown};
    for (signal, sent) in [(SIGINT, Signal::Interrupt), (SIGTERM, Signal::Terminate)] {
        // In this order: the other way round the first signal would end the process.
        let status = i32::from(sent.exit_code());
        let registered = register_conditional_shutdown(signal, status, Arc::clone(&is_last))
            .and_then(|_| register(signal, Arc::clone(&is_last)));
        if let Err(error) = registered {
            tracing::warn!(%error, "a second signal does not end a process that hangs");
        }
    }
    is_last
}

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub(crate) const fn listen() -> Self {
        Self {}
    }

    /// There are none on this system.
    pub(crate) const fn and_hang_ups(self) -> Self {
        self
    }

    /// The next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without a handler the system's own ends the process.
            std::future::pending::<()>().await;
        }
        Signal::Interrupt
    }
}
