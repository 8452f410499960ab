//! `usage_report`: who used how much.

use std::collections::BTreeMap;

use futures_util::{StreamExt as _, stream};
use serde_json::{Map, Value};
use unkey_tools::types::Id;
use unkey_tools::workflows::{Every, ReportFormat, Unread, Usage, UsageBy, UsageReport};

use crate::apis::resolve;
use crate::context::Context;
use crate::key_spaces;
use crate::operations::{Api, CallError};
use crate::period::Period;
use crate::report::{Report, WorkflowError};
use crate::sql::{number, rows, text};
use crate::table::{csv, markdown};
use crate::text::iso;
use crate::usage_query::UsageQuery;

/// Where verifications are asked for.
const ANALYTICS: &str = "analytics_get_verifications";

/// How many rows a report has where nobody says.
const DEFAULT_LIMIT: i64 = 100;

/// How many keys are looked up for their names, and how many at once.
const MOST_NAMES: usize = 50;
const AT_ONCE: usize = 4;

/// Reports usage.
pub(crate) async fn usage_report(
    request: UsageReport,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let now = cx.clock.now();
    let period = Period::parse(request.from.as_deref(), request.to.as_deref(), now)?;
    // Whoever asks for rows by time alone gets no more of them than that takes.
    let unasked = || match request.every {
        Some(_) => Vec::new(),
        None => vec![UsageBy::Owner],
    };
    let mut by = request.by.clone().unwrap_or_else(unasked);
    by.sort_unstable();
    by.dedup();
    let asks_for_apis = request.apis.is_some() || by.contains(&UsageBy::Api);
    let apis = if asks_for_apis {
        apis(&request, cx).await?
    } else {
        Vec::new()
    };
    let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
    let query = UsageQuery {
        period,
        by: &by,
        every: request.every,
        key_spaces: request.apis.as_ref().map(|_| {
            let spaces = apis.iter().filter_map(|api| api.key_space.as_deref());
            spaces.collect()
        }),
        external_id: request.external_id.as_deref(),
        key_id: request.key_id.as_ref().map(Id::as_str),
        limit,
    };
    let failed = |error: CallError| WorkflowError::failed(ANALYTICS, error);
    let totals = rows(cx, ANALYTICS, query.totals()).await.map_err(failed)?;
    let found = rows(cx, ANALYTICS, query.rows()).await.map_err(failed)?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > most;
    let mut unread = Vec::new();
    let names = Names {
        apis: &apis,
        keys: if by.contains(&UsageBy::Key) {
            key_names(&found, cx, &mut unread).await
        } else {
            BTreeMap::new()
        },
    };
    let told = found.iter().take(most);
    let told: Vec<Map<String, Value>> =
        told.map(|row| names.row(row, &by, request.every)).collect();
    let totals = totals.first().cloned().unwrap_or_default();
    let mut usage = Usage {
        from: iso(period.from),
        to: iso(period.to.unwrap_or(now)),
        verifications: count(&totals, "verifications"),
        valid: count(&totals, "valid"),
        credits: number(&totals, "credits"),
        more,
        unread: (!unread.is_empty()).then_some(unread),
        ..Usage::default()
    };
    let summary = summary(&usage, told.len());
    match request.format.unwrap_or(ReportFormat::Json) {
        ReportFormat::Json => usage.rows = Some(told),
        ReportFormat::Table => usage.text = Some(markdown(&told)),
        ReportFormat::Csv => usage.text = Some(csv(&told)),
    }
    Report::new(usage, None, summary)
}

/// The APIs that are asked for, with their key spaces; without a name, all that are known.
async fn apis(request: &UsageReport, cx: &Context<'_>) -> Result<Vec<Api>, WorkflowError> {
    let mut apis = match &request.apis {
        Some(asked) => resolve(Some(asked), cx).await?.0,
        // Where none is known, key spaces are told by their ids.
        None => crate::apis::all(cx).await?.0,
    };
    key_spaces::find(cx, &mut apis).await;
    Ok(apis)
}

/// What is known of a key beside its id.
struct KeyName {
    name: Option<String>,
    start: String,
}

/// Names for ids.
struct Names<'a> {
    apis: &'a [Api],
    keys: BTreeMap<String, KeyName>,
}

