//! Rows of analytics.

use serde_json::{Map, Value};
use unkey_tools::Data;
use unkey_tools::analytics::{GetGatewayRequests, GetRatelimits, GetRuntimeLogs, GetVerifications};

use super::Summarise;
use super::sentences::{Sentences, count};

type Rows = Data<Vec<Map<String, Value>>>;

impl Summarise for GetVerifications {
    fn summarise(&self, answer: &Rows, said: &mut Sentences) {
        say_rows(said, answer);
        if answer.data.is_empty() {
            said.say("A key_space_id is `ks_…`, never an API's id.");
        }
    }
}

impl Summarise for GetRatelimits {
    fn summarise(&self, answer: &Rows, said: &mut Sentences) {
        say_rows(said, answer);
        if answer.data.is_empty() {
            said.say("A namespace_id is `rlns_…`, never a namespace's name.");
        }
    }
}

impl Summarise for GetGatewayRequests {
    fn summarise(&self, answer: &Rows, said: &mut Sentences) {
        say_rows(said, answer);
    }
}

impl Summarise for GetRuntimeLogs {
    fn summarise(&self, answer: &Rows, said: &mut Sentences) {
        say_rows(said, answer);
    }
}

fn say_rows(said: &mut Sentences, answer: &Rows) {
    said.say(format!("{}.", count(answer.data.len(), "row")));
    if answer.data.is_empty() {
        said.say(
            "Nothing fits the question: ask for a longer time, in UTC, or for fewer conditions.",
        );
    }
}
