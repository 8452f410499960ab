//! Four tools in place of all: one searches the others, one describes one of them, two call them.

mod search;

use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations,
};
use serde_json::{Value, json};
use unkey_tools::Entry;

use super::tool::Ours;
use super::{Scope, tool};
use crate::inventory::Inventory;
use crate::observe::shown;
use crate::secrets::Secrets;

const SEARCH: &str = "search_tools";
const DESCRIBE: &str = "describe_tool";
const RUN_READ: &str = "run_read_tool";
const RUN_WRITE: &str = "run_write_tool";

/// How many tools a search tells.
const FOUND: usize = 8;

/// What is to be done with a call.
pub(super) enum Step {
    /// It is answered here.
    Answer(CallToolResult),
    /// It is a call of another tool.
    Call(CallToolRequestParams),
}

/// The four, or three where no tool of `inventory` changes anything.
pub(super) fn list(inventory: Inventory) -> Vec<Tool> {
    let named = json!({"type": "string", "description": "The tool's name, from search_tools."});
    let run = json!({
        "name": named,
        "arguments": {"type": "object", "description": "Its arguments, as describe_tool says."},
    });
    let mut tools = vec![
        make(
            SEARCH,
            "Search tools",
            "Finds tools for Unkey: API keys, rate limits, permissions, identities, usage. Start here.",
            &json!({"query": {"type": "string", "description": "Words for the job, such as `rotate key`."}}),
            true,
        ),
        make(
            DESCRIBE,
            "Describe a tool",
            "Tells a tool's arguments as a JSON schema. Read it before the first call.",
            &json!({"name": named}),
            true,
        ),
        make(
            RUN_READ,
            "Run a tool that reads",
            "Calls a tool that changes nothing.",
            &run,
            true,
        ),
    ];
    if inventory
        .entries()
        .any(|entry| !entry.effect.is_read_only())
    {
        tools.push(make(
            RUN_WRITE,
            "Run a tool that writes",
            "Calls a tool that creates, changes, deletes or spends. Ask the user before you delete or overwrite.",
            &run,
            false,
        ));
    }
    tools
}

/// What a call means: where four tools stand for all, it may be one of these.
///
/// # Errors
/// Where arguments are missing, or the tool is none of `inventory`, or of the other kind.
pub(super) fn step(
    request: CallToolRequestParams,
    scope: &Scope,
    secrets: &Secrets,
) -> Result<Step, ErrorData> {
    if !scope.terms.answers.dynamic {
        return Ok(Step::Call(request));
    }
    let inventory = scope.inventory;
    let arguments = request.arguments.as_ref();
    match request.name.as_ref() {
        SEARCH => Ok(Step::Answer(search_tools(
            text(arguments, "query")?,
            inventory,
        ))),
        DESCRIBE => {
            let entry = named(text(arguments, "name")?, inventory)?;
            Ok(Step::Answer(describe(entry, &Ours::of(scope, secrets))))
        }
        kind @ (RUN_READ | RUN_WRITE) => {
            let entry = named(text(arguments, "name")?, inventory)?;
            let right = if entry.effect.is_read_only() {
                RUN_READ
            } else {
                RUN_WRITE
            };
            if kind != right {
                return Err(ErrorData::invalid_params(
                    format!(
                        "{} is called with {right}: its effect is {}",
                        entry.name,
                        entry.effect.word()
                    ),
                    None,
                ));
            }
            let inner = request
                .arguments
                .and_then(|mut all| all.remove("arguments"));
            let mut call = request_of(entry.name, inner)?;
            call.meta = request.meta;
            // What came back of a question is about this call.
            call.request_state = request.request_state;
            call.input_responses = request.input_responses;
            Ok(Step::Call(call))
        }
        _ => Ok(Step::Call(request)),
    }
}

fn request_of(
    name: &'static str,
    arguments: Option<Value>,
) -> Result<CallToolRequestParams, ErrorData> {
    let arguments = match arguments {
        None | Some(Value::Null) => JsonObject::new(),
        Some(Value::Object(members)) => members,
        // Some clients send objects as text.
        Some(Value::String(text)) => serde_json::from_str(&text).map_err(|_| {
            ErrorData::invalid_params("arguments is an object, as describe_tool says", None)
        })?,
        Some(_) => {
            return Err(ErrorData::invalid_params(
                "arguments is an object, as describe_tool says",
                None,
            ));
        }
    };
    Ok(CallToolRequestParams::new(name).with_arguments(arguments))
}

fn search_tools(query: &str, inventory: Inventory) -> CallToolResult {
    let mut found = search::search(query, inventory.entries());
    found.truncate(FOUND);
    let tools: Vec<Value> = found
        .into_iter()
        .map(|entry| {
            json!({
                "name": entry.name,
                "effect": entry.effect.word(),
                "description": entry.sentence(),
            })
        })
        .collect();
    if tools.is_empty() {
        let mut toolsets: Vec<&str> = inventory
            .entries()
            .map(|entry| entry.toolset.name())
            .collect();
        toolsets.dedup();
        return answer(json!({
            "tools": [],
            "next": format!("nothing fits; there are tools for {}", toolsets.join(", ")),
        }));
    }
    answer(json!({"tools": tools}))
}

fn describe(entry: &Entry, ours: &Ours) -> CallToolResult {
    let input = entry.input();
    let mut schema = Arc::clone(&input.schema);
    ours.add(&mut schema, entry);
    let run = if entry.effect.is_read_only() {
        RUN_READ
    } else {
        RUN_WRITE
    };
    answer(json!({
        "name": entry.name,
        "call_with": run,
        "description": input.description,
        "inputSchema": *schema,
    }))
}

fn answer(value: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
    result.structured_content = Some(value);
    result
}

/// The tool of that name, by whichever of its names.
fn named(name: &str, inventory: Inventory) -> Result<&'static Entry, ErrorData> {
    unkey_tools::find(name)
        .filter(|entry| inventory.contains(entry))
        .ok_or_else(|| tool::unknown(name, inventory))
}

fn text<'a>(arguments: Option<&'a JsonObject>, name: &str) -> Result<&'a str, ErrorData> {
    let value = arguments
        .and_then(|all| all.get(name))
        .and_then(Value::as_str);
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
        let there: Vec<String> = arguments
            .into_iter()
            .flat_map(|all| all.keys().take(5))
            .map(|key| shown::name(key))
            .collect();
        ErrorData::invalid_params(
            format!("{name} is missing: a text; got [{}]", there.join(", ")),
            None,
        )
    })
}

fn make(
    name: &'static str,
    title: &'static str,
    description: &'static str,
    properties: &Value,
    read_only: bool,
) -> Tool {
    let required: Vec<&String> = properties
        .as_object()
        .into_iter()
        .flat_map(|all| all.keys())
        .filter(|key| *key != "arguments")
        .collect();
    let schema = json!({"type": "object", "properties": properties, "required": required});
    let schema = schema.as_object().cloned().unwrap_or_default();
    Tool::new(name, description, Arc::new(schema))
        .with_title(title)
        .with_annotations(
            ToolAnnotations::with_title(title)
                .read_only(read_only)
                .destructive(!read_only)
                .idempotent(read_only)
                .open_world(true),
        )
}
