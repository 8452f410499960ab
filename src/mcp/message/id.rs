//! The id of a request.

use serde_json::Value;

use super::salvage;

/// The longest id that is kept while its request is under way.
const MAX_BYTES: usize = 1024;

/// The longest id that is sent back.
pub(super) const MAX_ANSWERED_BYTES: usize = 64 * 1024;

/// The id as it was sent in `text`, as JSON, where it may stand in an answer.
pub(super) fn as_sent(id: &Value, text: &[u8]) -> Option<String> {
    let sent = match id {
        // Written anew it could be another number.
        Value::Number(number) if number.as_i64().is_none() => salvage::id(text),
        Value::Number(_) | Value::String(_) => Some(id.to_string()),
        _ => None,
    };
    sent.filter(|sent| sent.len() <= MAX_ANSWERED_BYTES)
}

/// Gives an id the form that the SDK takes, or says why it cannot be one.
pub(super) fn straighten(id: &mut Value) -> Result<(), String> {
    match id {
        Value::String(text) if text.len() > MAX_BYTES => Err(format!(
            "`id` is too long: it may have at most {MAX_BYTES} bytes"
        )),
        Value::String(_) => Ok(()),
        Value::Number(_) => {
            let number = whole(id).ok_or_else(|| {
                format!(
                    "`id` must be text or a whole number of at most {}",
                    i64::MAX
                )
            })?;
            *id = number.into();
            Ok(())
        }
        _ => Err("`id` must be text or a whole number; leave it out to send a notification".into()),
    }
}

/// The whole number that an id is, though it may be written as `1.0` or `1e2`.
pub(super) fn whole(id: &Value) -> Option<i64> {
    /// From here on a whole number cannot be told from its neighbours.
    const TOO_LARGE: f64 = 9_007_199_254_740_992.0;
    if let Some(number) = id.as_i64() {
        return Some(number);
    }
    let number = id.as_f64().filter(|number| number.abs() < TOO_LARGE)?;
    if number.fract() != 0.0 {
        return None;
    }
    // Through text, as there is no conversion that cannot lose something.
    format!("{:.0}", number + 0.0).parse().ok()
}
