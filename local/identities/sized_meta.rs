//! The free data of an identity, which may not be larger than 1 MiB.

use serde_json::{Map, Value};

use crate::wire::failure::{Code, Failure};
use crate::wire::meta;

const LARGEST: usize = 1 << 20;

/// The data as it is stored.
pub(super) fn stored(meta: Map<String, Value>) -> Result<String, Failure> {
    let json = meta::stored(meta);
    if json.len() <= LARGEST {
        return Ok(json);
    }
    Err(Code::InvalidInput.because(format!(
        "Metadata is too large: it must be at most 1.0 MB, but is {}.",
        megabytes(json.len())
    )))
}

/// A size of a million bytes or more: with a decimal below ten megabytes, which have a million bytes
/// each here.
fn megabytes(bytes: usize) -> String {
    let tenths = bytes.saturating_add(50_000) / 100_000;
    match (tenths / 10, tenths % 10) {
        (whole @ ..10, tenth) => format!("{whole}.{tenth} MB"),
        (whole, tenth) => format!("{} MB", whole + tenth / 5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(length: usize) -> Result<String, Failure> {
        stored(Map::from_iter([(
            "a".to_owned(),
            "x".repeat(length).into(),
        )]))
    }

    #[test]
    fn a_mebibyte_is_the_most() {
        let around = r#"{"a":""}"#.len();
        assert_eq!(of(LARGEST - around).unwrap().len(), LARGEST);
        let refusal = of(2 * LARGEST).unwrap_err().into_refusal();
        assert_eq!(
            refusal.detail,
            "Metadata is too large: it must be at most 1.0 MB, but is 2.1 MB."
        );
        assert!(of(LARGEST - around + 1).is_err());
    }
}
