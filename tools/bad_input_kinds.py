"""Kinds of malformed files, for tools/bad_input."""

import hashlib
import json
import os
import shutil

POISON = "=1+1\x1b]0;taken\x07\nerror: forged\u202e\u009b2J<script>alert(1)</script>"


def mapped(value, change):
    """The same JSON with `change` made to each value that is no list or object."""
    if isinstance(value, dict):
        return {key: mapped(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [mapped(item, change) for item in value]
    return change(value)


def with_json(change):
    """A change of a text, made to the JSON document that it is, or to each of its lines."""
    def made(data):
        text = data.decode("utf-8", "replace")
        try:
            return json.dumps(change(json.loads(text))).encode()
        except ValueError:
            try:
                return b"".join(json.dumps(change(json.loads(line))).encode() + b"\n" for line in text.splitlines())
            except ValueError:
                return None
    return made


def each(change):
    return with_json(lambda value: mapped(value, change))


def is_text(value):
    return isinstance(value, str)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


# name -> what is made of the bytes of a good file; None: does not apply.
CONTENTS = {
    "empty": lambda data: b"",
    "blank lines": lambda data: b"\n \n\t\n",
    "NULs": lambda data: bytes(1 << 20),
    "NUL before": lambda data: b"\0" + data,
    "noise": lambda data: hashlib.shake_128(b"noise").digest(1 << 16),
    "cut in half": lambda data: data[:len(data) // 2],
    "byte order mark of UTF-16": lambda data: data.decode("utf-8", "replace").encode("utf-16"),
    "broken UTF-8": lambda data: data.replace(b"a", b"\xff\xfe\xc0"),
    "deep lists": lambda data: b"[" * 1000000,
    "deep closed lists": lambda data: b"[" * 100000 + b"]" * 100000,
    "deep objects": lambda data: b'{"a":' * 200000,
    "deep messages": lambda data: b"a { " * 100000 + b"}" * 100000,
    "deep in each line": with_json(lambda value: dict(value, extra=json.loads("[" * 900 + "]" * 900))
                                   if isinstance(value, dict) else value),
    "a line of 70 MB": lambda data: b'{"a": "' + b"x" * 70000000,
    "huge numbers": lambda data: each(lambda v: 10**400 if is_number(v) else v)(data),
    "2^64": each(lambda v: 2**64 if is_number(v) else v),
    "2^63 - 1": each(lambda v: 2**63 - 1 if is_number(v) else v),
    "negative": each(lambda v: -1 - abs(v) if is_number(v) else v),
    "1e308": each(lambda v: 1e308 if is_number(v) else v),
    "numbers for texts": each(lambda v: 7 if is_text(v) else v),
    "texts for numbers": each(lambda v: "seven" if is_number(v) else v),
    "null": each(lambda v: None),
    "lists": each(lambda v: [v]),
    "objects": each(lambda v: {"a": v}),
    "empty texts": each(lambda v: "" if is_text(v) else v),
    "poison": each(lambda v: POISON if is_text(v) else v),
    "poison behind": each(lambda v: v + POISON if is_text(v) else v),
    "poisoned keys": with_json(lambda value: dict(value, **{POISON: POISON}) if isinstance(value, dict) else value),
    "lone surrogates": lambda data: each(lambda v: "\ud800" if is_text(v) else v)(data),
    "NUL in texts": each(lambda v: "a\0b" if is_text(v) else v),
    "long texts": each(lambda v: "ab " * 300000 if is_text(v) else v),
    "a path": each(lambda v: "../../../etc/passwd" if is_text(v) else v),
    "keys twice": lambda data: data.replace(b"{", b'{"a": 1, "a": 2, ', 1),
    "said 1000 times": lambda data: data * 1000 if len(data) < 10000 else None,
}


def hole(path):
    open(path, "wb").close()
    os.truncate(path, 1 << 40)


# name -> what makes it at a path.
KINDS = {
    "missing": lambda path: None,
    "a FIFO": os.mkfifo,
    "/dev/zero": lambda path: os.symlink("/dev/zero", path),
    "/dev/full": lambda path: os.symlink("/dev/full", path),
    "a terminal": lambda path: os.symlink("/dev/tty", path),
    "a folder": os.mkdir,
    "a link to itself": lambda path: os.symlink(os.path.basename(path), path),
    "a link to nothing": lambda path: os.symlink("nowhere", path),
    "a hole of a TiB": hole,
    "the kernel's memory": lambda path: os.symlink("/proc/self/mem", path),
}


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.remove(path)
