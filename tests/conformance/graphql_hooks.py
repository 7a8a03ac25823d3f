"""What Schemathesis is told of GraphQL here: what it writes for scalars (good values and bad ones alike), that each mutation is asked why it
was refused, and what no answer may be. Every answer is written down in the file that TOLD names, one a line.
"""

import dataclasses
import json
import os
import re
import threading

import graphql
import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

days = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(["2014-02-30", "1e3-01-01", ""])
amounts = st.integers(-1, 10**16).map(nodes.Int) | st.sampled_from(["1.234,5 triệu đồng", "1,234.5", ""]).map(nodes.String)
instants = st.datetimes().map(lambda at: at.isoformat() + "Z") | st.just("2014-01-01")
values = st.none().map(lambda _: nodes.Null) | st.integers(-5, 5).map(nodes.Int) | st.text(max_size=9).map(nodes.String)
# Identifiers that were never given get further than those that are none; names of the demo further than made-up ones.
NEVER = "0199b2a0-0000-7000-8000-%012x"
identifiers = st.integers(0, 9).map(lambda n: NEVER % n) | st.text(max_size=9)
names = ["so-tttt", "so-ngoai-vu", "HP-1593-2013", "1593/QĐ-UBND", "I.1"]
hostile = ["", " ", "\u0000", "' OR 1=1 --", "%_\\", "\u202e\ufeff", "\ud7ff\U0010ffff", "a" * 5_000, "<script>", "../../etc/passwd", "{{7*7}}"]
texts = st.sampled_from(names) | st.sampled_from(hostile) | st.text(max_size=40)

schemathesis.graphql.scalar("NaiveDate", days.map(nodes.String))
schemathesis.graphql.scalar("DateTime", instants.map(nodes.String))
schemathesis.graphql.scalar("Dong", amounts)
schemathesis.graphql.scalar("JSON", values)
schemathesis.graphql.scalar("ID", identifiers.map(nodes.String))
schemathesis.graphql.scalar("String", texts.map(nodes.String))

# The panic's place, the database's words and the project's own folders; none of them is in what is made up.
INTERNALS = re.compile(
    r"panicked|\.rs:\d|stack backtrace|diesel|sqlite|postgres|libpq|/home/|/root/|/crates/|async.graphql"
    r"|\bSELECT\b.+\bFROM\b|\bINSERT INTO\b|\bUPDATE\b.+\bSET\b|\bDELETE FROM\b|constraint failed|violates \w+ constraint|no such column",
    re.I | re.S,
)
# Of a failure of the service, not of what was asked.
OWN = {"INTERNAL", "UNAVAILABLE"}
WHY = graphql.parse("{ why: problem { code message { en vi } faults { code pointer message { en vi } } } }").definitions[0].selection_set.selections
written = threading.Lock()


def with_selections(node, selections):
    return dataclasses.replace(node, selection_set=graphql.SelectionSetNode(selections=tuple(selections)))


@schemathesis.hook
def map_body(context, body):
    """Asks every mutation why it was refused, beside whatever it is asked already."""
    asked = [
        with_selections(part, [with_selections(field, (*field.selection_set.selections, *WHY)) for field in part.selection_set.selections])
        if getattr(part, "operation", None) == graphql.OperationType.MUTATION
        else part
        for part in body.definitions
    ]
    return dataclasses.replace(body, definitions=tuple(asked))


@schemathesis.check
def told_by_code(ctx, response, case):
    """Executed or refused by a code: no failure of the service, and nothing of what is inside."""
    faults, codes = [], []
    try:
        answer = json.loads(response.content)
    except ValueError:
        answer = None
    if response.status_code >= 500 or not isinstance(answer, dict):
        faults.append(f"status {response.status_code}")
        answer = {}
    errors, data = answer.get("errors") or [], answer.get("data")
    whys = [field["why"] for field in (data or {}).values() if isinstance(field, dict) and field.get("why")]
    reasons = [(error.get("extensions", {}).get("code"), [error.get("message")]) for error in errors]
    reasons += [(why["code"], [text for one in (why, *why["faults"]) for text in one["message"].values()]) for why in whys]
    reasons += [(fault["code"], []) for why in whys for fault in why["faults"]]
    for code, messages in reasons:
        codes.append(code)
        if not code or code in OWN:
            faults.append(f"code {code}")
        faults += [f"inside: {text}" for text in messages if not text or INTERNALS.search(text)]
    if data is None and not errors and not faults:
        faults.append("neither data nor an error")
    with written, open(os.environ["TOLD"], "a") as told:
        told.write(json.dumps({"codes": codes, "faults": faults}) + "\n")
    assert not faults, f"{'; '.join(faults)}: {json.dumps(case.body)} is answered {response.text}"
