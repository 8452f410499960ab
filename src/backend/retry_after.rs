//! How long an answer asks to wait.

use std::time::{Duration, SystemTime};

use ::http::{HeaderMap, HeaderName, header};

/// A longer wait is as good as this one: no limit of Unkey's lasts beyond a month, and no call waits
/// for either.
const LONGEST: Duration = Duration::from_hours(31 * 24);

/// How long `Retry-After` asks to wait, in seconds or until a date. Of several the longest counts;
/// what is neither, or below zero, is passed over.
///
/// A date is measured from the answer's own `Date`, so that a wrong clock here does no harm, and
/// from `now` where there is none.
pub(super) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let date = texts(headers, &header::DATE).next();
    let from = date
        .and_then(|date| httpdate::parse_http_date(date).ok())
        .unwrap_or(now);
    texts(headers, &header::RETRY_AFTER)
        .filter_map(|text| seconds(text).or_else(|| until(text, from)))
        .max()
        .map(|wait| wait.min(LONGEST))
}

fn texts<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter();
    values
        .filter_map(|value| value.to_str().ok())
        .map(str::trim)
}

/// Seconds are whole numbers by the specification; some servers send fractions.
fn seconds(text: &str) -> Option<Duration> {
    let is_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let seconds: f64 = is_number.then(|| text.parse().ok()).flatten()?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

/// A date that is past asks for no wait.
fn until(text: &str, from: SystemTime) -> Option<Duration> {
    let then = httpdate::parse_http_date(text).ok()?;
    Some(then.duration_since(from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use ::http::HeaderValue;

    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn asked(date: Option<&str>, values: &[&str]) -> Option<f64> {
        let mut headers = HeaderMap::new();
        if let Some(date) = date {
            headers.insert(header::DATE, date.parse().unwrap());
        }
        for value in values {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(header::RETRY_AFTER, value);
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        retry_after(&headers, now).map(|wait| wait.as_secs_f64())
    }

    #[test]
    fn seconds_are_taken_and_of_several_the_longest() {
        for (values, wait) in [
            (&["0"][..], Some(0.0)),
            (&[" 17 "], Some(17.0)),
            (&["1.5"], Some(1.5)),
            (&["2", "30", "soon"], Some(30.0)),
            (&[], None),
        ] {
            assert_eq!(asked(None, values), wait, "{values:?}");
        }
    }

    #[test]
    fn a_date_is_measured_from_the_answers_own() {
        let (date, later) = (
            "Tue, 14 Nov 2023 22:13:20 GMT",
            "Tue, 14 Nov 2023 22:13:50 GMT",
        );
        assert_eq!(asked(None, &[later]), Some(30.0));
        assert_eq!(
            asked(Some("Tue, 14 Nov 2023 22:13:45 GMT"), &[later]),
            Some(5.0)
        );
        assert_eq!(asked(Some("gibberish"), &[later]), Some(30.0));
        // The two older forms, and a date that is past.
        assert_eq!(asked(None, &["Tuesday, 14-Nov-23 22:13:21 GMT"]), Some(1.0));
        assert_eq!(asked(None, &["Tue Nov 14 22:13:22 2023"]), Some(2.0));
        assert_eq!(asked(Some(later), &[date]), Some(0.0));
    }

    #[test]
    fn what_is_no_wish_is_passed_over() {
        for value in [
            "",
            "-1",
            "-0.5",
            "soon",
            "1e3",
            "NaN",
            "inf",
            "1.2.3",
            "Tue, 99 Foo 2023 22:13:20 GMT",
            "é",
        ] {
            assert_eq!(asked(None, &[value]), None, "{value}");
        }
    }

    #[test]
    fn a_wish_that_no_call_can_grant_counts_as_the_longest() {
        for value in [
            "9223372036854775807",
            "18446744073709551616",
            "99999999999999999999999999999999999999999",
            "2678401",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert_eq!(
                asked(None, &[value]),
                Some(LONGEST.as_secs_f64()),
                "{value}"
            );
        }
    }
}
