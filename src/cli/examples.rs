//! What stands at the end of each command's help.

pub(super) const ALL: &str = "\
Examples:
  unkey-mcp serve --local                     try everything: no account, no key, no network
  claude mcp add --scope user unkey -- unkey-mcp stdio --local
  UNKEY_ROOT_KEY=unkey_xxxx unkey-mcp stdio   Unkey's cloud, with your root key
  unkey-mcp tools --read-only                 what an assistant would get that may only look
  unkey-mcp --profile=staging overview        a profile may stand before the command, too";

pub(super) const STDIO: &str = "\
Examples, as a client starts it:
  unkey-mcp stdio --local
  UNKEY_ROOT_KEY=unkey_xxxx unkey-mcp stdio --read-only
  UNKEY_ROOT_KEY_FILE=/run/secrets/unkey unkey-mcp stdio --toolsets keys,ratelimit

The root key is no flag, so that no list of processes shows it.";

pub(super) const SERVE: &str = "\
Examples:
  unkey-mcp serve --local              an Unkey of your own at http://127.0.0.1:8787
  unkey-mcp serve --read-only          Unkey's cloud; each caller sends a root key
  unkey-mcp serve --bind 0.0.0.0:8787 --allowed-host mcp.example.com";

pub(super) const INSTALL: &str = "\
Examples:
  unkey-mcp install cursor --local             no account and no key
  unkey-mcp install claude-code codex          with a root key: in UNKEY_ROOT_KEY, or in a file
  unkey-mcp install --all --dry-run
  unkey-mcp install --all --uninstall

It shows the change and asks. What was there is kept beside the file, as FILE.bak. Flags of `stdio`
stand behind `--`: unkey-mcp install vscode -- --read-only";

pub(super) const DOCTOR: &str = "\
Examples:
  unkey-mcp doctor                     with the variables and flags that a client gives the server
  unkey-mcp doctor --local
  unkey-mcp doctor --profile staging
  unkey-mcp doctor --json              for a program

It changes nothing, and ends with 0 where nothing is wrong, with 1 where something is.";

pub(super) const TOOLS: &str = "\
Examples:
  unkey-mcp tools --toolsets keys,ratelimit
  unkey-mcp tools | grep delete        one line for each tool, where no terminal reads it";

pub(super) const API_DIFF: &str = "\
Examples:
  unkey-mcp api-diff openapi.yaml
  curl -fsS https://unkey.example.com/openapi.yaml | unkey-mcp api-diff - --json

It exits with 0 where nothing differs, with 3 where something does, and with 2 where the document
cannot be read.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  unkey-mcp completions bash         append what it prints to ~/.bash_completion
  unkey-mcp completions zsh          write it to a file _unkey-mcp in a folder of $fpath
  unkey-mcp completions fish         write it to ~/.config/fish/completions/unkey-mcp.fish
  unkey-mcp completions powershell   append it to the file that $PROFILE names";

pub(super) const MAN: &str = "\
Examples:
  unkey-mcp man | man -l -
  unkey-mcp man root-key create | man -l -";

pub(super) const LOGIN: &str = "\
Examples:
  unkey-mcp login                       asks for it, and shows nothing of it
  pass show unkey | unkey-mcp login";

pub(super) const FIND: &str = "\
Examples:
  unkey-mcp find --local --never-used
  unkey-mcp find --external-id acme --json
  unkey-mcp find --count-only --fail-on expiring,unused    for cron

It exits with 3 where --fail-on finds a key.";

pub(super) const EXPLAIN: &str = "\
Examples:
  unkey-mcp explain --key-id key_xxxx
  unkey-mcp explain --key-file - --permissions 'docs.read AND docs.write'
  unkey-mcp explain --namespace email.send --identifier acme --limit 10 --duration 60000";

pub(super) const CALL: &str = "\
Examples:
  unkey-mcp call workspace_overview --local
  unkey-mcp call keys_get_key '{\"keyId\": \"key_xxxx\"}'
  unkey-mcp call keys_whoami -     with {\"key\": \"secret:NAME\"} on stdin

A list of processes shows what is written into a command: what holds a key goes through stdin.
It exits with 0 where the call was made, with 1 where it was not or failed, and with 2 where the
command cannot be understood: no such tool, no JSON.";

pub(super) const USAGE: &str = "\
Examples:
  unkey-mcp usage --by owner --from 2026-11-01 --to 2026-11-30 --csv
  unkey-mcp usage --by api,outcome --every day --from 7d";

pub(super) const PLAN: &str = "\
Examples:
  unkey-mcp plan disable --external-id umbrella
  unkey-mcp plan rotate --grace 1h --apis payments --start sk_live_
  unkey-mcp plan create --template '{\"apiId\":\"payments\"}' --owners acme,globex
  unkey-mcp plan import --into legacy --file old-keys.csv

It prints the plan's id, which `unkey-mcp apply` takes.";

pub(super) const APPLY: &str = "\
Examples:
  unkey-mcp apply plan_xxxx
  unkey-mcp apply plan_xxxx --max-writes 100   the next call goes on
  unkey-mcp apply plan_xxxx_undo               takes it back";

pub(super) const ROOT_KEY: &str = "\
Examples:
  unkey-mcp root-key create --name ci --permissions 'api.*.read_key' --expires 30d
  unkey-mcp root-key create --name assistant --permissions all
  unkey-mcp root-key list";

pub(super) const API: &str = "\
Examples:
  unkey-mcp api api_xxxx                          shows what is set
  unkey-mcp api api_xxxx --encrypted-keys true    its new keys may be recoverable
  unkey-mcp api api_xxxx --default-prefix=        takes a setting away";

pub(super) const EXPORT: &str = "\
Example:
  unkey-mcp export --migration-id mig_xxxx --api api_here=api_there --output moving";
