//! That there may be no more writes for now.

use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use super::Policy;

/// That there may be no more writes for now. Prints the rule, the file, and when to go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Spent {
    file: String,
    count: u32,
    most: NonZeroU32,
    wait: Option<Duration>,
}

impl Spent {
    /// That `count` writes do not fit into the `most` of an hour before `wait` is over, or never.
    pub fn new(policy: &Policy, count: u32, most: NonZeroU32, wait: Option<Duration>) -> Self {
        Self {
            file: policy.file.clone(),
            count,
            most,
            wait,
        }
    }
}

impl Spent {
    /// After how long there is room for it; nothing where there never is.
    pub const fn wait(&self) -> Option<Duration> {
        self.wait
    }
}

impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            count,
            most,
            wait,
        } = self;
        write!(
            f,
            "The operator's policy refuses this call: `max-writes = {most}` in {file}. That many \
             are there in an hour, and this call is {count}. Nothing was sent.\nNext: "
        )?;
        match wait {
            Some(wait) => write!(
                f,
                "tell the user; there is room for it in {} minutes. Reading goes on.",
                wait.as_secs().div_ceil(60).max(1)
            ),
            None => write!(f, "send {most} items at most at once."),
        }
    }
}
