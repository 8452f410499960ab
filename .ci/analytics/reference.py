"""Reads a file of documented statements, each with the verdict of the real server."""

import re
from pathlib import Path


def reference(path):
    """Cases as `compare` wants them: statement, expected refusal, database."""
    cases = []
    for block in re.split(r"^-- === ", Path(path).read_text(encoding="utf-8"), flags=re.M)[1:]:
        lines = block.splitlines()
        verdicts = [line.split(": ", 1)[1] for line in lines if re.match(r"-- verdict", line)]
        header = ("-- page", "-- tables:", "-- functions:", "-- syntax:", "-- verdict", "-- result columns")
        body = [line for line in lines[1:] if not line.startswith(header)]
        text = "\n".join(body).strip()
        statements = [text] if len(verdicts) == 1 else re.split(r"^(?=SELECT)", text, flags=re.M)[1 - len(verdicts) - 1 :]
        statements = [s for s in statements if s.strip()][-len(verdicts) :]
        for statement, verdict in zip(statements, verdicts):
            cases += judged(statement.strip(), verdict)
    return cases


def judged(statement, verdict):
    rejected = re.match(r"rejected (\w+)", verdict)
    if not rejected:
        refused = None if verdict.startswith("accepted, runs") else "invalid_analytics_query"
        return [(statement, refused, "kept")]
    cases = [(statement, rejected.group(1), "kept")]
    if "with longer retention runs" in verdict:
        cases.append((statement, None, "everything"))
    elif "with longer retention ClickHouse error" in verdict:
        cases.append((statement, "invalid_analytics_query", "everything"))
    return cases
