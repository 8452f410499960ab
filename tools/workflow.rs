//! What a workflow says of itself: a tool that is made of several operations.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::effect::Effect;
use crate::grant::Grant;

/// A tool of the toolset `workflows`. The type that implements it is the request, and its doc
/// comments are written for a model, as those of an [operation](crate::Operation) are.
///
/// It has no endpoint: the crate `unkey-workflows` carries it out, in the file of the same name.
pub trait Workflow: DeserializeOwned + JsonSchema + 'static {
    /// What a success carries: `data`, and where there is more of it, `pagination`.
    type Answer: Serialize + JsonSchema;

    /// The tool's name.
    const NAME: &'static str;
    /// What a person reads in a client's list.
    const TITLE: &'static str;
    /// What calling it does.
    const EFFECT: Effect;
    /// The operations that it may call, by their tools' names.
    const USES: &'static [&'static str];
    /// What the root key should be allowed to do. What it may not read is left out of the answer,
    /// which says so.
    const GRANTS: &'static [Grant];
    /// See [`Operation::RECOVERY_HINT`](crate::Operation::RECOVERY_HINT).
    const RECOVERY_HINT: &'static str = "";
}
