//! What an operation says of itself, and the same with its types erased.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::arguments::{self, BadArguments};
use crate::effect::Effect;
use crate::grant::Grant;
use crate::newer::Newer;
use crate::schema::{self, Input};
use crate::secrets::{SecretField, SecretPart, Shape};
use crate::toolset::Toolset;
use crate::untrusted::Part;
use crate::workflow::Workflow;

/// One endpoint of Unkey's API. The type that implements it is the request.
///
/// The doc comment of the request type is the tool's description and those of its fields are the
/// descriptions of the arguments: they are written for a model.
pub trait Operation: Serialize + DeserializeOwned + JsonSchema + 'static {
    /// What a success carries beside `meta`: `Data<…>`, `Page<…>` or `Empty`.
    type Response: Serialize + DeserializeOwned + JsonSchema;

    /// The tool's name, `<service>_<operation>`.
    const NAME: &'static str;
    /// The path behind `/v2/`, `<service>.<operation>`.
    const ENDPOINT: &'static str;
    /// What a person reads in a client's list.
    const TITLE: &'static str;
    /// The service.
    const TOOLSET: Toolset;
    /// What calling it does.
    const EFFECT: Effect;
    /// What the root key must be allowed to do: all of these.
    const GRANTS: &'static [Grant];
    /// How to find out whether it happened, when the answer to a call was lost. A sentence that
    /// names the tool to ask; empty for what only reads.
    const RECOVERY_HINT: &'static str;
    /// What a server of June 2026 refuses of it.
    const NEWER: &'static [Newer] = &[];
    /// Whether its answers never hold the secrets that their types have room for.
    const WITHHOLDS_SECRETS: bool = false;
    /// Whether Unkey says that it is to go.
    const DEPRECATED: bool = false;
    /// What newer servers have instead of it: a sentence. Such an operation is not listed, and can
    /// still be called.
    const RETIRED: Option<&'static str> = None;
}

/// An operation with its types erased, so that all of them fit in one slice.
pub struct Entry {
    /// See [`Operation::NAME`].
    pub name: &'static str,
    /// See [`Operation::ENDPOINT`]; empty where it is a [`Workflow`].
    pub endpoint: &'static str,
    /// See [`Operation::TITLE`].
    pub title: &'static str,
    /// See [`Operation::TOOLSET`].
    pub toolset: Toolset,
    /// See [`Operation::EFFECT`].
    pub effect: Effect,
    /// See [`Operation::GRANTS`].
    pub grants: &'static [Grant],
    /// See [`Operation::RECOVERY_HINT`].
    pub recovery_hint: &'static str,
    /// See [`Operation::NEWER`].
    pub newer: &'static [Newer],
    /// See [`Operation::DEPRECATED`].
    pub deprecated: bool,
    /// See [`Operation::RETIRED`].
    pub retired: Option<&'static str>,
    withholds_secrets: bool,
    /// See [`Workflow::USES`]; empty where it is an operation.
    pub uses: &'static [&'static str],
    make_input: fn() -> Input,
    make_output: fn() -> Map<String, Value>,
    make_full_output: fn() -> Map<String, Value>,
    make_origins: fn() -> Part,
    make_answer_shape: fn() -> Shape,
    input: OnceLock<Input>,
    origins: OnceLock<Part>,
    request_shape: OnceLock<Shape>,
    answer_shape: OnceLock<Shape>,
}

impl Entry {
    /// The entry of `Op`.
    pub const fn of<Op: Operation>() -> Self {
        Self {
            name: Op::NAME,
            endpoint: Op::ENDPOINT,
            title: Op::TITLE,
            toolset: Op::TOOLSET,
            effect: Op::EFFECT,
            grants: Op::GRANTS,
            recovery_hint: Op::RECOVERY_HINT,
            newer: Op::NEWER,
            deprecated: Op::DEPRECATED,
            retired: Op::RETIRED,
            withholds_secrets: Op::WITHHOLDS_SECRETS,
            uses: &[],
            make_input: schema::input::<Op>,
            make_output: schema::output::<Op::Response>,
            make_full_output: schema::full_output::<Op::Response>,
            make_origins: schema::origins::<Op::Response>,
            make_answer_shape: schema::answer_shape::<Op::Response>,
            input: OnceLock::new(),
            origins: OnceLock::new(),
            request_shape: OnceLock::new(),
            answer_shape: OnceLock::new(),
        }
    }

