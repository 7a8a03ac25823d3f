"""Scans a running GraphQL endpoint for what attackers try first, then has Schemathesis make up operations from its schema.

usage: graphql_security.py URL CREDENTIALS        the URL of the endpoint, and the demo's file of accounts
SEED is what the operations are made up from; one is drawn and told where none is given.

The rows are those of the usual scanners (graphql-cop, the cheat sheet of OWASP) and of the specification's own warnings. Each has one outcome
that is expected; what is open is so by a decision that stands beside it. Anything else fails. Of what Schemathesis makes up, no answer
may be a server error, an internal code, or an error without a code.
"""

import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from pathlib import Path

from graphql_hooks import INTERNALS

URL, CREDENTIALS = sys.argv[1:]
BASE = URL.rsplit("/", 1)[0]
# Refused with a code, or answered within this many seconds: nobody keeps the service busy by it.
BOUND = 3.0
SEED = os.environ.get("SEED") or str(random.randrange(2**31))
failed = []


def ask(body=b"", content_type="application/json", url=URL, method="POST", headers=None):
    """Status, headers, parsed body (or its text) and seconds."""
    sent = dict(headers or {})
    if content_type:
        sent["Content-Type"] = content_type
    request = urllib.request.Request(url, data=body if method == "POST" else None, method=method, headers=sent)
    if not content_type and method == "POST":
        request.add_unredirected_header("Content-Type", "")  # else the library names one of its own
    for _ in range(5):
        started = time.monotonic()
        try:
            reply = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            reply = error
        except (ConnectionError, urllib.error.URLError):
            return 0, {}, "", time.monotonic() - started  # closed before it was all sent
        if reply.status != 429:
            break
        time.sleep(min(float(reply.headers.get("Retry-After", 1)), 60))  # as a client does that is told to be slower
    text = reply.read().decode("utf-8", "replace")
    try:
        text = json.loads(text)
    except ValueError:
        pass
    return reply.status, reply.headers, text, time.monotonic() - started


def document(query, **more):
    return ask(json.dumps({"query": query, **more}).encode())


def bounded(query, **more):
    """`bounded`, or what it cost."""
    status, _, body, seconds = document(query, **more)
    if seconds > BOUND:
        return f"{status} after {seconds:.1f} s"
    codes = [error.get("extensions", {}).get("code") for error in body.get("errors", [])] if isinstance(body, dict) else []
    return "bounded" if all(codes) and "INTERNAL" not in codes and status < 500 else f"{status} {body!r:.200}"


def refused(reply):
    """`refused` where nothing of it was executed, with the service's own answer to it."""
    status, _, body, _ = reply
    if isinstance(body, dict) and body.get("data"):
        return "executed"
    told = body.get("errors", []) if isinstance(body, dict) else []
    is_coded = bool(told) and all(error.get("extensions", {}).get("code") for error in told)
    return "refused" if status == 0 or 400 <= status < 500 or (status == 200 and is_coded) else f"{status} {body!r:.100}"


def introspection():
    _, _, body, _ = document("{ __schema { queryType { name } types { name fields { name } } } }")
    return "open" if body.get("data") else "closed"


def suggestions():
    told = [json.dumps(document(query)[2]) for query in ("{ programe { code } }", "{ tasks(frist: 1) { totalCount } }", "{ tasks { nodes { cod } } }")]
    return "told" if any(re.search(r"did you mean|programme\b|totalCount", text, re.I) for text in told) else "none"


def tracing():
    body = document("{ __typename }", extensions={"tracing": True})[2]
    return "told" if "tracing" in body.get("extensions", {}) else "none"


def internals():
    junk = [
        {"query": "{ tasks(after: \"\\u0000\") { totalCount } }"},
        {"query": "query($n: Int) { tasks(first: $n) { totalCount } }", "variables": {"n": 10**30}},
        {"query": "query($d: NaiveDate) { tasks(asOf: $d) { totalCount } }", "variables": {"d": "300000-01-01"}},
        {"query": "{ node(id: \"' OR 1=1 --\") { id } }"},
        {"query": "query($f: TaskFilter) { tasks(filter: $f) { totalCount } }", "variables": {"f": {"text": "%_\\\u0000'\";"}}},
        {"query": 5}, {"query": None}, {"variables": []}, [], "x",
    ]
    for body in junk:
        status, _, answer, _ = ask(json.dumps(body).encode())
        text = json.dumps(answer)
        if status >= 500 or "INTERNAL" in text or INTERNALS.search(text):
            return f"{body!r:.80}: {status} {text:.200}"
    return "none"


