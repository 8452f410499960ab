//! The schema of the file is that of its types, and the examples in the documentation are taken.

use std::path::{Path, PathBuf};

use serde_json::Value;
use unkey_mcp::settings::{Loaded, Requirements, schema};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_schema_that_is_published_is_that_of_the_types() {
    let path = file("docs/config.schema.json");
    let mut text = serde_json::to_string_pretty(&schema()).unwrap();
    text.push('\n');
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap();
    assert_eq!(published, text, "stale: run the tests with UPDATE=1");
}

#[test]
fn every_word_of_the_schema_is_described() {
    fn check(path: &str, schema: &Value) {
        let fields = schema["properties"].as_object().into_iter().flatten();
        for (name, field) in fields {
            assert!(field["description"].is_string(), "{path}.{name}");
            check(&format!("{path}.{name}"), field);
            check(&format!("{path}.{name}.*"), &field["additionalProperties"]);
        }
    }
    check("", &schema());
}

#[test]
fn the_examples_in_the_documentation_are_taken() {
    let mut count = 0;
    for document in ["docs/configuration.md", "README.md", "docs/security.md"] {
        for block in crate::newcomer::blocks(document) {
            if !block.is_ours() {
                continue;
            }
            count += 1;
            let path = Path::new(document);
            let loaded = Loaded::parse(path, &block.text, &Requirements::default());
            if let Err(problem) = loaded {
                panic!("{}: {problem}\n{}", block.section, block.text);
            }
        }
    }
    assert!(count >= 3, "{count} examples");
}
