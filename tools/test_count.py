#!/usr/bin/env python3
"""Prints "N passed, N failed, N skipped" for one `bazel test --build_event_json_file=FILE` run.

Exits with 1 when a test failed or none ran.
"""

import json
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree


def cases(outputs):
    for output in outputs:
        if output["name"] == "test.xml":
            path = urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path)
            yield from ElementTree.parse(path).getroot().iter("testcase")


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
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed or not passed else 0


sys.exit(main())
