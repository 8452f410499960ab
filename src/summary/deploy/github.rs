//! The GitHub app.

use unkey_tools::Data;
use unkey_tools::github::{InstallApp, InstallLink};

use crate::summary::Summarise;
use crate::summary::sentences::Sentences;

impl Summarise for InstallApp {
    fn summarise(&self, answer: &Data<InstallLink>, said: &mut Sentences) {
        let end = said.when(answer.data.expires_at);
        said.say(format!("The user opens url in a browser, before {end}."));
        said.say("Nothing is installed until then.");
    }
}
