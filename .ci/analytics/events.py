"""Makes the events of the golden answers: `analytics/tests/analytics/golden/events.rs` makes the same ones."""

NOW = 1_795_011_845_123  # The afternoon of 2026-11-18.
DAY = 86_400_000
OUTCOMES = ["RATE_LIMITED", "RATE_LIMITED", "USAGE_EXCEEDED", "DISABLED", "EXPIRED"]
REGIONS = ["us-east-1", "eu-central-1", "ap-south-1", "unknown"]
TAGS = [
    ["path=/api/v1/users", "path=/api/v1/posts", "path=/api/users", "path=/health", "path=/it's", "path=/π"],
    ["team=backend", "team=frontend", "team=data"],
    ["environment=production", "environment=staging", "environment=prod"],
]
SPACES = ["ks_1234", "ks_5678", "ks_123", "ks_9"]
USERS = ["user_123", "user_456", "user_abc", "user_xyz", "user_abc123"]
CREDITS = [0, 1, 1, 1, 2, 5, 100]


def dice(seed, faces):
    """A number below `faces`: splitmix64 of `seed`."""
    mask = (1 << 64) - 1
    mixed = (seed + 1) * 0x9E3779B97F4A7C15 & mask
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & mask
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & mask
    return (mixed ^ mixed >> 31) % faces


def event(number):
    """Unkey bounds a question without a bound by `now() - INTERVAL 30 DAY`, and ClickHouse is not
    told to here: no event is of the days around that age."""
    roll = lambda field, faces: dice(number * 16 + field, faces)
    back = roll(0, 1000) ** 2 * 100 * DAY // 1_000_000 + roll(1, 3_600_000) + 1000
    if 28 * DAY <= back <= 32 * DAY:
        back -= 7 * DAY
    key = roll(2, 1000) ** 2 * 200 // 1_000_000
    owner = dice(1_000_000 + key, 80)
    external = "" if owner < 12 else (USERS + [f"user_{at}" for at in range(63)])[owner - 12]
    outcome = "VALID" if roll(3, 21) < 16 else OUTCOMES[roll(4, 5)]
    tags = [group[roll(6 + at, len(group))] for at, group in enumerate(TAGS) if roll(9 + at, 10) < (7, 3, 3)[at]]
    return {
        "request_id": f"req_{number:05}",
        "time": NOW - back,
        "workspace_id": "ws_2" if roll(12, 4) == 0 else "ws_1",
        "key_space_id": SPACES[dice(2_000_000 + key, 4)],
        "identity_id": f"id_{external}" if external else "",
        "external_id": external,
        "key_id": "key_1234" if key == 0 else f"key_{key}",
        "region": REGIONS[roll(13, 4)],
        "outcome": outcome,
        "tags": tags,
        "spent_credits": CREDITS[roll(14, 7)] if outcome == "VALID" else 0,
        "latency": float(1 + roll(15, 40) ** 2 // 16),
        "source": "api",
        "app_id": "",
    }


def events(count=1500):
    """Oldest first."""
    return sorted(map(event, range(count)), key=lambda made: made["time"])
