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
    #[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
    let size = json.len() as f64 / LARGEST as f64;
    Err(Code::InvalidInput.because(format!(
        "Metadata is too large, it must be less than 1MB, got: {size:.2}"
    )))
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
        assert!(refusal.detail.ends_with("got: 2.00"), "{}", refusal.detail);
        assert!(of(LARGEST - around + 1).is_err());
    }
}
