//! What holds for every operation: names, places, words, schemas, sizes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use regex_lite::Regex;
use serde_json::{Map, Value, json};
use unkey_tools::{CATALOGUE, Entry, Toolset, WORKFLOWS, every, find, listed};

/// What `tools/list` may weigh where nobody chose tools: names, descriptions and input schemas, in
/// bytes of compact JSON.
const MOST_BYTES: usize = 33_500;
/// What one tool may weigh.
const MOST_BYTES_EACH: usize = 3_000;
/// What one tool may weigh that has to be asked for: a gateway's policies have many forms.
const MOST_BYTES_EACH_ASKED_FOR: usize = 7_000;
/// Several clients cut a description beyond it.
const MOST_CHARACTERS: usize = 1_024;
/// Arguments whose names say all that a model needs: every list would pay for words beside them.
const SAID_BY_THEIR_NAMES: [&str; 37] = [
    "amount",
    "apiId",
    "clear",
    "countKeys",
    "countOnly",
    "credits",
    "cursor",
    "description",
    "enabled",
    "expiringInDays",
    "externalId",
    "format",
    "identifier",
    "interval",
    "keyId",
    "limit",
    "meta",
    "name",
    "namespace",
    "neverUsed",
    "operation",
    "outOfCredits",
    "permission",
    "permissions",
    "preview",
    "query",
    "ratelimits",
    "remaining",
    "returnUrl",
    "revalidateKeysCache",
    "role",
    "roles",
    "scopes",
    "search",
    "to",
    "unusedForDays",
    "withoutOwner",
];
/// The largest integer that every JSON parser holds exactly.
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Fails with the offenders, if there are any.
#[track_caller]
pub(crate) fn none(offenders: impl IntoIterator<Item = String>) {
    let offenders: Vec<String> = offenders.into_iter().collect();
    assert!(offenders.is_empty(), "{offenders:#?}");
}

/// The name of the tool that stands for an endpoint.
fn tool_name(endpoint: &str) -> String {
    let mut name = String::new();
    for letter in endpoint.chars() {
        match letter {
            '.' => name.push('_'),
            upper if upper.is_ascii_uppercase() => {
                name.push('_');
                name.push(upper.to_ascii_lowercase());
            }
            lower => name.push(lower),
        }
    }
    name
}

/// Calls `visit` with a schema and all those inside it, each with the place it stands at.
fn walk(at: &str, schema: &Map<String, Value>, visit: &mut impl FnMut(&str, &Map<String, Value>)) {
    visit(at, schema);
    for (name, property) in properties(schema) {
        if let Value::Object(property) = property {
            walk(&format!("{at}.{name}"), property, visit);
        }
    }
    if let Some(Value::Object(items)) = schema.get("items") {
        walk(&format!("{at}[]"), items, visit);
    }
}

fn properties(schema: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}

