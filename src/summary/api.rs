//! APIs.

use unkey_tools::apis::{Api, CreateApi, CreatedApi, DeleteApi, GetApi};
use unkey_tools::{Data, Empty};

use super::Summarise;
use super::sentences::{Sentences, id};

impl Summarise for CreateApi {
    fn summarise(&self, answer: &Data<CreatedApi>, said: &mut Sentences) {
        let api = id(&answer.data.api_id);
        said.say(format!("Created {api}, which has no keys yet."));
        said.say("workspace_overview tells its id again.");
    }
}

impl Summarise for DeleteApi {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        let api = id(&self.api_id);
        said.say(format!("Deleted {api}."));
        said.say("All its keys are NOT_FOUND from now on; Unkey's caches may take minutes.");
    }
}

impl Summarise for GetApi {
    fn summarise(&self, answer: &Data<Api>, said: &mut Sentences) {
        let api = id(&answer.data.id);
        said.say(format!("{api} is an API; apis_list_keys lists its keys."));
    }
}
