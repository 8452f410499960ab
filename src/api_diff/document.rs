//! An OpenAPI document, and the operations that it describes.

use std::io;

use serde_json::{Map, Value, json};

use super::api::{Api, Caller, Operation};
use super::fields::{Fields, Side, Unlisted, fields};
use super::schema::Schemas;

/// What a path may have an operation for.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Why a document cannot be compared with.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// It cannot be read.
    #[error("cannot read {0}: {1}")]
    Unreadable(String, #[source] io::Error),
    /// It has more bytes, or describes more, than any API.
    #[error("the document is too large: no API has so much to describe")]
    TooLarge,
    /// It is neither YAML nor JSON.
    #[error("the document is neither YAML nor JSON: {0}")]
    Malformed(String),
    /// It is no OpenAPI document of version 3.
    #[error("the document is no OpenAPI 3: {0}")]
    NotOpenApi(&'static str),
    /// It refers to what it does not hold.
    #[error(
        "the document refers to `{0}`, which it does not hold; a document of several files has to be \
         bundled into one first"
    )]
    Dangling(String),
    /// A schema is nothing but a reference to itself.
    #[error("the document's `{0}` refers to nothing but itself")]
    Circular(String),
}

/// An OpenAPI document.
#[derive(Clone, Debug)]
pub struct Document(Value);

impl Document {
    /// Reads YAML or JSON.
    ///
    /// # Errors
    /// [`DocumentError::Malformed`] and [`DocumentError::NotOpenApi`], with what is wrong.
    pub fn parse(bytes: &[u8]) -> Result<Self, DocumentError> {
        let malformed = |error: String| DocumentError::Malformed(error);
        let is_json = bytes.trim_ascii_start().starts_with(b"{");
        let value: Value = match serde_json::from_slice(bytes) {
            Ok(value) => value,
            // YAML may begin with a brace too.
            Err(error) => match serde_saphyr::from_slice(bytes) {
                Ok(value) => value,
                Err(_) if is_json => return Err(malformed(error.to_string())),
                Err(error) => return Err(malformed(error.without_snippet().to_string())),
            },
        };
        let version = match value.get("openapi") {
            Some(Value::String(version)) => version.clone(),
            Some(Value::Number(version)) => version.to_string(),
            _ if value.get("swagger").is_some() => {
                return Err(DocumentError::NotOpenApi(
                    "it is Swagger 2; convert it first",
                ));
            }
            _ => return Err(DocumentError::NotOpenApi("it has no `openapi: 3…`")),
        };
        if !version.starts_with('3') {
            return Err(DocumentError::NotOpenApi("its version is another"));
        }
        match value.get("paths") {
            Some(Value::Object(paths)) if !paths.is_empty() => Ok(Self(value)),
            _ => Err(DocumentError::NotOpenApi("it has no `paths`")),
        }
    }

    /// Its title and version, for people.
    pub fn title(&self) -> String {
        let info = |member| self.0.pointer(member).and_then(Value::as_str);
        [info("/info/title"), info("/info/version")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// What it describes.
    ///
    /// # Errors
    /// Where it refers to what it does not hold, or describes too much.
    pub fn api(&self) -> Result<Api, DocumentError> {
        let mut api = Api::default();
        let schemas = Schemas::new(&self.0);
        let paths = self.0.get("paths").and_then(Value::as_object);
        for (path, item) in paths.into_iter().flatten() {
            let item = schemas.target(item)?;
            for method in METHODS {
                let Some(operation) = item.get(method) else {
                    continue;
                };
                let name = format!("{} {path}", method.to_ascii_uppercase());
                api.operations
                    .insert(name, self.operation(&schemas, item, operation)?);
            }
        }
        Ok(api)
    }

    fn operation(
        &self,
        schemas: &Schemas<'_>,
        item: &Value,
        operation: &Value,
    ) -> Result<Operation, DocumentError> {
        let fields_of = |body: Option<&Value>, side| match body {
            Some(body) => match json_schema(schemas.target(body)?) {
                Some(schema) => fields(schemas, schema, side),
                None => Ok(Fields::new()),
            },
            None => Ok(Fields::new()),
        };
        let mut request = fields_of(operation.get("requestBody"), Side::Request(Unlisted::Open))?;
        for parameters in [item.get("parameters"), operation.get("parameters")] {
            for parameter in parameters.and_then(Value::as_array).into_iter().flatten() {
                let parameter = schemas.target(parameter)?;
                // A request of ours has a body alone.
                request.extend(parameter_fields(schemas, parameter)?);
            }
        }
        let responses = operation.get("responses").and_then(Value::as_object);
        let mut responses = responses.into_iter().flatten();
        let success = responses.find(|(status, _)| status.starts_with('2'));
        Ok(Operation {
            request,
            response: fields_of(success.map(|(_, response)| response), Side::Response)?,
            caller: self.caller(operation),
            deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
        })
    }

    fn caller(&self, operation: &Value) -> Caller {
        let demands = operation.get("security").or_else(|| self.0.get("security"));
        let Some(Value::Array(demands)) = demands else {
            return Caller::Unsaid;
        };
        let demands = || demands.iter().filter_map(Value::as_object);
        if demands().all(Map::is_empty) {
            return Caller::Anyone;
        }
        if demands().any(|demand| demand.keys().all(|scheme| self.is_bearer(scheme))) {
            return Caller::RootKey;
        }
        Caller::Other(demands().flat_map(Map::keys).cloned().collect())
    }

    fn is_bearer(&self, scheme: &str) -> bool {
        let schemes = self.0.pointer("/components/securitySchemes");
        let scheme = schemes.and_then(|schemes| schemes.get(scheme));
        let text = |member| scheme.and_then(|scheme| scheme.get(member)?.as_str());
        text("type") == Some("http") && text("scheme") == Some("bearer")
    }
}

/// What a request holds outside its body: a field that is named as the parameter, and what is in it.
fn parameter_fields(schemas: &Schemas<'_>, parameter: &Value) -> Result<Fields, DocumentError> {
    let text = |member| parameter.get(member).and_then(Value::as_str);
    let (Some(name), Some(place)) = (text("name"), text("in")) else {
        return Ok(Fields::new());
    };
    let any = Value::Bool(true);
    let schema = parameter.get("schema").or_else(|| json_schema(parameter));
    let required = parameter.get("required") == Some(&Value::Bool(true));
    let holder = json!({
        "properties": {(name): schema.unwrap_or(&any)},
        "required": if required { vec![name] } else { Vec::new() },
    });
    let found = fields(schemas, &holder, Side::Request(Unlisted::Open))?;
    let inside = found.into_iter().filter_map(|(field, said)| {
        let rest = field.strip_prefix(name)?;
        Some((format!("{name}{rest} (in the {place})"), said))
    });
    Ok(inside.collect())
}

/// The schema of what a request's body or an answer holds as JSON.
fn json_schema(body: &Value) -> Option<&Value> {
    let mut content = body.get("content")?.as_object()?.iter();
    let (_, json) = content.find(|(kind, _)| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind == "application/json" || kind.ends_with("+json")
    })?;
    json.get("schema")
}
