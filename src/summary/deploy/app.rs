//! Apps.

use unkey_tools::apps::{App, CreateApp, CreatedApp, DeleteApp, GetApp, ListApps, UpdateApp};
use unkey_tools::{Data, Empty, Page};

use super::protection;
use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, id};

impl Summarise for CreateApp {
    fn summarise(&self, answer: &Data<CreatedApp>, said: &mut Sentences) {
        let app = id(&answer.data.app_id);
        said.say(format!(
            "Created {app}, which nothing serves yet: deployments_create_deployment."
        ));
    }
}

impl Summarise for DeleteApp {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the app.");
    }
}

impl Summarise for GetApp {
    fn summarise(&self, answer: &Data<App>, said: &mut Sentences) {
        say_app(said, &answer.data);
    }
}

impl Summarise for UpdateApp {
    fn summarise(&self, answer: &Data<App>, said: &mut Sentences) {
        say_app(said, &answer.data);
        if self.slug.is_some() {
            said.say("Calls name it by its new slug from now on.");
        }
    }
}

impl Summarise for ListApps {
    fn summarise(&self, answer: &Page<App>, said: &mut Sentences) {
        say_page(said, answer, "app", self.cursor.as_ref());
        let idle = answer.data.iter();
        let idle = idle
            .filter(|app| app.current_deployment_id.is_none())
            .count();
        if idle > 0 {
            said.say(format!("Without a live deployment: {idle}."));
        }
    }
}

fn say_app(said: &mut Sentences, app: &App) {
    let name = id(&app.id);
    said.say(match &app.current_deployment_id {
        Some(deployment) => format!("{name} is served by {}.", id(deployment)),
        None => format!("{name} has no live deployment."),
    });
    if app.is_rolled_back {
        said.say(
            "That is an earlier one: new deployments do not take over until one is promoted \
             (deployments_promote_deployment).",
        );
    }
    if app.git.is_none() {
        said.say("No repository is connected, so that no push deploys it.");
    }
    let (made, protection) = (said.when(app.created_at), protection(app.delete_protection));
    said.say(format!("It was made at {made}; {protection}."));
}