/// What `walk` finds wrong with the schemas of all tools.
fn offenders(
    schema: impl Fn(&'static Entry) -> Map<String, Value>,
    complain: impl Fn(&Map<String, Value>) -> Option<String>,
) -> Vec<String> {
    let mut offenders = Vec::new();
    for tool in every() {
        walk(tool.name, &schema(tool), &mut |at, schema| {
            if let Some(complaint) = complain(schema) {
                offenders.push(format!("{at}: {complaint}"));
            }
        });
    }
    offenders
}

fn input(tool: &'static Entry) -> Map<String, Value> {
    Map::clone(&tool.input().schema)
}

#[test]
fn every_service_has_all_its_operations() {
    let mut counts = BTreeMap::new();
    for tool in listed() {
        *counts.entry(tool.toolset.name()).or_insert(0) += 1;
    }
    let expected = [
        ("analytics", 4),
        ("apis", 4),
        ("apps", 5),
        ("deploy", 2),
        ("deployments", 7),
        ("domains", 5),
        ("environments", 6),
        ("gateway", 3),
        ("github", 1),
        ("identities", 5),
        ("keys", 15),
        ("permissions", 9),
        ("portal", 2),
        ("projects", 5),
        ("ratelimit", 6),
        ("workflows", 6),
    ];
    assert_eq!(counts, BTreeMap::from(expected));
}

#[test]
fn names_follow_from_endpoints() {
    let allowed = Regex::new("^[a-z0-9_]{1,40}$").unwrap();
    none(CATALOGUE.iter().filter_map(|tool| {
        let service = tool.toolset.name();
        let full = tool_name(tool.endpoint);
        // Where the service's name makes it too long, the operation does not repeat it.
        let name = if full.len() > 40 {
            full.replacen("_environment_", "_", 1)
        } else {
            full
        };
        let good = allowed.is_match(tool.name)
            && tool.name == name
            && tool.endpoint.starts_with(&format!("{service}."));
        (!good).then(|| format!("{} for {} in {service}", tool.name, tool.endpoint))
    }));
}

#[test]
fn the_list_is_in_order_and_no_name_or_title_stands_twice() {
    assert!(CATALOGUE.is_sorted_by_key(|tool| tool.name));
    assert!(WORKFLOWS.is_sorted_by_key(|tool| tool.name));
    assert!(Toolset::ALL.is_sorted_by_key(|set| set.name()));
    let names: BTreeSet<_> = every().map(|tool| tool.name).collect();
    let titles: BTreeSet<_> = every().map(|tool| tool.title).collect();
    let tools = every().count();
    assert_eq!((names.len(), titles.len()), (tools, tools));
}

#[test]
fn every_tool_is_where_its_name_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools");
    none(CATALOGUE.iter().filter_map(|tool| {
        let file = tool.name.replacen('_', "/", 1) + ".rs";
        (!root.join(&file).exists()).then(|| format!("{} has no tools/{file}", tool.name))
    }));
    let crates = Path::new(env!("CARGO_MANIFEST_DIR"));
    none(WORKFLOWS.iter().flat_map(|tool| {
        let name = tool.name;
        let files = [
            format!("tools/workflows/{name}.rs"),
            format!("workflows/{name}.rs"),
        ];
        files.into_iter().filter(|file| !crates.join(file).exists())
    }));
}

#[test]
fn a_tool_is_found_by_every_name_it_goes_by() {
    none(CATALOGUE.iter().flat_map(|tool| {
        let hosted = format!("unkey_{}", tool.name);
        let hosted_v2 = format!("unkey_v2_{}", tool.name);
        [tool.name, tool.endpoint, &hosted, &hosted_v2]
            .into_iter()
            .filter(|name| find(name).is_none_or(|found| found.name != tool.name))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    }));
    assert!(find("keys_create").is_none());
}

#[test]
fn inputs_use_only_what_every_client_reads() {
    const READ_BY_ALL: [&str; 14] = [
        "type",
        "description",
        "enum",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "items",
        "properties",
        "required",
        "additionalProperties",
    ];
    none(offenders(input, |schema| {
        let kind = schema.get("type").and_then(Value::as_str);
        if let Some(keyword) = schema.keys().find(|key| !READ_BY_ALL.contains(&&***key)) {
            return Some(format!("has `{keyword}`"));
        }
        match kind {
            None => Some("has no single type".to_owned()),
            Some("array") if !schema.contains_key("items") => Some("has no items".to_owned()),
            Some(_) => None,
        }
    }));
    none(every().filter_map(|tool| {
        let schema = &tool.input().schema;
        let good = schema.get("type") == Some(&json!("object"))
            && schema.get("properties").is_some_and(Value::is_object)
            && schema.get("additionalProperties") == Some(&json!(false));
        (!good).then(|| tool.name.to_owned())
    }));
}

#[test]
fn bounds_are_numbers_that_every_parser_holds() {
    none(offenders(input, |schema| {
        ["minimum", "maximum"].into_iter().find_map(|keyword| {
            let bound = schema.get(keyword)?;
            let float = bound.as_f64()?;
            let exact = bound.is_i64() || float.fract() != 0.0;
            let safe = exact && float.abs() <= MAX_SAFE_INTEGER;
            (!safe).then(|| format!("{keyword} {bound}"))
        })
    }));
}

#[test]
fn every_pattern_is_one_that_the_check_understands() {
    none(offenders(input, |schema| {
        let pattern = schema.get("pattern")?.as_str()?;
        Regex::new(pattern).is_err().then(|| pattern.to_owned())
    }));
}

