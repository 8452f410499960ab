//! Units of time.

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    const ALL: [Self; 11] = [
        Self::Nanosecond,
        Self::Microsecond,
        Self::Millisecond,
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The unit of that name, in the singular or the plural and in any case.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let singular = name.strip_suffix(['s', 'S']).unwrap_or(name);
        let is_named = |unit: &Self| format!("{unit:?}").eq_ignore_ascii_case(singular);
        Self::ALL.into_iter().find(is_named)
    }

    /// The unit that `toInterval…` makes.
    pub(crate) fn of_function(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.function() == name)
    }

    /// The function that makes an interval of it.
    pub(crate) fn function(self) -> String {
        format!("toInterval{self:?}")
    }

    /// Its length in nanoseconds; months and longer have none.
    pub(crate) const fn nanoseconds(self) -> Option<i64> {
        Some(match self {
            Self::Nanosecond => 1,
            Self::Microsecond => 1_000,
            Self::Millisecond => 1_000_000,
            Self::Second => 1_000_000_000,
            Self::Minute => 60_000_000_000,
            Self::Hour => 3_600_000_000_000,
            Self::Day => 86_400_000_000_000,
            Self::Week => 604_800_000_000_000,
            Self::Month | Self::Quarter | Self::Year => return None,
        })
    }

    /// Its length in months; weeks and shorter have none.
    pub(crate) const fn months(self) -> Option<i64> {
        match self {
            Self::Month => Some(1),
            Self::Quarter => Some(3),
            Self::Year => Some(12),
            _ => None,
        }
    }
}
