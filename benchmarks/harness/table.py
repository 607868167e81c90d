"""The figures as a Markdown table, with ratios to the floor."""

FIGURES = [
    ("CPU per run, ms", "cpu_ms", 4.0),
    ("Runs a second, 16 at once, a model without latency", "runs_per_second", None),
    ("p95 there, ms", "p95_ms", None),
    ("Added latency p50, ms: 100 at once, a 200 ms model", "added_p50_ms", None),
    ("Added latency p95, ms: the same", "added_p95_ms", 2.0),
    ("Memory idle, MB", "idle_mb", 1.6),
    ("Memory peak, MB", "peak_mb", None),
    ("Cold start to the first answer, ms of wall time", "cold_wall_ms", None),
    ("Cold start to the first answer, ms of CPU", "cold_cpu_ms", 2.0),
    ("Errors", "errors", None),
    ("Model calls per run", "model_calls", None),
    ("Cores that other programs took, at most", "others", None),
]

PLAIN = ("errors", "model_calls", "others")


def of(record: dict) -> str:
    rows, taken = record["rows"], record["taken"]
    ours = next((row for row in rows if row["name"] == "agent-factory"), None)
    floor = next((row for row in rows if row["name"] == "floor-agent"), None)
    lines = [
        f"{taken['date']}, commit {taken['commit']}, {taken['machine']}. Median of {taken['rounds']} rounds; in each, loads of "
        f"{taken['seconds']} s and {taken['cold_starts']} cold starts.",
        "",
        "| | " + " | ".join(row["name"] for row in rows) + " | ours to the floor | target |",
        "|---|" + "---:|" * (len(rows) + 2),
    ]
    for title, key, target in FIGURES:
        ratio = f"{ours[key] / floor[key]:.2f} x" if ours and floor and floor[key] and key not in PLAIN else ""
        goal = f"at most {target:g} x" if target else ""
        lines.append(f"| {title} | " + " | ".join(f"{row[key]:,}" for row in rows) + f" | {ratio} | {goal} |")
    if any(row["others"] > 0.2 for row in rows):
        lines += ["", "Other programs took more than 0.2 cores: do not quote the wall-clock figures, and read the CPU as a ratio only."]
    return "\n".join(lines)