#[test]
fn every_argument_is_explained_where_its_name_does_not_say_all() {
    let explains = |tool: &str, field: &str| {
        let schema = &find(tool).unwrap().input().schema;
        let words = schema["properties"][field]["description"].as_str();
        let says_itself = || SAID_BY_THEIR_NAMES.contains(&field);
        words.map_or_else(says_itself, |words| words.ends_with('.'))
    };
    // The list has both tools, and the words of one that chooses keys do for the other.
    let fields = find("keys_plan").unwrap().input().schema["properties"].clone();
    let chosen: Vec<String> = fields.as_object().unwrap().keys().cloned().collect();
    let elsewhere = |schema: &Map<String, Value>, name: &str| {
        schema["properties"] == fields && explains("keys_find", name)
    };
    for name in chosen {
        assert!(
            explains("keys_plan", &name) || explains("keys_find", &name),
            "{name}"
        );
    }
    none(offenders(input, |schema| {
        properties(schema)
            .find(|(name, property)| {
                let words = property.get("description").and_then(Value::as_str);
                let unexplained = words.map_or_else(
                    || !SAID_BY_THEIR_NAMES.contains(&name.as_str()),
                    |words| !words.ends_with('.') || words.contains('\n'),
                );
                unexplained && !elsewhere(schema, name)
            })
            .map(|(name, _)| name.clone())
    }));
}

#[test]
fn every_required_argument_exists() {
    none(offenders(input, |schema| {
        let required = schema.get("required")?.as_array()?;
        let known = |name: &&Value| properties(schema).any(|(known, _)| json!(known) == **name);
        let missing = required.iter().find(|name| !known(name))?;
        Some(missing.to_string())
    }));
}

#[test]
fn outputs_are_objects_that_refuse_no_new_field() {
    let output = |tool: &'static Entry| tool.output_schema();
    none(offenders(output, |schema| {
        let allowed = ["type", "properties", "items"];
        let keyword = schema.keys().find(|key| !allowed.contains(&&***key))?;
        Some(format!("has `{keyword}`"))
    }));
    none(every().filter_map(|tool| {
        let schema = tool.output_schema();
        let request_id = &Value::Object(schema.clone())["properties"]["meta"]["properties"];
        let good = schema.get("type") == Some(&json!("object"))
            && request_id.get("requestId") == Some(&json!({"type": "string"}));
        (!good).then(|| tool.name.to_owned())
    }));
}

#[test]
fn every_description_opens_with_one_sentence() {
    none(every().filter_map(|tool| {
        let sentence = tool.sentence();
        let good = sentence.ends_with('.')
            && sentence.matches(". ").count() == 0
            && sentence.starts_with(char::is_uppercase)
            && !sentence.contains('\n');
        (!good).then(|| format!("{}: {sentence}", tool.name))
    }));
}

#[test]
fn words_name_only_tools_that_exist() {
    let quoted = Regex::new("`([a-z]+_[a-z_]+)`").unwrap();
    let mut offenders = Vec::new();
    for tool in every() {
        let mut words = format!("{} {}", tool.input().description, tool.recovery_hint);
        walk("", &tool.input().schema, &mut |_, schema| {
            if let Some(Value::String(more)) = schema.get("description") {
                words.push_str(more);
            }
        });
        for name in quoted
            .captures_iter(&words)
            .map(|found| found[1].to_owned())
        {
            let service = name.split('_').next().and_then(Toolset::named);
            if service.is_some() && find(&name).is_none() {
                offenders.push(format!("{}: {name}", tool.name));
            }
        }
    }
    none(offenders);
}

#[test]
fn the_list_leaves_room_for_a_conversation() {
    let weight = |tool: &Entry| {
        let input = tool.input();
        let listed = json!({
            "name": tool.name,
            "description": input.description,
            "inputSchema": input.schema,
        });
        listed.to_string().len()
    };
    none(every().filter_map(|tool| {
        let characters = tool.input().description.chars().count();
        let bytes = weight(tool);
        let most = if tool.toolset.is_default() {
            MOST_BYTES_EACH
        } else {
            MOST_BYTES_EACH_ASKED_FOR
        };
        (characters > MOST_CHARACTERS || bytes > most)
            .then(|| format!("{}: {characters} characters, {bytes} bytes", tool.name))
    }));
    let default = listed().filter(|tool| tool.toolset.is_default());
    let bytes: usize = default.map(weight).sum();
    assert!(bytes <= MOST_BYTES, "the list weighs {bytes} bytes");
}
