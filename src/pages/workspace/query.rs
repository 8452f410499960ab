//! What is to be shown: what stands behind the address's question mark.

use unkey_tools::workflows::{Every, KeyState};
use url::form_urlencoded::{Serializer, parse};

/// The longest value that is looked at.
const LONGEST: usize = 1024;

/// The time that the page looks back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Period {
    #[default]
    Day,
    Week,
    Month,
}

impl Period {
    pub(super) const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// As the address and the workflows have it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
        }
    }

    /// For people.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
            Self::Month => "30 days",
        }
    }

    /// What a column of the chart stands for.
    pub(super) const fn every(self) -> Every {
        match self {
            Self::Day => Every::Hour,
            Self::Week | Self::Month => Every::Day,
        }
    }

    /// How long it is.
    pub(super) const fn hours(self) -> i64 {
        match self {
            Self::Day => 24,
            Self::Week => 7 * 24,
            Self::Month => 30 * 24,
        }
    }
}

/// The states, in the order in which people look for them.
pub(super) const STATES: [KeyState; 4] = [
    KeyState::Valid,
    KeyState::Disabled,
    KeyState::Expired,
    KeyState::UsageExceeded,
];

/// What is to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) period: Period,
    /// Of this API alone.
    pub(super) api: Option<String>,
    /// Of this owner alone.
    pub(super) owner: Option<String>,
    /// Keys in this state alone.
    pub(super) state: Option<KeyState>,
    /// Where the page of keys begins.
    pub(super) cursor: Option<String>,
}

impl Query {
    /// What the address says. What it cannot mean is left out.
    pub(super) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for (name, value) in parse(text.as_bytes()) {
            let value = value.trim();
            if value.is_empty() || value.len() > LONGEST {
                continue;
            }
            match &*name {
                "period" => {
                    let known = Period::ALL.into_iter().find(|one| one.word() == value);
                    query.period = known.unwrap_or_default();
                }
                "api" => query.api = Some(value.to_owned()),
                "owner" => query.owner = Some(value.to_owned()),
                "state" => query.state = STATES.into_iter().find(|one| one.word() == value),
                "cursor" => query.cursor = Some(value.to_owned()),
                _ => {}
            }
        }
        query
    }

    /// Whether some keys are left out.
    pub(super) const fn narrows(&self) -> bool {
        self.api.is_some() || self.owner.is_some() || self.state.is_some()
    }

    /// The address that shows this.
    pub(super) fn address(&self) -> String {
        let path = "/workspace?".to_owned();
        let start = path.len();
        let mut pairs = Serializer::for_suffix(path, start);
        pairs.append_pair("period", self.period.word());
        let pairs_of = [
            ("api", self.api.as_deref()),
            ("owner", self.owner.as_deref()),
            ("state", self.state.map(KeyState::word)),
            ("cursor", self.cursor.as_deref()),
        ];
        for (name, value) in pairs_of {
            if let Some(value) = value {
                pairs.append_pair(name, value);
            }
        }
        pairs.finish()
    }

    /// The same over another time.
    pub(super) fn over(&self, period: Period) -> Self {
        Self {
            period,
            ..self.clone()
        }
    }

    /// The next page of keys.
    pub(super) fn from(&self, cursor: Option<String>) -> Self {
        Self {
            cursor,
            ..self.clone()
        }
    }

    /// The keys of one owner.
    pub(super) fn of_owner(&self, owner: &str) -> Self {
        Self {
            owner: Some(owner.to_owned()),
            cursor: None,
            ..self.clone()
        }
    }

    /// The keys of one API.
    pub(super) fn of_api(&self, api: &str) -> Self {
        Self {
            api: Some(api.to_owned()),
            cursor: None,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_it_was_made_of() {
        let query = Query {
            period: Period::Month,
            api: Some("api_1".to_owned()),
            owner: Some("ada & <co>".to_owned()),
            state: Some(KeyState::UsageExceeded),
            cursor: Some("c=1".to_owned()),
        };
        let address = query.address();
        let (path, text) = address.split_once('?').unwrap();
        assert_eq!(path, "/workspace");
        assert_eq!(Query::parse(text), query);
    }

    #[test]
    fn what_an_address_cannot_mean_is_left_out() {
        let long = format!("owner={}", "a".repeat(2 * LONGEST));
        for text in [
            "",
            "period=1y",
            "state=BROKEN",
            "api=",
            "owner=%20",
            "x=y",
            &long,
        ] {
            assert_eq!(Query::parse(text), Query::default(), "{text}");
        }
    }
}