impl Names<'_> {
    /// A row of analytics as it is told.
    fn row(
        &self,
        found: &Map<String, Value>,
        by: &[UsageBy],
        every: Option<Every>,
    ) -> Map<String, Value> {
        let mut row = Map::new();
        let mut set = |name: &str, value: Value| row.insert(name.to_owned(), value);
        if let Some(every) = every {
            set("period", period(text(found, "period"), every).into());
        }
        for one in by {
            match one {
                UsageBy::Owner => set("owner", text(found, "owner").into()),
                UsageBy::Tag => set("tag", text(found, "tag").into()),
                UsageBy::Outcome => set("outcome", text(found, "outcome").into()),
                UsageBy::Api => set("api", self.api(text(found, "api")).into()),
                UsageBy::Key => {
                    let id = text(found, "key");
                    let known = self.keys.get(id);
                    set("keyId", id.into());
                    let name = known.and_then(|known| known.name.clone());
                    set("name", name.unwrap_or_default().into());
                    let start = known.map(|known| known.start.clone());
                    set("start", start.unwrap_or_default().into())
                }
            };
        }
        if by.contains(&UsageBy::Key) && !by.contains(&UsageBy::Owner) {
            set("owner", text(found, "owner").into());
        }
        let verifications = number(found, "verifications");
        set("verifications", verifications.into());
        if !by.contains(&UsageBy::Outcome) {
            let valid = number(found, "valid");
            set("valid", valid.into());
            set("validPercent", percent(valid, verifications).into());
        }
        set("credits", number(found, "credits").into());
        row
    }

    fn api(&self, key_space: &str) -> String {
        let is_it = |api: &&Api| api.key_space.as_deref() == Some(key_space);
        let api = self.apis.iter().find(is_it);
        api.map_or(key_space, Api::label).to_owned()
    }
}

/// Looks the keys of a report up, the first ones first.
async fn key_names(
    found: &[Map<String, Value>],
    cx: &Context<'_>,
    unread: &mut Vec<Unread>,
) -> BTreeMap<String, KeyName> {
    let mut ids: Vec<&str> = found.iter().map(|row| text(row, "key")).collect();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let asked = ids.into_iter().take(MOST_NAMES).map(|id| async move {
        let arguments = Map::from_iter([("keyId".to_owned(), Value::from(id))]);
        (id, cx.read("keys_get_key", arguments).await)
    });
    let asked: Vec<_> = asked.collect();
    let mut answers = stream::iter(asked).buffer_unordered(AT_ONCE);
    let mut names = BTreeMap::new();
    while let Some((id, answer)) = answers.next().await {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) if error.status == Some(404) => continue,
            Err(error) => {
                if unread.is_empty() {
                    unread.push(Unread {
                        what: "names of keys".to_owned(),
                        why: error.reason(),
                    });
                }
                continue;
            }
        };
        let text = |field: &str| {
            let value = answer.pointer(&format!("/data/{field}"));
            value.and_then(Value::as_str).map(str::to_owned)
        };
        let name = KeyName {
            name: text("name"),
            start: text("start").unwrap_or_default(),
        };
        names.insert(id.to_owned(), name);
    }
    names
}

/// The beginning of a period as people write it: `2026-11-01T14:00Z`, `2026-11-01`, `2026-11`.
fn period(time: &str, every: Every) -> String {
    match every {
        Every::Hour => format!("{}Z", time.get(.."2026-11-01T14:00".len()).unwrap_or(time)),
        Every::Day => time.get(.."2026-11-01".len()).unwrap_or(time).to_owned(),
        Every::Month => time.get(.."2026-11".len()).unwrap_or(time).to_owned(),
    }
}

fn count(row: &Map<String, Value>, column: &str) -> u64 {
    u64::try_from(number(row, column)).unwrap_or_default()
}

/// A share in percent, to one decimal.
#[expect(
    clippy::cast_precision_loss,
    reason = "a share of counts that large is as good without their last digits"
)]
fn percent(part: i64, whole: i64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    (part as f64 * 1000.0 / whole as f64).round() / 10.0
}

fn summary(usage: &Usage, rows: usize) -> Vec<String> {
    let whole = i64::try_from(usage.verifications).unwrap_or(i64::MAX);
    let part = i64::try_from(usage.valid).unwrap_or(i64::MAX);
    let mut said = vec![format!(
        "{} from {} to {}: {} valid ({} %), {} refused.",
        crate::text::count(usage.verifications, "verification"),
        usage.from,
        usage.to,
        usage.valid,
        percent(part, whole),
        usage.verifications.saturating_sub(usage.valid)
    )];
    if usage.credits != 0 {
        said.push(format!("{} credits were spent.", usage.credits));
    }
    if usage.more {
        said.push(format!(
            "Only the first {rows} rows are told: raise `limit` for more."
        ));
    }
    said
}
