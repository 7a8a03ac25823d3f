"""Has Schemathesis make up requests for every operation of the running service, as the public and as accounts of the demo.

usage: openapi_answers.py BASE CREDENTIALS        the service, and the demo's file of accounts
SEED is what the requests are made up from; one is drawn and told where none is given.

All checks are on (schemathesis.toml says which statuses are right besides the usual ones). No difference may be found between what is described
and what is answered.
"""

import json
import os
import random
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

BASE, CREDENTIALS = sys.argv[1:]
HERE = Path(__file__).parent
SEED = os.environ.get("SEED") or str(random.randrange(2**31))
# As whom, and how many requests of a kind at most.
CALLERS = [(None, 3), ("admin", 2), ("so-tttt-system", 2)]


def token(login):
    account = next(a for a in json.loads(Path(CREDENTIALS).read_text()) if login in (a.get("username"), a.get("client_id")))
    if "username" in account:
        form = {"grant_type": "password", "username": login, "password": account["password"]}
    else:
        form = {"grant_type": "client_credentials", "client_id": login, "client_secret": account["client_secret"]}
    request = urllib.request.Request(f"{BASE}/api/v1/auth/token", data=urllib.parse.urlencode(form).encode())
    return json.load(urllib.request.urlopen(request, timeout=30))["access_token"]


print(f"made up from SEED={SEED}")
failed = 0
for login, examples in CALLERS:
    command = [Path(sys.executable).parent / "st", "--config-file", HERE / "schemathesis.toml", "run", f"{BASE}/openapi.json", "--url", BASE,
               "--checks", "all", "--continue-on-failure", "--max-examples", os.environ.get("EXAMPLES", str(examples)), "--seed", SEED,
               "--workers", "1", "--request-timeout", "20", "--no-color"]
    if login:
        command += ["--header", f"Authorization: Bearer {token(login)}"]
    if login == "admin":
        # Whoever ends its own session or account has seen it all.
        for path in ["/api/v1/me", "/api/v1/auth/", "/api/v1/admin/accounts"]:
            command += ["--exclude-path-regex", f"^{path}"]
    told = {**os.environ, "PYTHONPATH": str(HERE), "SCHEMATHESIS_HOOKS": "schemathesis_hooks"}
    said = subprocess.run(command, cwd=os.environ.get("TMPDIR", "/tmp"), env=told, capture_output=True, text=True, timeout=900)
    summary = [line.strip() for line in said.stdout.splitlines() if "generated" in line or "ST2" in line or line.startswith("====")]
    print(f"schemathesis as {login or 'the public'}: {'passed' if said.returncode == 0 else 'FAILED'}; {summary[-1] if summary else said.stderr[-300:]}")
    if said.returncode != 0:
        failed += 1
        found = said.stdout.partition("= ERRORS =")[2] or said.stdout.partition("= FAILURES =")[2]
        # What is made up may be as long as the description lets it be.
        print("\n".join(line[:300] for line in found.splitlines())[:60_000], said.stderr[-2_000:])
sys.exit(min(failed, 1))
