//! What a client sends and what it takes, by its headers. Media types have no case.

use ::http::{HeaderMap, header};

/// Whether a client takes JSON. One that does not say takes everything.
pub(super) fn accepts_json(headers: &HeaderMap) -> bool {
    let mut said = false;
    // The range that says most about JSON counts, and among equals the best.
    let mut best: Option<(u8, bool)> = None;
    for list in headers.get_all(header::ACCEPT) {
        // What is no text names no type that we know.
        for range in list.to_str().unwrap_or("unknown").split(',') {
            let mut parts = range.split(';').map(str::trim);
            let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
            said |= !kind.is_empty();
            let precision = match kind.as_str() {
                "application/json" => 2,
                "application/*" => 1,
                // A bare star is what old Java clients send.
                "*/*" | "*" => 0,
                _ => continue,
            };
            let wanted = !parts.any(is_zero_weight);
            best = best.max(Some((precision, wanted)));
        }
    }
    best.map_or(!said, |(_, wanted)| wanted)
}

/// Whether a client says that it takes a stream of events.
pub(super) fn accepts_events(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT).iter();
    let texts = lists.filter_map(|list| list.to_str().ok());
    texts.flat_map(|list| list.split(',')).any(|range| {
        let mut parts = range.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        kind.eq_ignore_ascii_case("text/event-stream") && !parts.any(is_zero_weight)
    })
}

/// Whether a parameter is `q=0`: not wanted at all.
fn is_zero_weight(parameter: &str) -> bool {
    parameter.split_once('=').is_some_and(|(name, weight)| {
        name.trim().eq_ignore_ascii_case("q")
            && weight.trim().parse().is_ok_and(|weight: f32| weight == 0.0)
    })
}

/// Whether the body is JSON as we read it, by its headers.
///
/// # Errors
/// What is taken instead.
pub(super) fn check_content(headers: &HeaderMap) -> Result<(), &'static str> {
    let encoded = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .flat_map(|list| list.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"));
    if encoded {
        return Err("the body must not be compressed: send it without Content-Encoding");
    }
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    // A body without a type can only be meant as JSON. A web page's is checked by its Origin.
    if kinds.all(|kind| kind.to_str().is_ok_and(is_json)) {
        Ok(())
    } else {
        Err("the body must be JSON in UTF-8: send it with Content-Type: application/json")
    }
}

fn is_json(kind: &str) -> bool {
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf8 = parts.all(|parameter| {
        parameter.split_once('=').is_none_or(|(name, value)| {
            let value = value.trim().trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset")
                || ["utf-8", "utf8", "us-ascii"]
                    .iter()
                    .any(|known| value.eq_ignore_ascii_case(known))
        })
    });
    essence.eq_ignore_ascii_case("application/json") && is_utf8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &header::HeaderName, values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(name.clone(), value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn json_is_accepted_in_any_case_unless_its_weight_is_zero() {
        for (accept, takes) in [
            (&[][..], true),
            (&[""], true),
            (&["Application/Json"], true),
            (&["APPLICATION/*;q=0.1"], true),
            (&["*/*"], true),
            (&["text/html, */*;q=0.8"], true),
            (&["text/html", "application/json"], true),
            (&["application/json; charset=utf-8 ; Q=0.000"], false),
            (&["*/*, application/json;q=0"], false),
            (&["application/*;q=0, application/json"], true),
            (&["application/json;q=oops"], true),
            (&["text/event-stream"], false),
            (&["application/json-seq"], false),
            (&["text/html"], false),
        ] {
            let headers = headers(&header::ACCEPT, accept);
            assert_eq!(accepts_json(&headers), takes, "{accept:?}");
        }
    }

    #[test]
    fn only_json_in_utf_8_is_read_and_nothing_compressed() {
        for (kind, taken) in [
            (&[][..], true),
            (&["application/json"], true),
            (&["Application/JSON ; Charset=\"UTF-8\""], true),
            (&["application/json;charset=utf-16"], false),
            (&["application/json-rpc"], false),
            (&["application/vnd.api+json"], false),
            (&["text/plain"], false),
            (&["application/x-www-form-urlencoded"], false),
            (&["application/json", "text/plain"], false),
            (&[""], false),
        ] {
            let headers = headers(&header::CONTENT_TYPE, kind);
            assert_eq!(check_content(&headers).is_ok(), taken, "{kind:?}");
        }
        for (coding, taken) in [
            (&["Identity"][..], true),
            (&[""], true),
            (&["gzip"], false),
            (&["identity, br"], false),
            (&["identity", "deflate"], false),
        ] {
            let headers = headers(&header::CONTENT_ENCODING, coding);
            assert_eq!(check_content(&headers).is_ok(), taken, "{coding:?}");
        }
    }
}
