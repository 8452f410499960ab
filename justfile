# Lists these recipes.
default:
    @just --list

# Formatting and lints.
check:
    cargo xfmt --check
    cargo clippy --workspace --all-targets -- -D warnings

# All tests of the workspace.
test:
    cargo test --workspace

# Rewrites the snapshots and the README's table; read the diff.
update:
    INSTA_UPDATE=always UPDATE=1 cargo test --workspace

# Licences, advisories and duplicate dependencies.
deny:
    cargo deny check

# Everything that must hold before a change lands.
ci *WORD:
    .ci/run {{ WORD }}

# A server on a throw-away embedded engine.
local:
    cargo run --release -- serve --local=:memory:

# What a client gets from tools/list, and how large it is.
tools:
    cargo run --release -- tools
