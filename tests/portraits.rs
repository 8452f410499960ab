//! What a model sees of every tool.

use std::fmt::Write as _;

use serde_json::{Map, Value};
use unkey_tools::{Entry, every};

/// One snapshot a tool: what a model and a person see of it.
#[test]
fn what_a_model_sees_has_been_read() {
    for tool in every() {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(tool.name, portrait(tool));
        });
    }
}

fn portrait(tool: &Entry) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            writeln!(text, "{name}: {value}").unwrap();
        }
    };
    line("tool", tool.name);
    line("endpoint", tool.endpoint);
    line("is made of", &tool.uses.join(", "));
    line("title", tool.title);
    line("effect", tool.effect.word());
    for grant in tool.grants {
        let one = if grant.scoped() {
            " or on one resource"
        } else {
            ""
        };
        let when = grant
            .condition()
            .map_or(String::new(), |when| format!(", when {when}"));
        let named = grant.named().map_or(String::new(), |named| {
            format!(" or unkey:v1:<workspace>:{named}")
        });
        line("needs", &format!("{grant}{one}{named}{when}"));
    }
    line("if the answer is lost", tool.recovery_hint);
    for newer in tool.newer {
        let what = newer
            .of()
            .map_or("it".to_owned(), |field| format!("`{field}`"));
        line(
            &format!("where the server is older than {what}"),
            newer.instead(),
        );
    }
    line(
        "where the server is newer",
        tool.retired.unwrap_or_default(),
    );
    let input = tool.input();
    let pretty = |schema: &Map<String, Value>| serde_json::to_string_pretty(schema).unwrap();
    let (asks, answers) = (pretty(&input.schema), pretty(&tool.output_schema()));
    format!(
        "{text}\n{}\n\ninput: {asks}\n\noutput: {answers}\n",
        input.description
    )
}
