"""Copied code, against a budget that can only fall.

A copy is a run of at least MIN_LINES lines that stands at two places. Lines are compared without indentation and string
contents; blank lines, comments, includes, lone brackets, strings and rows of tables in braces do not count. Tests,
which set up alike on purpose, have a budget of their own.
"""

import collections
import re

MIN_LINES = 6

HERE = "tools/checks/duplicates.py"

# Lines that are copies, of each kind. More is a problem; fewer, too: lower the number then (--fix).
BUDGET = {"code": 6, "tests": 34}

_IGNORED = re.compile(r'^(//.*|#include.*|#(ifndef|define|endif).*|["\]\[{}();, ]*|\{.*\},?|using .*|namespace .*)$')
_STRING = re.compile(r'"(\\.|[^"\\])*"')


def kind_of(path):
    is_test = path.endswith("_test.cc") or "testing" in path or "/test_" in path
    return "tests" if is_test else "code"


def lines_of(text):
    """(line number, normalised line) of the lines that count."""
    for number, line in enumerate(text.splitlines(), 1):
        line = _STRING.sub('""', line.strip())
        if not _IGNORED.match(line):
            yield number, line


def copies(tree, kind):
    """[(path, first line, last line, other path, its first line)] of the longest runs, each line in one run only."""
    files = {path: list(lines_of(tree.text(path))) for path in tree.sources() if kind_of(path) == kind}
    places = collections.defaultdict(list)
    for path, lines in files.items():
        for start in range(len(lines) - MIN_LINES + 1):
            places[tuple(line for _, line in lines[start:start + MIN_LINES])].append((path, start))
    found, taken = [], set()
    for path, lines in files.items():
        start = 0
        while start <= len(lines) - MIN_LINES:
            run, twin = 0, None
            for other, at in places[tuple(line for _, line in lines[start:start + MIN_LINES])]:
                # The first of two places is the original: a copy is counted once.
                if (other, at) >= (path, start) or (other == path and at + MIN_LINES > start):
                    continue
                length = same(lines, start, files[other], at)
                if length > run:
                    run, twin = length, (other, files[other][at][0])
            if twin and (path, start) not in taken:
                found.append((path, lines[start][0], lines[start + run - 1][0]) + twin + (run,))
                start += run
            else:
                start += 1
    return found


def same(lines, start, others, at):
    length = 0
    for (_, line), (_, other) in zip(lines[start:], others[at:]):
        if line != other:
            break
        length += 1
    return length


def check(tree):
    problems = []
    for kind, budget in BUDGET.items():
        found = copies(tree, kind)
        total = sum(length for *_, length in found)
        if total > budget:
            problems.append("%d lines of %s stand twice, %d are allowed (tools/checks/duplicates.py); the longest:" %
                            (total, kind, budget))
            for path, first, last, other, other_first, length in sorted(found, key=lambda copy: -copy[-1])[:10]:
                problems.append("%s:%d: %d lines up to %d are those of %s:%d" %
                                (path, first, length, last, other, other_first))
        elif total < budget and tree.fix:
            tree.write(HERE, tree.text(HERE).replace('"%s": %d' % (kind, budget), '"%s": %d' % (kind, total)))
        elif total < budget:
            problems.append("%s: BUDGET[\"%s\"] can fall from %d to %d (--fix)" % (HERE, kind, budget, total))
    return problems
