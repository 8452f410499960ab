//! Rate limits and their overrides.

use unkey_tools::ratelimit::{
    DeleteOverride, GetOverride, Limit, Limited, LimitedOne, ListOverrides, MultiLimit,
    MultiLimited, SetOverride, StoredOverride,
};
use unkey_tools::types::{OverrideId, RatelimitOverride};
use unkey_tools::{Data, Empty, Page};

use super::Summarise;
use super::page::say_page;
use super::sentences::{Sentences, count, id};
use super::time::exact_span;

impl Summarise for Limit {
    fn summarise(&self, answer: &Data<Limited>, said: &mut Sentences) {
        let Limited {
            limit,
            remaining,
            reset,
            success,
            ref override_id,
        } = answer.data;
        let end = said.when(reset);
        let cost = self.cost.unwrap_or(1);
        said.say(if success {
            format!("Passed: {remaining} of {limit} are left; the window ends at {end}.")
        } else if cost > limit {
            format!("Refused: a cost of {cost} never fits into a limit of {limit}.")
        } else {
            format!("Refused: the limit of {limit} is reached; the window ends at {end}.")
        });
        if self.cost == Some(0) {
            said.say("With cost 0 nothing was counted.");
        } else if !success {
            said.say("Nothing was counted.");
        }
        say_override(said, override_id.as_ref());
    }
}

impl Summarise for MultiLimit {
    fn summarise(&self, answer: &Data<MultiLimited>, said: &mut Sentences) {
        let MultiLimited { passed, limits } = &answer.data;
        let refused: Vec<(usize, &LimitedOne)> = limits
            .iter()
            .enumerate()
            .filter(|(_, one)| !one.passed)
            .collect();
        if *passed {
            said.say(format!("Passed: {}.", count(limits.len(), "limit")));
        } else {
            let all = count(limits.len(), "limit");
            said.say(format!(
                "Refused by {} of {all}; nothing was counted, for none of them.",
                refused.len()
            ));
        }
        for (index, one) in refused.into_iter().take(TOLD) {
            let (limit, end) = (one.limit, said.when(one.reset));
            said.say(format!(
                "limits[{index}] allows {limit}; its window ends at {end}."
            ));
        }
        let overridden = limits.iter().find_map(|one| one.override_id.as_ref());
        say_override(said, overridden);
    }
}

/// How many limits that refused are told one by one.
const TOLD: usize = 3;

fn say_override(said: &mut Sentences, applied: Option<&OverrideId>) {
    if let Some(applied) = applied {
        let applied = id(applied);
        said.say(format!(
            "The override {applied} took the place of the limit that was sent."
        ));
    }
}

impl Summarise for SetOverride {
    fn summarise(&self, answer: &Data<StoredOverride>, said: &mut Sentences) {
        let stored = id(&answer.data.override_id);
        let rate = rate(self.limit, self.duration);
        said.say(format!(
            "{stored} is set: {rate}, whatever limit a call sends."
        ));
        if self.limit == 0 {
            said.say("It refuses everything; some servers fail on a limit of 0.");
        }
        if self.identifier.contains('*') {
            said.say("It holds for all identifiers that fit its pattern; exact ones win.");
        }
    }
}

impl Summarise for GetOverride {
    fn summarise(&self, answer: &Data<RatelimitOverride>, said: &mut Sentences) {
        let found = &answer.data;
        let rate = rate(found.limit, found.duration);
        said.say(format!("{} applies: {rate}.", id(&found.override_id)));
        if found.identifier != self.identifier {
            said.say("It is stored for a pattern, not for this identifier alone: see identifier.");
        }
    }
}

impl Summarise for DeleteOverride {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the override: the limits that calls send count again.");
        said.say("Some servers do not bring it back when it is set again.");
    }
}

impl Summarise for ListOverrides {
    fn summarise(&self, answer: &Page<RatelimitOverride>, said: &mut Sentences) {
        say_page(said, answer, "override", self.cursor.as_ref());
        let patterns = answer.data.iter();
        let patterns = patterns.filter(|one| one.identifier.contains('*')).count();
        if patterns > 0 {
            said.say(format!("For patterns with `*`: {patterns}."));
        }
    }
}

/// So many uses in that window.
pub(super) fn rate(limit: i64, duration: i64) -> String {
    format!("{limit} per {}", exact_span(duration.unsigned_abs()))
}
