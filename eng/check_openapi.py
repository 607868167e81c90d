#!/usr/bin/env python3
"""Starts the server in an empty folder and compares what it says of itself with the committed contract.

usage: check_openapi.py AGENT_FACTORY CONTRACT.json [--write]
"""
import difflib, json, os, re, subprocess, sys, tempfile, urllib.request

program, contract, write = sys.argv[1], sys.argv[2], "--write" in sys.argv
with tempfile.TemporaryDirectory() as folder:
    env = dict(os.environ, AGENT_FACTORY_DATA=os.path.join(folder, "data"))
    server = subprocess.Popen([program, "serve", "--urls", "http://127.0.0.1:0"], env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = next(m.group(0) for m in (re.search(r"http://127\.0\.0\.1:\d+", line) for line in server.stdout) if m)
        with urllib.request.urlopen(url + "/openapi/v1.json", timeout=30) as answer:
            live = json.load(answer)
    finally:
        server.terminate()
        server.wait(30)

live.pop("servers", None)  # where it happens to run is not part of the contract
text = json.dumps(live, indent=2, ensure_ascii=False) + "\n"
if write:
    with open(contract, "w", encoding="utf-8") as file:
        file.write(text)
    sys.exit(print(f"wrote {contract}"))
with open(contract, encoding="utf-8") as file:
    committed = json.load(file)
if committed != live:
    old = json.dumps(committed, indent=2, ensure_ascii=False).splitlines()
    sys.stdout.writelines(line + "\n" for line in list(difflib.unified_diff(old, text.splitlines(), contract, "running server", lineterm=""))[:60])
    sys.exit(f"{contract} differs from the running server. Look at the difference; if it is meant: eng/check_openapi.py AGENT_FACTORY {contract} --write")
print(f"{contract} equals the running server: {len(live['paths'])} paths")
