//! The customer portal.

use unkey_tools::Data;
use unkey_tools::portal::{
    CreateSession, CreatedSession, ExchangeCode, ExchangeSession, PortalSession, PortalToken,
};

use super::Summarise;
use super::sentences::Sentences;

/// How long a link can be used, ms.
const LINK: i64 = 15 * 60 * 1_000;

impl Summarise for CreateSession {
    fn summarise(&self, _: &Data<CreatedSession>, said: &mut Sentences) {
        let end = said.when(said.now().saturating_add(LINK));
        said.say(format!("The link works once, until about {end}."));
        said.say("Whoever opens it is taken for that end user: give it to nobody else.");
    }
}

impl Summarise for ExchangeCode {
    fn summarise(&self, answer: &Data<PortalToken>, said: &mut Sentences) {
        say_token(said, answer.data.expires_at);
    }
}

impl Summarise for ExchangeSession {
    fn summarise(&self, answer: &Data<PortalSession>, said: &mut Sentences) {
        say_token(said, answer.data.expires_at);
    }
}

fn say_token(said: &mut Sentences, expires_at: i64) {
    let end = said.when(expires_at);
    said.say(format!("The link is spent; the token works until {end}."));
}
