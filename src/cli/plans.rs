//! The flags of `plan` and `apply`.

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Map, Value, json};

use super::examples;
use super::invocation::Action;
use super::workflows::{RunFlags, SelectionFlags, given};
use crate::error::StartError;

/// The kinds of change.
const KINDS: [&str; 11] = [
    "disable",
    "enable",
    "extend",
    "credits",
    "ratelimits",
    "roles",
    "permissions",
    "delete",
    "rotate",
    "create",
    "import",
];

#[derive(Args, Debug)]
#[command(after_help = examples::PLAN)]
pub(super) struct PlanFlags {
    /// What to do
    #[arg(value_name = "CHANGE", value_parser = PossibleValuesParser::new(KINDS))]
    kind: String,
    #[command(flatten)]
    change: ChangeFlags,
    /// These keys, comma-separated
    #[arg(
        long,
        value_name = "IDS",
        value_delimiter = ',',
        help_heading = "Which keys"
    )]
    key_ids: Vec<String>,
    #[command(flatten)]
    selection: SelectionFlags,
    #[command(flatten)]
    run: RunFlags,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "What to change")]
struct ChangeFlags {
    /// extend: by so much, such as 30d, from now or the present end, whichever is later
    #[arg(long, value_name = "DURATION")]
    by: Option<String>,
    /// extend: until then, a date or a time, or `never`
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// credits: uses left from then on
    #[arg(long, value_name = "NUMBER")]
    remaining: Option<u64>,
    /// credits: so many uses more
    #[arg(long, value_name = "NUMBER")]
    add: Option<u64>,
    /// credits: how they come back, such as {"interval":"daily","amount":100}
    #[arg(long, value_name = "JSON")]
    refill: Option<String>,
    /// ratelimits: all limits from then on, as keys.createKey takes them
    #[arg(long, value_name = "JSON")]
    ratelimits: Option<String>,
    /// roles: their names, comma-separated
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    roles: Vec<String>,
    /// permissions: their slugs, comma-separated
    #[arg(long, value_name = "SLUGS", value_delimiter = ',')]
    permissions: Vec<String>,
    /// roles, permissions: add, remove or set
    #[arg(long, value_parser = PossibleValuesParser::new(["add", "remove", "set"]))]
    mode: Option<String>,
    /// delete: for good
    #[arg(long)]
    permanent: bool,
    /// rotate: how long the old keys still work, such as 1h
    #[arg(long, value_name = "DURATION")]
    grace: Option<String>,
    /// rotate: random bytes of the new keys, where not the API's default
    #[arg(long, value_name = "BYTES")]
    byte_length: Option<u64>,
    /// create: what the keys have in common, as keys.createKey takes it
    #[arg(long, value_name = "JSON")]
    template: Option<String>,
    /// create: a key for each owner, comma-separated
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    owners: Vec<String>,
    /// create: a key for each name, comma-separated
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    names: Vec<String>,
    /// import: the API that gets the keys, by id or name
    #[arg(long, value_name = "API")]
    into: Option<String>,
    /// import: the migration, as Unkey's operators name it; not needed with --local
    #[arg(long, value_name = "ID")]
    migration_id: Option<String>,
    /// import: a file, CSV or JSON; keys in plain text are hashed here and never sent
    #[arg(long, value_name = "PATH")]
    file: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = examples::APPLY)]
pub(super) struct ApplyFlags {
    /// The plan, plan_…
    plan: String,
    /// Most writes this time
    #[arg(long, value_name = "NUMBER")]
    max_writes: Option<u64>,
    #[command(flatten)]
    run: RunFlags,
}

impl PlanFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let mut arguments = self.selection.given();
        if !self.key_ids.is_empty() {
            arguments.insert("keyIds".to_owned(), json!(self.key_ids));
        }
        let mut change = self.change.given();
        change.insert("kind".to_owned(), json!(self.kind));
        arguments.insert("change".to_owned(), Value::Object(change));
        self.run.settings("keys_plan", arguments, Vec::new())
    }
}

impl ChangeFlags {
    fn given(&self) -> Map<String, Value> {
        let list = |values: &Vec<String>| (!values.is_empty()).then(|| values.clone());
        given(&json!({
            "by": self.by,
            "until": self.until,
            "remaining": self.remaining,
            "add": self.add,
            "refill": self.refill,
            "ratelimits": self.ratelimits,
            "roles": list(&self.roles),
            "permissions": list(&self.permissions),
            "mode": self.mode,
            "permanent": self.permanent.then_some(true),
            "grace": self.grace,
            "byteLength": self.byte_length,
            "template": self.template,
            "owners": list(&self.owners),
            "names": list(&self.names),
            "apiId": self.into,
            "migrationId": self.migration_id,
            "file": self.file,
        }))
    }
}

impl ApplyFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let arguments = given(&json!({"planId": self.plan, "maxWrites": self.max_writes}));
        self.run.settings("keys_apply", arguments, Vec::new())
    }
}
