//! Deployments.

use unkey_tools::deployments::{
    CreateDeployment, CreatedDeployment, Deployment, DeploymentStatus, GetDeployment,
    ListDeployments, PromoteDeployment, RollbackDeployment, StartDeployment, StopDeployment,
};
use unkey_tools::{Data, Empty, Page, deploy};

use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for deploy::CreateDeployment {
    fn summarise(&self, answer: &Data<deploy::CreatedDeployment>, said: &mut Sentences) {
        let deployment = id(&answer.data.deployment_id);
        said.say(format!(
            "{deployment} has begun; deploy_get_deployment says how far it is."
        ));
    }
}

impl Summarise for deploy::GetDeployment {
    fn summarise(&self, answer: &Data<deploy::Deployment>, said: &mut Sentences) {
        let deployment = &answer.data;
        let steps = deployment.steps.as_ref().map_or(0, Vec::len);
        let name = id(&deployment.id);
        said.say(if deployment.error_message.is_some() {
            format!("{name} failed: see errorMessage.")
        } else {
            format!(
                "{name} has been through {}; see status.",
                count(steps, "step")
            )
        });
    }
}

impl Summarise for CreateDeployment {
    fn summarise(&self, answer: &Data<CreatedDeployment>, said: &mut Sentences) {
        let deployment = id(&answer.data.deployment_id);
        said.say(format!(
            "{deployment} has begun; deployments_get_deployment says how far it is."
        ));
    }
}

impl Summarise for GetDeployment {
    fn summarise(&self, answer: &Data<Deployment>, said: &mut Sentences) {
        let deployment = &answer.data;
        let (name, state) = (id(&deployment.id), state(deployment.status));
        let made = said.when(deployment.created_at);
        said.say(format!("{name} {state}; it was made at {made}."));
        if deployment.is_current {
            said.say("It has the live production traffic.");
        }
        if deployment.error.is_some() {
            said.say("Why, says error.");
        }
    }
}

/// What is told of a deployment in that state.
const fn state(status: DeploymentStatus) -> &'static str {
    match status {
        DeploymentStatus::Pending => "waits its turn",
        DeploymentStatus::Starting
        | DeploymentStatus::Building
        | DeploymentStatus::Deploying
        | DeploymentStatus::Network
        | DeploymentStatus::Finalizing => "is on its way",
        DeploymentStatus::Ready => "serves",
        DeploymentStatus::Failed => "failed",
        DeploymentStatus::Skipped => "was not needed",
        DeploymentStatus::AwaitingApproval => "waits for a person",
        DeploymentStatus::Stopped => "is stopped",
        DeploymentStatus::Superseded => "was overtaken by a later one",
        DeploymentStatus::Cancelled => "was given up",
    }
}

impl Summarise for ListDeployments {
    fn summarise(&self, answer: &Page<Deployment>, said: &mut Sentences) {
        say_page(said, answer, "deployment", self.cursor.as_ref());
        let of = |status| {
            let deployments = answer.data.iter();
            deployments.filter(|one| one.status == status).count()
        };
        let (ready, failed) = (of(DeploymentStatus::Ready), of(DeploymentStatus::Failed));
        if !answer.data.is_empty() {
            said.say(format!("Ready: {ready}; failed: {failed}."));
        }
        if let Some(live) = answer.data.iter().find(|one| one.is_current) {
            said.say(format!("{} has live production traffic.", id(&live.id)));
        }
    }
}

impl Summarise for PromoteDeployment {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("The deployment is getting the live production traffic.");
        said.say("New deployments take over again; deployments_get_deployment says how far it is.");
    }
}

impl Summarise for RollbackDeployment {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("The live production traffic is going back to the deployment.");
        said.say("New ones do not take over until one is promoted.");
    }
}

impl Summarise for StartDeployment {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("The deployment starts; deployments_get_deployment says when it serves.");
    }
}

impl Summarise for StopDeployment {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say(
            "The deployment stops and serves no longer; deployments_start_deployment starts it.",
        );
    }
}
