#!/usr/bin/env python3
"""Joins cobertura files of several test projects and prints the line coverage of each project and of all.

usage: coverage.py FILE.xml...   A line counts as covered when any project ran it.
"""
import collections, os, sys, xml.etree.ElementTree as tree

lines = {}
for path in sys.argv[1:]:
    for cls in tree.parse(path).iter("class"):
        name = cls.get("filename")
        for line in cls.iter("line"):
            key = (name, line.get("number"))
            lines[key] = lines.get(key, False) or line.get("hits") != "0"
if not lines:
    sys.exit("coverage.py: no line was measured")

counts = collections.defaultdict(lambda: [0, 0])
for (name, _), hit in lines.items():
    parts = name.replace("\\", "/").split("/")
    project = parts[parts.index("src") + 1] if "src" in parts else os.path.dirname(name)
    for key in (project, "all"):
        counts[key][0] += hit
        counts[key][1] += 1
for project, (hit, total) in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
    print(f"line coverage {project}: {100 * hit / total:.1f} % ({hit} of {total})")
