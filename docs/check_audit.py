import hashlib, json, sys
heads = {}
for line in open(sys.argv[1], encoding="utf-8"):
    entry = json.loads(line)
    claimed = entry.pop("sha256")
    content = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    number, head = heads.get(entry["strand"], (0, "0" * 64))
    assert entry["number"] == number + 1 and entry["previous"] == head, f"out of place: {line}"
    assert hashlib.sha256(content.encode()).hexdigest() == claimed, f"changed: {line}"
    heads[entry["strand"]] = (entry["number"], claimed)
