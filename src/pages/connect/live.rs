//! The line that says whether the server answers, and who connected last.

use std::time::Duration;

use crate::observe::ConnectedClient;

/// The line. `last` is known where whoever asks may know it.
pub(super) fn sentence(last: Option<ConnectedClient>, may_know: bool) -> String {
    match last {
        Some(ConnectedClient { name, since }) => format!(
            "This server answers. Last to connect: {}, {}.",
            name.as_str(),
            ago(since)
        ),
        None if may_know => "This server answers. No client has connected yet.".to_owned(),
        None => "This server answers.".to_owned(),
    }
}

fn ago(since: Duration) -> String {
    let seconds = since.as_secs();
    let (number, unit) = match seconds {
        0..5 => return "just now".to_owned(),
        5..60 => (seconds, "second"),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_largest_unit_that_fits() {
        for (seconds, words) in [
            (0, "just now"),
            (59, "59 seconds ago"),
            (60, "1 minute ago"),
            (7_199, "1 hour ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(Duration::from_secs(seconds)), words);
        }
    }
}
