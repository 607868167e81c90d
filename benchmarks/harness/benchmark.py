"""Publishes the servers, measures them one after the other beside the same fake model, and prints the table."""
import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import measure
import processes
import servers
import table
from http_client import send

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main() -> None:
    options = _options()
    for tool in ("wrk", "dotnet"):
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing. Install it first (Debian: apt-get install -y wrk; .NET: https://dot.net).")
    home = tempfile.mkdtemp(prefix="agent-factory-bench-")
    try:
        binaries = _publish(options.binaries or os.path.join(home, "published"))
        chosen = [servers.ours(binaries["agent-factory"]), servers.floor(binaries["floor"])]
        if options.peers:
            folders = servers.install_peers(options.peers, options.peer, options.peers_home or home)
            chosen += [servers.peer(folder, options.node) for folder in folders]
        chosen = [server for server in chosen if not options.only or server.name in options.only]
        rows = _measure(chosen, binaries["fake-model"], home, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    record = {"taken": _taken(options), "rows": rows}
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            json.dump(record, file, indent=2)
            file.write("\n")
    print(table.of(record))


def _measure(chosen: list[servers.Server], fake_model: str, home: str, options: argparse.Namespace) -> list[dict]:
    port = measure.free_port()
    model = f"http://127.0.0.1:{port}"
    process = processes.start([fake_model, "--urls", model], dict(os.environ), home, os.path.join(home, "fake-model.log"))
    try:
        _wait(model)
        rounds: dict[str, list[dict[str, float]]] = {server.name: [] for server in chosen}
        # One after the other and all over again: what else the machine does hits all of them.
        for number in range(options.rounds):
            for server in chosen:
                print(f"Round {number + 1} of {options.rounds}: {server.name} ...", file=sys.stderr, flush=True)
                cold = measure.cold_start(server, model, home, options.times)
                rounds[server.name].append(measure.under_load(server, model, process.pid, home, options.seconds) | cold)
        return [{"name": name, **_summary(rows)} for name, rows in rounds.items()]
    finally:
        processes.stop(process)


def _summary(rows: list[dict[str, float]]) -> dict[str, float]:
    """The median round; errors of all of them, and the most that other programs took."""
    row = {key: round(statistics.median(r[key] for r in rows), 3) for key in rows[0]}
    return row | {"errors": sum(r["errors"] for r in rows), "others": max(r["others"] for r in rows)}


def _publish(target: str) -> dict[str, str]:
    """Compiled ahead of time for this machine, as a release is."""
    programs = {"agent-factory": "src/AgentFactory.Cli", "floor": "benchmarks/Floor", "fake-model": "benchmarks/FakeModel"}
    for name, project in programs.items():
        if os.path.exists(os.path.join(target, name, name)):
            continue
        print(f"Publishing {name} ...", file=sys.stderr, flush=True)
        command = [
            "dotnet", "publish", os.path.join(ROOT, project), "-c", "Release", "--use-current-runtime", "--self-contained", "false",
            "-p:PublishReadyToRun=true", "-o", os.path.join(target, name), "-v", "quiet", "-nologo",
            # A build for one platform would write that platform into the committed lock files.
            "-p:NuGetLockFilePath=obj/publish.lock.json", f"-p:ArtifactsPath={os.path.join(target, 'artifacts')}",
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{name} could not be published:\n{done.stdout}{done.stderr}")
    return {name: os.path.join(target, name, name) for name in programs}


def _wait(model: str) -> None:
    for _ in range(200):
        try:
            send("GET", f"{model}/health")
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("The fake model did not start.")


def _taken(options: argparse.Namespace) -> dict[str, object]:
    def said(*command: str) -> str:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()

    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": said("git", "rev-parse", "--short", "HEAD") + ("+changes" if said("git", "status", "--porcelain") else ""),
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, .NET SDK {said('dotnet', '--version')}",
        "rounds": options.rounds,
        "seconds": options.seconds,
        "cold_starts": options.times,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run", description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="length of each load (10)")
    parser.add_argument("--rounds", type=int, default=3, help="how often to go round all servers; the median counts (3)")
    parser.add_argument("--times", type=int, default=3, help="cold starts of each server in a round (3)")
    parser.add_argument("--only", action="append", metavar="NAME", help="measure only this server; may be repeated")
    parser.add_argument("--peers", metavar="PATH", help="a folder of other servers, each in a folder of its own")
    parser.add_argument("--peer", action="append", metavar="NAME", help="which of them (openai-agents)")
    parser.add_argument("--peers-home", metavar="DIR", help="where to install them, to keep them for the next time (a temp folder)")
    parser.add_argument("--node", default="node", help="the node to run them with")
    parser.add_argument("--binaries", metavar="DIR", help="where to publish to, and to find what was published before (a temp folder)")
    parser.add_argument("--out", metavar="FILE", help="write the figures as JSON, too")
    options = parser.parse_args()
    options.peer = options.peer or ["openai-agents"]
    return options


main()
