//! Environments and their variables.

use unkey_tools::environments::{
    Environment, EnvironmentKind, EnvironmentVariable, GetEnvironment, ListEnvironmentVariables,
    ListEnvironments, RemoveEnvironmentVariables, SetEnvironmentVariables, UpdateSettings,
    VariableKind,
};
use unkey_tools::{Data, Empty, Page};

use super::protection;
use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, count, id, listing};

/// How many settings are named.
const NAMED: usize = 6;

/// What changes nothing that runs already.
const LATER: &str = "What runs keeps what it has; the next deployment takes it up.";

impl Summarise for GetEnvironment {
    fn summarise(&self, answer: &Data<Environment>, said: &mut Sentences) {
        let environment = &answer.data;
        let kind = match environment.kind {
            EnvironmentKind::Production => "the production environment",
            EnvironmentKind::Preview => "a preview environment",
        };
        let protection = protection(environment.delete_protection);
        said.say(format!("{} is {kind}; {protection}.", id(&environment.id)));
        if let Some(regions) = &environment.regions {
            let containers = |least: i64, most: i64| format!("{least} to {most}");
            let least = regions.iter().map(|region| region.replicas.min);
            let most = regions.iter().map(|region| region.replicas.max);
            let number = containers(
                least.fold(0, i64::saturating_add),
                most.fold(0, i64::saturating_add),
            );
            let regions = count(regions.len(), "region");
            said.say(format!("It runs in {regions}, with {number} containers."));
        }
    }
}

impl Summarise for ListEnvironments {
    fn summarise(&self, answer: &Data<Vec<Environment>>, said: &mut Sentences) {
        let ids = |kind: EnvironmentKind| {
            let environments = answer.data.iter();
            let of_kind = environments.filter(move |environment| environment.kind == kind);
            of_kind
                .map(|environment| id(&environment.id))
                .collect::<Vec<_>>()
        };
        said.say(format!("{}.", count(answer.data.len(), "environment")));
        let production = ids(EnvironmentKind::Production);
        if !production.is_empty() {
            said.say(format!("Production: {}.", listing(&production)));
        }
    }
}

impl Summarise for ListEnvironmentVariables {
    fn summarise(&self, answer: &Page<EnvironmentVariable>, said: &mut Sentences) {
        say_page(said, answer, "variable", self.cursor.as_ref());
        let readable = answer.data.iter();
        let readable = readable
            .filter(|variable| variable.kind == VariableKind::Recoverable)
            .count();
        if readable > 0 {
            said.say(format!(
                "With their values, which may be secrets: {readable}."
            ));
        }
    }
}

impl Summarise for SetEnvironmentVariables {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say(format!("Set {}.", count(self.variables.len(), "variable")));
        said.say(if self.prune == Some(true) {
            "All others are gone."
        } else {
            "All others stay."
        });
        said.say(LATER);
    }
}

impl Summarise for RemoveEnvironmentVariables {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say(format!(
            "Removed {}.",
            count(self.variables.len(), "variable")
        ));
        said.say(LATER);
    }
}

impl Summarise for UpdateSettings {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        let fields = [
            (!self.dockerfile.is_keep(), "dockerfile"),
            (self.root_directory.is_some(), "rootDirectory"),
            (!self.build_command.is_keep(), "buildCommand"),
            (self.watch_paths.is_some(), "watchPaths"),
            (self.auto_deploy.is_some(), "autoDeploy"),
            (self.port.is_some(), "port"),
            (self.v_cpus.is_some(), "vCpus"),
            (self.memory_mib.is_some(), "memoryMib"),
            (self.storage_mib.is_some(), "storageMib"),
            (self.command.is_some(), "command"),
            (!self.healthcheck.is_keep(), "healthcheck"),
            (self.shutdown_signal.is_some(), "shutdownSignal"),
            (self.upstream_protocol.is_some(), "upstreamProtocol"),
            (!self.openapi_spec_path.is_keep(), "openapiSpecPath"),
            (self.regions.is_some(), "regions"),
        ];
        let changed = fields.into_iter();
        let changed: Vec<&str> = changed
            .filter_map(|(is, name)| is.then_some(name))
            .collect();
        if changed.is_empty() {
            return said.say("Nothing was changed.");
        }
        said.say(if changed.len() > NAMED {
            format!("Changed {}.", count(changed.len(), "setting"))
        } else {
            format!("Changed {}.", listing(&changed))
        });
        if self.watch_paths.is_some() || self.command.is_some() || self.regions.is_some() {
            said.say("A list takes the place of all that was in it.");
        }
    }
}
