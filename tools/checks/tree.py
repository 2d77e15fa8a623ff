"""The files that checks look at: those that git tracks, or would track if they were added."""

import os
import subprocess


class Skipped(Exception):
    """Raised by a check that cannot be made here; says why."""


class NotOnThisSystem(Skipped):
    """Skipped in CI too: its packages have another version of the program, which may think otherwise."""


class Tree:
    """root: the repository's folder. files: paths below it, sorted. fix: whether checks may change files."""

    def __init__(self, root, files=None, fix=False):
        self.root = root
        self.fix = fix
        self.files = sorted(files if files is not None else self._all())
        self.file_set = set(self.files)
        self.folders = {folder for path in self.files for folder in parents(path)}
        self._texts = {}

    def _git(self, *words):
        said = subprocess.run(("git",) + words, cwd=self.root, check=True, capture_output=True, text=True).stdout
        return {path for path in said.splitlines() if os.path.isfile(os.path.join(self.root, path))}

    def _all(self):
        try:
            return self._git("ls-files", "-co", "--exclude-standard")
        except (OSError, subprocess.CalledProcessError):  # an export, or somebody else's checkout
            found = set()
            for folder, folders, names in os.walk(self.root):
                folders[:] = [name for name in folders if not name.startswith(("bazel-", ".git"))]
                found |= {os.path.relpath(os.path.join(folder, name), self.root) for name in names}
            return found

    def changed(self):
        """The same tree with the files alone that differ from the last commit, in the index or beside it."""
        differ = self._git("diff", "--name-only", "HEAD") | self._git("ls-files", "-o", "--exclude-standard")
        return Tree(self.root, differ, self.fix)

    def path(self, path):
        return os.path.join(self.root, path)

    def ending(self, *endings):
        return [path for path in self.files if path.endswith(endings)]

    def sources(self):
        return self.ending(".cc", ".h", ".inc")

    def text(self, path):
        if path not in self._texts:
            with open(self.path(path), encoding="utf-8", errors="surrogateescape", newline="") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def write(self, path, text):
        with open(self.path(path), "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
        self._texts[path] = text


def parents(path):
    """The folders that hold a path, the nearest first: a/b/c.cc -> a/b, a."""
    while "/" in path:
        path = path.rsplit("/", 1)[0]
        yield path
