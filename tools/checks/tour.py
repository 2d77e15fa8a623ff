"""docs/tour.md points at lines: each link's name stands there. With --fix the line of a name that has moved is set."""

import os
import re

TOUR = "docs/tour.md"
LINK = re.compile(r"\[`([^`\]]+)`\]\(([^()#\s]+)#L(\d+)\)")
NEAR = 5  # lines that a name may have moved without being lost to a reader


def line_of(name, lines):
    """Where NAME is defined, a 1-based line: where it stands at the left margin, else where it first stands at all."""
    last = re.escape(name.split("::")[-1])
    full = re.escape(name)
    for pattern in (r"^[^\s/#].*(?<![\w:])%s\(" % full, r"^(message|class|struct|enum) %s\b" % last,
                    r"^\s*[\w.<>:]+ %s(\(| = \d)" % last, r"^[^\s/#].*\b%s\(" % last, r"\b%s\b" % last):
        for number, line in enumerate(lines, 1):
            if re.search(pattern, line) and not line.rstrip().endswith(");"):
                return number
    return None


def check(tree):
    if TOUR not in tree.file_set:
        return ["%s is missing" % TOUR]
    text, problems, steps = tree.text(TOUR), [], 0

    def place(match):
        nonlocal steps
        steps += 1
        name, target, number = match.group(1), match.group(2), int(match.group(3))
        path = os.path.normpath(os.path.join(os.path.dirname(TOUR), target))
        at = "%s:%d" % (TOUR, text.count("\n", 0, match.start()) + 1)
        if path not in tree.file_set:
            moved = [other for other in tree.files if os.path.basename(other) == os.path.basename(path)]
            problems.append("%s: there is no %s%s" % (at, path, ", but " + " and ".join(moved) if moved else ""))
            return match.group()
        lines = tree.text(path).splitlines()
        right = line_of(name, lines)
        if right is None:
            problems.append("%s: %s has no %s" % (at, path, name))
        elif abs(right - number) > (0 if tree.fix else NEAR):
            if tree.fix:
                return "[`%s`](%s#L%d)" % (name, target, right)
            problems.append("%s: %s stands in %s:%d, not in line %d (--fix)" % (at, name, path, right, number))
        return match.group()

    placed = LINK.sub(place, text)
    if steps < 10:
        problems.append("%s: %d links of the form [`Name`](FILE#L1); a tour has more" % (TOUR, steps))
    if placed != text:
        tree.write(TOUR, placed)
    return problems