def cross_origin():
    shown = []
    for method in ("POST", "OPTIONS"):
        headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        _, told, _, _ = ask(b'{"query":"{ __typename }"}', method=method, headers=headers)
        shown += [name for name in told if name.lower().startswith("access-control-allow")]
    return ", ".join(shown) or "none"


def pages():
    return " ".join(path for path in ("graphiql", "playground", "altair", "voyager", "console", "graphql/console") if ask(url=f"{BASE}/{path}", method="GET", content_type=None)[0] == 200)


def deep_json():
    return refused(ask(b'{"query":"{ __typename }","variables":' + b'{"a":' * 50_000 + b"1" + b"}" * 50_000 + b"}"))


def doubling(levels):
    fragments = "".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }} " for i in range(levels))
    return f"{{ ...F0 }} {fragments} fragment F{levels} on Query {{ __typename }}"


MUTATION = "mutation { discardDraft(id: \"x\", revision: 1) { problem { code } } }"
QUERY = {"query": "{ __typename }"}
MULTIPART = b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n{"query":"{ __typename }"}\r\n--x--\r\n'
DEEP = "{ programmes { nodes { groups { tasks { " + "group { tasks { " * 40 + "code" + " } }" * 40 + " } } } } }"
CIRCLE = "{ __schema { types { " + "fields { type { " * 12 + "name" + " } }" * 12 + " } } }"

# name, how it is tried, what is expected, why
ROWS = [
    ("introspection", introspection, "open", "the interface is made for other parties; docs and schema are public anyway"),
    ("suggestions of fields", suggestions, "none", "names are read from the schema, not guessed"),
    ("queries by GET", lambda: "open" if ask(url=f"{URL}?{urllib.parse.urlencode(QUERY)}", method="GET", content_type=None)[2].get("data") else "closed", "open",
     "GraphQL over HTTP; nothing is changed by them"),
    ("mutations by GET", lambda: refused(ask(url=f"{URL}?{urllib.parse.urlencode({'query': MUTATION})}", method="GET", content_type=None)), "refused", ""),
    ("a form (CSRF)", lambda: refused(ask(urllib.parse.urlencode(QUERY).encode(), "application/x-www-form-urlencoded")), "refused", ""),
    ("text/plain (CSRF)", lambda: refused(ask(json.dumps(QUERY).encode(), "text/plain")), "refused", ""),
    ("multipart (CSRF)", lambda: refused(ask(MULTIPART, "multipart/form-data; boundary=x")), "refused", ""),
    ("no content type (CSRF)", lambda: refused(ask(json.dumps(QUERY).encode(), None)), "refused", ""),
    ("another origin", cross_origin, "none", "no origin is allowed unless the settings say so"),
    ("a batch of 1,000", lambda: refused(ask(json.dumps([QUERY] * 1000).encode())), "refused", ""),
    ("tracing", tracing, "none", ""),
    ("what is inside, in errors", internals, "none", ""),
    ("pages to try things", pages, "graphiql", "off by default; the demo turns it on"),
    ("1,000 aliases", lambda: bounded("{ " + " ".join(f"a{i}: programmes {{ totalCount }}" for i in range(1000)) + " }"), "bounded", ""),
    ("100 aliases of a sign-in", lambda: bounded("mutation { " + " ".join(f'a{i}: changePassword(current: "x", new: "y") {{ problem {{ code }} }}' for i in range(100)) + " }"), "bounded", ""),
    ("10,000 times one field", lambda: bounded("{ " + "__typename " * 10_000 + "}"), "bounded", ""),
    ("10,000 directives", lambda: bounded("{ __typename " + "@a " * 10_000 + "}"), "bounded", ""),
    ("1,000 times include", lambda: bounded("{ __typename " + "@include(if: true) " * 1000 + "}"), "bounded", ""),
    ("fragments in a circle", lambda: refused(document("{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }")), "refused", ""),
    ("fragments that double, 30 levels", lambda: bounded(doubling(30)), "bounded", ""),
    ("fragments that double, 200 levels", lambda: bounded(doubling(200)), "bounded", ""),
    ("80 levels", lambda: refused(document(DEEP)), "refused", ""),
    ("introspection in a circle", lambda: bounded(CIRCLE), "bounded", ""),
    ("lists of 200 in each other", lambda: bounded("{ programmes(first: 200) { nodes { groups { tasks { reports(first: 200) { nodes { task { reports(first: 200) { nodes { id } } } } } } } } } }"), "bounded", ""),
    ("100,000 brackets", lambda: refused(document("{" * 100_000)), "refused", ""),
    ("10 MB", lambda: refused(ask(b'{"query":"' + b" " * 10_000_000 + b'"}')), "refused", ""),
    ("50,000 levels of JSON", deep_json, "refused", ""),
]


