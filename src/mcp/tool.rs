//! From the catalogue's entries to the tools that clients list.

use std::sync::{Arc, LazyLock};

use rmcp::ErrorData;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};
use unkey_tools::{Entry, every};

use super::{Scope, dynamic};
use crate::confirm;
use crate::inventory::{Inventory, nearest_tool};
use crate::observe::shown;
use crate::secrets::{DELIVER, Secrets};
use crate::settings::ConfirmMode;

/// All tools, in the catalogue's order. Their schemas are made once and shared by every list.
static TOOLS: LazyLock<Vec<(&'static Entry, Tool)>> =
    LazyLock::new(|| every().map(|entry| (entry, tool(entry))).collect());

/// What a client of that scope is shown.
pub(super) fn offered(scope: &Scope, secrets: &Secrets) -> Vec<Tool> {
    if scope.terms.answers.dynamic {
        dynamic::list(scope.inventory)
    } else {
        listed(scope.inventory, &Ours::of(scope, secrets))
    }
}

/// The tools of `inventory`, as `tools/list` sends them where secrets go so.
pub fn list(inventory: Inventory, secrets: &Secrets) -> Vec<Tool> {
    let ours = Ours {
        secrets: secrets.clone(),
        tokens: false,
    };
    listed(inventory, &ours)
}

fn listed(inventory: Inventory, ours: &Ours) -> Vec<Tool> {
    let listed = inventory.indices().filter_map(|index| TOOLS.get(index));
    let listed = listed.map(|(entry, tool)| {
        let mut tool = tool.clone();
        ours.add(&mut tool.input_schema, entry);
        tool
    });
    listed.collect()
}

/// The arguments that are ours and not the operation's.
pub(super) struct Ours {
    secrets: Secrets,
    /// Whether calls may need a token that says that a person agreed.
    tokens: bool,
}

impl Ours {
    /// Those that a client of that scope may send.
    pub(super) fn of(scope: &Scope, secrets: &Secrets) -> Self {
        Self {
            secrets: secrets.held_to(scope.terms.secrets),
            tokens: scope.terms.confirm == ConfirmMode::Always,
        }
    }

    /// Adds them to the schema of a tool's arguments.
    pub(super) fn add(&self, schema: &mut Arc<JsonObject>, entry: &Entry) {
        let deliver = self.secrets.deliver_schema(entry);
        let deliver = deliver.map(|deliver| (DELIVER, deliver));
        let token = (self.tokens && confirm::takes_token(entry)).then(|| {
            let token = json!({
                "type": "string",
                "description": "Only after a person agreed: the token from this call's first answer.",
            });
            (confirm::ARGUMENT, token)
        });
        let ours: Vec<_> = deliver.into_iter().chain(token).collect();
        if ours.is_empty() {
            return;
        }
        if let Some(Value::Object(properties)) = Arc::make_mut(schema).get_mut("properties") {
            for (name, argument) in ours {
                properties.insert(name.to_owned(), argument);
            }
        }
    }
}

fn tool(entry: &'static Entry) -> Tool {
    let input = entry.input();
    Tool::new(
        entry.name,
        input.description.as_str(),
        Arc::clone(&input.schema),
    )
    .with_title(entry.title)
    .with_raw_output_schema(Arc::new(entry.output_schema()))
    .with_annotations(
        // Some clients ignore the specification's defaults: all four are always said.
        ToolAnnotations::with_title(entry.title)
            .read_only(entry.effect.is_read_only())
            .destructive(entry.effect.is_destructive())
            .idempotent(entry.effect.is_idempotent())
            .open_world(true),
    )
}

/// What a caller is told that names a tool which is not there.
pub(super) fn unknown(name: &str, inventory: Inventory) -> ErrorData {
    let shown = shown::name(name);
    let hint = match (unkey_tools::find(name), nearest_tool(name, inventory)) {
        // Another's name would mislead: an assistant that may not delete is not to do the next best.
        (Some(entry), _) => not_offered(entry, inventory),
        _ if unkey_tools::is_of_portal_users(name) => {
            "only an end user who is signed in to the customer portal may call it, with a cookie; \
             with a root key use analytics_get_verifications, apis_list_keys or keys_reroll_key"
                .to_owned()
        }
        (None, Some(nearest)) => format!("did you mean `{nearest}`?"),
        (None, None) => "tools/list says which there are".to_owned(),
    };
    ErrorData::invalid_params(format!("Unknown tool: {shown}; {hint}"), None)
}

/// Why a tool that exists is not offered, and who can change that.
fn not_offered(entry: &Entry, inventory: Inventory) -> String {
    let is_off = !inventory
        .entries()
        .any(|other| other.toolset == entry.toolset);
    if !is_off || entry.toolset.is_default() {
        return "it is not offered here: the settings of this server, this client or the embedded \
                engine leave it out; tools/list says which there are"
            .to_owned();
    }
    let toolset = entry.toolset.name();
    let mut hint = format!(
        "it is not offered here: its toolset `{toolset}` is off. Let the user add it where toolsets are \
         chosen (`--toolsets default,{toolset}`)"
    );
    if !unkey_local::supports(entry.endpoint) {
        hint.push_str("; with --local there is none, since the embedded engine deploys nothing");
    }
    hint
}
