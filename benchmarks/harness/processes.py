"""Processes that the benchmark starts, and what they use, read from /proc."""
import os
import signal
import subprocess

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def start(command: list[str], env: dict[str, str], folder: str, log: str) -> subprocess.Popen:
    """In a group of its own, so that stopping it stops whatever it started."""
    with open(log, "ab") as output:
        return subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True)


def stop(process: subprocess.Popen) -> None:
    for kind, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, kind)
            process.wait(patience)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def tree(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        fields = _stat(int(name))
        if fields:
            children.setdefault(int(fields[1]), []).append(int(name))
    waiting, found = [root], []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of the tree, children that ended included."""
    return sum(sum(map(int, fields[11:15])) for fields in map(_stat, tree(root)) if fields) / TICKS


def resident_mb(root: int) -> float:
    total = 0
    for pid in tree(root):
        try:
            with open(f"/proc/{pid}/statm") as file:
                total += int(file.read().split()[1])
        except OSError:
            continue  # It ended between the listing and the reading.
    return total * PAGE / 1e6


def machine_busy_seconds() -> float:
    with open("/proc/stat") as file:
        fields = list(map(int, file.readline().split()[1:9]))
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def _stat(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(")", 1)[1].split()
    except OSError:
        return None
