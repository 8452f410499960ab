//! The forms that Unkey asks of texts.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// The characters of an id.
pub const ID: &str = "^[a-zA-Z0-9_]+$";

/// The characters of an id or slug.
pub const REFERENCE: &str = "^[a-zA-Z0-9_-]+$";

/// The characters of a permission's slug.
pub const SLUG: &str = r"^[a-zA-Z0-9_:\-\.\*]+$";

/// The characters of the caller's own id of an owner.
pub const EXTERNAL_ID: &str = "^[a-zA-Z0-9_.-]+$";

/// A path of a URL, from its slash on.
pub const URL_PATH: &str = r"^(/[\w\-]+)+(\.[\w]+)?$";

/// The latest time that Unkey takes, 2100-01-01 in Unix ms.
pub const LATEST: i64 = 4_102_444_800_000;

/// Names a project, an app, an environment or a deployment, by its id or its slug.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// The id or slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl JsonSchema for Reference {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Reference".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "minLength": 3, "maxLength": 255, "pattern": REFERENCE})
    }
}
