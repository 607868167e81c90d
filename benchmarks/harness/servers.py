"""The servers that do the job: an agent with one tool; a run is model, tool, model."""
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Callable

from http_client import Refused, send

QUESTION = "What is the weather in Paris?"
ANSWER = "The answer is 42"
WEATHER_TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


@dataclass
class Request:
    url: str
    body: object
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Server:
    """How to start it with an empty folder on a port, beside which model, and how to set the job up once it listens."""

    name: str
    command: Callable[[str, int], list[str]]
    env: Callable[[int, str], dict[str, str]]
    prepare: Callable[[str, str], Request]


def floor(binary: str) -> Server:
    return Server(
        "floor-agent",
        lambda folder, port: [binary, "--urls", f"http://127.0.0.1:{port}"],
        lambda port, model: {"UPSTREAM": model},
        _prepare_small,
    )


def ours(binary: str) -> Server:
    """Everything on: storage with fsync, keys, limits, events, logs. The tool is built in, and answers at once as the others' do."""
    return Server(
        "agent-factory",
        lambda folder, port: [binary, "serve", "--data", os.path.join(folder, "data"), "--urls", f"http://127.0.0.1:{port}"],
        # The limit still counts every request; it is only too high to stop the load.
        lambda port, model: {"OPENAI_BASE_URL": model, "OPENAI_API_KEY": "bench", "AGENT_FACTORY_RATE_LIMIT": "10000000"},
        _prepare_ours,
    )


def peer(folder: str, node: str) -> Server:
    """A folder with server.mjs, which listens on $PORT, calls $UPSTREAM and takes POST /agents and POST /agents/{id}/runs."""
    return Server(
        os.path.basename(folder.rstrip("/")),
        lambda _, port: [node, os.path.join(folder, "server.mjs")],
        lambda port, model: {"UPSTREAM": model, "PORT": str(port), "OPENAI_API_KEY": "bench", "NODE_ENV": "production"},
        _prepare_small,
    )


def install_peers(source: str, names: list[str], target: str) -> list[str]:
    """Copies peers out of a folder and installs what they need; the folder itself stays as it is."""
    folders = []
    for name in names:
        folder = os.path.join(target, name)
        shutil.copytree(os.path.join(source, name), folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
        if os.path.exists(os.path.join(folder, "package.json")) and not os.path.exists(os.path.join(folder, "node_modules")):
            subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, check=True, capture_output=True)
        folders.append(folder)
    return folders


def _prepare_small(base: str, _log: str) -> Request:
    agent = json.loads(send("POST", f"{base}/agents", {"name": "weather", "instructions": "Answer briefly.", "tools": [WEATHER_TOOL]}))
    return Request(f"{base}/agents/{agent['id']}/runs", {"input": QUESTION})


def _prepare_ours(base: str, log: str) -> Request:
    with open(log, encoding="utf-8", errors="replace") as file:
        key = re.search(r"\baf_[A-Za-z0-9_]+", file.read())
    if not key:
        raise Refused("The owner key has not been printed yet.")
    headers = {"authorization": f"Bearer {key.group()}"}
    definition = {"name": "weather", "instructions": "Answer briefly.", "model": "openai/fake", "tools": ["current_time"]}
    try:
        send("POST", f"{base}/v1/agents", definition, headers)
    except Refused as refusal:
        if "name_taken" not in str(refusal):
            raise
    return Request(f"{base}/v1/runs", {"agent": "weather", "input": QUESTION}, headers)
