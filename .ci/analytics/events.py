"""Makes the events that both engines are given: the same ones for the same seed."""

import random

OUTCOMES = ["VALID"] * 16 + ["RATE_LIMITED", "RATE_LIMITED", "USAGE_EXCEEDED", "DISABLED", "EXPIRED"]
REGIONS = ["us-east-1", "eu-central-1", "ap-south-1", "unknown"]
PATHS = ["/api/v1/users", "/api/v1/posts", "/api/users", "/health", "/it's", "/π"]
TEAMS = ["backend", "frontend", "data"]
STAGES = ["production", "staging", "prod"]

DAY = 86_400_000


def tags(dice):
    """At most three tags; many events have none."""
    chosen = []
    if dice.random() < 0.7:
        chosen.append("path=" + dice.choice(PATHS))
    if dice.random() < 0.3:
        chosen.append("team=" + dice.choice(TEAMS))
    if dice.random() < 0.3:
        chosen.append("environment=" + dice.choice(STAGES))
    return chosen


def events(count, now, seed=1, days=100, keys=200, workspaces=("ws_1", "ws_1", "ws_1", "ws_2")):
    """Events of the last `days` days, oldest first. The first ones of a day are left out of the
    hours in which a retention that counts from midnight and one that counts from now differ."""
    dice = random.Random(seed)
    users = ["user_123", "user_456", "user_abc", "user_xyz", "user_abc123"]
    users += [f"user_{number}" for number in range(keys // 3)]
    owned = []
    for number in range(keys):
        external = dice.choice(users) if dice.random() < 0.85 else ""
        owned.append(
            {
                "key_id": "key_1234" if number == 0 else f"key_{number}",
                "external_id": external,
                "identity_id": f"id_{external}" if external else "",
                "key_space_id": dice.choice(["ks_1234", "ks_5678", "ks_123", "ks_9"]),
            }
        )
    times = []
    while len(times) < count:
        # Recent days have more of them.
        back = int(dice.random() ** 2 * days * DAY)
        if not 29 * DAY <= back <= 31 * DAY:
            times.append(now - 1000 - back)
    times.sort()
    made = []
    for index, time in enumerate(times):
        key = owned[int(dice.random() ** 2 * len(owned))]
        outcome = dice.choice(OUTCOMES)
        made.append(
            {
                "request_id": f"req_{index:07}",
                "time": time,
                "workspace_id": dice.choice(workspaces),
                **key,
                "region": dice.choice(REGIONS),
                "outcome": outcome,
                "tags": tags(dice),
                "spent_credits": dice.choice([0, 1, 1, 1, 2, 5, 100]) if outcome == "VALID" else 0,
                "latency": float(int(dice.lognormvariate(1.5, 0.8))),
            }
        )
    return made
