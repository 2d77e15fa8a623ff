"""The checks that a program of others makes: clang-format, clang-tidy, shellcheck; and tools/unreachable."""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tree import NotOnThisSystem, Skipped

# Mistakes that a compiler lets pass and a reader misses. What is a matter of taste is not here, nor what takes
# a second a file over the system's headers and warns of code that is not written here (asserts, macros, memset).
TIDY_CHECKS = """
  bugprone-argument-comment bugprone-copy-constructor-init bugprone-dangling-handle bugprone-fold-init-type
  bugprone-inaccurate-erase bugprone-infinite-loop bugprone-integer-division bugprone-move-forwarding-reference
  bugprone-parent-virtual-call bugprone-string-constructor bugprone-string-integer-assignment
  bugprone-swapped-arguments bugprone-terminating-continue bugprone-unhandled-self-assignment bugprone-use-after-move
  misc-unused-using-decls performance-for-range-copy performance-move-const-arg performance-unnecessary-value-param
""".split()

# Every version of clang-format lays some lines out differently: the tree is as Debian 12's has it.
CLANG_FORMAT = 14

# Rooms of arithmetic and parsers, a few seconds a file; torch's headers would take half a minute.
TIDY_ROOMS = ("base/", "lm/tokenizer/steps/", "analysis/statistics/", "evaluation/extraction/", "evaluation/formats/")
TIDY_CANNOT_READ = ("base/program.cc",)  # includes a header that is Bazel's own


def needed(program):
    if not shutil.which(program):
        raise Skipped("%s is not installed: tools/setup --with-checks" % program)
    return program


def run(tree, command):
    return subprocess.run(command, cwd=tree.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def in_parallel(function, items):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return [problem for problems in pool.map(function, items) for problem in problems]


def clang_format(tree):
    program = needed("clang-format")
    version = int(re.search(r"version (\d+)", run(tree, [program, "--version"]).stdout)[1])
    if version != CLANG_FORMAT:
        raise NotOnThisSystem("the tree is formatted by clang-format %d, and this is %d" % (CLANG_FORMAT, version))
    files = tree.ending(".cc", ".h", ".inc")
    wrong = []

    def check(batch):
        said = run(tree, [program] + (["-i"] if tree.fix else ["--dry-run", "--Werror"]) + batch).stdout
        return re.findall(r"^(\S+?:\d+):\d+: error", said, re.MULTILINE)

    for place in in_parallel(check, [files[at:at + 40] for at in range(0, len(files), 40)]):
        if not wrong or wrong[-1].split(":")[0] != place.split(":")[0]:
            wrong.append(place + ": not as clang-format writes it (--fix)")
    return wrong


def is_script(tree, path):
    return path.endswith(".sh") or ("." not in os.path.basename(path) and
                                    tree.text(path).startswith(("#!/bin/bash", "#!/bin/sh")))


def shellcheck(tree):
    program = needed("shellcheck")
    scripts = [path for path in tree.files if "/testdata/" not in path and is_script(tree, path)]
    return run(tree, [program, "-f", "gcc"] + scripts).stdout.splitlines() if scripts else []


def clang_tidy(tree):
    program, protoc = needed("clang-tidy"), needed("protoc")
    sources = [path for path in tree.ending(".cc")
               if path.startswith(TIDY_ROOMS) and not path.endswith("_test.cc") and path not in TIDY_CANNOT_READ]
    with tempfile.TemporaryDirectory() as generated:
        protos = tree.ending(".proto")
        said = run(tree, [protoc, "--cpp_out=" + generated] + protos) if protos else None
        if said and said.returncode:
            return said.stdout.splitlines()
        flags = ["-std=c++17", "-I.", "-isystem" + generated, "-isystem/usr/include/eigen3"]

        def check(path):
            command = [program, "--quiet", "--warnings-as-errors=*", "--checks=-*," + ",".join(TIDY_CHECKS), path, "--"]
            said = run(tree, command + flags).stdout.replace(tree.root + "/", "")
            said = said.replace(",-warnings-as-errors", "")
            return ["%s: %s" % one for one in re.findall(r"^(\S+?:\d+):\d+: error: (.*)$", said, re.MULTILINE)]

        return in_parallel(check, sources)


def unreachable(tree):
    if "tools/unreachable" not in tree.file_set:
        raise Skipped("there is no tools/unreachable")
    said = run(tree, [sys.executable, "tools/unreachable"])
    return said.stdout.splitlines() or ["tools/unreachable failed"] if said.returncode else []
