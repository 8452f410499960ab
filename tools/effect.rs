//! What a call does to the workspace, in one word.

/// What calling an operation does. Hints to clients, retries and the read-only mode all follow
/// from it, so that a tool that is both read-only and destructive cannot be written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Looks something up and leaves everything as it was.
    Read,
    /// Makes something new; calling again makes another.
    Create,
    /// Spends or counts: a verification, a rate limit, a one-time token.
    Consume,
    /// Attaches what is missing; doing it twice is doing it once.
    Add,
    /// Overwrites what was there; doing it twice is doing it once.
    Replace,
    /// Takes away; doing it twice is doing it once.
    Delete,
    /// Changes what is there by steps: a second call changes it again.
    Alter,
}

impl Effect {
    /// The word in lower case, as tables print it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Consume => "consume",
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Delete => "delete",
            Self::Alter => "alter",
        }
    }

    /// Whether the workspace is the same afterwards.
    pub const fn is_read_only(self) -> bool {
        matches!(self, Self::Read)
    }

    /// Whether something that was there may be lost.
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Replace | Self::Delete | Self::Alter)
    }

    /// Whether a second identical call changes nothing more.
    pub const fn is_idempotent(self) -> bool {
        matches!(self, Self::Read | Self::Add | Self::Replace | Self::Delete)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_effect_has_the_hints_that_clients_act_on() {
        for (effect, read_only, destructive, idempotent) in [
            (Effect::Read, true, false, true),
            (Effect::Create, false, false, false),
            (Effect::Consume, false, false, false),
            (Effect::Add, false, false, true),
            (Effect::Replace, false, true, true),
            (Effect::Delete, false, true, true),
            (Effect::Alter, false, true, false),
        ] {
            let hints = (
                effect.is_read_only(),
                effect.is_destructive(),
                effect.is_idempotent(),
            );
            assert_eq!(hints, (read_only, destructive, idempotent), "{effect:?}");
        }
    }
}
