//! What a request says of refills, as it is stored.

use unkey_tools::types::{Refill, RefillInterval};

use crate::wire::failure::{Code, Failure};

/// The day of the month that `refill` names; none is every day.
///
/// With `daily` a day is no mistake here: `keys.createKey` ignores it.
pub(crate) fn refill_day(refill: &Refill) -> Result<Option<i64>, Failure> {
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
