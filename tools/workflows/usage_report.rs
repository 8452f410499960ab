//! `usage_report`

use serde_json::{Map, Value};

use super::{Answer, Unread};
use crate::prelude::*;
use crate::workflow::Workflow;

/// Reports usage statistics of keys: verifications by owner, key, API, tag or outcome, for a bill.
///
/// Whatever it cannot say, `analytics_get_verifications` can.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsageReport {
    /// Default owner, or none with `every`.
    pub by: Option<Vec<UsageBy>>,
    /// A row for each, too.
    pub every: Option<Every>,
    /// `2026-11-01`, or back from now: `24h`; default `7d`.
    #[schemars(length(min = 1, max = 128))]
    pub from: Option<String>,
    /// Default now.
    #[schemars(description = "", length(min = 1, max = 128))]
    pub to: Option<String>,
    /// Ids or names; default all.
    #[schemars(inner(length(min = 1, max = 256)))]
    pub apis: Option<Vec<String>>,
    /// Owner.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub external_id: Option<String>,
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: Option<KeyId>,
    /// Most rows; default 100.
    #[schemars(description = "", range(min = 1, max = 10_000))]
    pub limit: Option<i64>,
    /// Default json.
    #[schemars(description = "")]
    pub format: Option<ReportFormat>,
}

impl Workflow for UsageReport {
    type Answer = Answer<Usage>;
    const NAME: &'static str = "usage_report";
    const TITLE: &'static str = "Report usage statistics";
    const EFFECT: Effect = Effect::Read;
    const USES: &'static [&'static str] = &[
        "analytics_get_verifications",
        "apis_get_api",
        "apis_list_keys",
        "keys_get_key",
    ];
    const GRANTS: &'static [Grant] = &[Grant::api("read_analytics"), Grant::api("read_key")];
}

/// What a row of a report stands for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum UsageBy {
    /// An owner, by the caller's own id.
    Owner,
    /// A key.
    Key,
    /// An API.
    Api,
    /// A tag; one verification counts for each of its tags.
    Tag,
    /// What was answered.
    Outcome,
}

/// A span of time that gets a row of its own. Days and months are those of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say all")]
pub enum Every {
    Hour,
    Day,
    Month,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(description = "")]
pub enum ReportFormat {
    /// Rows as objects.
    Json,
    /// A Markdown table.
    Table,
    /// Comma-separated values with a header.
    Csv,
}

/// A report.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// The beginning, ISO 8601; whole hours.
    #[schemars(extend("x-trusted" = true))]
    pub from: String,
    /// The end, which is not in it.
    #[schemars(extend("x-trusted" = true))]
    pub to: String,
    /// Verifications in all.
    pub verifications: u64,
    /// Those that passed.
    pub valid: u64,
    /// Credits that were spent.
    pub credits: i64,
    /// Most first, or in the order of time.
    pub rows: Option<Vec<Map<String, Value>>>,
    /// The same as text.
    pub text: Option<String>,
    /// Whether rows were left out: the totals have them.
    pub more: bool,
    /// What could not be read.
    pub unread: Option<Vec<Unread>>,
}
