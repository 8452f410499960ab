"""Asks ClickHouse and this project's engine the same questions and compares the answers.

Prints what differs, and at the end `N passed, N failed`. It wants the Python package chdb, which
is ClickHouse; `run` beside it makes a virtual environment with it. Options by environment:
ANALYTICS_EVENTS (how many, default 12000), ANALYTICS_NOW (when it is, in milliseconds),
ANALYTICS_REFERENCE (a file of documented statements with verdicts), ANALYTICS_ONLY (`documented`:
no others), ANALYTICS_VERBOSE (shows every statement), ANALYTICS_TIMES (builds for speed and prints
times).
"""

import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from clickhouse import ClickHouse
from events import events
from reference import reference
from variations import variations

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORKSPACE = "ws_1"
KEPT = {"kept": 30, "everything": 0}
# The afternoon of 2026-11-18, so that a run can be had again. Unkey bounds a question without a
# bound by `now() - INTERVAL 30 DAY`, which cuts off a day or a month of just that age; ClickHouse
# is not told to here. The events leave such days out; for months, choose another time.
NOW = 1_795_011_845_123


class Engine:
    """This project's engine, behind its example binary."""

    def __init__(self, database):
        command = ["cargo", "build", "--quiet", "--package", "unkey-analytics", "--example", "answer"]
        if os.environ.get("ANALYTICS_TIMES"):
            command.append("--release")
        built = subprocess.run([*command, "--message-format=json"], cwd=ROOT, check=True, stdout=subprocess.PIPE)
        binary = [json.loads(line).get("executable") for line in built.stdout.splitlines()]
        binary = [path for path in binary if path][-1]
        self.process = subprocess.Popen(
            [binary, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def send(self, line):
        self.process.stdin.write(json.dumps(line) + "\n")

    def ask(self, query, now, retention_days):
        self.send(
            {
                "question": {
                    "query": query,
                    "workspace_id": WORKSPACE,
                    "now": now,
                    "retention_days": retention_days,
                    "max_rows": 10_000_000,
                }
            }
        )
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def same(a, b):
    """Whether two values are equal, numbers up to rounding."""
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, float) or isinstance(b, float):
        if not isinstance(a, (int, float)) or not isinstance(b, (int, float)):
            return False
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12)
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def sort_key(row):
    return json.dumps([f"{value:.6g}" if isinstance(value, float) else str(value) for value in row])


def difference(query, theirs, ours):
    """What is different between two answers, or None."""
    names, _, rows, _ = theirs
    query = re.sub(r"--.*", "", query)
    if ours and list(ours[0]) != list(dict.fromkeys(names)):
        return f"names: {names} and {list(ours[0])}"
    # Of columns with one name the last stays.
    places = {name: place for place, name in enumerate(names)}
    rows = [[row[place] for place in places.values()] for row in rows]
    ours = [list(row.values()) for row in ours]
    if len(rows) != len(ours):
        return f"{len(rows)} rows and {len(ours)}: {rows[:3]} and {ours[:3]}"
    if re.search(r"group(Uniq)?Array", query):
        unordered = lambda value: sorted(value, key=str) if isinstance(value, list) else value
        rows = [[unordered(value) for value in row] for row in rows]
        ours = [[unordered(value) for value in row] for row in ours]
    if all(map(same, rows, ours)):
        return None
    order = re.search(r"ORDER BY\s+(.*?)(LIMIT|WITH FILL|$)", query[query.upper().rfind("ORDER BY"):], re.S | re.I)
    ordered = order and query.upper().rfind("ORDER BY") > query.rfind(")")
    sorts = [sorted(side, key=sort_key) for side in (rows, ours)]
    if ordered:
        first = re.split(r"[\s,]", order.group(1).strip())[0].split(".")[-1]
        if first in places:
            place = list(places).index(first)
            column = [[row[place] for row in side] for side in (rows, ours)]
            if not same(*column):
                return f"order: {column[0][:8]} and {column[1][:8]}"
            # A LIMIT may cut among equals.
            if "LIMIT" in query.upper():
                return None
    if all(map(same, *sorts)):
        return None
    pairs = [(a, b) for a, b in zip(*sorts) if not same(a, b)]
    return f"rows: {pairs[0][0]} and {pairs[0][1]}"


def main():
    count = int(os.environ.get("ANALYTICS_EVENTS", "12000"))
    now = int(os.environ.get("ANALYTICS_NOW", NOW))
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(os.path.join(folder, "events.db"))
        made = events(count, now)
        path = os.path.join(folder, "events.jsonl")
        Path(path).write_text("\n".join(map(json.dumps, made)))
        for start in range(0, len(made), 7_001):
            engine.send({"events": made[start : start + 7_001]})
        house = ClickHouse()
        for database, days in KEPT.items():
            house.fill(database, path, WORKSPACE, now, days)
        only = os.environ.get("ANALYTICS_ONLY")
        cases = [] if only == "documented" else own() + variations()
        documented = os.environ.get("ANALYTICS_REFERENCE")
        if documented:
            cases += reference(documented)
        else:
            print("ANALYTICS_REFERENCE is not set: the documented statements are skipped")
        failed = sum(not holds(case, engine, house, now) for case in cases)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed > 0


def own():
    """The statements beside this file: those after `-- refused CODE` are expected to be."""
    cases = []
    for text in re.split(r";\s*\n", (HERE / "statements.sql").read_text(encoding="utf-8")):
        database = "everything" if re.search(r"^-- everything$", text, re.M) else "kept"
        expected = re.search(r"^-- refused (\w+)$", text, re.M)
        text = "\n".join(line for line in text.splitlines() if not line.startswith("-- "))
        if text.strip():
            cases.append((text.strip(), expected.group(1) if expected else None, database))
    return cases


def holds(case, engine, house, now):
    query, refused, database = case
    ours = engine.ask(query, now, KEPT[database])
    if refused:
        code = ours.get("error", {}).get("code")
        problem = None if code == refused else f"{code or 'an answer'}, not {refused}"
    else:
        theirs, error = house.ask(database, query, now)
        if error:
            refusal = ours.get("error", {}).get("code") == "invalid_analytics_query"
            problem = None if refusal else f"ClickHouse refuses: {error[:200]}"
        elif "error" in ours:
            problem = f"refused: {ours['error']['detail'][:200]}"
        else:
            problem = difference(query, theirs, ours["rows"])
            if os.environ.get("ANALYTICS_TIMES"):
                best = min(house.ask(database, query, now)[0][3] for _ in range(3))
                again = min(engine.ask(query, now, KEPT[database])["micros"] for _ in range(3))
                print(f"{again / 1e6 / best:6.1f}x {again / 1000:8.1f} ms {' '.join(query.split())[:150]}")
    if problem or os.environ.get("ANALYTICS_VERBOSE"):
        print(f"{'FAILED' if problem else 'ok'}: {' '.join(query.split())}\n    {problem}\n")
    return not problem


if __name__ == "__main__":
    sys.exit(main())
