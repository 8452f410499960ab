//! Whether a request has the form its operation asks for, in the words of Unkey's server.
//!
//! The server looks for the credential first, then at the content type, then at the body; what it
//! finds first is all it reports. Mistakes against the schema are reported together.

use std::fmt::Write as _;

use serde_json::Value;
use unkey_tools::{FieldProblem, Mistake, SchemaValidator, Violation};

use crate::wire::failure::{Code, Refusal};
use crate::wire::json::read_json;
use crate::wire::request::Request;

/// The largest body that is read. A larger one counts as empty, as it does with Unkey's server.
const MAX_BODY: usize = 10 * 1024 * 1024;

/// How many mistakes are told one by one. The server tells them all; a body of megabytes would then
/// have an answer of hundreds.
const MAX_PROBLEMS: usize = 100;

const FIX_BODY: &str = "Ensure that the object being submitted, matches the schema correctly";

/// The body of `request`, if it satisfies the schema.
pub(crate) fn body(request: &Request, schema: &SchemaValidator) -> Result<Value, Refusal> {
    let path = format!("/v2/{}", request.endpoint);
    content_type(request.content_type.as_deref().unwrap_or_default())?;
    if request.body.is_empty() || request.body.len() > MAX_BODY {
        return Err(refusal(
            format!("POST request body is empty for '{path}'"),
            vec![FieldProblem {
                message: "The request body is empty but there is a schema defined".to_owned(),
                location: "requestBody".to_owned(),
                fix: Some(FIX_BODY.to_owned()),
            }],
        ));
    }
    let broken = || format!("POST request body for '{path}' failed to validate schema");
    let body = read_json(&request.body).map_err(|reason| {
        refusal(
            broken(),
            vec![FieldProblem {
                message: format!("The request body cannot be decoded: {reason}"),
                location: "requestBody".to_owned(),
                fix: Some(FIX_BODY.to_owned()),
            }],
        )
    })?;
    let found = schema.check(&body, MAX_PROBLEMS);
    if found.is_empty() {
        return Ok(body);
    }
    let mut problems: Vec<FieldProblem> = found.violations.iter().map(problem).collect();
    if found.more > 0 {
        problems.push(FieldProblem {
            message: format!("and {} more mistakes", found.more),
            location: "requestBody".to_owned(),
            fix: None,
        });
    }
    Err(refusal(broken(), problems))
}

/// Refuses a request without an `Authorization` header, or with an empty one.
pub(crate) fn authorization(request: &Request) -> Result<&str, Refusal> {
    let header = request.authorization.as_deref().unwrap_or_default().trim();
    if header.is_empty() {
        return Err(refusal(
            "Authorization header for 'bearer' scheme".to_owned(),
            vec![FieldProblem {
                message: "Authorization header was not found".to_owned(),
                location: "security".to_owned(),
                fix: Some("Add an 'Authorization' header to this request".to_owned()),
            }],
        ));
    }
    Ok(header)
}

fn content_type(sent: &str) -> Result<(), Refusal> {
    let kind = sent.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(refusal(
        format!("POST operation request content type '{sent}' does not exist"),
        vec![FieldProblem {
            message: format!(
                "The content type '{sent}' of the POST request submitted has not been defined, \
                 it's an unknown type"
            ),
            location: "requestBody".to_owned(),
            fix: Some(
                "The content type is invalid, Use one of the 1 supported types for this \
                 operation: application/json"
                    .to_owned(),
            ),
        }],
    ))
}

fn refusal(detail: String, errors: Vec<FieldProblem>) -> Refusal {
    Refusal {
        code: Code::InvalidInput,
        detail,
        errors,
        validation: true,
    }
}

fn problem(violation: &Violation) -> FieldProblem {
    FieldProblem {
        message: message(&violation.mistake),
        location: violation.keyword.clone(),
        fix: None,
    }
}

fn message(mistake: &Mistake) -> String {
    match mistake {
        Mistake::Type { got, want, or_null } => {
            let null = if *or_null { "null or " } else { "" };
            format!("got {got}, want {null}{}", want.name())
        }
        Mistake::Missing(names) => match names.as_slice() {
            [name] => format!("missing property {}", quote(name)),
            names => format!("missing properties {}", list(names)),
        },
        Mistake::Unknown { names, .. } => {
            format!("additional properties {} not allowed", list(names))
        }
        Mistake::Choice { of, .. } => format!("one of {} is allowed", list(of)),
        Mistake::NoneOf(fields) => format!("one of {} is required", list(fields)),
        Mistake::NotOneOf(choices) => format!("value must be one of {}", list(choices)),
        Mistake::Pattern { value, pattern } => {
            format!("{} does not match pattern {}", quote(value), quote(pattern))
        }
        Mistake::Bound { got, want, keyword } => {
            format!("{keyword}: got {}, want {}", number(*got), number(*want))
        }
        Mistake::NotMultiple { got, of } => format!("multipleOf: got {got}, want {of}"),
        Mistake::TooWide { got, bound } => format!("got {got}, which is beyond {bound}"),
        Mistake::Size { got, want, keyword } => format!("{keyword}: got {got}, want {want}"),
    }
}

