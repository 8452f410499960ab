//! From the catalogue's entries to the tools that clients list.

use std::sync::{Arc, LazyLock};

use rmcp::ErrorData;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::Value;
use unkey_tools::{CATALOGUE, Entry};

use super::{Scope, dynamic};
use crate::inventory::{Inventory, nearest_tool};
use crate::observe::shown;
use crate::secrets::{DELIVER, Secrets};

/// All tools, in the catalogue's order. Their schemas are made once and shared by every list.
static TOOLS: LazyLock<Vec<Tool>> = LazyLock::new(|| CATALOGUE.iter().map(tool).collect());

/// What a client of that scope is shown.
pub(super) fn offered(scope: &Scope, secrets: &Secrets) -> Vec<Tool> {
    if scope.terms.answers.dynamic {
        dynamic::list(scope.inventory)
    } else {
        list(scope.inventory, secrets)
    }
}

/// The tools of `inventory`, as `tools/list` sends them where secrets go so.
pub fn list(inventory: Inventory, secrets: &Secrets) -> Vec<Tool> {
    let listed = inventory.indices();
    let listed = listed.filter_map(|index| Some((CATALOGUE.get(index)?, TOOLS.get(index)?)));
    let listed = listed.map(|(entry, tool)| {
        let mut tool = tool.clone();
        add_ours(&mut tool.input_schema, entry, secrets);
        tool
    });
    listed.collect()
}

/// Lists the arguments that are ours and not the operation's.
pub(super) fn add_ours(schema: &mut Arc<JsonObject>, entry: &Entry, secrets: &Secrets) {
    let Some(deliver) = secrets.deliver_schema(entry) else {
        return;
    };
    if let Some(Value::Object(properties)) = Arc::make_mut(schema).get_mut("properties") {
        properties.insert(DELIVER.to_owned(), deliver);
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
    let hint = match nearest_tool(name, inventory) {
        // Another's name would mislead: an assistant that may not delete is not to do the next best.
        _ if unkey_tools::find(name).is_some() => {
            "it is not offered here: the settings of this server, this client or the embedded \
             engine leave it out; tools/list says which there are"
                .to_owned()
        }
        _ if unkey_tools::is_of_portal_users(name) => {
            "only an end user who is signed in to the customer portal may call it, with a cookie; \
             with a root key use analytics_get_verifications, apis_list_keys or keys_reroll_key"
                .to_owned()
        }
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => "tools/list says which there are".to_owned(),
    };
    ErrorData::invalid_params(format!("Unknown tool: {shown}; {hint}"), None)
}