def scan():
    for name, tried, expected, why in ROWS:
        outcome = tried()
        alive = document("{ __typename }")[2].get("data")
        if outcome != expected or not alive:
            failed.append(name)
            print(f"  FAILED  {name}: {outcome}, expected {expected}{'' if alive else '; the service does not answer any more'}")
        elif why:
            print(f"  {outcome:8}  {name}: {why}")
    print(f"scan: {len(ROWS) - len(failed)} of {len(ROWS)} rows as expected")


def token(login):
    account = next(account for account in json.loads(Path(CREDENTIALS).read_text()) if login in (account.get("username"), account.get("client_id")))
    if "username" in account:
        fields = {"grant_type": "password", "username": login, "password": account["password"]}
    else:
        fields = {"grant_type": "client_credentials", "client_id": login, "client_secret": account["client_secret"]}
    return ask(urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded", f"{BASE}/api/v1/auth/token")[2]["access_token"]


def made_up(title, kind, *arguments, login=None, beyond=0):
    """Schemathesis over the root fields of a kind, judged by `told_by_code`. So many codes at least are told of other things than of who may
    do them: else the inputs were not looked at."""
    with tempfile.TemporaryDirectory(prefix="haidang-fuzz-") as folder:
        report, told = Path(folder) / "report.json", Path(folder) / "told"
        command = [Path(sys.executable).parent / "st", "run", URL, "--checks", "told_by_code", "--seed", SEED, "--workers", "2",
                   "--phases", "fuzzing", "--request-timeout", "10", "--continue-on-failure", "--output-truncate", "false", "--no-color",
                   "--report", "json", "--report-json-path", report, "--include-name-regex", rf"^{kind}\.", *arguments]
        if login:
            command += ["--header", f"Authorization: Bearer {token(login)}"]
        environment = {**os.environ, "SCHEMATHESIS_HOOKS": "graphql_hooks", "PYTHONPATH": str(Path(__file__).parent), "TOLD": str(told)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        summary = json.loads(report.read_text()) if report.exists() else None
        answers = [json.loads(line) for line in told.read_text().splitlines()] if told.exists() else []
    if summary is None or not answers:
        failed.append(title)
        print(f"  FAILED  {title}: {done.stdout[-2000:]}{done.stderr[-500:]}")
        return
    cases, operations = summary["test_cases"], summary["operations"]
    codes = Counter(code for answer in answers for code in answer["codes"])
    refused_ones, faulty = sum(bool(answer["codes"]) for answer in answers), sum(bool(answer["faults"]) for answer in answers)
    others = codes.keys() - {"UNAUTHENTICATED", "FORBIDDEN"}
    wrong = [f"{len(others)} codes beside those of who may do it, expected {beyond}"] if len(others) < beyond else []
    if not summary["complete"] or cases["errored"] or operations["errored"] or not refused_ones:
        wrong.append(f"not to its end: {operations} {cases}")
    if faulty or summary["failures"] or done.returncode:
        # With the operation and the answer, as small as they could be made.
        wrong.append(done.stdout.partition("= FAILURES =")[2][:60_000] or done.stdout[-2000:])
    if wrong:
        failed.append(title)
        print("\n".join(f"  FAILED  {title}: {fault}" for fault in wrong))
    most = ", ".join(f"{code} {times}" for code, times in codes.most_common(4))
    print(f"{title}: {operations['tested']} root fields, {len(answers)} made-up operations, {refused_ones} refused by {len(codes)} codes ({most}), {faulty} faults")


scan()
print(f"made up from SEED={SEED}")
made_up("queries of somebody who follows agencies", "Query", "--max-examples", "4", login="standing", beyond=2)
made_up("mutations of nobody", "Mutation", "--max-examples", "4")
# Inputs of the right types alone: what is of another is refused before anybody is asked who they are. Wrong passwords of their own would keep
# them out of whatever comes after.
FITTING = ("--max-examples", "6", "--mode", "positive")
OWN_SECRETS = ("--exclude-name-regex", r"^Mutation\.(changePassword|enrolSecondFactor|confirmSecondFactor|removeSecondFactor)$")
made_up("mutations of an administrator", "Mutation", *FITTING, *OWN_SECRETS, login="admin", beyond=5)
made_up("mutations of the standing agency", "Mutation", *FITTING, *OWN_SECRETS, login="standing", beyond=5)
made_up("mutations of an agency's system", "Mutation", *FITTING, login="so-tttt-system", beyond=5)
sys.exit(1 if failed else 0)