    /// The entry of `W`.
    pub const fn of_workflow<W: Workflow>() -> Self {
        Self {
            name: W::NAME,
            endpoint: "",
            title: W::TITLE,
            toolset: Toolset::Workflows,
            effect: W::EFFECT,
            grants: W::GRANTS,
            recovery_hint: W::RECOVERY_HINT,
            newer: &[],
            deprecated: false,
            retired: None,
            withholds_secrets: false,
            uses: W::USES,
            make_input: schema::input::<W>,
            make_output: schema::output::<W::Answer>,
            make_full_output: schema::full_output::<W::Answer>,
            make_origins: schema::origins::<W::Answer>,
            make_answer_shape: schema::answer_shape::<W::Answer>,
            input: OnceLock::new(),
            origins: OnceLock::new(),
            request_shape: OnceLock::new(),
            answer_shape: OnceLock::new(),
        }
    }

    /// Whether it is made of several operations.
    pub const fn is_workflow(&self) -> bool {
        self.endpoint.is_empty()
    }

    /// The words and the schema of the arguments; made on first use, then kept.
    pub fn input(&self) -> &Input {
        self.input.get_or_init(self.make_input)
    }

    /// Whether lists show it.
    pub const fn is_listed(&self) -> bool {
        self.retired.is_none()
    }

    /// What to do where the server is older than the operation itself; nothing where every server
    /// has it.
    pub fn newer_operation(&self) -> Option<&'static Newer> {
        self.newer.iter().find(|newer| newer.of().is_none())
    }

    /// The first sentence of the description.
    pub fn sentence(&self) -> &str {
        let words = &self.input().description;
        words.split("\n\n").next().unwrap_or(words)
    }

    /// The schema of a result: Unkey's envelope, and a summary of it.
    pub fn output_schema(&self) -> Map<String, Value> {
        (self.make_output)()
    }

    /// That of the envelope alone, with what a client is not told, such as the values that Unkey gives a
    /// field today.
    pub fn full_output_schema(&self) -> Map<String, Value> {
        (self.make_full_output)()
    }

    /// The paths of the parts of an answer that others than Unkey wrote, such as `data[].name`.
    pub fn untrusted(&self, envelope: &Value) -> Vec<String> {
        let origins = self.origins.get_or_init(self.make_origins);
        let mut found = BTreeSet::new();
        origins.find(envelope, &mut found);
        found.into_iter().map(Into::into).collect()
    }

    /// Arguments without the `body` that other servers for Unkey put around them.
    pub fn unwrapped(&self, arguments: Map<String, Value>) -> Map<String, Value> {
        arguments::unwrap_body(self.input(), arguments)
    }

    /// Whether it is called for a secret: an answer may hold one, unless something went wrong.
    pub fn tells_secrets(&self) -> bool {
        self.answers_with_secrets() && !self.withholds_secrets
    }

    /// Whether the types of an answer have room for a secret.
    pub fn answers_with_secrets(&self) -> bool {
        self.answer_shape().holds_secrets()
    }

    /// Whether an answer may hold any number of secrets.
    pub fn lists_secrets(&self) -> bool {
        self.answer_shape().lists_secrets()
    }

    /// Whether a request may hold a secret.
    pub fn asks_for_secrets(&self) -> bool {
        self.request_shape().holds_secrets()
    }

    /// Calls `visit` for each secret in an answer, and for what the types do not know of it.
    pub fn secrets_in_answer(&self, envelope: &mut Value, visit: &mut dyn FnMut(SecretPart<'_>)) {
        self.answer_shape().visit_answer(envelope, visit);
    }

    /// Calls `visit` for each secret in a request's body.
    pub fn secrets_in_request(&self, body: &mut Value, visit: &mut dyn FnMut(SecretField<'_>)) {
        self.request_shape().visit_request(body, visit);
    }

    fn answer_shape(&self) -> &Shape {
        self.answer_shape.get_or_init(self.make_answer_shape)
    }

    fn request_shape(&self) -> &Shape {
        let make = || Shape::of(self.input().body_schema());
        self.request_shape.get_or_init(make)
    }

    /// Turns arguments as a client sent them into the body that Unkey expects.
    ///
    /// Coerces what clients are known to send otherwise (objects and numbers as text, a `body` around
    /// everything, `clear` for nulls) to what the schema asks for, then checks strictly. Times in words
    /// count from `now`.
    ///
    /// # Errors
    /// [`BadArguments`] names every field that is wrong; nothing may be sent then.
    pub fn prepare(
        &self,
        arguments: Map<String, Value>,
        now: Timestamp,
    ) -> Result<Value, BadArguments> {
        arguments::prepare(self.name, self.input(), self.effect, arguments, now)
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entry").field(&self.name).finish()
    }
}
