//! Projects.

use unkey_tools::projects::{
    CreateProject, CreatedProject, DeleteProject, GetProject, ListProjects, Project, UpdateProject,
};
use unkey_tools::{Data, Empty, Page};

use super::protection;
use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, id};

impl Summarise for CreateProject {
    fn summarise(&self, answer: &Data<CreatedProject>, said: &mut Sentences) {
        let project = id(&answer.data.id);
        said.say(format!(
            "Created {project}, which has no apps yet: apps_create_app."
        ));
    }
}

impl Summarise for DeleteProject {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the project.");
    }
}

impl Summarise for GetProject {
    fn summarise(&self, answer: &Data<Project>, said: &mut Sentences) {
        say_project(said, &answer.data);
    }
}

impl Summarise for UpdateProject {
    fn summarise(&self, answer: &Data<Project>, said: &mut Sentences) {
        say_project(said, &answer.data);
        if self.slug.is_some() {
            said.say("Calls name it by its new slug from now on.");
        }
    }
}

impl Summarise for ListProjects {
    fn summarise(&self, answer: &Page<Project>, said: &mut Sentences) {
        say_page(said, answer, "project", self.cursor.as_ref());
    }
}

fn say_project(said: &mut Sentences, project: &Project) {
    let made = said.when(project.created_at);
    let protection = protection(project.delete_protection);
    said.say(format!(
        "{} was made at {made}; {protection}.",
        id(&project.id)
    ));
}
