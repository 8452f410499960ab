//! Identities, the owners of keys.

use unkey_tools::identities::{
    CreateIdentity, CreatedIdentity, DeleteIdentity, GetIdentity, ListIdentities, UpdateIdentity,
};
use unkey_tools::types::Identity;
use unkey_tools::{Data, Empty, Page};

use super::Summarise;
use super::page::say_page;
use super::sentences::{Sentences, count, id};

impl Summarise for CreateIdentity {
    fn summarise(&self, answer: &Data<CreatedIdentity>, said: &mut Sentences) {
        let identity = id(&answer.data.identity_id);
        said.say(format!("Created {identity}."));
        said.say("It owns no keys yet: send its externalId to keys_create_key or keys_update_key.");
        if let Some(limits) = self.ratelimits.as_ref().filter(|limits| !limits.is_empty()) {
            let limits = count(limits.len(), "limit");
            said.say(format!("All its keys will share {limits}."));
        }
    }
}

impl Summarise for DeleteIdentity {
    fn summarise(&self, _: &Empty, said: &mut Sentences) {
        said.say("Deleted the identity.");
        said.say("Its keys stay, without an owner and without its limits.");
        said.say("One of the same externalId, made later, does not get them back.");
    }
}

impl Summarise for GetIdentity {
    fn summarise(&self, answer: &Data<Identity>, said: &mut Sentences) {
        let identity = &answer.data;
        let limits = limits(identity);
        said.say(format!("{} has {limits}.", id(&identity.id)));
        said.say("apis_list_keys with its externalId lists its keys, API by API.");
    }
}

impl Summarise for ListIdentities {
    fn summarise(&self, answer: &Page<Identity>, said: &mut Sentences) {
        say_page(said, answer, "identity", self.cursor.as_ref());
    }
}

impl Summarise for UpdateIdentity {
    fn summarise(&self, answer: &Data<Identity>, said: &mut Sentences) {
        let identity = &answer.data;
        said.say(match (&self.meta, &self.ratelimits) {
            (None, None) => format!("Nothing of {} was changed.", id(&identity.id)),
            (Some(_), None) => format!("Replaced the whole meta of {}.", id(&identity.id)),
            (None, Some(_)) => format!("Replaced all limits of {}.", id(&identity.id)),
            (Some(_), Some(_)) => format!("Replaced meta and limits of {}.", id(&identity.id)),
        });
        if self.meta.is_none() {
            said.say("Its meta stays, also where this answer leaves it out.");
        }
        said.say(format!("It has {}.", limits(identity)));
    }
}

fn limits(identity: &Identity) -> String {
    match identity.ratelimits.as_deref() {
        None | Some([]) => "no limits".to_owned(),
        Some(limits) => format!("{}, shared by all its keys", count(limits.len(), "limit")),
    }
}
