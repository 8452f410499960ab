//! The flags of the commands that run workflows.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read as _;

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::examples;
use super::invocation::Action;
use super::path::file;
use super::root_keys::surroundings;
use super::serving::CommonFlags;
use crate::command::Settings;
use crate::error::StartError;

/// As many bytes of a key as Unkey takes.
const LONGEST_KEY: u64 = 512;

#[derive(Args, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[command(next_help_heading = "Which keys")]
pub(super) struct SelectionFlags {
    /// APIs by id or name, comma-separated; all that are known where there is none
    #[arg(long, value_name = "APIS", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    apis: Vec<String>,
    /// Owner
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// Part of the name
    #[arg(long)]
    name: Option<String>,
    /// How the key begins
    #[arg(long, value_name = "TEXT")]
    start: Option<String>,
    /// Last four characters, of recoverable keys
    #[arg(long, value_name = "TEXT")]
    last_four: Option<String>,
    /// `VALID`, `DISABLED`, `EXPIRED` or `USAGE_EXCEEDED`
    #[arg(long)]
    state: Option<String>,
    /// Name of a role
    #[arg(long)]
    role: Option<String>,
    /// Slug of a permission
    #[arg(long, value_name = "SLUG")]
    permission: Option<String>,
    /// A field of the metadata and its value; may stand several times
    #[arg(long, value_name = "FIELD=VALUE", value_parser = pair)]
    #[serde(serialize_with = "as_object", skip_serializing_if = "Vec::is_empty")]
    meta: Vec<(String, String)>,
    /// Expires within so many days
    #[arg(long, value_name = "DAYS")]
    expiring_in_days: Option<u32>,
    /// Never used
    #[arg(long)]
    never_used: bool,
    /// Not used for so many days
    #[arg(long, value_name = "DAYS")]
    unused_for_days: Option<u32>,
    /// No credits left
    #[arg(long)]
    out_of_credits: bool,
    /// No owner
    #[arg(long)]
    without_owner: bool,
}

#[derive(Args, Debug)]
#[command(after_help = examples::FIND)]
pub(super) struct FindFlags {
    #[command(flatten)]
    selection: SelectionFlags,
    /// Fields to print, comma-separated, such as keyId,name,meta
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    fields: Vec<String>,
    /// Print totals alone
    #[arg(long)]
    count_only: bool,
    /// Most keys to print
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    limit: u32,
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
    /// Exit with 3 where one of the keys is expiring (within 7 days, or --expiring-in-days), unused
    /// (for 30 days, or --unused-for-days), expired, or out-of-credits; comma-separated
    #[arg(long, value_name = "CONDITIONS", value_delimiter = ',', value_enum)]
    fail_on: Vec<FailOn>,
    #[command(flatten)]
    run: RunFlags,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FailOn {
    Expiring,
    Unused,
    Expired,
    OutOfCredits,
}

#[derive(Args, Debug)]
pub(super) struct OverviewFlags {
    /// Do not count keys
    #[arg(long)]
    without_keys: bool,
    #[command(flatten)]
    run: RunFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::EXPLAIN)]
pub(super) struct ExplainFlags {
    /// File that holds the key; `-` is stdin. A key is no flag, so that no list of processes shows it
    #[arg(long, value_name = "PATH")]
    key_file: Option<OsString>,
    /// `key_…`
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// API that the key is used for, by id or name
    #[arg(long)]
    api: Option<String>,
    /// Permission query of the verification
    #[arg(long, value_name = "QUERY")]
    permissions: Option<String>,
    /// Credits that the verification costs
    #[arg(long, value_name = "NUMBER")]
    cost: Option<u64>,
    /// Rate-limit namespace
    #[arg(long, value_name = "NAME", requires = "identifier")]
    namespace: Option<String>,
    /// Who is limited in it
    #[arg(long, value_name = "TEXT", requires = "namespace")]
    identifier: Option<String>,
    /// Limit that the check asks for
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
    /// Its window in milliseconds
    #[arg(long, value_name = "MS")]
    duration: Option<u64>,
    #[command(flatten)]
    run: RunFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::USAGE)]
pub(super) struct UsageFlags {
    /// What a row stands for: owner, key, api, tag, outcome; comma-separated
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    by: Vec<String>,
    /// A row for each hour, day or month too
    #[arg(long, value_name = "PERIOD")]
    every: Option<String>,
    /// A date, a time, or how far back, such as 7d
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// The end; now where there is none
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// APIs by id or name, comma-separated
    #[arg(long, value_name = "APIS", value_delimiter = ',')]
    apis: Vec<String>,
    /// Owner
    #[arg(long, value_name = "ID")]
    external_id: Option<String>,
    /// `key_…`
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// Most rows
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u32>,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    run: RunFlags,
}

