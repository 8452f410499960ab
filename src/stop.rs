//! When the process is told to stop.

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
}

impl Signal {
    /// The exit code of a process that ends with it, as shells give it.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 128 + 2,
            Self::Terminate => 128 + 15,
        }
    }
}

/// Listens for signals from the start on, so that none is missed between two waits.
#[derive(Debug)]
pub(crate) struct Signals {
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// Begins to listen. Where that cannot be done the system's own handling ends the process.
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    /// The next signal.
    pub(crate) async fn next(&mut self) -> Signal {
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
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    /// Begins to listen.
    pub(crate) const fn listen() -> Self {
        Self {}
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
