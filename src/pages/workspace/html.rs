//! The page, but for its table of keys.

use jiff::Timestamp;
use maud::{Markup, html};
use unkey_tools::workflows::{Overview, Sample, StateCounts, Usage};

use super::columns::columns;
use super::data::{Data, Part, Refusal};
use super::query::{Period, Query};
use super::{Workspace, chart, keys};
use crate::observe::shown;
use crate::pages::frame::Page;

/// How many owners and namespaces are named.
const NAMED: usize = 10;

pub(super) fn page(workspace: &Workspace, query: &Query, data: &Data) -> Page {
    let main = html! {
        section.hero {
            h1 { "Workspace" }
            p.lead {
                "What the embedded engine holds. To change something, ask your assistant, or call a tool."
            }
            (places(workspace))
        }
        (tiles(query, data))
        section.card aria-labelledby="verifications" {
            div.head {
                h2 #verifications { "Verifications" }
                nav aria-label="Period" {
                    @for period in Period::ALL {
                        a href=(query.over(period).address())
                            aria-current=[(period == query.period).then_some("true")] { (period.words()) }
                    }
                }
            }
            @match &data.usage {
                Ok(usage) => (verifications(usage, query.period)),
                Err(why) => (unread(why)),
            }
        }
        (keys::section(query, data))
        section.card aria-labelledby="refusals" {
            h2 #refusals { "Newest refusals" }
            @match &data.refusals {
                Ok(refusals) => (refused(refusals, query)),
                Err(why) => (unread(why)),
            }
        }
        @match &data.overview {
            Ok(overview) => (rest(overview, query)),
            Err(why) => section.card { h2 { "APIs" } (unread(why)) },
        }
    };
    Page::new("Workspace", main)
}

/// Where the data and the root key are; never the key.
fn places(workspace: &Workspace) -> Markup {
    html! {
        dl.places {
            div { dt { "Data" } dd { code { (shown::path(&workspace.database)) } } }
            div {
                dt { "Root key" }
                dd {
                    @match &workspace.root_key {
                        Some(file) => { "in " code { (shown::path(file)) } },
                        None => "told by the server when it started; it ends with it",
                    }
                }
            }
        }
    }
}

