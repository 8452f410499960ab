//! Gateway policies.

use unkey_tools::gateway::{ListPolicies, SetPolicies, StoredPolicy, UpdatePolicy};
use unkey_tools::{Data, Empty};

use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, count};

impl Summarise for ListPolicies {
    fn summarise(&self, answer: &Data<Vec<StoredPolicy>>, said: &mut Sentences) {
        let off = answer.data.iter().filter(|policy| !policy.enabled).count();
        said.say(format!(
            "{}, {off} of them off.",
            count(answer.data.len(), "policy")
        ));
        if !answer.data.is_empty() {
            said.say("gateway_set_policies gives all of them new ids.");
        }
    }
}

impl Summarise for SetPolicies {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        let off = self
            .policies
            .iter()
            .filter(|policy| !policy.enabled)
            .count();
        let policies = count(self.policies.len(), "policy");
        said.say(format!(
            "The environment has {policies} now, {off} of them off."
        ));
        said.say("All that were there before are gone; ids are new: gateway_list_policies.");
    }
}

impl Summarise for UpdatePolicy {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say(match self.enabled {
            Some(true) => "Changed the policy; it is on.",
            Some(false) => "Changed the policy; it is off: requests pass it over.",
            None => "Changed the policy; on or off it stays as it was.",
        });
        if self.r#match.is_keep() {
            return;
        }
        let of_all = self.r#match.as_set().is_none_or(Vec::is_empty);
        said.say(if of_all {
            "It is for all requests now."
        } else {
            "It is for the requests that match, and no others."
        });
    }
}
