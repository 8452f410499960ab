//! `completions`, `man`, and colours.

use crate::support::{Binary, Ended};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

async fn run(arguments: &[&str]) -> Ended {
    Binary::new(arguments).run("").await
}

#[tokio::test]
async fn every_shell_gets_a_script_that_knows_commands_and_flags() {
    for shell in SHELLS {
        let ended = run(&["completions", shell]).await;
        assert!(ended.status.success(), "{shell}: {ended:?}");
        for word in ["unkey-mcp", "root-key", "serve", "read-only"] {
            assert!(ended.stdout.contains(word), "{shell} knows no {word}");
        }
    }
    let ended = run(&["completions", "tcsh"]).await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("powershell"), "{ended:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn bash_completes_with_what_it_gets() {
    let script = run(&["completions", "bash"]).await.stdout;
    // The function stands before the last word of what bash was told.
    let asked = "told=($(complete -p unkey-mcp)); COMP_WORDS=(unkey-mcp comp); COMP_CWORD=1; \
                 \"${told[-2]}\" unkey-mcp comp unkey-mcp; echo \"${COMPREPLY[@]}\"";
    let shell = std::process::Command::new("bash")
        .args(["--norc", "-c", &format!("{script}\n{asked}")])
        .output();
    let output = shell.unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "completions\n",
        "{:?}",
        String::from_utf8(output.stderr)
    );
}

#[tokio::test]
async fn the_program_and_each_command_have_a_page() {
    let page = run(&["man"]).await.stdout;
    assert!(page.contains(".TH unkey-mcp 1"), "{page}");
    for command in ["stdio", "serve", "root\\-key", "completions"] {
        assert!(page.contains(command), "{command}: {page}");
    }
    let page = run(&["man", "root-key", "create"]).await.stdout;
    assert!(page.contains(".TH unkey-mcp-root-key-create 1"), "{page}");
    assert!(page.contains("permissions"), "{page}");
    let ended = run(&["man", "root-key", "creat"]).await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(
        ended.stderr.contains("`unkey-mcp root-key --help`"),
        "{ended:?}"
    );
}

#[tokio::test]
async fn neither_pages_nor_scripts_tell_what_variables_hold() {
    for arguments in [&["man", "stdio"][..], &["completions", "fish"]] {
        let mut binary = Binary::new(arguments);
        for variable in ["UNKEY_ROOT_KEY", "UNKEY_MCP_TOOLS", "UNKEY_MCP_API_URL"] {
            binary = binary.env(variable, " hush ");
        }
        let ended = binary.run("").await;
        assert!(ended.status.success(), "{ended:?}");
        assert!(!ended.stdout.contains("hush"), "{ended:?}");
    }
    let page = run(&["man", "stdio"]).await.stdout;
    assert!(page.contains("UNKEY_MCP_TOOLS"), "{page}");
}

#[tokio::test]
async fn there_are_no_colours_where_nobody_sees_them_or_wants_them() {
    let coloured =
        |ended: &Ended| ended.stdout.contains('\u{1b}') || ended.stderr.contains('\u{1b}');
    for arguments in [&["--help"][..], &["tools"], &["serve", "--bnid"]] {
        let ended = run(arguments).await;
        assert!(!coloured(&ended), "{ended:?}");
        let forced = || Binary::new(arguments).env("CLICOLOR_FORCE", "1");
        let ended = forced().env("NO_COLOR", "1").run("").await;
        assert!(!coloured(&ended), "{ended:?}");
    }
    let forced = Binary::new(["--help"]).env("CLICOLOR_FORCE", "1");
    assert!(
        coloured(&forced.run("").await),
        "NO_COLOR has nothing to do"
    );
}
