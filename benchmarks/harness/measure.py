"""What one server does with the job: cold start, idle memory, and two loads."""
import json
import os
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

import processes
from http_client import Refused, send
from servers import ANSWER, Request, Server

WARM_RUNS = 10_000
HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Running:
    process: subprocess.Popen
    request: Request
    folder: str
    wall_seconds: float
    cpu_seconds: float


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(server: Server, model: str, home: str) -> Running:
    """From an empty folder to the first right answer."""
    folder = tempfile.mkdtemp(prefix=server.name + "-", dir=home)
    port, log = free_port(), os.path.join(folder, "server.log")
    env = {**_plain_environment(folder), **server.env(port, model + "/v1")}
    begin = time.monotonic()
    process = processes.start(server.command(folder, port), env, folder, log)
    try:
        request = _first_answer(server, process, f"http://127.0.0.1:{port}", log)
        return Running(process, request, folder, time.monotonic() - begin, processes.cpu_seconds(process.pid))
    except BaseException:
        processes.stop(process)
        raise


def cold_start(server: Server, model: str, home: str, times: int) -> dict[str, float]:
    starts = []
    for _ in range(times):
        running = start(server, model, home)
        processes.stop(running.process)
        shutil.rmtree(running.folder)
        starts.append(running)
    return {
        "cold_wall_ms": round(statistics.median(s.wall_seconds for s in starts) * 1e3),
        "cold_cpu_ms": round(statistics.median(s.cpu_seconds for s in starts) * 1e3),
    }


def under_load(server: Server, model: str, model_pid: int, home: str, seconds: int) -> dict[str, float]:
    running = start(server, model, home)
    try:
        time.sleep(3)
        row: dict[str, float] = {"idle_mb": round(processes.resident_mb(running.process.pid))}
        _warm(running)
        busy = _measured(running, model, model_pid, 0, 16, seconds)
        waiting = _measured(running, model, model_pid, 200, 100, seconds)
        row |= {
            "cpu_ms": busy["cpu_ms"], "runs_per_second": busy["runs_per_second"], "p95_ms": busy["p95_ms"],
            # Two calls of 200 ms are the model's; what is more is the server's.
            "added_p50_ms": round(waiting["p50_ms"] - 400, 1), "added_p95_ms": round(waiting["p95_ms"] - 400, 1),
            "peak_mb": max(busy["peak_mb"], waiting["peak_mb"]), "errors": busy["errors"] + waiting["errors"],
            "model_calls": min(busy["model_calls"], waiting["model_calls"]), "others": max(busy["others"], waiting["others"]),
        }
        return row
    finally:
        processes.stop(running.process)
        shutil.rmtree(running.folder, ignore_errors=True)


def _warm(running: Running) -> None:
    """Compiled code, connections, pages: a number of runs and not of seconds, which a busy machine would shorten."""
    deadline, left = time.monotonic() + 90, WARM_RUNS
    while left > 0 and time.monotonic() < deadline:
        left -= _load(running, 16, 3)["requests"]


def _measured(running: Running, model: str, model_pid: int, latency: int, connections: int, seconds: int) -> dict[str, float]:
    send("POST", f"{model}/latency/{latency}")
    send("POST", f"{model}/stats/reset")
    peak, done, pid = [processes.resident_mb(running.process.pid)], threading.Event(), running.process.pid

    def watch() -> None:
        while not done.wait(0.25):
            peak.append(processes.resident_mb(pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    own, fake, busy, tools, begin = _clocks(pid, model_pid)
    result = _load(running, connections, seconds)
    own2, fake2, busy2, tools2, end = _clocks(pid, model_pid)
    done.set()
    watcher.join()
    _drain(model)
    calls, runs = json.loads(send("GET", f"{model}/stats")).get("chat", 0), max(1, result["requests"])
    others = (busy2 - busy) - (own2 - own) - (fake2 - fake) - (tools2 - tools)
    send("POST", f"{model}/latency/0")
    return {
        **result,
        "runs_per_second": round(result["requests"] / result["seconds"], 1),
        "cpu_ms": round((own2 - own) / runs * 1e3, 3),
        "peak_mb": round(max(peak)),
        "others": round(max(0.0, others) / (end - begin), 2),
        "model_calls": round(calls / runs, 2),
    }


def _clocks(pid: int, model_pid: int) -> tuple[float, float, float, float, float]:
    tools = sum(os.times()[:4])
    return processes.cpu_seconds(pid), processes.cpu_seconds(model_pid), processes.machine_busy_seconds(), tools, time.monotonic()


def _load(running: Running, connections: int, seconds: int) -> dict[str, float]:
    body = os.path.join(running.folder, "body.json")
    with open(body, "w", encoding="utf-8") as file:
        json.dump(running.request.body, file)
    env = {**os.environ, "BODY_FILE": body, "HEADERS": "|".join(f"{k}: {v}" for k, v in running.request.headers.items())}
    command = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", f"{HERE}/load.lua", running.request.url]
    output = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout
    return json.loads(next(line for line in output.splitlines() if line.startswith("RESULT "))[7:])


def _drain(model: str) -> None:
    """Waits until what the load left behind is done."""
    deadline = time.monotonic() + 30
    while json.loads(send("GET", f"{model}/stats"))["in_flight"] > 0 and time.monotonic() < deadline:
        time.sleep(0.1)


def _first_answer(server: Server, process: subprocess.Popen, base: str, log: str) -> Request:
    deadline, last = time.monotonic() + 60, "nothing"
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            request = server.prepare(base, log)
            last = send("POST", request.url, request.body, request.headers)
            if ANSWER in last:
                return request
        except (OSError, Refused, ValueError, KeyError) as error:
            last = str(error)
        time.sleep(0.01)
    with open(log, encoding="utf-8", errors="replace") as file:
        raise SystemExit(f"{server.name} gave no right answer. Last: {last[:500]}\nIts log ends with:\n{file.read()[-1500:]}")


def _plain_environment(folder: str) -> dict[str, str]:
    """Only what programs need to run: no setting of this shell reaches the servers."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "DOTNET_ROOT") if name in os.environ}
    return {**kept, "HOME": folder, "TMPDIR": folder}
