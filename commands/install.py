#!/usr/bin/env python3
"""Installs sami, or takes an installation away.

  bazel run //:install -- --prefix=DIR               # DIR/bin/sami, DIR/lib/sami, DIR/share/...
  bazel run //:install -- --prefix=DIR --uninstall

Nothing of anybody else's is replaced or removed: a file in the way is an error before anything is written. What is ours
stands in DIR/lib/sami/manifest, with its SHA-256. Files are made in a staging folder inside DIR and then renamed;
meanwhile the manifest has old and new ones, so that after a kill the same command mends everything.

Exit status: 0 done, 1 it could not be done, 2 wrong use or files in the way.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys

OWN = "lib/sami"
MANIFEST = OWN + "/manifest"
STAGING = OWN + "/staging.partial"
FILE_LIST = "sami_harness/commands/files.tsv"


class Problem(Exception):
    def __init__(self, text, status=2):
        super().__init__(text)
        self.status = status


def runfiles():
    """The folder of Bazel's runfiles: beside the script as Bazel runs it, or a test's."""
    for folder in (os.path.abspath(sys.argv[0]) + ".runfiles", os.environ.get("RUNFILES_DIR"),
                   os.environ.get("TEST_SRCDIR")):
        if folder and os.path.exists(os.path.join(folder, FILE_LIST)):
            return folder
    raise Problem("run it by Bazel: bazel run //:install -- --prefix=DIR")


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()


def read_manifest(prefix):
    """path -> the SHA-256 that it may have: one, or two where an installation was interrupted."""
    path, ours = os.path.join(prefix, MANIFEST), {}
    if not os.path.lexists(path):
        return ours
    with open(path, encoding="utf-8") as file:
        for line in file.read().splitlines():
            digest, _, name = line.partition("  ")
            inside = name and not os.path.isabs(name) and ".." not in name.split("/")
            if len(digest) != 64 or not inside:
                raise Problem("%s is not a manifest of sami: \"%s\"" % (path, line))
            ours.setdefault(name, set()).add(digest)
    return ours


def write_manifest(prefix, files):
    """files: {path: digests}"""
    path = os.path.join(prefix, MANIFEST)
    with open(path + ".partial", "w", encoding="utf-8") as file:
        for name in sorted(files):
            for digest in sorted(files[name]):
                file.write("%s  %s\n" % (digest, name))
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".partial", path)


def is_unchanged(path, digests):
    return os.path.isfile(path) and not os.path.islink(path) and sha256(path) in digests


def check_way(prefix, names, ours):
    """Every file that is to be written is absent, or ours and as we left it."""
    foreign = []
    for name in names:
        path = os.path.join(prefix, name)
        folder = os.path.dirname(path)
        while not os.path.lexists(folder):
            folder = os.path.dirname(folder)
        if not os.path.isdir(folder):
            foreign.append(folder + " is not a folder")
        elif os.path.lexists(path) and name not in ours:
            foreign.append(path + " is not of an installation")
        elif os.path.lexists(path) and not is_unchanged(path, ours[name]):
            foreign.append(path + " was changed since it was installed")
    if foreign:
        raise Problem("in the way, and not replaced; move it away, or choose another --prefix: " +
                      "; ".join(sorted(set(foreign))))


def stage(prefix, root, files):
    """Copies the files into the staging folder; programs without their symbols. Returns {path: digest}."""
    digests = {}
    for kind, name, source in files:
        source, target = os.path.join(root, source), os.path.join(prefix, STAGING, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if kind == "program":
            subprocess.run(["strip", "-o", target, os.path.realpath(source)], check=True)
        else:
            shutil.copyfile(source, target)
        os.chmod(target, 0o755 if kind == "program" else 0o644)
        digests[name] = sha256(target)
    return digests


def remove_empty_folders(prefix, names):
    folders = {os.path.dirname(name) for name in list(names) + [MANIFEST, STAGING]}
    while folders - {""}:
        folder = max(folders, key=len)
        folders.remove(folder)
        try:
            os.rmdir(os.path.join(prefix, folder))
        except OSError:
            continue  # something of somebody's is in it
        folders.add(os.path.dirname(folder))


def remove(prefix, names, ours):
    """Removes our files; returns those that were changed, which stay."""
    kept = []
    for name in sorted(names):
        path = os.path.join(prefix, name)
        if is_unchanged(path, ours[name]):
            os.remove(path)
        elif os.path.lexists(path):
            kept.append(path)
    return kept


def lock(prefix):
    """Of two installations into one prefix the second waits for the first."""
    descriptor = os.open(os.path.join(prefix, OWN), os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def say_kept(kept):
    for path in kept:
        print("kept, since it was changed: " + path, file=sys.stderr)


def install(prefix):
    root = runfiles()
    with open(os.path.join(root, FILE_LIST), encoding="utf-8") as file:
        listed = [tuple(line.split("\t")) for line in file.read().splitlines()]
    # Bazel puts ABSENT where a public file could not be had.
    absent = [source for _, _, source in listed if os.path.basename(source) == "ABSENT"]
    files = [one for one in listed if os.path.basename(one[2]) != "ABSENT"]
    names = [name for _, name, _ in files]
    check_way(prefix, names, read_manifest(prefix))
    os.makedirs(os.path.join(prefix, OWN), exist_ok=True)
    held = lock(prefix)
    ours = read_manifest(prefix)
    check_way(prefix, names, ours)
    staging = os.path.join(prefix, STAGING)
    shutil.rmtree(staging, ignore_errors=True)
    digests = stage(prefix, root, files)
    os.sync()
    union = {name: ours.get(name, set()) | ({digests[name]} if name in digests else set())
             for name in ours.keys() | digests.keys()}
    write_manifest(prefix, union)
    for name in names:  # bin/sami is the last
        os.makedirs(os.path.dirname(os.path.join(prefix, name)), exist_ok=True)
        os.rename(os.path.join(staging, name), os.path.join(prefix, name))
    say_kept(remove(prefix, ours.keys() - digests.keys(), ours))
    write_manifest(prefix, {name: {digest} for name, digest in digests.items()})
    shutil.rmtree(staging)
    remove_empty_folders(prefix, ours.keys() - digests.keys())
    os.close(held)
    report(prefix, files, absent)


def report(prefix, files, absent):
    def size(wanted):
        return sum(os.path.getsize(os.path.join(prefix, name)) for kind, name, _ in files if kind == wanted) / 2**20

    programs = sum(kind == "program" for kind, _, _ in files)
    print("sami is in %s: %d programs of %.0f MiB, %d data files of %.0f MiB" %
          (os.path.join(prefix, "bin"), programs, size("program"), len(files) - programs, size("data")))
    if absent:
        print("%d public data files were not to be had and are left out: %s" %
              (len(absent), ", ".join(sorted(os.path.dirname(source) for source in absent))))
    if os.path.join(prefix, "bin") not in os.environ.get("PATH", "").split(":"):
        print('  export PATH="%s:$PATH"' % os.path.join(prefix, "bin"))


def uninstall(prefix):
    manifest, staging = os.path.join(prefix, MANIFEST), os.path.join(prefix, STAGING)
    if not os.path.lexists(manifest) and not os.path.lexists(staging):
        raise Problem("there is no installation in %s: it has no %s" % (prefix, MANIFEST))
    held = lock(prefix)
    ours = read_manifest(prefix)
    kept = remove(prefix, ours, ours)
    shutil.rmtree(staging, ignore_errors=True)
    if os.path.lexists(manifest):
        os.remove(manifest)
    os.close(held)
    remove_empty_folders(prefix, ours)
    say_kept(kept)
    print("removed from %s: %d files" % (prefix, len(ours) - len(kept)))


def main():
    parser = argparse.ArgumentParser(prog="bazel run //:install --", description="Installs sami.")
    parser.add_argument("--prefix", metavar="DIR", help="where to; DIR/bin is to be in your PATH: ~/.local, /opt/sami")
    parser.add_argument("--uninstall", action="store_true", help="remove what was installed there, and nothing else")
    arguments = parser.parse_args()
    try:
        if not arguments.prefix:
            raise Problem("--prefix=DIR is missing: where to install, for instance --prefix=$HOME/.local")
        prefix = os.path.normpath(os.path.join(os.environ.get("BUILD_WORKING_DIRECTORY") or os.getcwd(),
                                               os.path.expanduser(arguments.prefix)))
        if os.path.lexists(prefix) and not os.path.isdir(prefix):
            raise Problem("--prefix: %s is not a folder" % prefix)
        (uninstall if arguments.uninstall else install)(prefix)
    except Problem as problem:
        print("error: %s" % problem, file=sys.stderr)
        return problem.status
    except (OSError, subprocess.CalledProcessError) as problem:
        print("error: %s" % problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
