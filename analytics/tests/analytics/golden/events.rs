//! The events of the golden answers: `.ci/analytics/events.py` makes the same ones.

use unkey_analytics::Verification;

/// The afternoon of 2026-11-18.
pub(crate) const NOW: i64 = 1_795_011_845_123;
const DAY: i64 = 86_400_000;
const EVENTS: u64 = 1_500;

const OUTCOMES: [&str; 5] = [
    "RATE_LIMITED",
    "RATE_LIMITED",
    "USAGE_EXCEEDED",
    "DISABLED",
    "EXPIRED",
];
const REGIONS: [&str; 4] = ["us-east-1", "eu-central-1", "ap-south-1", "unknown"];
const PATHS: [&str; 6] = [
    "/api/v1/users",
    "/api/v1/posts",
    "/api/users",
    "/health",
    "/it's",
    "/π",
];
const TEAMS: [&str; 3] = ["backend", "frontend", "data"];
const STAGES: [&str; 3] = ["production", "staging", "prod"];
const SPACES: [&str; 4] = ["ks_1234", "ks_5678", "ks_123", "ks_9"];
const USERS: [&str; 5] = [
    "user_123",
    "user_456",
    "user_abc",
    "user_xyz",
    "user_abc123",
];
const CREDITS: [i64; 7] = [0, 1, 1, 1, 2, 5, 100];

/// Oldest first.
pub(crate) fn events() -> Vec<Verification> {
    let mut events: Vec<_> = (0..EVENTS).map(event).collect();
    events.sort_by_key(|event| event.time);
    events
}

/// A number below `faces`: splitmix64 of `seed`.
fn dice(seed: u64, faces: u64) -> u64 {
    let mut mixed = (seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    (mixed ^ mixed >> 31) % faces
}

fn pick<T: Copy>(list: &[T], dice: u64) -> T {
    list[usize::try_from(dice).unwrap()]
}

fn event(number: u64) -> Verification {
    let roll = |field: u64, faces: u64| dice(number * 16 + field, faces);
    let signed = |value: u64| i64::try_from(value).unwrap();
    let mut back =
        signed(roll(0, 1000)).pow(2) * 100 * DAY / 1_000_000 + signed(roll(1, 3_600_000)) + 1000;
    // A retention that counts from midnight and one that counts from now differ on such a day.
    if (28 * DAY..=32 * DAY).contains(&back) {
        back -= 7 * DAY;
    }
    let key = roll(2, 1000).pow(2) * 200 / 1_000_000;
    let external = match dice(1_000_000 + key, 80) {
        0..12 => String::new(),
        owner @ 12..17 => pick(&USERS, owner - 12).to_owned(),
        owner => format!("user_{}", owner - 17),
    };
    let outcome = if roll(3, 21) < 16 {
        "VALID"
    } else {
        pick(&OUTCOMES, roll(4, 5))
    };
    let mut tags = Vec::new();
    for (at, chance, name, values) in [
        (0, 7, "path", &PATHS[..]),
        (1, 3, "team", &TEAMS[..]),
        (2, 3, "environment", &STAGES[..]),
    ] {
        if roll(9 + at, 10) < chance {
            let value = pick(values, roll(6 + at, values.len().try_into().unwrap()));
            tags.push(format!("{name}={value}"));
        }
    }
    let latency = 1 + roll(15, 40).pow(2) / 16;
    Verification {
        request_id: format!("req_{number:05}"),
        time: NOW - back,
        workspace_id: if roll(12, 4) == 0 { "ws_2" } else { "ws_1" }.to_owned(),
        key_space_id: pick(&SPACES, dice(2_000_000 + key, 4)).to_owned(),
        identity_id: match external.as_str() {
            "" => String::new(),
            external => format!("id_{external}"),
        },
        external_id: external,
        key_id: match key {
            0 => "key_1234".to_owned(),
            key => format!("key_{key}"),
        },
        region: pick(&REGIONS, roll(13, 4)).to_owned(),
        outcome: outcome.to_owned(),
        tags,
        spent_credits: match outcome {
            "VALID" => pick(&CREDITS, roll(14, 7)),
            _ => 0,
        },
        latency: f64::from(u32::try_from(latency).unwrap()),
    }
}
