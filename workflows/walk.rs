//! All keys of some APIs, a page at a time, of a few APIs at once.

use std::ops::ControlFlow;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use unkey_tools::types::Key;

use crate::context::Context;
use crate::operations::{Api, Boxed, CallError};

/// How many pages are asked for at once.
const AT_ONCE: usize = 4;

/// How many keys a page has at most.
const PAGE: u64 = 100;

/// A walk through the keys of some APIs. What it holds at a time are a few pages, however many keys
/// there are.
#[derive(Clone, Debug, Default)]
pub struct Walk<'a> {
    /// The APIs.
    pub apis: &'a [Api],
    /// Only keys of this owner.
    pub external_id: Option<&'a str>,
    /// Asks for the plain texts of recoverable keys too.
    pub decrypt: bool,
    /// Begins in the first API at this key.
    pub from: Option<String>,
    /// One page after the other, so that keys come in order: by API, then by id.
    pub in_order: bool,
}

/// How a walk ended.
#[derive(Debug, Default)]
pub struct WalkEnd {
    /// How many keys were looked at.
    pub keys: u64,
    /// The APIs, by their places, that were not read or not to their end, and why.
    pub unread: Vec<(usize, CallError)>,
    /// How many keys had a form that is not known.
    pub unreadable: u64,
}

/// A page that came, or did not.
struct Page {
    api: usize,
    asked: Option<String>,
    answer: Result<Value, CallError>,
}

impl Walk<'_> {
    /// Shows every key to `visit`, with the place of its API, until that breaks off.
    pub async fn run(
        &self,
        cx: &Context<'_>,
        visit: &mut (dyn FnMut(usize, Key) -> ControlFlow<()> + Send),
    ) -> WalkEnd {
        let mut end = WalkEnd::default();
        let mut pages = FuturesUnordered::new();
        let mut waiting = self.apis.iter().enumerate();
        let at_once = if self.in_order { 1 } else { AT_ONCE };
        let mut from = self.from.clone();
        loop {
            while pages.len() < at_once {
                let Some((place, api)) = waiting.next() else {
                    break;
                };
                pages.push(self.page(cx, place, api, from.take()));
            }
            let Some(page) = pages.next().await else {
                return end;
            };
            match show(page, visit, &mut end) {
                ControlFlow::Break(()) => return end,
                ControlFlow::Continue(Some((place, cursor))) => {
                    if let Some(api) = self.apis.get(place) {
                        pages.push(self.page(cx, place, api, Some(cursor)));
                    }
                }
                ControlFlow::Continue(None) => {}
            }
            cx.progress(end.keys, None, "keys");
        }
    }

    fn page<'a>(
        &'a self,
        cx: &'a Context<'_>,
        place: usize,
        api: &Api,
        cursor: Option<String>,
    ) -> Boxed<'a, Page> {
        let mut arguments = Map::new();
        let mut set = |name: &str, value: Value| arguments.insert(name.to_owned(), value);
        set("apiId", api.id.clone().into());
        set("limit", PAGE.into());
        if let Some(owner) = self.external_id {
            set("externalId", owner.into());
        }
        if self.decrypt {
            set("decrypt", true.into());
        }
        if let Some(cursor) = &cursor {
            set("cursor", cursor.clone().into());
        }
        Box::pin(async move {
            Page {
                api: place,
                asked: cursor,
                answer: cx.read("apis_list_keys", arguments).await,
            }
        })
    }
}

/// Shows the keys of a page, and returns where the next one of its API begins.
fn show(
    page: Page,
    visit: &mut (dyn FnMut(usize, Key) -> ControlFlow<()> + Send),
    end: &mut WalkEnd,
) -> ControlFlow<(), Option<(usize, String)>> {
    let mut answer = match page.answer {
        Ok(answer) => answer,
        Err(error) => {
            end.unread.push((page.api, error));
            return ControlFlow::Continue(None);
        }
    };
    let next = answer
        .pointer("/pagination/cursor")
        .and_then(Value::as_str)
        .map(str::to_owned);
    if let Some(Value::Array(keys)) = answer.get_mut("data").map(Value::take) {
        for key in keys {
            end.keys += 1;
            match Key::deserialize(key) {
                Ok(key) => visit(page.api, key)?,
                Err(_) => end.unreadable += 1,
            }
        }
    }
    // A list that gives the same page again would have no end.
    if next.is_some() && next == page.asked {
        let error = CallError::of(None, "its list of keys repeats a page without an end");
        end.unread.push((page.api, error));
        return ControlFlow::Continue(None);
    }
    ControlFlow::Continue(next.map(|cursor| (page.api, cursor)))
}