#[derive(Args, Debug)]
pub(super) struct RunFlags {
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: CommonFlags,
}

impl RunFlags {
    pub(super) fn settings(
        self,
        tool: &'static str,
        arguments: Map<String, Value>,
        fail_on: Vec<Map<String, Value>>,
    ) -> Result<Action, StartError> {
        let (common, profile) = self.common.parse()?;
        Ok(Action::Workflow(Box::new(Settings {
            surroundings: surroundings(profile.as_ref())?,
            common,
            tool,
            arguments,
            json: self.json,
            fail_on,
        })))
    }
}

impl SelectionFlags {
    /// The arguments that these flags stand for.
    pub(super) fn given(&self) -> Map<String, Value> {
        let mut arguments = given(&json!(self));
        // A flag that was not given asks for nothing.
        arguments.retain(|_, value| *value != json!(false));
        arguments
    }
}

impl FindFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let mut arguments = self.selection.given();
        let more = json!({
            "fields": (!self.fields.is_empty()).then_some(&self.fields),
            "countOnly": self.count_only.then_some(true),
            "limit": self.limit,
            "cursor": self.cursor,
        });
        arguments.extend(given(&more));
        let days = |name: &str, default: u32| {
            let given = arguments.get(name).cloned();
            given.unwrap_or_else(|| json!(default))
        };
        let fail_on = self.fail_on.iter().map(|condition| {
            let (name, value) = match condition {
                FailOn::Expiring => ("expiringInDays", days("expiringInDays", 7)),
                FailOn::Unused => ("unusedForDays", days("unusedForDays", 30)),
                FailOn::Expired => ("state", json!("EXPIRED")),
                FailOn::OutOfCredits => ("outOfCredits", json!(true)),
            };
            Map::from_iter([(name.to_owned(), value)])
        });
        let fail_on = fail_on.collect();
        self.run.settings("keys_find", arguments, fail_on)
    }
}

impl OverviewFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let arguments = given(&json!({"countKeys": !self.without_keys}));
        self.run
            .settings("workspace_overview", arguments, Vec::new())
    }
}

impl ExplainFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let key = self.key_file.as_ref().map(read_key).transpose()?;
        let arguments = given(&json!({
            "key": key,
            "keyId": self.key_id,
            "api": self.api,
            "permissions": self.permissions,
            "cost": self.cost,
            "namespace": self.namespace,
            "identifier": self.identifier,
            "limit": self.limit,
            "duration": self.duration,
        }));
        self.run.settings("keys_explain", arguments, Vec::new())
    }
}

impl UsageFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let list = |values: &Vec<String>| (!values.is_empty()).then(|| values.clone());
        let arguments = given(&json!({
            "by": list(&self.by),
            "every": self.every,
            "from": self.from,
            "to": self.to,
            "apis": list(&self.apis),
            "externalId": self.external_id,
            "keyId": self.key_id,
            "limit": self.limit,
            "format": self.csv.then_some("csv"),
        }));
        self.run.settings("usage_report", arguments, Vec::new())
    }
}

/// The members that are not null.
pub(super) fn given(arguments: &Value) -> Map<String, Value> {
    let members = arguments.as_object().into_iter().flatten();
    let given = members.filter(|(_, value)| !value.is_null());
    given
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// A key from a file or stdin, without the line's end.
fn read_key(path: &OsString) -> Result<String, StartError> {
    let mut text = String::new();
    let read = if path == "-" {
        let stdin = std::io::stdin().lock();
        stdin.take(LONGEST_KEY + 2).read_to_string(&mut text)
    } else {
        let path = file("--key-file", path)?;
        std::fs::File::open(path)
            .and_then(|file| file.take(LONGEST_KEY + 2).read_to_string(&mut text))
    };
    read.map_err(|error| StartError::Usage(format!("--key-file cannot be read: {error}")))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(field, _)| !field.is_empty());
    let (field, value) = pair.ok_or("write FIELD=VALUE")?;
    Ok((field.to_owned(), value.to_owned()))
}

fn as_object<S: serde::Serializer>(pairs: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    let pairs: BTreeMap<&str, &str> = pairs
        .iter()
        .map(|(name, value)| (&**name, &**value))
        .collect();
    pairs.serialize(to)
}
