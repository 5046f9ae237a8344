#!/usr/bin/env python3
"""Prints `CATEGORY NAME` of each event of a Chrome trace, sorted.

Fails where an event lacks what the format asks for, where times are negative,
where a kernel does not lie inside a call, and where a compilation lacks its processor
time, which cannot be longer than it took.
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    events = json.load(file)["traceEvents"]
for event in events:
    assert event["ph"] == "X" and event["ts"] >= 0 and event["dur"] >= 0, event
    assert isinstance(event["pid"], int) and isinstance(event["tid"], int), event
assert min(event["ts"] for event in events) == 0


def inside(event, other):
    # Times are rounded to nanoseconds.
    return (other["ts"] <= event["ts"] + 0.002
            and event["ts"] + event["dur"] <= other["ts"] + other["dur"] + 0.002)


calls = [event for event in events if event["cat"] == "call"]
for event in events:
    if event["cat"] == "kernel":
        assert any(inside(event, call) for call in calls), event
compilations = [event for event in events if event["name"].startswith("all of ")]
assert compilations, "no span of a whole compilation"
for event in events:
    if event["cat"] == "compile":
        assert 0 <= event["tdur"] <= event["dur"] + 100, event
    if event["name"].startswith("kernel-"):
        assert any(inside(event, whole) for whole in compilations), event
for line in sorted(f"{event['cat']} {event['name']}" for event in events):
    print(line)
print("in order")
