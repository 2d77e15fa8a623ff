"""BUILD files in buildifier's form.

With buildifier (npm's @bazel/buildifier; Debian has none) it decides. Without, what differs most often is checked here:
labels sorted, the name first, one attribute a line.
"""

import ast
import re
import shutil
import subprocess

SORTED = ("srcs", "hdrs", "deps", "data", "visibility", "textual_hdrs", "packages", "implementation_deps", "tags")
FIRST = ["name", "size", "timeout", "testonly", "src", "srcs", "out", "outs", "hdrs"]


def label_order(label):
    """buildifier's order: files, then ":here", "//there" and "@else"; within, part by part."""
    phase = next((rank for rank, start in ((1, ":"), (2, "//"), (3, "@")) if label.startswith(start)), 0)
    return phase, label.replace(":", ".").split("."), label


def check_call(call, lines_of_file):
    names = [word.arg for word in call.keywords if word.arg]
    if "name" in names and names[0] != "name":
        yield call.lineno, "name comes first"
    ranks = [FIRST.index(name) for name in names if name in FIRST]
    if ranks != sorted(ranks):
        yield call.lineno, "the order of attributes is %s" % ", ".join(FIRST)
    lines = [word.value.lineno for word in call.keywords]
    if len(lines) > 1 and call.end_lineno != call.lineno and len(set(lines)) != len(lines):
        yield call.lineno, "one attribute a line"
    is_genrule = getattr(call.func, "id", "") == "genrule"  # its files may be in an order that matters
    for word in call.keywords:
        if (is_genrule and word.arg == "srcs") or word.arg not in SORTED or not isinstance(word.value, ast.List):
            continue
        labels = [item.value for item in word.value.elts if isinstance(item, ast.Constant)]
        has_comment = any("#" in line for line in lines_of_file[word.value.lineno - 1:word.value.end_lineno])
        if len(labels) == len(word.value.elts) and not has_comment:
            if labels != sorted(labels, key=label_order):
                yield word.value.lineno, "%s is not sorted: %s" % (word.arg, ", ".join(sorted(labels, key=label_order)))
            if len(set(labels)) != len(labels):
                yield word.value.lineno, "%s names something twice" % word.arg


def check_form(text):
    try:
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    except SyntaxError as error:
        yield error.lineno or 1, error.msg
        return
    lines = text.split("\n")
    for call in calls:
        yield from check_call(call, lines)
    for number, line in enumerate(lines, 1):
        if line != line.rstrip() or "\t" in line:
            yield number, "a tab, or blanks at its end"
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(lines), "one line break ends the file"


def check(tree):
    files = [path for path in tree.files if path.split("/")[-1] in ("BUILD", "BUILD.bazel")]
    buildifier = shutil.which("buildifier")
    if buildifier and files:
        said = subprocess.run([buildifier, "-mode=" + ("fix" if tree.fix else "check")] + files, cwd=tree.root,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return [line + " (--fix)" for line in said.stdout.splitlines()]
    return ["%s:%d: %s" % ((path,) + problem) for path in files for problem in check_form(tree.text(path))]
