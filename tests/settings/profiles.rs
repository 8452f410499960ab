//! Profiles: what they set, what wins over them, and how a caller over HTTP chooses one.

use serde_json::json;

use super::{FILE, endpoint, serve, stdio};
use crate::narrowing::{of_toolset, tools};
use crate::support::{
    Answer, Binary, Cloud, Era, KEY, Reply, Stdio, failure, read, success, write,
};

const PROFILES: &str = r#"
[profiles.keys]
toolsets = ["keys"]

[profiles.prod]
environment = "production"

[profiles.brave]
environment = "production"
read-only = false
"#;

fn read_only() -> Vec<&'static str> {
    tools(|entry| entry.effect.is_read_only() && entry.toolset.is_default())
}

async fn names(binary: Binary) -> Vec<String> {
    let mut client = Stdio::connect(binary, Era::Modern).await;
    let answer = client.request("tools/list", json!({})).await;
    crate::support::names(&answer)
}

#[tokio::test]
async fn a_profile_chooses_tools_and_a_flag_or_variable_wins_over_it() {
    let cloud = Cloud::start().await;
    let with = |profile: &str| stdio(&cloud.flag(), PROFILES).arg("--profile").arg(profile);
    assert_eq!(names(with("keys")).await, of_toolset("keys"));
    assert_eq!(names(with("prod")).await, read_only());
    assert_eq!(names(with("brave")).await, crate::support::offered());
    let flag = with("keys").arg("--toolsets=apis");
    assert_eq!(names(flag).await, of_toolset("apis"));
    let variable = with("keys").env("UNKEY_MCP_TOOLSETS", "apis");
    assert_eq!(names(variable).await, of_toolset("apis"));
    let flag = with("prod").arg("--read-only=false");
    assert_eq!(names(flag).await, crate::support::offered());
    let variable = with("prod").env("UNKEY_MCP_READ_ONLY", "false");
    assert_eq!(names(variable).await, crate::support::offered());
    let chosen = stdio(&cloud.flag(), PROFILES).env("UNKEY_MCP_PROFILE", "keys");
    assert_eq!(names(chosen).await, of_toolset("keys"));
    let chosen = with("prod").env("UNKEY_MCP_PROFILE", "keys");
    assert_eq!(names(chosen).await, read_only());
}

#[tokio::test]
async fn a_profile_may_stand_before_the_command() {
    for words in [
        &["--profile=keys", "stdio"][..],
        &["--profile", "keys", "stdio"],
        // A client that names no command.
        &["--profile=keys"],
    ] {
        let binary = Binary::new(words)
            .env("UNKEY_MCP_CONFIG", FILE)
            .env("UNKEY_ROOT_KEY", KEY)
            .file(FILE, PROFILES);
        assert_eq!(names(binary).await, of_toolset("keys"), "{words:?}");
    }
    for words in [
        &["--profile=keys", "tools"][..],
        &["--profile", "keys", "root-key", "list"],
        &["--profile"],
        &["--profile=keys", "--version"],
    ] {
        let ended = Binary::new(words).run("").await;
        assert_eq!(ended.status.code(), Some(2), "{words:?}: {ended:?}");
        assert!(ended.stderr.contains("--profile"), "{words:?}: {ended:?}");
    }
}

#[tokio::test]
async fn an_unknown_profile_stops_the_start_with_the_nearest_name() {
    let binary = Binary::new(["stdio", "--config=unkey.toml", "--profile=porduction"]);
    let config = "[profiles.production]\n";
    let ended = binary.file(FILE, config).run("").await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("`production`"), "{ended:?}");
}

#[tokio::test]
async fn a_profile_says_where_unkey_is_and_a_flag_or_variable_wins() {
    let (cloud, other) = (Cloud::start().await, Cloud::start().await);
    let config = format!("[profiles.p]\napi-url = \"{}\"\n", cloud.url);
    let binary = || {
        Binary::new(["stdio", "--config=unkey.toml", "--profile=p"])
            .file(FILE, &config)
            .env("UNKEY_ROOT_KEY", KEY)
    };
    for (binary, asked) in [
        (binary(), &cloud),
        (binary().arg(other.flag()), &other),
        (binary().env("UNKEY_API_URL", &other.url), &other),
    ] {
        let before = asked.requests();
        let mut client = Stdio::connect(binary, Era::Modern).await;
        success(&client.call("keys_get_key", json!({"keyId": "key_1"})).await);
        assert_eq!(asked.requests(), before + 1);
    }
}

