#!/usr/bin/env python3
"""Prints "N passed, N failed, N skipped" for one `bazel test --build_event_json_file=EVENTS` run.

    tools/test_count.py EVENTS [CHECKS]

CHECKS is what tools/check printed; what its last line counts is added. Exits with 1 when a test or a check failed, or
no test ran.
"""

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


def main():
    passed = failed = skipped = 0
    with open(sys.argv[1]) as events:
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
    checks = checked(sys.argv[2]) if len(sys.argv) > 2 else [0, 0, 0]
    print("%d passed, %d failed, %d skipped" % (passed + checks[0], failed + checks[1], skipped + checks[2]))
    return 1 if failed + checks[1] or not passed else 0


sys.exit(main())
