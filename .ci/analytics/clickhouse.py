"""ClickHouse in this process, with the tables that a workspace sees."""

import json
import re

import chdb.session

RAW = """request_id String, time Int64, workspace_id String, key_space_id String, identity_id String,
external_id String, key_id String, region LowCardinality(String), outcome LowCardinality(String),
tags Array(String), spent_credits Int64, latency Float64, source LowCardinality(String), app_id String"""
ROLLED_UP = """time {time}, workspace_id String, key_space_id String, identity_id String,
external_id String, key_id String, outcome LowCardinality(String), tags Array(String),
count SimpleAggregateFunction(sum, Int64), spent_credits SimpleAggregateFunction(sum, Int64),
latency_avg AggregateFunction(avg, Float64),
latency_p75 AggregateFunction(quantilesTDigest(0.75), Float64),
latency_p99 AggregateFunction(quantilesTDigest(0.99), Float64)"""
LABELS = "workspace_id, key_space_id, identity_id, external_id, key_id, outcome, tags"
BUCKETS = {
    "minute": ("DateTime", "toStartOfMinute(fromUnixTimestamp64Milli(time))"),
    "hour": ("DateTime", "toStartOfHour(fromUnixTimestamp64Milli(time))"),
    "day": ("Date", "toDate(fromUnixTimestamp64Milli(time))"),
    "month": ("Date", "toDate(toStartOfMonth(fromUnixTimestamp64Milli(time)))"),
}
DAY = 86_400_000


class ClickHouse:
    """One session; a database for each retention."""

    def __init__(self):
        self.session = chdb.session.Session()
        self.session.query("SET session_timezone = 'UTC'")

    def fill(self, database, path, workspace, now, retention_days):
        """Loads the events at `path`, a file of JSON lines, as the workspace may see them."""
        run = self.session.query
        midnight = now // DAY * DAY - retention_days * DAY if retention_days else 0
        run(f"CREATE DATABASE {database}")
        raw = f"{database}.key_verifications_v1"
        run(f"CREATE TABLE {raw} ({RAW}) ENGINE = MergeTree ORDER BY (workspace_id, time, key_space_id, identity_id, external_id, key_id)")
        run(
            f"INSERT INTO {raw} SELECT * FROM file('{path}', JSONEachRow, $${RAW}$$)"
            f" WHERE workspace_id = '{workspace}'"
        )
        for bucket, (kind, start) in BUCKETS.items():
            table = f"{database}.key_verifications_per_{bucket}_v1"
            columns = ROLLED_UP.format(time=kind)
            run(f"CREATE TABLE {table} ({columns}) ENGINE = AggregatingMergeTree ORDER BY (workspace_id, time, key_space_id, identity_id, external_id, key_id, outcome, tags)")
            run(
                f"INSERT INTO {table} SELECT {start} AS bucket, {LABELS}, count(), sum(spent_credits),"
                f" avgState(latency), quantilesTDigestState(0.75)(latency), quantilesTDigestState(0.99)(latency)"
                f" FROM {raw} GROUP BY bucket, {LABELS} HAVING toUnixTimestamp(toDateTime(bucket)) * 1000 >= {midnight}"
            )
            run(f"OPTIMIZE TABLE {table} FINAL")
        run(f"ALTER TABLE {raw} DELETE WHERE time < {midnight} SETTINGS mutations_sync = 2")

    def ask(self, database, query, now):
        """The names, types and rows of an answer, with its seconds, or an error's text."""
        self.session.query(f"USE {database}")
        query = at(query, now)
        try:
            answer = self.session.query(
                query
                + "\nSETTINGS output_format_json_quote_64bit_integers = 0, date_time_output_format = 'iso',"
                " session_timezone = 'UTC', allow_experimental_analyzer = 1",
                "JSONCompact",
            )
        except Exception as error:  # noqa: BLE001: chdb has no class of its own for all of them
            return None, str(error)
        parsed = json.loads(answer.bytes().decode(errors="replace"))
        names = [named(column["name"], now) for column in parsed["meta"]]
        types = [column["type"] for column in parsed["meta"]]
        rows = [[shown(value, kind) for value, kind in zip(row, types)] for row in parsed["data"]]
        return (names, types, rows, answer.elapsed()), None


def at(query, now):
    """The query as of `now`."""
    query = re.sub(r"\bnow\(\)", f"toDateTime({now // 1000})", query, flags=re.I)
    query = re.sub(r"\bnow64\(\)", f"fromUnixTimestamp64Milli({now})", query, flags=re.I)
    return re.sub(r"\btoday\(\)", f"toDate({now // DAY})", query, flags=re.I)


def named(name, now):
    """A column's name as if the query had said now()."""
    name = name.replace(f"toDateTime({now // 1000})", "now()")
    name = name.replace(f"fromUnixTimestamp64Milli({now})", "now64()")
    return name.replace(f"toDate({now // DAY})", "today()")


def shown(value, kind):
    """A value as Unkey's API shows it."""
    kind = re.sub(r"^(LowCardinality|Nullable)\((.*)\)$", r"\2", kind)
    if value is None:
        return None
    if kind.startswith("Array("):
        return [shown(item, kind[6:-1]) for item in value]
    if kind == "Date":
        return value + "T00:00:00Z"
    if kind.startswith("DateTime64"):
        return re.sub(r"\.?0+Z$", "Z", value) if "." in value else value
    return value
