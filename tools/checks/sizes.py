"""A file tells one story, and a room is seen at one glance: at most so many lines and so many sources."""

import collections
import os

MAX_LINES = 300  # a source file
MAX_SOURCES = 25  # beside one another in a folder: .cc, .h, .inc and .proto, without tests and what only tests use

# path: why it may be longer. A path that needs it no more is a problem, too.
LONGER = {
    "lm/decoding/generation_test.cc": "one table of cases a sampling rule, whose helpers all share",
    "lm/endpoint/endpoint_test.cc": "every fault of one server against one client",
    "lm/model/decoder_test.cc": "one small decoder, its variants side by side",
    "sami/objective_test.cc": "the arithmetic of the objective, shown in full",
    "training/trainer_test.cc": "kills, resumes and threads of one trainer over one fixture",
}
# folder: why it may hold more.
FULLER = {}

CODE = (".cc", ".h", ".inc", ".proto", ".py", ".js", ".css", ".html", ".bzl")


def for_tests_only(path):
    name = os.path.basename(path)
    return name.endswith(("_test.cc", "_testing.cc", "_testing.h")) or name.startswith(("testing.", "test_"))


def check(tree):
    problems = []
    rooms = collections.Counter()
    long_files = set()
    for path in tree.files:
        if "/testdata/" in path:
            continue
        if path.endswith(CODE) or path.startswith(("tools/", ".ci/")):
            lines = tree.text(path).count("\n")
            if lines > MAX_LINES:
                long_files.add(path)
                if path not in LONGER:
                    problems.append("%s: %d lines, %d allowed: it tells two stories; give each a file" %
                                    (path, lines, MAX_LINES))
        if path.endswith((".cc", ".h", ".inc", ".proto")) and not for_tests_only(path):
            rooms[os.path.dirname(path)] += 1
    full_rooms = {room for room, count in rooms.items() if count > MAX_SOURCES}
    for room in sorted(full_rooms - set(FULLER)):
        problems.append("%s: %d source files, %d allowed: give it inner rooms" % (room, rooms[room], MAX_SOURCES))
    for listed, needed, name in ((LONGER, long_files, "LONGER"), (FULLER, full_rooms, "FULLER")):
        problems += ["tools/checks/sizes.py: %s needs no place in %s any more" % (path, name)
                     for path in listed if path not in needed and (path in tree.file_set or path in tree.folders)]
    return problems
