//! The name that was probably meant.

/// The longest name in bytes that is compared. No name of ours comes near it, and the comparison takes
/// time in proportion to the length.
const LONGEST: usize = 128;

/// The candidate nearest to `name`, if one is near enough to be worth a guess.
///
/// Case, `_`, `-` and `.` do not count; otherwise about one slip in three characters is forgiven.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    let plain = plain(name);
    candidates
        .into_iter()
        .map(|candidate| (distance(&plain, candidate), candidate))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, candidate)| *distance <= 1.max(plain.len().min(candidate.len()) / 3))
        .map(|(_, candidate)| candidate)
}

fn distance(plain_name: &str, candidate: &str) -> usize {
    strsim::osa_distance(plain_name, &plain(candidate))
}

fn plain(name: &str) -> String {
    name.chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_other_spellings_find_their_name() {
        let names = ["name", "apiId", "externalId", "credits"];
        for (sent, meant) in [
            ("nme", Some("name")),
            ("api_id", Some("apiId")),
            ("external-id", Some("externalId")),
            ("credit", Some("credits")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(sent, names), meant, "{sent}");
        }
    }

    #[test]
    fn a_name_of_megabytes_is_near_to_nothing_and_found_to_be_so_at_once() {
        let name = "name".repeat(1 << 20);
        let start = std::time::Instant::now();
        for _ in 0..1_000 {
            assert_eq!(nearest(&name, ["name", "apiId"]), None);
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(1));
    }
}
