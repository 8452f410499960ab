//! How an engine is opened.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::system::clock::{Clock, SystemClock};
use crate::system::random::{Random, SystemRandom};

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// Nowhere that lasts: it goes away with the engine.
    Memory,
    /// In this file, made if it is not there, its folder as well.
    File(PathBuf),
}

/// How to open an engine.
pub struct Options {
    /// Where the database is.
    pub place: Location,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids and keys come from.
    pub random: Box<dyn Random>,
}

impl Options {
    /// The system's time and randomness.
    pub fn new(place: Location) -> Self {
        Self {
            place,
            clock: Arc::new(SystemClock::new()),
            random: Box::new(SystemRandom),
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("place", &self.place)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}
