//! The table of keys, with its filters and pages.

use maud::{Markup, html};
use unkey_tools::types::Ratelimit;
use unkey_tools::workflows::{FoundKey, KeyState, Overview};

use super::data::{Data, Found};
use super::html::{grouped, part};
use super::query::{Query, STATES};
use crate::pages::seen;

pub(super) fn section(query: &Query, data: &Data) -> Markup {
    html! {
        section.card aria-labelledby="keys" {
            h2 #keys { "Keys" }
            (filters(query, data.overview.as_ref().ok()))
            (part(&data.keys, |found| table(found, query)))
        }
    }
}

fn filters(query: &Query, overview: Option<&Overview>) -> Markup {
    let apis = overview
        .map(|overview| overview.apis.as_slice())
        .unwrap_or_default();
    html! {
        form.filters method="get" action="/workspace#keys" {
            input type="hidden" name="period" value=(query.period.word());
            div {
                label for="filter-api" { "API" }
                select #filter-api name="api" {
                    option value="" { "All" }
                    @for api in apis {
                        option value=(api.api_id) selected[query.api.as_ref() == Some(&api.api_id)] {
                            (api.name.as_deref().unwrap_or(&api.api_id))
                        }
                    }
                }
            }
            div {
                label for="filter-state" { "State" }
                select #filter-state name="state" {
                    option value="" { "All" }
                    @for state in STATES {
                        option value=(state.word()) selected[query.state == Some(state)] { (words(state)) }
                    }
                }
            }
            div {
                label for="filter-owner" { "Owner" }
                input #filter-owner type="text" name="owner" maxlength="255"
                    value=(seen(query.owner.as_deref().unwrap_or_default()));
            }
            button type="submit" { "Show" }
            @if query.narrows() {
                a href=(Query { period: query.period, ..Query::default() }.address()) { "Show all" }
            }
        }
    }
}

const fn words(state: KeyState) -> &'static str {
    match state {
        KeyState::Valid => "Valid",
        KeyState::Disabled => "Disabled",
        KeyState::Expired => "Expired",
        KeyState::UsageExceeded => "No credits",
    }
}

fn table(found: &Found, query: &Query) -> Markup {
    let keys = found.keys.keys.as_deref().unwrap_or_default();
    if keys.is_empty() {
        return html! {
            p.empty { @if query.narrows() { "No key is like that." } @else { "There is none yet." } }
        };
    }
    html! {
        div.scroll tabindex="0" role="region" aria-labelledby="keys" {
            table {
                thead {
                    tr {
                        th scope="col" { "Key" } th scope="col" { "State" } th scope="col" { "API" }
                        th scope="col" { "Owner" } th.number scope="col" { "Credits" }
                        th scope="col" { "Limits" } th scope="col" { "Expires" } th scope="col" { "Last used" }
                    }
                }
                tbody { @for key in keys { (row(key, query)) } }
            }
        }
        (pages(found, query))
    }
}

fn row(key: &FoundKey, query: &Query) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if let Some(name) = &key.name { span.name { (name) } }
                @if let Some(start) = &key.start { code { (start) "…" } }
                @if let Some(id) = &key.key_id { span.id { (id) } }
            }
            td {
                @if let Some(state) = key.state {
                    span.state.(state.word().to_ascii_lowercase()) { (words(state)) }
                }
            }
            td { (key.api.as_deref().unwrap_or_default()) }
            td { (owner(key.external_id.as_deref().unwrap_or_default(), query)) }
            td.number { @match key.remaining { Some(left) => (left), None => "∞" } }
            td { @for limit in key.ratelimits.iter().flatten() { span.limit { (limits(limit)) } } }
            td.time { (day(key.expires.as_deref(), "never")) }
            td.time { (day(key.last_used_at.as_deref(), "never")) }
        }
    }
}

/// An owner, whose keys are a click away.
pub(super) fn owner(owner: &str, query: &Query) -> Markup {
    html! {
        @if owner.is_empty() {
            span.none { "none" }
        } @else {
            a href=(query.of_owner(owner).address()) { (owner) }
        }
    }
}

/// A limit as people say it.
fn limits(limit: &Ratelimit) -> String {
    let (number, unit) = match limit.duration {
        millis if millis % 86_400_000 == 0 => (millis / 86_400_000, "d"),
        millis if millis % 3_600_000 == 0 => (millis / 3_600_000, "h"),
        millis if millis % 60_000 == 0 => (millis / 60_000, "min"),
        millis if millis % 1_000 == 0 => (millis / 1_000, "s"),
        millis => (millis, "ms"),
    };
    let window = if number == 1 {
        unit.to_owned()
    } else {
        format!("{number} {unit}")
    };
    format!("{}: {}/{window}", limit.name, limit.limit)
}

/// The minute of a time in ISO 8601.
fn day(time: Option<&str>, absent: &str) -> Markup {
    html! {
        @match time {
            Some(time) => time datetime=(time) { (minute(time)) },
            None => span.none { (absent) },
        }
    }
}

fn minute(time: &str) -> String {
    let minute = time.get(.."2026-11-01T14:00".len()).unwrap_or(time);
    minute.replace('T', " ")
}

fn pages(found: &Found, query: &Query) -> Markup {
    let shown = found.keys.keys.as_ref().map_or(0, Vec::len) as u64;
    html! {
        nav.pages aria-label="Pages of keys" {
            p {
                (grouped(shown)) " shown"
                @if let Some(all) = found.keys.found { " of " (grouped(all)) }
            }
            @if query.cursor.is_some() {
                a href={ (query.from(None).address()) "#keys" } { "First page" }
            }
            @if let Some(next) = &found.next {
                a rel="next" href={ (query.from(Some(next.clone())).address()) "#keys" } { "Next page" }
            }
        }
    }
}
