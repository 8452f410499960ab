//! `keys_find`: finds and counts keys.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use unkey_tools::Pagination;
use unkey_tools::types::Key;
use unkey_tools::workflows::{
    Count, FoundKey, FoundKeys, KeyField, KeyState, KeysFind, StateCounts, Unread,
};

use crate::apis::resolve;
use crate::context::Context;
use crate::operations::Api;
use crate::report::{Report, WorkflowError};
use crate::selection::{Matcher, owner, remaining};
use crate::text::{count, iso};
use crate::walk::{Walk, WalkEnd};

/// How many keys a page has where nobody says.
const DEFAULT_LIMIT: usize = 50;

/// How many owners are counted each for itself: what is beyond is counted together.
const MOST_OWNERS: usize = 20_000;

/// How many owners and APIs are told with their counts.
const MOST_TOLD: usize = 20;

/// Finds keys.
pub(crate) async fn keys_find(
    request: KeysFind,
    cx: &Context<'_>,
) -> Result<Report, WorkflowError> {
    let now = cx.clock.now();
    let (apis, _) = resolve(request.selection.apis.as_deref(), cx).await?;
    let from = request.cursor.as_deref().map(Cursor::parse).transpose()?;
    let begins = from.as_ref().map_or(0, |from| {
        apis.partition_point(|api| api.id.as_str() < from.api.as_str())
    });
    let apis = apis.get(begins..).unwrap_or_default();
    let is_first = from.is_none();
    let limit = request.limit.and_then(|limit| usize::try_from(limit).ok());
    let keeps = match request.count_only {
        Some(true) => 0,
        _ => limit.unwrap_or(DEFAULT_LIMIT),
    };
    let walk = Walk {
        apis,
        external_id: request.selection.external_id.as_deref(),
        decrypt: request.selection.last_four.is_some(),
        // The API of the cursor may be gone: then the next one begins at its first key.
        from: from
            .filter(|from| apis.first().is_some_and(|api| api.id == from.api))
            .map(|from| from.key),
        in_order: !is_first,
    };
    let matcher = Matcher::new(&request.selection, now);
    let mut found = Found::new(apis, keeps, now);
    let end = walk
        .run(cx, &mut |api, key| {
            found.look_at(api, key, &matcher);
            // Further pages count nothing: they end with their last key.
            if is_first || !found.is_full() {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .await;
    if let Some((_, error)) = end.unread.first()
        && end.unread.len() == apis.len()
    {
        return Err(WorkflowError::failed("apis_list_keys", error.clone()));
    }
    let fields = request.fields.as_deref().unwrap_or(&KeyField::DEFAULT);
    found.report(fields, is_first, &end, apis)
}

/// Where a page begins: an API, and a key in it.
struct Cursor {
    api: String,
    key: String,
}

impl Cursor {
    fn parse(text: &str) -> Result<Self, WorkflowError> {
        let parts = text.split_once('/');
        let (api, key) = parts.ok_or_else(|| {
            WorkflowError::mistake(
                "`cursor`: is none of keys_find; send back the `pagination.cursor` of the last page, \
                 or leave it out to begin anew",
            )
        })?;
        Ok(Self {
            api: api.to_owned(),
            key: key.to_owned(),
        })
    }
}

/// What was found so far. Its size does not grow with the number of keys.
struct Found {
    now: i64,
    keeps: usize,
    names: Vec<(String, String)>,
    /// The first keys by API and id, and one more.
    kept: BTreeMap<(usize, String), Key>,
    all: StateCounts,
    fitting: StateCounts,
    by_api: Vec<u64>,
    by_owner: BTreeMap<String, u64>,
    of_other_owners: u64,
    without_plaintext: u64,
}

impl Found {
    fn new(apis: &[Api], keeps: usize, now: i64) -> Self {
        Self {
            now,
            keeps,
            names: apis
                .iter()
                .map(|api| (api.id.clone(), api.label().to_owned()))
                .collect(),
            kept: BTreeMap::new(),
            all: StateCounts::default(),
            fitting: StateCounts::default(),
            by_api: vec![0; apis.len()],
            by_owner: BTreeMap::new(),
            of_other_owners: 0,
            without_plaintext: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.kept.len() > self.keeps
    }

    fn look_at(&mut self, api: usize, mut key: Key, matcher: &Matcher<'_>) {
        let state = KeyState::of(&key, self.now);
        self.all.add(state);
        if key.plaintext.is_none() {
            self.without_plaintext += 1;
        }
        if !matcher.fits(&key) {
            return;
        }
        self.fitting.add(state);
        if let Some(count) = self.by_api.get_mut(api) {
            *count += 1;
        }
        self.count_owner(&key);
        key.plaintext = None;
        self.kept.insert((api, key.key_id.as_str().to_owned()), key);
        if self.kept.len() > self.keeps + 1 {
            self.kept.pop_last();
        }
    }

    fn count_owner(&mut self, key: &Key) {
        let Some(owner) = owner(key) else {
            return;
        };
        if let Some(count) = self.by_owner.get_mut(owner) {
            *count += 1;
        } else if self.by_owner.len() < MOST_OWNERS {
            self.by_owner.insert(owner.to_owned(), 1);
        } else {
            self.of_other_owners += 1;
        }
    }

    fn report(
        mut self,
        fields: &[KeyField],
        is_first: bool,
        end: &WalkEnd,
        apis: &[Api],
    ) -> Result<Report, WorkflowError> {
        let more = self.is_full().then(|| self.kept.pop_last()).flatten();
        let more = more.filter(|_| self.keeps > 0);
        let cursor = more.and_then(|((api, key), _)| {
            let (id, _) = self.names.get(api)?;
            Some(format!("{id}/{key}"))
        });
        let unread = unread(end, apis);
        let summary = self.summary(is_first, cursor.is_some(), end);
        let keys = self.kept.iter();
        let keys: Vec<FoundKey> = keys
            .filter_map(|((api, _), key)| self.told(*api, key, fields))
            .collect();
        let mut data = FoundKeys {
            keys: (self.keeps > 0).then_some(keys),
            unread: (!unread.is_empty()).then_some(unread),
            ..FoundKeys::default()
        };
        if is_first {
            data.found = Some(self.fitting.total());
            data.looked_at = Some(end.keys);
            data.states_of_all = Some(self.all);
            data.by_state = Some(self.fitting);
            data.by_api = Some(self.most_of_apis());
            let (by_owner, others) = self.most_of_owners();
            data.by_owner = Some(by_owner);
            data.of_other_owners = (others > 0).then_some(others);
        }
        let pagination = Pagination {
            has_more: cursor.is_some(),
            cursor,
        };
        let pagination = (self.keeps > 0).then_some(pagination);
        Report::new(data, pagination, summary)
    }

    fn most_of_apis(&self) -> Vec<Count> {
        let counted = self.names.iter().zip(&self.by_api);
        let counted = counted.map(|((_, name), count)| (name.clone(), *count));
        most_first(counted.filter(|(_, count)| *count > 0).collect())
    }

    /// The owners with most keys, and how many keys the others have.
    fn most_of_owners(&mut self) -> (Vec<Count>, u64) {
        let owners = std::mem::take(&mut self.by_owner);
        let all: u64 = owners.values().sum();
        let told = most_first(owners.into_iter().collect());
        let of_told: u64 = told.iter().map(|owner| owner.count).sum();
        (told, all - of_told + self.of_other_owners)
    }

    fn told(&self, api: usize, key: &Key, fields: &[KeyField]) -> Option<FoundKey> {
        let (api_id, label) = self.names.get(api)?;
        let mut told = FoundKey::default();
        for field in fields {
            match field {
                KeyField::KeyId => told.key_id = Some(key.key_id.clone()),
                KeyField::Api => told.api = Some(label.clone()),
                KeyField::ApiId => told.api_id = Some(api_id.as_str().into()),
                KeyField::Start => told.start = Some(key.start.clone()),
                KeyField::Name => told.name.clone_from(&key.name),
                KeyField::ExternalId => told.external_id = owner(key).map(str::to_owned),
                KeyField::State => told.state = Some(KeyState::of(key, self.now)),
                KeyField::Expires => told.expires = key.expires.map(iso),
                KeyField::LastUsedAt => told.last_used_at = key.last_used_at.map(iso),
                KeyField::CreatedAt => told.created_at = Some(iso(key.created_at)),
                KeyField::Remaining => told.remaining = remaining(key),
                KeyField::Roles => told.roles.clone_from(&key.roles),
                KeyField::Permissions => told.permissions.clone_from(&key.permissions),
                KeyField::Meta => told.meta.clone_from(&key.meta),
                KeyField::Ratelimits => told.ratelimits.clone_from(&key.ratelimits),
            }
        }
        Some(told)
    }

    fn summary(&self, is_first: bool, has_more: bool, end: &WalkEnd) -> Vec<String> {
        let mut summary = Vec::new();
        if is_first {
            let apis = u64::try_from(self.names.len()).unwrap_or(u64::MAX);
            summary.push(format!(
                "{} of {} in {} fit{}.",
                self.fitting.total(),
                count(end.keys, "key"),
                count(apis, "API"),
                states(&self.fitting)
            ));
        }
        if has_more {
            summary.push("More fit than are told: send the cursor.".to_owned());
        }
        if !end.unread.is_empty() {
            let apis = u64::try_from(end.unread.len()).unwrap_or(u64::MAX);
            summary.push(format!(
                "{} could not be read to the end.",
                count(apis, "API")
            ));
        }
        if end.unreadable > 0 {
            summary.push(format!(
                "{} had a form that is not known.",
                count(end.unreadable, "key")
            ));
        }
        summary
    }
}

/// `: 3 VALID, 1 EXPIRED`, or nothing where there is none.
pub(crate) fn states(counts: &StateCounts) -> String {
    let counted = [
        (KeyState::Valid, counts.valid),
        (KeyState::Disabled, counts.disabled),
        (KeyState::Expired, counts.expired),
        (KeyState::UsageExceeded, counts.usage_exceeded),
    ];
    let counted = counted.into_iter().filter(|(_, count)| *count > 0);
    let told: Vec<String> = counted
        .map(|(state, count)| format!("{count} {}", state.word()))
        .collect();
    if told.is_empty() {
        String::new()
    } else {
        format!(": {}", told.join(", "))
    }
}

/// The APIs that a walk did not read to their end, and why.
pub(crate) fn unread(end: &WalkEnd, apis: &[Api]) -> Vec<Unread> {
    let failed = end.unread.iter().filter_map(|(place, error)| {
        Some(Unread {
            what: apis.get(*place)?.label().to_owned(),
            why: error.reason(),
        })
    });
    failed.collect()
}

/// The greatest counts, and of equal ones in the order of their names.
fn most_first(mut counted: Vec<(String, u64)>) -> Vec<Count> {
    counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counted.truncate(MOST_TOLD);
    let counts = counted.into_iter().map(|(of, count)| Count { of, count });
    counts.collect()
}
