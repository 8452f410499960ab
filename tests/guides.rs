//! Prompts, resources, completions and skills.

use serde_json::{Value, json};
use unkey_tools::CATALOGUE;

use crate::support::{self, Session, refusal, success};

const PROMPTS: [&str; 8] = [
    "issue_key",
    "explain_refusal",
    "rotate_leaked_key",
    "offboard_customer",
    "set_up_plans",
    "move_keys_here",
    "usage_for_billing",
    "clean_up_keys",
];

/// A session of every kind, on the embedded engine.
async fn sessions() -> Vec<Session> {
    support::sessions(&["--local=:memory:"], None).await
}

fn texts<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    let items = list.as_array().expect("a list");
    items
        .iter()
        .map(|item| item[member].as_str().unwrap())
        .collect()
}

/// What a resource says.
async fn read(session: &mut Session, uri: &str) -> String {
    let answer = session.request("resources/read", json!({"uri": uri})).await;
    let contents = &answer["result"]["contents"][0];
    assert_eq!(contents["uri"], uri, "{answer}");
    assert_eq!(contents["mimeType"], "text/markdown", "{answer}");
    contents["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_prompt_is_listed_and_begins_its_job() {
    for mut session in sessions().await {
        let list = session.request("prompts/list", json!({})).await;
        let prompts = &list["result"]["prompts"];
        assert_eq!(texts(prompts, "name"), PROMPTS);
        for prompt in prompts.as_array().unwrap() {
            let arguments = prompt["arguments"].as_array().unwrap();
            let said: serde_json::Map<String, Value> = arguments
                .iter()
                .map(|argument| {
                    (
                        argument["name"].as_str().unwrap().to_owned(),
                        json!("what I said"),
                    )
                })
                .collect();
            let params = json!({"name": prompt["name"], "arguments": said});
            let answer = session.request("prompts/get", params).await;
            let message = &answer["result"]["messages"][0];
            assert_eq!(message["role"], "user", "{answer}");
            let text = message["content"]["text"].as_str().unwrap();
            assert_eq!(
                text.matches(": what I said").count(),
                arguments.len(),
                "{text}"
            );
        }
    }
}

#[tokio::test]
async fn what_a_prompt_or_resource_is_called_wrongly_is_answered_with_what_there_is() {
    for mut session in sessions().await {
        let answer = session
            .request("prompts/get", json!({"name": "issue_keys"}))
            .await;
        assert_eq!(refusal(&answer).0, -32602, "{answer}");
        assert!(
            refusal(&answer).1.contains("issue_key, explain_refusal"),
            "{answer}"
        );
        let params = json!({"name": "issue_key", "arguments": {"owner": "acme"}});
        let answer = session.request("prompts/get", params).await;
        assert_eq!(refusal(&answer).0, -32602, "{answer}");
        assert!(
            refusal(&answer)
                .1
                .contains("it takes apiId, customer, wishes"),
            "{answer}"
        );
        for uri in [
            "x://y",
            "unkey://errors/no_such",
            "skill://unkey-keys/other.md",
            "",
        ] {
            let answer = session.request("resources/read", json!({"uri": uri})).await;
            assert!([-32002, -32602].contains(&refusal(&answer).0), "{answer}");
            assert!(refusal(&answer).1.contains("resources/list"), "{answer}");
        }
    }
}

#[tokio::test]
async fn every_resource_that_is_listed_can_be_read() {
    for mut session in sessions().await {
        let list = session.request("resources/list", json!({})).await;
        for uri in texts(&list["result"]["resources"], "uri") {
            assert!(read(&mut session, uri).await.len() > 100, "{uri}");
        }
        let list = session.request("resources/templates/list", json!({})).await;
        let templates = texts(&list["result"]["resourceTemplates"], "uriTemplate");
        assert!(templates.contains(&"unkey://errors/{code}"), "{list}");
        let text = read(&mut session, "unkey://errors/RATE_LIMITED").await;
        assert!(text.contains("What helps: Wait"), "{text}");
    }
}

#[tokio::test]
async fn a_plan_can_be_read_by_whoever_made_it() {
    for mut session in sessions().await {
        let made = session
            .call("apis_create_api", json!({"name": "payments"}))
            .await;
        let key = json!({"apiId": success(&made)["data"]["apiId"], "name": "a\u{202e}b"});
        success(&session.call("keys_create_key", key).await);
        let request = json!({"apis": ["payments"], "change": {"kind": "disable"}});
        let planned = session.call("keys_plan", request).await;
        let id = success(&planned)["data"]["planId"]
            .as_str()
            .unwrap()
            .to_owned();
        let uri = format!("unkey://plan/{id}");
        let answer = session.request("resources/read", json!({"uri": uri})).await;
        let text = answer["result"]["contents"][0]["text"].as_str().unwrap();
        let told: Value = serde_json::from_str(text).unwrap();
        assert_eq!(told["planId"], *id, "{told}");
        assert_eq!(told["plan"]["keys"], 1, "{told}");
        assert_eq!(told["plan"]["examples"][0]["name"], "a\\u{202e}b", "{told}");
        assert_eq!(told["begun"], false, "{told}");
        let uri = json!({"uri": "unkey://plan/plan_none"});
        let answer = session.request("resources/read", uri).await;
        assert!(refusal(&answer).1.contains("no such plan"), "{answer}");
    }
}

#[tokio::test]
async fn the_permissions_of_every_listed_tool_are_told() {
    let mut session = sessions().await.remove(0);
    let text = read(&mut session, "unkey://permissions").await;
    for entry in CATALOGUE.iter().filter(|entry| entry.is_listed()) {
        let line = format!("\n- {}: ", entry.name);
        assert_eq!(text.matches(&line).count(), 1, "{}", entry.name);
    }
}

#[tokio::test]
async fn the_columns_and_questions_that_are_told_can_be_asked() {
    let mut session = sessions().await.remove(0);
    let recipes = read(&mut session, "unkey://analytics/recipes").await;
    let schema = read(&mut session, "unkey://analytics/schema").await;
    let mut asked: Vec<String> = recipes
        .split("```")
        .filter_map(|block| block.strip_prefix("sql\n"))
        .map(str::to_owned)
        .collect();
    assert!(asked.len() > 5, "{recipes}");
    // A paragraph that begins with tables goes on with their columns.
    for paragraph in schema.split("\n\n") {
        let Some((tables, columns)) = paragraph
            .split_once(" has a row for each ")
            .or_else(|| paragraph.split_once(" have sums: "))
        else {
            continue;
        };
        let columns = columns.split_once(": ").map_or(columns, |(_, rest)| rest);
        let (columns, _) = columns.split_once('.').unwrap();
        let columns = columns.split('`').skip(1).step_by(2);
        // The sums name what they sum, before their own names.
        let columns =
            columns.filter(|column| *column != "tokens" || tables.contains("ratelimits_v1"));
        let first = tables.split('`').nth(1).unwrap();
        let quoted = columns.map(|column| format!("`{column}`"));
        asked.push(format!(
            "SELECT {} FROM {first} LIMIT 1",
            quoted.collect::<Vec<_>>().join(", ")
        ));
    }
    assert!(asked.len() > 10, "{asked:#?}");
    for query in asked {
        let tool = if query.contains("FROM ratelimits") {
            "analytics_get_ratelimits"
        } else {
            "analytics_get_verifications"
        };
        let answer = session.call(tool, json!({"query": query})).await;
        assert_ne!(answer["result"]["isError"], true, "{query}: {answer}");
    }
}

#[tokio::test]
async fn skills_are_listed_with_digests_of_what_can_be_read() {
    for mut session in sessions().await {
        let list = session.request("skills/list", json!({})).await;
        let skills = list["result"]["skills"].as_array().unwrap();
        assert_eq!(skills.len(), 4, "{list}");
        for skill in skills {
            let uri = skill["uri"].as_str().unwrap();
            let one = session.request("skills/get", json!({"uri": uri})).await;
            assert_eq!(&one["result"]["skill"], skill, "{one}");
            let text = read(&mut session, uri).await;
            assert_eq!(skill["resources"][0]["size"], text.len(), "{skill}");
            let digest = skill["resources"][0]["digest"].as_str().unwrap();
            assert_eq!(
                digest,
                rmcp::model::sha256_digest(text.as_bytes()),
                "{skill}"
            );
            assert!(text.contains(skill["frontmatter"]["description"].as_str().unwrap()));
        }
        let answer = session
            .request("skills/get", json!({"uri": "skill://no"}))
            .await;
        assert_eq!(refusal(&answer).0, -32602, "{answer}");
    }
}

#[tokio::test]
async fn the_beginning_of_an_errors_code_is_completed() {
    for mut session in sessions().await {
        let params = json!({
            "ref": {"type": "ref/resource", "uri": "unkey://errors/{code}"},
            "argument": {"name": "code", "value": "rate"},
        });
        let answer = session.request("completion/complete", params).await;
        let values = &answer["result"]["completion"]["values"];
        assert!(
            values.as_array().unwrap().contains(&json!("RATE_LIMITED")),
            "{answer}"
        );
        assert!(
            !values.as_array().unwrap().contains(&json!("EXPIRED")),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn every_tool_that_a_prompt_or_a_skill_names_is_there() {
    let mut session = sessions().await.remove(0);
    let mut texts = Vec::new();
    for prompt in PROMPTS {
        let answer = session
            .request("prompts/get", json!({"name": prompt}))
            .await;
        let text = &answer["result"]["messages"][0]["content"]["text"];
        texts.push(text.as_str().unwrap().to_owned());
    }
    let list = session.request("resources/list", json!({})).await;
    for uri in texts_of(&list["result"]["resources"], "uri") {
        texts.push(read(&mut session, &uri).await);
    }
    let services: Vec<&str> = unkey_tools::listed()
        .filter_map(|entry| entry.name.split_once('_'))
        .map(|(service, _)| service)
        .collect();
    let mut named = 0;
    for text in texts {
        // A name in backticks, alone or before its arguments.
        for code in text.split('`').skip(1).step_by(2) {
            let word = code.split(|letter: char| letter != '_' && !letter.is_ascii_lowercase());
            let word = word.into_iter().next().unwrap_or_default();
            let service = word.split_once('_').map_or("", |(service, _)| service);
            // Columns of analytics begin with the same words: `key_id`, `api_...`.
            let is_column = word.ends_with("_id");
            if services.contains(&service) && !is_column && word.len() == code.len() {
                assert!(unkey_tools::find(word).is_some(), "{word}: {text}");
                named += 1;
            }
        }
    }
    assert!(named > 40, "{named}");
}

fn texts_of(list: &Value, member: &str) -> Vec<String> {
    texts(list, member).into_iter().map(str::to_owned).collect()
}
