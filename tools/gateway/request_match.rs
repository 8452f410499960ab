//! Which requests a gateway policy is for.

use crate::prelude::*;

/// A condition of a request: exactly one of these.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-one-of" = ["path", "method", "header", "queryParam"]))]
pub struct Match {
    /// On its path.
    pub path: Option<PathMatch>,
    /// On its method.
    pub method: Option<MethodMatch>,
    /// On a header.
    pub header: Option<FieldMatch>,
    /// On a query parameter.
    pub query_param: Option<FieldMatch>,
}

/// A condition of the path.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PathMatch {
    /// Exactly one of `exact`, `prefix` and `regex`.
    pub path: TextMatch,
}

/// A condition of the method.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MethodMatch {
    /// Any of these.
    #[schemars(length(min = 1))]
    pub methods: Vec<HttpMethod>,
}

/// A condition of a header or query parameter: `present` or `value`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-one-of" = ["present", "value"]))]
pub struct FieldMatch {
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// true: it is there.
    #[schemars(extend("enum" = [true]))]
    pub present: Option<bool>,
    /// Exactly one of `exact`, `prefix` and `regex`.
    pub value: Option<TextMatch>,
}

/// A condition of a text: exactly one of `exact`, `prefix` and `regex`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-one-of" = ["exact", "prefix", "regex"]))]
pub struct TextMatch {
    /// All of it.
    #[schemars(length(min = 1, max = 1024))]
    pub exact: Option<String>,
    /// Its start.
    #[schemars(length(min = 1, max = 1024))]
    pub prefix: Option<String>,
    /// In RE2's form.
    #[schemars(length(min = 1, max = 1024))]
    pub regex: Option<String>,
    /// Whether case does not matter.
    pub ignore_case: Option<bool>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// HEAD.
    Head,
    /// OPTIONS.
    Options,
}