#[tokio::test]
async fn a_profiles_root_key_comes_from_where_it_says_and_from_nowhere_else() {
    let cloud = Cloud::start().await;
    let start = |profile: &str| {
        let config = "[profiles.env]\nroot-key-env = \"PROD_KEY\"\n\
                      [profiles.file]\nroot-key-file = \"prod.key\"\n";
        stdio(&cloud.flag(), config)
            .file("prod.key", "unkey_of_a_file\n")
            .arg(format!("--profile={profile}"))
    };
    for (binary, key) in [
        (
            start("env").env("PROD_KEY", "unkey_of_a_variable"),
            "unkey_of_a_variable",
        ),
        (start("file"), "unkey_of_a_file"),
    ] {
        let mut client = Stdio::connect(binary, Era::Modern).await;
        success(&client.call("keys_get_key", json!({"keyId": "key_1"})).await);
        let sent = format!("Bearer {key}");
        assert_eq!(cloud.last().header("authorization"), [sent.as_str()]);
    }
    let before = cloud.requests();
    let mut client = Stdio::connect(start("env"), Era::Modern).await;
    let response = client.call("keys_get_key", json!({"keyId": "key_1"})).await;
    let text = failure(&response);
    assert!(
        text.contains("PROD_KEY") && text.contains("root-key-env"),
        "{text}"
    );
    assert_eq!(cloud.requests(), before, "another key was sent");
}

#[tokio::test]
async fn a_caller_over_http_chooses_a_profile_that_narrows() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), PROFILES).await;
    for era in Era::BOTH {
        let at = |path: &str| server.at(path).era(era).with_key();
        assert_eq!(at("/mcp?profile=keys").names().await, of_toolset("keys"));
        assert_eq!(at("/mcp/v2?profile=prod").names().await, read_only());
        let both = at("/mcp?profile=prod&toolsets=apis").names().await;
        assert_eq!(both, ["apis_get_api", "apis_list_keys"]);
        assert_eq!(at("/mcp?profile=").names().await, crate::support::offered());
        success(&read(&at("/mcp?profile=prod")).await);
        let refused = write(&at("/mcp?profile=prod")).await;
        assert_eq!(crate::support::refusal(&refused).0, -32602);
    }
    let narrow = serve(&cloud.flag(), PROFILES).await;
    let before = cloud.requests();
    let keyless = narrow.at("/mcp?profile=keys");
    let text = failure(&read(&keyless).await).to_owned();
    assert!(text.contains("MCP-UNKEY-BEARER-AUTH"), "{text}");
    assert_eq!(cloud.requests(), before, "the server lent a key");
}

#[tokio::test]
async fn a_callers_profile_widens_nothing() {
    let cloud = Cloud::start().await;
    let binary = Binary::new([
        "serve",
        &cloud.flag(),
        "--config=unkey.toml",
        "--profile=prod",
    ]);
    let server = binary.file(FILE, PROFILES).serve().await;
    let names = server.at("/mcp?profile=brave").names().await;
    assert_eq!(names, read_only());
}

#[tokio::test]
async fn a_callers_profile_is_asked_where_it_is() {
    let (cloud, other) = (Cloud::start().await, Cloud::start().await);
    let config = format!("[profiles.other]\napi-url = \"{}\"\n", other.url);
    let binary = Binary::new(["serve", "--config=unkey.toml"]);
    let server = binary.file(FILE, &config).serve().await;
    success(&read(&server.at("/mcp?profile=other").with_key()).await);
    assert_eq!(other.requests(), 1);
    let server = serve(&cloud.flag(), &config).await;
    success(&read(&server.at("/mcp?profile=other").with_key()).await);
    assert_eq!((cloud.requests(), other.requests()), (1, 1), "a flag wins");
}

#[tokio::test]
async fn an_unknown_profile_of_a_caller_is_a_400_that_names_the_nearest() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let server = serve(&cloud.flag(), PROFILES).await;
    for (query, said) in [
        ("profile=key", "did you mean `keys`?"),
        ("profile=unkey_3ZZZrootkeyzzz", "no profile `unke…`"),
        ("profile=keys&profile=prod", "twice"),
        ("profil=keys", "`profile`"),
    ] {
        let endpoint = server.at(&format!("/mcp?{query}")).with_key();
        let reply = Reply::to(endpoint.message("tools/list", json!({}))).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        assert!(reply.body.contains(said), "{reply:?}");
        assert!(!reply.body.contains("3ZZZ"), "{reply:?}");
    }
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.at("/mcp?profile=keys");
    let reply = Reply::to(endpoint.message("tools/list", json!({}))).await;
    assert_eq!(reply.status, 400, "{reply:?}");
    let _ = endpoint;
}

#[tokio::test]
async fn with_the_engine_a_profile_narrows_and_its_address_is_told_unused() {
    let config = format!("{PROFILES}\n[profiles.far]\napi-url = \"http://127.0.0.1:1\"\n");
    let flags = ["stdio", "--local=:memory:", "--config=unkey.toml"];
    let binary = |profile: &str| {
        Binary::new(flags)
            .file(FILE, &config)
            .arg(format!("--profile={profile}"))
    };
    let mut client = Stdio::connect(binary("far"), Era::Modern).await;
    success(&client.call("apis_create_api", json!({"name": "abc"})).await);
    let ended = client.end().await;
    assert!(ended.stderr.contains("api-url"), "{ended:?}");
    assert_eq!(names(binary("prod")).await, {
        let local = |entry: &unkey_tools::Entry| unkey_mcp::backend::is_local(entry);
        tools(|entry| entry.effect.is_read_only() && entry.toolset.is_default() && local(entry))
    });
    let _ = endpoint;
}
