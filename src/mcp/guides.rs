//! Prompts, resources and skills in the protocol's words.

use std::collections::BTreeMap;

use rmcp::ErrorData;
use rmcp::model::{
    CacheScope, CompleteRequestParams, CompleteResult, CompletionInfo, GetPromptRequestParams,
    GetPromptResult, GetSkillResult, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListSkillsResult, Prompt, PromptArgument, PromptMessage,
    ReadResourceResult, Reference, Resource, ResourceContents, ResourceTemplate, Role, Skill,
    SkillFrontmatter, SkillResource, SkillResources,
};
use serde_json::{Value, json};
use tracing::error;

use super::Scope;
use super::handler::{Handler, LIST_TTL_MS};
use crate::backend::Upstream;
use crate::dispatch::{Beginning, Dispatcher, Fitting, Subject};
use crate::guides::{self, PROMPTS, RESOURCES, SKILLS, TEMPLATES};
use crate::observe::shown;
use crate::untrusted;

/// How much of what a person typed is looked at.
const TYPED_CHARS: usize = 256;

/// What all of it is written in.
const MARKDOWN: &str = "text/markdown";

/// The prompts.
pub(super) fn prompts() -> ListPromptsResult {
    let prompts = PROMPTS.iter().map(|prompt| {
        let arguments = prompt.arguments.iter().map(|argument| {
            PromptArgument::new(argument.name)
                .with_description(argument.description)
                .with_required(false)
        });
        Prompt::new(
            prompt.name,
            Some(prompt.description),
            Some(arguments.collect()),
        )
        .with_title(prompt.title)
    });
    ListPromptsResult::with_all_items(prompts.collect())
}

/// A prompt, with what the person said.
pub(super) fn prompt(request: GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let Some(prompt) = guides::find_prompt(&request.name) else {
        let names: Vec<&str> = PROMPTS.iter().map(|prompt| prompt.name).collect();
        return Err(ErrorData::invalid_params(
            format!(
                "Unknown prompt: {}; there are {}",
                shown::name(&request.name),
                names.join(", ")
            ),
            None,
        ));
    };
    let said = request.arguments.unwrap_or_default().into_iter();
    let said: BTreeMap<String, String> = said
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })
        .collect();
    let text = prompt
        .text(&said)
        .map_err(|unknown| ErrorData::invalid_params(unknown.to_string(), None))?;
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(prompt.description))
}

/// What there is to read, the skills' texts among it.
pub(super) fn resources() -> ListResourcesResult {
    let texts = RESOURCES.iter().map(|resource| {
        Resource::new(resource.uri, resource.name)
            .with_title(resource.title)
            .with_description(resource.description)
            .with_mime_type(MARKDOWN)
    });
    let skills = SKILLS.iter().map(|skill| {
        Resource::new(skill_uri(skill), skill.name)
            .with_description(skill.description())
            .with_mime_type(MARKDOWN)
    });
    ListResourcesResult::with_all_items(texts.chain(skills).collect())
}

/// What there is to read by name.
pub(super) fn templates() -> ListResourceTemplatesResult {
    let templates = TEMPLATES.iter().map(|template| {
        ResourceTemplate::new(template.uri, template.name)
            .with_title(template.title)
            .with_description(template.description)
            .with_mime_type(MARKDOWN)
    });
    ListResourceTemplatesResult::with_all_items(templates.collect())
}

/// What stands at an address.
fn resource(uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let skill = SKILLS.iter().find(|skill| skill_uri(skill) == uri);
    let text = match skill {
        Some(skill) => Some(skill.text.to_owned()),
        None => guides::read(uri),
    };
    let Some(text) = text else {
        let uri = shown::name(uri);
        return Err(ErrorData::resource_not_found(
            format!(
                "Unknown resource: {uri}; resources/list and resources/templates/list say which there are"
            ),
            Some(json!({"uri": uri})),
        ));
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(MARKDOWN);
    Ok(ReadResourceResult::new(vec![contents]))
}

/// What stands at an address, as the caller of that scope may read it: a plan is its maker's.
pub(super) fn read(
    handler: &Handler,
    uri: &str,
    scope: &Scope,
) -> Result<ReadResourceResult, ErrorData> {
    let Some(plan_id) = guides::plan_at(uri) else {
        return resource(uri);
    };
    let (terms, backend) = (&scope.terms, scope.backend.as_ref());
    let outline = handler
        .dispatcher
        .plan(plan_id, &scope.caller, terms, backend);
    let outline = outline.map_err(|why| ErrorData::resource_not_found(why, None))?;
    let mut told = serde_json::to_value(&outline).map_err(|error| {
        error!(%error, "a plan is no JSON");
        ErrorData::internal_error("the plan cannot be shown; the server's log says why", None)
    })?;
    untrusted::show(&mut told);
    let text = format!("{told:#}");
    let contents = ResourceContents::text(text, uri).with_mime_type("application/json");
    Ok(ReadResourceResult::new(vec![contents]))
}

/// What a client may offer for an argument of a prompt, or for the variable of an address, of which the
/// person typed the beginning.
pub(super) async fn complete(
    request: &CompleteRequestParams,
    dispatcher: &Dispatcher,
    scope: &Scope,
    upstream: &Upstream,
) -> CompleteResult {
    let argument = &request.argument;
    let typed = shown::cut(&argument.value, TYPED_CHARS);
    let subject = match &request.r#ref {
        Reference::Resource(_) | Reference::Prompt(_) => Subject::of_argument(&argument.name),
        _ => None,
    };
    let fitting = if let Some(subject) = subject {
        let beginning = Beginning {
            subject,
            typed,
            inventory: scope.inventory,
            caller: &scope.caller,
            upstream,
            terms: &scope.terms,
            backend: scope.backend.as_ref(),
        };
        // Few requests ask for it, and what all carry along is to stay small.
        Box::pin(dispatcher.complete(beginning)).await
    } else if matches!(request.r#ref, Reference::Resource(_)) {
        Fitting::of(typed, guides::values(&argument.name))
    } else {
        Fitting::default()
    };
    CompletionInfo::with_pagination(fitting.values, None, fitting.has_more)
        .map(CompleteResult::new)
        .unwrap_or_default()
}

/// The skills.
pub(super) fn skills() -> ListSkillsResult {
    ListSkillsResult::with_all_items(SKILLS.iter().map(skill).collect())
}

/// The skill at an address.
pub(super) fn skill_at(uri: &str) -> Result<GetSkillResult, ErrorData> {
    let found = SKILLS.iter().find(|skill| skill_uri(skill) == uri);
    let found = found.ok_or_else(|| {
        ErrorData::invalid_params(
            format!(
                "Unknown skill: {}; skills/list says which there are",
                shown::name(uri)
            ),
            None,
        )
    })?;
    Ok(GetSkillResult::new(skill(found))
        .with_ttl_ms(LIST_TTL_MS)
        .with_cache_scope(CacheScope::Public))
}

/// rmcp's catalogue of skills reads a folder when it starts; these are part of the program.
fn skill(skill: &guides::Skill) -> Skill {
    let uri = skill_uri(skill);
    let file = SkillResource::from_bytes(uri.as_str(), skill.text.as_bytes());
    let frontmatter = SkillFrontmatter::new(skill.name, skill.description());
    Skill::new(uri, frontmatter, SkillResources::Files(vec![file]))
}

fn skill_uri(skill: &guides::Skill) -> String {
    format!("skill://{}/SKILL.md", skill.name)
}
