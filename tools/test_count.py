#!/usr/bin/env python3
"""Prints "N passed, N failed, N skipped" for `bazel test --build_event_json_file=EVENTS` runs and tools/check.

    tools/test_count.py CHECKS EVENTS...

CHECKS is what tools/check printed; what its last line counts is added. Before that line the slowest test targets, with
the seconds that each took. Exits with 1 when a test or a check failed, or no test ran.
"""

import collections
import json
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree


def cases(outputs):
    for output in outputs:
        if output["name"] == "test.xml":
            path = urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
            yield from ElementTree.parse(path).getroot().iter("testcase")


def checked(path):
    with open(path) as said:
        last = said.read().strip().split("\n")[-1]
    counts = re.fullmatch(r"(\d+) passed, (\d+) failed, (\d+) skipped", last)
    return [int(count) for count in counts.groups()] if counts else [0, 1, 0]  # it broke off


def tested(path):
    """Passed, failed and skipped test cases of one run."""
    passed = failed = skipped = 0
    with open(path) as events:
        for line in events:
            result = json.loads(line).get("testResult")
            if not result:
                continue
            found = list(cases(result.get("testActionOutput", [])))
            bad = sum(c.find("failure") is not None or c.find("error") is not None for c in found)
            skip = sum(c.find("skipped") is not None or c.get("status") == "notrun" for c in found)
            passed += max(len(found) - bad - skip, 0)
            skipped += skip
            failed += bad if result["status"] == "PASSED" else max(bad, 1)
    return [passed, failed, skipped]


def seconds_of(result):
    """Newer versions of Bazel write a duration, older ones milliseconds in a text."""
    duration = result.get("testAttemptDuration")
    return float(duration.rstrip("s")) if duration else int(result.get("testAttemptDurationMillis", 0)) / 1000


def slowest(paths, shown=20):
    """(seconds, target) of the slowest targets of all runs, all shards and attempts together."""
    seconds = collections.Counter()
    for path in paths:
        with open(path) as events:
            for line in events:
                event = json.loads(line)
                if "testResult" in event:
                    label = event["id"]["testResult"]["label"]
                    seconds[label] += seconds_of(event["testResult"])
    return seconds.most_common(shown), len(seconds), sum(seconds.values())


def main():
    targets, count, total = slowest(sys.argv[2:])
    print("The slowest %d of %d test targets, %.0f s in all:" % (len(targets), count, total))
    for target, seconds in targets:
        print("%8.1f s  %s" % (seconds, target))
    runs = [tested(path) for path in sys.argv[2:]]
    passed, failed, skipped = (sum(counts) for counts in zip(checked(sys.argv[1]), *runs))
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed or not any(run[0] for run in runs) else 0


sys.exit(main())
