//! What a request says of credits and refills, as it is stored.

use unkey_tools::types::{Credits, Refill, RefillInterval};

use crate::store::Balance;
use crate::wire::failure::{Code, Failure};

/// The balance of a new key. Without credits, or with `null` remaining, it is unlimited.
pub(crate) fn new_balance(credits: Option<&Credits>) -> Result<Balance, Failure> {
    let Some(credits) = credits else {
        return Ok(Balance::default());
    };
    let remaining = credits.remaining.as_set().copied();
    let Some(refill) = &credits.refill else {
        return Ok(Balance {
            remaining,
            ..Balance::default()
        });
    };
    if remaining.is_none() {
        return Err(Code::InvalidInput
            .because("`credits.remaining` must be provided when `credits.refill` is set."));
    }
    Ok(Balance {
        remaining,
        refill_amount: Some(refill.amount),
        refill_day: refill_day(refill)?,
    })
}

/// The day of the month that `refill` names; none is every day.
///
/// With `daily` a day is no mistake here: `keys.createKey` ignores it.
fn refill_day(refill: &Refill) -> Result<Option<i64>, Failure> {
    match (refill.interval, refill.refill_day) {
        (RefillInterval::Daily, _) => Ok(None),
        (RefillInterval::Monthly, Some(day)) => Ok(Some(day)),
        (RefillInterval::Monthly, None) => Err(Code::InvalidInput
            .because("`refillDay` must be provided when the refill interval is `monthly`.")),
    }
}

/// The same, for `keys.updateKey`, which refuses a day with `daily`.
pub(crate) fn strict_refill_day(refill: &Refill) -> Result<Option<i64>, Failure> {
    if refill.interval == RefillInterval::Daily && refill.refill_day.is_some() {
        return Err(Code::InvalidInput
            .because("`refillDay` must not be provided when the refill interval is `daily`."));
    }
    refill_day(refill)
}