/// The number in digits, unless there would be very many.
fn number(number: f64) -> String {
    if number.abs() < 1e21 {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

fn list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    quoted.join(", ")
}

/// `text` in single quotes, with what does not print escaped.
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for character in text.chars() {
        match character {
            '\'' => quoted.push_str("\\'"),
            '"' => quoted.push('"'),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{b}' => quoted.push_str("\\v"),
            '\u{c}' => quoted.push_str("\\f"),
            '\\' | '\n' | '\r' | '\t' => quoted.extend(character.escape_default()),
            other if other.is_ascii_control() => {
                // Writing to a string does not fail.
                let _ = write!(quoted, "\\x{:02x}", u32::from(other));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(body: &str) -> Request {
        Request {
            endpoint: "apis.createApi".to_owned(),
            authorization: None,
            content_type: Some("application/json".to_owned()),
            body: body.as_bytes().to_vec(),
            caller_ip: None,
            is_recorded: true,
            abandoned: std::sync::Arc::default(),
        }
    }

    fn schema() -> SchemaValidator {
        SchemaValidator::of(&json!({
            "type": "object",
            "required": ["name", "size"],
            "properties": {
                "name": {"type": "string", "minLength": 3, "pattern": "^[a-z.\\-]+$"},
                "size": {"type": ["integer", "null"], "maximum": 4_102_444_800_000_i64},
                "kind": {"type": "string", "enum": ["daily", "monthly"]},
                "tags": {"type": "array", "maxItems": 2, "items": {"type": "string"}},
            },
        }))
    }

    fn complaints(text: &str) -> Vec<(String, String)> {
        let refusal = body(&request(text), &schema()).unwrap_err();
        assert_eq!(refusal.code, Code::InvalidInput);
        assert!(refusal.validation);
        let pairs = refusal.errors.into_iter();
        pairs.map(|error| (error.message, error.location)).collect()
    }

    fn complaint(body: &str, message: &str, location: &str) {
        let expected = vec![(message.to_owned(), location.to_owned())];
        assert_eq!(complaints(body), expected, "{body}");
    }

    #[test]
    fn every_mistake_has_the_words_of_the_server() {
        complaint("{}", "missing properties 'name', 'size'", "/required");
        complaint(r#"{"name":"abc"}"#, "missing property 'size'", "/required");
        complaint("[]", "got array, want object", "/type");
        complaint(
            r#"{"name":"abc","size":1,"foo":1,"bar":2}"#,
            "additional properties 'foo', 'bar' not allowed",
            "/additionalProperties",
        );
        complaint(
            r#"{"name":null,"size":null}"#,
            "got null, want string",
            "/properties/name/type",
        );
        complaint(
            r#"{"name":"abc","size":"x"}"#,
            "got string, want null or integer",
            "/properties/size/type",
        );
        complaint(
            r#"{"name":"abc","size":4102444800001}"#,
            "maximum: got 4102444800001, want 4102444800000",
            "/properties/size/maximum",
        );
        complaint(
            r#"{"name":"A'\\B","size":1}"#,
            r"'A\'\\B' does not match pattern '^[a-z.\\-]+$'",
            "/properties/name/pattern",
        );
        complaint(
            r#"{"name":"abc","size":1,"kind":"weekly"}"#,
            "value must be one of 'daily', 'monthly'",
            "/properties/kind/enum",
        );
        complaint(
            r#"{"name":"abc","size":1,"tags":["a","b","c"]}"#,
            "maxItems: got 3, want 2",
            "/properties/tags/maxItems",
        );
        complaint(
            r#"{"name":"abc","size":1,"tags":["a",2]}"#,
            "got number, want string",
            "/properties/tags/items/type",
        );
    }

    #[test]
    fn an_empty_body_and_one_that_is_too_large_look_the_same() {
        let mut large = request("");
        large.body = vec![b' '; MAX_BODY + 1];
        for request in [request(""), large] {
            let refusal = body(&request, &schema()).unwrap_err();
            assert_eq!(
                refusal.detail,
                "POST request body is empty for '/v2/apis.createApi'"
            );
        }
    }

    #[test]
    fn parameters_and_case_of_the_content_type_do_not_matter() {
        for sent in ["application/json; charset=utf-8", "Application/JSON"] {
            content_type(sent).unwrap();
        }
        let refusal = content_type("text/plain").unwrap_err();
        assert_eq!(
            refusal.detail,
            "POST operation request content type 'text/plain' does not exist"
        );
    }

    #[test]
    fn the_last_of_several_equal_fields_wins() {
        let sent = body(&request(r#"{"name":1,"name":"abc","size":1}"#), &schema());
        assert_eq!(sent.unwrap()["name"], "abc");
    }
}
