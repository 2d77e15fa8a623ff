"""No notes to self, and no folder of one machine: what is left to do is an issue, and what is configured a flag."""

import re

# Written so that this file does not match itself.
FORBIDDEN = [
    (re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b"), "a note to self: do it, or file an issue"),
    (re.compile(r"(?<![\w.$}/)])/(tm" r"p|ro" r"ot|ho" r"me/\w+|wo" r"rk)(/|\b)"),
     "a machine's folder: use a flag, $HOME, TMPDIR or mktemp"),
    (re.compile(r"^(<{7}|>{7}) "), "an unresolved merge"),
]
READ = (".cc", ".h", ".inc", ".md", ".py", ".bzl", "BUILD", ".proto", ".textproto", ".js", ".css", ".html", ".txt")
RECORDED = re.compile(r"(^|/)testdata/")


def check(tree):
    problems = []
    for path in tree.files:
        if RECORDED.search(path) or not (path.endswith(READ) or path.startswith((".ci/", "tools/"))):
            continue
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            for pattern, why in FORBIDDEN:
                found = pattern.search(line)
                if found:
                    problems.append("%s:%d: %s is %s" % (path, number, found.group().strip(), why))
    return problems
