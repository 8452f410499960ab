"""Makes statements out of parts, so that features meet that no documented statement joins."""

import itertools
import random

DAY = "key_verifications_per_day_v1"
HOUR = "key_verifications_per_hour_v1"
MINUTE = "key_verifications_per_minute_v1"
MONTH = "key_verifications_per_month_v1"
RAW = "key_verifications_v1"

MEASURES = [
    ("{count}", "n"),
    ("sum(spent_credits)", "credits"),
    ("avg(spent_credits)", "mean"),
    ("min(time)", "first"),
    ("max(time)", "last"),
    ("min(external_id)", "low"),
    ("max(key_id)", "high"),
    ("uniq(key_id)", "keys"),
    ("uniqExact(external_id)", "users"),
    ("count(DISTINCT outcome)", "outcomes"),
    ("countIf(outcome = 'VALID')", "valid"),
    ("sumIf(spent_credits, outcome != 'VALID')", "wasted"),
    ("quantile(0.9)(spent_credits)", "p90"),
    ("groupUniqArray(outcome)", "seen"),
    ("sum(CASE WHEN outcome = 'VALID' THEN 1 ELSE 0 END) / count()", "share"),
    ("round(sum(spent_credits) / count() * 100, 2)", "rate"),
    ("sum(if(has(tags, 'team=backend'), spent_credits, 0))", "backend"),
    ("max(length(tags))", "most"),
]
KEYS = [
    ("outcome", None),
    ("external_id", None),
    ("key_space_id", None),
    ("tags", None),
    ("time", "t"),
    ("{month}", "month"),
    ("{hour}", "bucket"),
    ("arrayJoin(tags)", "tag"),
    ("upper(outcome)", "shouted"),
    ("external_id != ''", "known"),
    ("substring(key_id, 1, 5)", "part"),
    ("concat(key_space_id, '/', outcome)", "both"),
    ("CASE WHEN spent_credits > 1 THEN 'many' WHEN spent_credits = 1 THEN 'one' ELSE 'none' END", "size"),
    ("spent_credits % 3", "rest"),
    ("floor(spent_credits / 100) * 100", "step"),
]
FILTERS = [
    "outcome = 'VALID'",
    "outcome IN ('VALID', 'EXPIRED')",
    "outcome NOT IN ('VALID')",
    "external_id != '' AND spent_credits > 0",
    "has(tags, 'path=/health') OR hasAny(tags, ['team=data', 'team=backend'])",
    "NOT hasAll(tags, ['environment=prod', 'team=data'])",
    "key_id LIKE 'key_1%'",
    "time >= {ago}",
    "time >= {ago} AND time < {soon}",
    "{ago} <= time",
    "time BETWEEN {ago} AND {soon}",
    "spent_credits BETWEEN 1 AND 5",
    "length(tags) = 0",
    "startsWith(external_id, 'user_1') AND NOT endsWith(external_id, '9')",
    "key_id IN (SELECT key_id FROM {table} WHERE outcome = 'DISABLED')",
    "spent_credits > (SELECT avg(spent_credits) FROM {table})",
    "arrayJoin(tags) = 'path=/health'",
    "1",
    "0",
]


def parts(table):
    """What differs from table to table."""
    raw = table == RAW
    moment = "fromUnixTimestamp64Milli(time)" if raw else "time"
    return {
        "table": table,
        "count": "count()" if raw else "sum(count)",
        "month": f"toStartOfMonth({moment})",
        "hour": f"toStartOfHour({moment})" if table in (RAW, MINUTE, HOUR) else "toStartOfWeek(time, 1)",
        "ago": "toUnixTimestamp64Milli(now64() - INTERVAL 9 DAY)" if raw else "now() - INTERVAL 9 DAY",
        "soon": "toUnixTimestamp64Milli(now64() - INTERVAL 2 DAY)" if raw else "toDate(now() - INTERVAL 2 DAY)",
    }


def variations(count=400, seed=7):
    """Cases as `compare` wants them: statement, expected refusal, database."""
    dice = random.Random(seed)
    tables = itertools.cycle([RAW, DAY, HOUR, DAY, MINUTE, MONTH])
    made = []
    for _, table in zip(range(count), tables):
        part = parts(table)
        keys = dice.sample(KEYS, dice.choice([0, 1, 1, 1, 2, 2, 3]))
        # A line of the result for each of many times and tags would be long.
        if any(key == "time" for key, _ in keys) and table in (RAW, MINUTE):
            keys = [key for key in keys if key[0] != "time"]
        measures = dice.sample(MEASURES, dice.choice([1, 2, 2, 3]))
        columns = [f"{key} AS {alias}" if alias else key for key, alias in keys]
        columns += [f"{measure} AS {alias}" for measure, alias in measures]
        names = [alias or key for key, alias in keys]
        query = f"SELECT {', '.join(columns)} FROM {{table}}"
        if dice.random() < 0.7:
            query += f" WHERE {dice.choice(FILTERS)}"
        if names:
            query += f" GROUP BY {', '.join(names)}"
            if dice.random() < 0.25:
                query += " HAVING {count} > 3"
            order = dice.sample(names, len(names))
            query += " ORDER BY " + ", ".join(f"{name} {dice.choice(['ASC', 'DESC'])}" for name in order)
            if dice.random() < 0.3:
                query += f" LIMIT {dice.choice([1, 5, 20])}"
        made.append((query.format(**part), None, "kept"))
    return made
