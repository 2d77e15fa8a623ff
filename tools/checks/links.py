"""What the documents name exists: relative links, files by their path, and Bazel's targets."""

import os
import re

LINK = re.compile(r"\[[^\]\[]*\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
# A path with a folder and an ending of ours, from the root, the document's folder or one inside it.
FILE = re.compile(r"(?<![\w./:<>=@*-])((?:[\w.-]+/)+[\w.-]+"
                  r"\.(?:h|cc|proto|textproto|bzl|md|html|js|py|inc))(?![\w/*-])")
BARE = re.compile(r"`([\w.-]+\.(?:h|cc|proto))`")
LABEL = re.compile(r"(?<![\w@:/])//([\w./-]*)(?::([\w.-]+))?")
NAME = re.compile(r'name = "([^"]+)"')
# Files of other projects and of a run's folder that documents speak of, by their beginning.
ELSEWHERE = ("runs/", "tables/", "figures/", "models/", "stages/", "accuracy/")


def anchor(heading):
    kept = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower())
    return kept.replace(" ", "-")


def exists(tree, path):
    return path in tree.file_set or path.rstrip("/") in tree.folders or path in ("", ".")


def target_exists(tree, package, name):
    package = package.rstrip("/")
    build = os.path.join(package, "BUILD")
    if package.endswith("..."):
        return package == "..." or package[:-4] in tree.folders
    if build not in tree.file_set:
        return package in tree.folders and name is None  # a folder that a document writes with // for short
    name = name or os.path.basename(package)
    return name in NAME.findall(tree.text(build)) or os.path.join(package, name) in tree.file_set


def check_line(tree, path, line):
    folder = os.path.dirname(path)
    for target in LINK.findall(line):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, heading = target.partition("#")
        file = os.path.normpath(os.path.join(folder, file)) if file else path
        if not exists(tree, file):
            yield "the link %s leads nowhere" % target
        elif heading and file.endswith(".md") and not re.match(r"L\d+", heading):
            if heading not in map(anchor, HEADING.findall(tree.text(file))):
                yield "%s has no heading #%s" % (file, heading)
    bare = re.sub(r"[a-z]+://\S+", "", LINK.sub("", line))
    for name in FILE.findall(bare):
        places = [os.path.normpath(os.path.join(start, name)) for start in {"", folder, *(folder.split("/")[:1])}]
        if not any(exists(tree, place) for place in places) and not name.startswith(ELSEWHERE):
            if not any(other.endswith("/" + name) and other.startswith(folder) for other in tree.files):
                yield "there is no %s" % name
    for name in BARE.findall(line):
        room = path.split("/")[0] + "/" if "/" in path and not path.startswith("docs/") else ""
        if not any(other.startswith(room) and ("/" + other).endswith("/" + name) for other in tree.files):
            yield "there is no %s in %s" % (name, room or "this repository")
    for package, name in LABEL.findall(bare):
        if package and not target_exists(tree, package.rstrip("."*(not package.endswith("..."))), name or None):
            yield "there is no target //%s%s" % (package, ":" + name if name else "")


def check(tree):
    problems = []
    for path in tree.ending(".md"):
        if path == "CHANGELOG.md":  # names what was there at its time
            continue
        for number, line in enumerate(tree.text(path).splitlines(), 1):
            problems += ["%s:%d: %s" % (path, number, what) for what in check_line(tree, path, line)]
    return problems
