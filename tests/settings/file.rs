//! What may stand in the file, and how it is found.

use super::{FILE, endpoint, serve};
use crate::support::{Binary, Cloud, success};

/// What a start with that configuration complains of.
async fn complaint(config: &str) -> String {
    let binary = Binary::new(["stdio", "--config=unkey.toml"]).file(FILE, config);
    let ended = binary.run("").await;
    assert_eq!(ended.status.code(), Some(2), "{config}: {ended:?}");
    assert!(ended.stderr.contains(FILE), "{config}: {}", ended.stderr);
    ended.stderr
}

#[tokio::test]
async fn an_unknown_word_stops_the_start_with_its_line_and_the_nearest_real_one() {
    for (config, line, meant) in [
        ("[profile.prod]\n", "line 1", "`profiles`"),
        (
            "[profiles.prod]\ntoolset = [\"keys\"]\n",
            "line 2",
            "`toolsets`",
        ),
        (
            "[profiles.prod]\nread_only = true\n",
            "line 2",
            "`read-only`",
        ),
        (
            "[profiles.prod]\nconfirm = \"alway\"\n",
            "line 2",
            "`always`",
        ),
        ("[profiles.prod]\nsecrets = \"files\"\n", "line 2", "`file`"),
        (
            "[profiles.prod]\nenvironment = \"productoin\"\n",
            "line 2",
            "`production`",
        ),
        ("[policy]\n\ndeny-api = []\n", "line 3", "`deny-apis`"),
        ("[policy]\nmax_credits = 1\n", "line 2", "`max-credits`"),
        ("[policy]\nnonsense = 1\n", "line 2", "there are: deny-apis"),
        (
            "[profiles.p]\ntoolsets = [\"kyes\"]\n",
            "profiles.p",
            "`keys`",
        ),
        (
            "[policy]\ndeny-tools = [\"keys_delete_kye\"]\n",
            "policy",
            "`keys_delete_key`",
        ),
    ] {
        let said = complaint(config).await;
        assert!(
            said.contains(line) && said.contains(meant),
            "{config}: {said}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_meant_stops_the_start_and_says_what_to_write() {
    for (config, said) in [
        ("[policy", "line 1"),
        ("[policy]\nmax-writes = 0\n", "max-writes"),
        ("[policy]\nmax-credits = \"many\"\n", "line 2"),
        ("[policy]\ndeny-apis = [\"billing\"]\n", "write the id"),
        (
            "[policy]\ndeny-namespaces = [\"rlns_1\"]\n",
            "write the namespace's name",
        ),
        (
            "[profiles.p]\napi-url = \"api.unkey.com\"\n",
            "http or https",
        ),
        ("[profiles.p.apis]\nbilling = \"payments\"\n", "api_xxxx"),
        ("[profiles.p.apis]\napi_1 = \"api_2\"\n", "looks like an id"),
        ("[profiles.p]\nroot-key-env = \"$KEY\"\n", "without `$`"),
        (
            "[profiles.p]\nroot-key-env = \"A\"\nroot-key-file = \"b\"\n",
            "keep one of",
        ),
    ] {
        let complaint = complaint(config).await;
        assert!(complaint.contains(said), "{config}: {complaint}");
    }
}

#[tokio::test]
async fn a_root_key_in_the_file_stops_the_start_and_is_not_repeated() {
    for config in [
        "[profiles.p]\nroot-key = \"unkey_3ZZZhushhush\"\n",
        "[profiles.p]\nroot_key = \"hush\"\n",
        "root-key = \"hush\"\n",
        "[profiles.p]\nroot-key-env = \"unkey_3ZZZhushhush\"\n",
        "# unkey_3ZZZhushhush\n",
        "[profiles.unkey_3ZZZhushhush]\n",
        "[policy]\ndeny-apis = [\"unkey_3ZZZhushhush\"\n",
    ] {
        let said = complaint(config).await;
        assert!(said.contains("root-key-env"), "{config}: {said}");
        assert!(!said.contains("hush"), "{config}: {said}");
    }
    let config = "[profiles.p]\nroot-key-env = \"UNKEY_EU1_ROOT_KEY\"\n";
    let binary = Binary::new(["stdio", "--config=unkey.toml"]).file(FILE, config);
    assert!(binary.run("").await.status.success());
}

#[tokio::test]
async fn a_file_that_is_named_must_be_there_and_be_a_file() {
    for path in ["missing.toml", "."] {
        let ended = Binary::new(["stdio", "--config", path]).run("").await;
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    }
    let ended = Binary::new(["stdio", "--profile=prod"]).run("").await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("--config"), "{ended:?}");
}

#[tokio::test]
async fn the_file_in_the_configuration_folder_is_taken_where_none_is_named() {
    let cloud = Cloud::start().await;
    let rule = "[policy]\ndeny-tools = [\"keys_get_key\"]\n";
    let binary = Binary::new(["serve", &cloud.flag()]);
    let server = binary
        .file(".config/unkey-mcp/config.toml", rule)
        .serve()
        .await;
    let response = crate::support::read(&endpoint(&server)).await;
    let text = crate::support::failure(&response);
    assert!(text.contains("deny-tools"), "{text}");
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn the_variable_names_the_file_and_the_flag_wins() {
    let cloud = Cloud::start().await;
    let rule = "[policy]\ndeny-tools = [\"keys_get_key\"]\n";
    let binary = || Binary::new(["serve", &cloud.flag()]).file("rule.toml", rule);
    let server = binary().env("UNKEY_MCP_CONFIG", "rule.toml").serve().await;
    crate::support::failure(&crate::support::read(&endpoint(&server)).await);
    let lax = binary().file("lax.toml", "").arg("--config=lax.toml");
    let server = lax.env("UNKEY_MCP_CONFIG", "rule.toml").serve().await;
    success(&crate::support::read(&endpoint(&server)).await);
}

#[tokio::test]
async fn an_empty_file_says_nothing() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), "").await;
    success(&crate::support::read(&endpoint(&server)).await);
}
