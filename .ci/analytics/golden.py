"""Writes what ClickHouse answers, or compares it with what is written.

    golden.py [--check] FOLDER [DOCUMENTED]

FOLDER gets a file of JSON lines for each family of statements. DOCUMENTED names a file of
statements with verdicts of the real server; its answers go to `documented.jsonl`, which is not kept.
It wants the Python package chdb, which is ClickHouse; `run` beside this file sees to that.
"""

import json
import re
import sys
import tempfile
from pathlib import Path

from clickhouse import ClickHouse
from events import NOW, events
from reference import reference
from variations import variations

HERE = Path(__file__).parent
WORKSPACE = "ws_1"
KEPT = {"kept": 30, "everything": 0}


def written(name):
    """The statements of a file beside this one: those after `-- refused CODE` are expected to be."""
    cases = []
    for text in re.split(r";\s*\n", (HERE / name).read_text(encoding="utf-8")):
        database = "everything" if re.search(r"^-- everything$", text, re.M) else "kept"
        expected = re.search(r"^-- refused (\w+)$", text, re.M)
        text = "\n".join(line for line in text.splitlines() if not line.startswith("-- "))
        if text.strip():
            cases.append((text.strip(), expected.group(1) if expected else None, database))
    return cases


def ordered_by(query, names):
    """The place of the first column by which the whole answer is ordered, if that can be told."""
    query = re.sub(r"--.*", "", query)
    last = query.upper().rfind("ORDER BY")
    if last < 0 or last < query.rfind(")") and "OVER" in query[query.rfind("(", 0, last):]:
        return None
    first = re.split(r"[\s,]", query[last + 8 :].strip())[0].split(".")[-1].rstrip(")")
    if last < query.rfind(")") and query.count(")", last) > query.count("(", last):
        return None
    if first.isdigit():
        return int(first) - 1 if int(first) <= len(names) else None
    return names.index(first) if first in names else None


def golden(house, case):
    """One line: the statement, and its answer or the code with which it is refused."""
    query, refused, database = case
    line = {"sql": query}
    if database == "everything":
        line["everything"] = True
    if not refused:
        answer, error = house.ask(database, query, NOW)
        refused = "invalid_analytics_query" if error else None
    if refused:
        return line | {"refused": refused}
    names, types, rows, _ = answer
    # Of columns with one name the last stays.
    places = {name: place for place, name in enumerate(names)}
    rows = [[row[place] for place in places.values()] for row in rows]
    place = ordered_by(query, list(places))
    if place is not None:
        line["ordered"] = place
    if re.search(r"\bLIMIT\b", query, re.I):
        line["cut"] = True
    return line | {"names": list(places), "types": [types[at] for at in places.values()], "rows": rows}


def main():
    check = "--check" in sys.argv
    folder, *documented = [argument for argument in sys.argv[1:] if argument != "--check"]
    house = ClickHouse()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.write("\n".join(map(json.dumps, events())))
        file.flush()
        for database, days in KEPT.items():
            house.fill(database, file.name, WORKSPACE, NOW, days)
    families = {"statements": written("statements.sql"), "variations": variations()}
    if documented:
        families = {"documented": reference(documented[0])}
    different = 0
    for family, cases in families.items():
        lines = [json.dumps(golden(house, case), ensure_ascii=False, separators=(",", ":")) for case in cases]
        path = Path(folder) / f"{family}.jsonl"
        if check:
            kept = path.read_text(encoding="utf-8").splitlines()
            for ours, theirs in zip(kept, lines, strict=True):
                if not same(json.loads(ours), json.loads(theirs)):
                    different += 1
                    print(f"DIFFERENT\n  kept:       {ours[:600]}\n  ClickHouse: {theirs[:600]}")
        else:
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{family}: {len(lines)} statements")
    return different > 0


def same(kept, now):
    """Rows that nothing orders may come in another order, and of many equal ones others may come."""
    if kept == now:
        return True
    loose = lambda line: sorted(map(json.dumps, line.get("rows", [])))
    group = re.search(r"group(Uniq)?Array|any\(", kept["sql"])
    return loose(kept) == loose(now) or len(loose(kept)) == len(loose(now)) and (kept.get("cut") or group)


if __name__ == "__main__":
    sys.exit(main())
