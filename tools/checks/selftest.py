"""Every check finds the mistake that it is for, and nothing in a tree without one."""

import os
import subprocess
import tempfile

import arrows
import build_files
import duplicates
import links
import programs
import sizes
import tour
import words
from tree import Skipped, Tree

STEPS = "".join("[`Step%d`](../b/b.cc#L%d)\n" % (n, n + 2) for n in range(10))

# A tree that has nothing wrong with it.
SOUND = {
    "docs/architecture.md": "| room | what | may import |\n|---|---|---|\n| [a](../a) | below | - |\n"
                            "| [b](../b) | above | a |\n",
    "docs/tour.md": STEPS,
    "a/a.h": "int A();\n",
    "a/README.md": "`a.h`, `a/a.h`, [a](a.h), //a:a and //b/...\n\n| room | what | may import |\n|---|---|---|\n"
                   "| [low](low) | below | - |\n| [a](.) | above | low |\n",
    "a/low/low.h": "int Low();\n",
    "a/a.cc": '#include "a/a.h"\n#include "a/low/low.h"\n',
    "a/BUILD": 'cc_library(\n    name = "a",\n    srcs = ["a.cc"],\n    hdrs = ["a.h"],\n    deps = [\n'
               '        ":low",\n        "//b",\n        "@c",\n    ],\n)\n',
    "b/b.cc": '#include "a/a.h"\n\n' + "".join("int Step%d() { return %d; }\n" % (n, n) for n in range(10)),
    "run.sh": "#!/bin/bash\necho \"$1\"\n",
}
COPY = "".join("  sum = sum * %d + Weight(values[%d]);\n" % (n, n) for n in range(duplicates.MIN_LINES))

# Check, file, its text with the mistake, a word of what is to be said.
PLANTED = [
    (arrows.check, "a/a.cc", SOUND["a/a.cc"] + '#include "b/b.cc"\n', "may not import b"),
    (arrows.check, "a/low/low.h", '#include "a/a.h"\n', "does not allow"),
    (arrows.check, "a/new/new.cc", "int New;\n", "lacks a/new"),
    (arrows.check, "c/c.cc", "int C;\n", "lacks c"),
    (arrows.check, "a/README.md", SOUND["a/README.md"] + "| [gone](gone) | was | low |\n", "there is no room"),
    (arrows.check, "a/README.md", SOUND["a/README.md"].replace("| - |", "| a |"), "neither a row above"),
    (arrows.check, "a/a.cc", '#include "a/a.h"\n', "imports nothing of a/low"),
    (build_files.check, "a/BUILD", SOUND["a/BUILD"].replace('":low"', '"@d"'), "BUILD"),
    (build_files.check, "a/BUILD", SOUND["a/BUILD"].replace('    name = "a",\n', "").replace(")", '    name = "a",\n)'),
     "BUILD"),
    (duplicates.check, "a/a.cc", "int F() {\n%s}\nint G() {\n%s}\n" % (COPY, COPY.replace("  ", "    ")),
     "stand twice"),
    (links.check, "a/README.md", "[x](x.h)\n", "leads nowhere"),
    (links.check, "a/README.md", "[x](#x-y)\n", "no heading"),
    (links.check, "a/README.md", "`x.h`\n", "no x.h"),
    (links.check, "a/README.md", "see a/x.h\n", "no a/x.h"),
    (links.check, "a/README.md", "`bazel run //a:x`\n", "no target //a:x"),
    (sizes.check, "a/a.cc", "int a;\n" * (sizes.MAX_LINES + 1), "two stories"),
    (tour.check, "docs/tour.md", STEPS + "[`Gone`](../b/b.cc#L1)\n", "has no Gone"),
    (tour.check, "docs/tour.md", STEPS + "[`Step1`](../b/b.cc#L40)\n", "stands in b/b.cc:4"),
    (words.check, "a/a.cc", "// TO" "DO: more\n", "note to self"),
    (words.check, "a/a.cc", 'Open("/tm' 'p/x");\n', "machine's folder"),
    (programs.clang_format, "a/a.cc", "int  a ;\n", "clang-format"),
    (programs.shellcheck, "run.sh", "#!/bin/bash\necho $1\n", "SC2086"),
    (programs.clang_tidy, "base/move.cc", "#include <string>\n#include <utility>\nstd::string F(std::string a) {\n"
     "  std::string b = std::move(a);\n  return a + b;\n}\n", "use-after-move"),
]


def tree_of(folder, files):
    for path, text in files.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)) or folder, exist_ok=True)
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text)
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    return Tree(folder)


def run(function, files, budget={"code": 0, "tests": 0}):
    """What the check says of these files; None if its program is missing."""
    saved, duplicates.BUDGET = duplicates.BUDGET, budget
    try:
        with tempfile.TemporaryDirectory() as folder:
            return function(tree_of(folder, files))
    except Skipped:
        return None
    finally:
        duplicates.BUDGET = saved


def check(tree):
    del tree
    problems = []
    for function in dict.fromkeys(function for function, *_ in PLANTED):
        for said in run(function, SOUND) or []:
            problems.append("%s.%s finds in a sound tree: %s" % (function.__module__, function.__name__, said))
    for function, path, text, expected in PLANTED:
        said = run(function, {**SOUND, path: text})
        if said is not None and not any(expected in problem for problem in said):
            problems.append("%s.%s does not say \"%s\" of %r, but %s" %
                            (function.__module__, function.__name__, expected, text[-60:], said))
    return problems
