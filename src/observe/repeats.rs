//! Lines that repeat are counted, so that a fault or a caller who provokes one cannot flood the log.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Filter};

use super::call::CALLS;

/// How many lines one place in the code may write in a [`WINDOW`].
const LINES: u32 = 10;

/// After this long a place may write lines again, and what it did not write is told.
pub(super) const WINDOW: Duration = Duration::from_secs(10);

/// Lets each place in the code write a few lines, then counts. The lines about calls, of which there
/// is one for each by contract, all pass.
///
/// Its memory is bounded by the number of places in the code that log.
#[derive(Clone, Debug, Default)]
pub(super) struct Repeats {
    places: Arc<Mutex<BTreeMap<&'static str, SiteLines>>>,
}

#[derive(Debug)]
struct SiteLines {
    level: Level,
    target: &'static str,
    since: Instant,
    lines: u32,
    held_back: u64,
}

/// Lines of one place that were counted and not written.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeldBack {
    pub(super) level: Level,
    pub(super) target: &'static str,
    /// Where in the code they come from.
    pub(super) place: &'static str,
    pub(super) count: u64,
}

impl Repeats {
    /// Whether the line may be written now.
    fn admit(&self, metadata: &'static Metadata<'static>, now: Instant) -> bool {
        if metadata.target() == CALLS {
            return true;
        }
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry(metadata.name()).or_insert_with(|| SiteLines {
            level: *metadata.level(),
            target: metadata.target(),
            since: now,
            lines: 0,
            held_back: 0,
        });
        // What was held back is told first, by `take`.
        if place.held_back == 0 && now.duration_since(place.since) >= WINDOW {
            place.since = now;
            place.lines = 0;
        }
        if place.lines < LINES {
            place.lines += 1;
            return true;
        }
        place.held_back += 1;
        false
    }

    /// What was held back in windows that are over at `now`; `None` stands for all windows.
    pub(super) fn take(&self, now: Option<Instant>) -> Vec<HeldBack> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |place: &SiteLines| {
            place.held_back > 0
                && now.is_none_or(|now| now.saturating_duration_since(place.since) >= WINDOW)
        };
        places
            .iter_mut()
            .filter(|(_, place)| over(place))
            .map(|(name, place)| {
                place.since = now.unwrap_or(place.since);
                place.lines = 0;
                HeldBack {
                    level: place.level,
                    target: place.target,
                    place: name,
                    count: std::mem::take(&mut place.held_back),
                }
            })
            .collect()
    }
}

impl<S: Subscriber> Filter<S> for Repeats {
    fn enabled(&self, _metadata: &Metadata<'_>, _context: &Context<'_, S>) -> bool {
        true
    }

    fn callsite_enabled(&self, _metadata: &'static Metadata<'static>) -> Interest {
        // The subscriber's bookkeeping wants `enabled` to be asked before `event_enabled` says no.
        Interest::sometimes()
    }

    fn event_enabled(&self, event: &Event<'_>, _context: &Context<'_, S>) -> bool {
        self.admit(event.metadata(), Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use tracing::callsite::Callsite as _;

    use super::*;

    fn metadata() -> &'static Metadata<'static> {
        tracing::callsite!(name: "a place", kind: tracing::metadata::Kind::EVENT, fields: message)
            .metadata()
    }

    #[test]
    fn a_place_that_repeats_itself_is_counted_and_told_when_its_window_is_over() {
        let repeats = Repeats::default();
        let start = Instant::now();
        let admitted = (0..422)
            .filter(|_| repeats.admit(metadata(), start))
            .count();
        assert_eq!(admitted, 10);
        assert_eq!(repeats.take(Some(start + WINDOW / 2)), []);
        let told = repeats.take(Some(start + WINDOW));
        let counts: Vec<u64> = told.iter().map(|held| held.count).collect();
        assert_eq!(counts, [412]);
        assert!(repeats.admit(metadata(), start + WINDOW));
        assert_eq!(repeats.take(None), []);
    }

    #[test]
    fn a_place_that_is_seldom_heard_is_never_held_back() {
        let repeats = Repeats::default();
        let start = Instant::now();
        for second in 0..100 {
            let now = start + Duration::from_secs(second) * 2;
            assert!(repeats.admit(metadata(), now), "{second}");
        }
    }
}
