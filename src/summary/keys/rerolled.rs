//! A key that took the place of another.

use unkey_tools::Data;
use unkey_tools::keys::RerollKey;
use unkey_tools::types::CreatedKey;

use super::say_once;
use crate::summary::Summarise;
use crate::summary::sentences::{Sentences, id};

impl Summarise for RerollKey {
    fn summarise(&self, answer: &Data<CreatedKey>, said: &mut Sentences) {
        let (new, old) = (id(&answer.data.key_id), id(&self.key_id));
        said.say(format!("{new} takes the place of {old}."));
        if self.expiration == 0 {
            said.say(format!(
                "{old} has expired; Unkey's caches may take seconds."
            ));
        } else {
            let end = said.when(said.now().saturating_add(self.expiration));
            said.say(format!(
                "{old} expires at {end}, rounded up to the minute: until then its holder can change \
                 over."
            ));
        }
        // The old prefix is not known without another call.
        said.say(
            "Of an old prefix only what stood before its first `_` is left, and the length is the \
             API's default: tell whoever checks either.",
        );
        said.say(format!(
            "It keeps the expiry that {old} had, also one that is over, and is disabled if {old} is."
        ));
        say_once(said, false);
    }
}
