//! What is asked.

/// One kind of request.
#[derive(Clone, Copy)]
pub(crate) enum Workload {
    /// Verifications of keys that may be used for ever.
    Verify,
    /// Verifications that spend a credit each, which is on the disk when they answer.
    Spend,
    /// Rate limits of a namespace.
    Limit,
}

impl Workload {
    pub(crate) const ALL: [Self; 3] = [Self::Verify, Self::Spend, Self::Limit];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Spend => "verify, credits",
            Self::Limit => "limit",
        }
    }

    pub(crate) const fn endpoint(self) -> &'static str {
        match self {
            Self::Verify | Self::Spend => "keys.verifyKey",
            Self::Limit => "ratelimit.limit",
        }
    }

    /// What an answer that is no refusal has in it.
    pub(crate) const fn passed(self) -> &'static str {
        match self {
            Self::Verify | Self::Spend => r#""code":"VALID""#,
            Self::Limit => r#""success":true"#,
        }
    }

    /// A request about one of `keys` keys; `number` is below that.
    pub(crate) fn body(self, number: usize) -> String {
        match self {
            Self::Verify => format!(r#"{{"key":"{}"}}"#, key(number & !1)),
            Self::Spend => format!(r#"{{"key":"{}"}}"#, key(number | 1)),
            Self::Limit => format!(
                r#"{{"namespace":"bench","identifier":"user_{number}","limit":1000000000,"duration":60000}}"#
            ),
        }
    }
}

/// A key. Those with odd numbers have credits.
pub(crate) fn key(number: usize) -> String {
    format!("bench_{number:024}")
}
