"""Rooms import what the tables say, and nothing else.

docs/architecture.md has a table of the house, and a room's README one of the rooms inside it, both in the order in
which data flows, with the columns room, what, may import. In a row's last cell stand rooms above it in the same table,
or rooms of the house ("lm") and rooms inside those ("lm/chat"), which the house's table has to allow as well. A row
that links to "." is the room's own files. Bazel's package groups (/BUILD) are the first line of this defence; here is
what they do not say: the order, and the arrows inside a room.

Tests keep the house's table; inside their room they may use what they test.
"""

import collections
import os
import re

from tree import parents

HOUSE = "docs/architecture.md"
INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
LINK = re.compile(r"\[([^\]]+)\]\(([^)]+)\)")
TEST = re.compile(r"(_test|_benchmark)\.cc$|_testing\.(h|cc)$|/testing\.(h|cc)$|/test_\w+\.(h|cc)$|/(testing|fuzz)/")
NO_ROOMS = ("docs", "tools", "third_party", ".ci")


class Row:
    def __init__(self, place, room, own, allowed, exact):
        self.place = place  # FILE:LINE
        self.room = room  # the folder
        self.own = own  # whether it is the table's own room: the files directly in it
        self.allowed = allowed  # folders
        self.exact = exact  # whether each of them has to be used
        self.used = set()


def table(tree, path, folder, problems):
    """The rows of the first table of PATH whose columns are room, what, may import; FOLDER is what the rooms are in."""
    rows, inside = [], False
    for number, line in enumerate(tree.text(path).splitlines(), 1):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not inside:
            inside = cells[0] == "room" and cells[-1] == "may import"
            continue
        if not line.startswith("|"):
            break
        if set(line) <= set("|- :"):
            continue
        place = "%s:%d" % (path, number)
        link = LINK.search(cells[0])
        if not link or len(cells) < 3:
            problems.append("%s: a row is | [room](folder) | what | may import |" % place)
            continue
        room = os.path.normpath(os.path.join(os.path.dirname(path), link.group(2)))
        own = room == os.path.normpath(folder)
        if room not in tree.folders:
            problems.append("%s: there is no room %s: take the row out" % (place, room))
            continue
        above = [row.room for row in rows]
        allowed = []
        for name in cells[-1].replace("`", "").split(","):
            name = name.strip()
            itself = any(row.own for row in rows) and name == os.path.basename(folder)
            inner = folder if itself else os.path.normpath(os.path.join(folder, name))
            if name == "all above":
                allowed += above
            elif inner in above:
                allowed.append(inner)
            elif name in tree.folders and not (name + "/").startswith(folder.rstrip("/") + "/") and path != HOUSE:
                allowed.append(name)
            elif name not in ("-", ""):
                problems.append("%s: \"%s\" is neither a row above nor a room of the house" % (place, name))
        rows.append(Row(place, room, own, allowed, "all above" not in cells[-1]))
    return rows


def includes(tree):
    """(file, line number, the included file's path in the tree). What is about others' libraries is for every room."""
    for path in tree.sources():
        text = tree.text(path)
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            target = target.replace(".pb.h", ".proto") if target.endswith(".pb.h") else target
            if target in tree.file_set and not target.startswith("third_party/"):
                yield path, text.count("\n", 0, match.start()) + 1, target


def inside(path, room):
    return path.startswith(room + "/")


def row_of(path, rows):
    """The row whose room holds a file: the innermost, or the table's own."""
    holding = [row for row in rows if inside(path, row.room) and not row.own]
    return max(holding, key=lambda row: len(row.room)) if holding else next((row for row in rows if row.own), None)


def check_house(edges, rows, problems):
    for path, number, target in edges:
        source, goal = row_of(path, rows), row_of(target, rows)
        if source and goal and source is not goal:
            if goal.room not in source.allowed:
                problems.append("%s:%d: includes %s, but %s may not import %s (%s)" %
                                (path, number, target, source.room, goal.room, source.place))
            source.used.add(goal.room)


def check_room(edges, room, rows, problems):
    for path, number, target in edges:
        if not inside(path, room):
            continue
        source = row_of(path, rows)
        goal = row_of(target, rows) if inside(target, room) else None
        if source is None or source is goal:
            continue
        if goal:
            allowed = [place for place in source.allowed if place == goal.room]
        else:
            allowed = [place for place in source.allowed if inside(target, place)]
        source.used.update(allowed)
        if not allowed and not TEST.search(path):
            problems.append("%s:%d: includes %s, which %s does not allow" % (path, number, target, source.place))


def check_listed(tree, room, rows, problems):
    """Every folder below with sources has a row, here or in a table further in; so have the room's own files."""
    listed = {row.room for row in rows}
    holders = collections.Counter(os.path.dirname(path) for path in tree.sources() if inside(path, room))
    for folder in sorted(holders):
        holds = [place for place in [folder, *parents(folder)] if inside(place, room)]
        if holds and not listed.intersection(holds):
            problems.append("%s/README.md: its table of rooms lacks %s" % (room, folder))
    if room in holders and not any(row.own for row in rows):
        name = os.path.basename(room)
        problems.append("%s/README.md: its table of rooms lacks [%s](.), its own files" % (room, name))


def check(tree):
    problems = []
    house = table(tree, HOUSE, "", problems)
    if not house:
        return problems + ["%s: has no table with the columns room, what, may import" % HOUSE]
    edges = list(includes(tree))
    check_house(edges, house, problems)
    listed = {row.room for row in house}
    for folder in sorted({path.split("/")[0] for path in tree.sources() if "/" in path} - listed - set(NO_ROOMS)):
        problems.append("%s: its table lacks %s" % (HOUSE, folder))
    tables = {HOUSE: house}
    for path in tree.ending("/README.md"):
        room = os.path.dirname(path)
        rows = table(tree, path, room, problems)
        if rows:
            tables[path] = rows
            check_room(edges, room, rows, problems)
            check_listed(tree, room, rows, problems)
    for row in house:
        inner = {folder for folder in tree.folders if os.path.dirname(folder) == row.room} & \
            {os.path.dirname(path) for path in tree.sources()}
        if inner and row.room + "/README.md" not in tables:
            problems.append("%s/README.md: has no table of its rooms %s" % (row.room, ", ".join(sorted(inner))))
    for rows in tables.values():
        problems += ["%s: %s imports nothing of %s: take it out" % (row.place, row.room, place)
                     for row in rows if row.exact for place in row.allowed if place not in row.used]
    return problems