fn tiles(query: &Query, data: &Data) -> Markup {
    let count = |part: Option<u64>| part.map_or_else(|| "–".to_owned(), grouped);
    let overview = data.overview.as_ref().ok();
    let apis = overview.map(|overview| overview.apis.len() as u64);
    let states = data
        .keys
        .as_ref()
        .ok()
        .and_then(|found| found.keys.by_state);
    let owners = overview.and_then(|overview| overview.identities.as_ref());
    let usage = data.usage.as_ref().ok();
    html! {
        ul.tiles aria-label="In numbers" {
            li { strong #count-apis { (count(apis)) } " APIs" }
            li { strong #count-keys { (count(states.as_ref().map(StateCounts::total))) } " keys" @if query.narrows() { " chosen" } }
            li { strong #count-owners { (count(owners.map(|owners| owners.count))) } " identities" }
            li { strong #count-verifications { (count(usage.map(|usage| usage.verifications))) } " verified in " (query.period.words()) }
            li { strong #count-valid { (usage.map_or_else(|| "–".to_owned(), share)) } " of them valid" }
        }
    }
}

/// How many of a hundred passed.
fn share(usage: &Usage) -> String {
    match (usage.valid * 1_000).checked_div(usage.verifications) {
        Some(share) => format!("{}.{} %", share / 10, share % 10),
        None => "–".to_owned(),
    }
}

/// A number in groups of three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn verifications(usage: &Usage, period: Period) -> Markup {
    let what = format!(
        "{} verifications in {}, of which {} were valid",
        grouped(usage.verifications),
        period.words(),
        grouped(usage.valid)
    );
    html! {
        @if usage.verifications == 0 {
            p.empty { "No verification in " (period.words()) "." }
        } @else {
            (chart::figure(&columns(usage, period), &what))
        }
    }
}

/// What could not be read, in place of it.
pub(super) fn unread(why: &str) -> Markup {
    html! { p.alert role="alert" { "This cannot be shown: " (why) } }
}

fn refused(refusals: &[Refusal], query: &Query) -> Markup {
    if refusals.is_empty() {
        return html! { p.empty { "No verification was refused in " (query.period.words()) "." } };
    }
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="refusals" {
            table {
                thead {
                    tr {
                        th scope="col" { "Time (UTC)" } th scope="col" { "Outcome" } th scope="col" { "Cause" }
                        th scope="col" { "Key" } th scope="col" { "Owner" }
                    }
                }
                tbody {
                    @for refusal in refusals {
                        tr {
                            td.time { (time(refusal.time)) }
                            td { span.state.(refusal.outcome.to_ascii_lowercase()) { (refusal.outcome) } }
                            td { (cause(&refusal.outcome)) }
                            td { code { (refusal.key_id) } }
                            td { (keys::owner(&refusal.external_id, query)) }
                        }
                    }
                }
            }
        }
    }
}

/// A moment in Unix milliseconds, as people read it.
fn time(millis: i64) -> Markup {
    let Ok(time) = Timestamp::from_millisecond(millis) else {
        return html! { (millis) };
    };
    html! {
        time datetime=(time.to_string()) { (time.strftime("%Y-%m-%d %H:%M:%S").to_string()) }
    }
}

/// Why a verification with that outcome is refused.
fn cause(outcome: &str) -> &'static str {
    match outcome {
        "RATE_LIMITED" => "more calls than a limit allows",
        "USAGE_EXCEEDED" => "no credits left",
        "EXPIRED" => "its time is over",
        "DISABLED" => "it is switched off",
        "INSUFFICIENT_PERMISSIONS" => "it lacks a permission that was asked for",
        "FORBIDDEN" => "it may not be used from there",
        _ => "see the outcome",
    }
}

/// What else there is.
fn rest(overview: &Overview, query: &Query) -> Markup {
    let samples = [
        ("Rate-limit namespaces", &overview.namespaces),
        ("Roles", &overview.roles),
        ("Permissions", &overview.permissions),
        ("Identities", &overview.identities),
    ];
    html! {
        section.card aria-labelledby="apis" {
            h2 #apis { "APIs" }
            @if overview.apis.is_empty() {
                p.empty { "There is none yet. Ask your assistant: make an API called demo, and issue a key." }
            } @else {
                (apis(overview, query))
            }
        }
        ul.cards.small {
            @for (name, sample) in samples {
                @if let Some(sample) = sample { li.card { (named(name, sample)) } }
            }
        }
        @for missing in overview.unread.iter().flatten() {
            (unread(&format!("{}: {}", missing.what, missing.why)))
        }
    }
}

fn apis(overview: &Overview, query: &Query) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="apis" {
            table {
                thead {
                    tr {
                        th scope="col" { "Name" } th scope="col" { "Id" }
                        @for name in ["Keys", "Valid", "Disabled", "Expired", "No credits"] {
                            th.number scope="col" { (name) }
                        }
                    }
                }
                tbody {
                    @for api in &overview.apis {
                        @let states = api.by_state.unwrap_or_default();
                        tr {
                            th scope="row" {
                                a href=(query.of_api(&api.api_id).address()) {
                                    (api.name.as_deref().unwrap_or(&api.api_id))
                                }
                            }
                            td { code { (api.api_id) } }
                            @for count in [
                                api.keys.unwrap_or_default(), states.valid, states.disabled, states.expired,
                                states.usage_exceeded,
                            ] {
                                td.number { (grouped(count)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn named(name: &str, sample: &Sample) -> Markup {
    html! {
        h3 { (name) " " span.count { (grouped(sample.count)) @if sample.more { "+" } } }
        @if sample.first.is_empty() {
            p.empty { "None yet." }
        } @else {
            ul.names {
                @for one in sample.first.iter().take(NAMED) { li { (one) } }
            }
        }
    }
}

/// A part that is there, or nothing.
pub(super) fn part<T>(part: &Part<T>, show: impl FnOnce(&T) -> Markup) -> Markup {
    match part {
        Ok(part) => show(part),
        Err(why) => unread(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three_digits() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }
}
