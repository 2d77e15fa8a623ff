#!/usr/bin/env python3
"""Merges lcov tracefiles and gcov's JSON reports for `bazel coverage`, in place of a tool that Bazel would download."""

import argparse
import collections
import gzip
import json
import pathlib


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--coverage_dir", type=pathlib.Path)
    parser.add_argument("--reports_file", type=pathlib.Path)
    parser.add_argument("--output_file", type=pathlib.Path, required=True)
    args, _ = parser.parse_known_args()

    hits = collections.defaultdict(collections.Counter)  # source -> line -> executions
    sources = sorted(args.coverage_dir.rglob("*")) if args.coverage_dir else []
    if args.reports_file:
        sources += [pathlib.Path(line) for line in args.reports_file.read_text().split()]
    for source in sources:
        if source.name.endswith(".gcov.json.gz"):
            with gzip.open(source, "rt") as f:
                for file in json.load(f)["files"]:
                    name = file["file"].replace("/proc/self/cwd/", "")
                    if not name.startswith("/"):
                        for line in file["lines"]:
                            hits[name][line["line_number"]] += line["count"]
        elif source.suffix == ".dat" and source.exists() and source.resolve() != args.output_file.resolve():
            name = ""
            for key, _, value in (line.strip().partition(":") for line in source.read_text().splitlines()):
                if key == "SF":
                    name = value
                elif key == "DA":
                    number, count = value.split(",")[:2]
                    hits[name][int(number)] += int(count)
    with args.output_file.open("w") as out:
        for name, lines in sorted(hits.items()):
            out.write("SF:%s\n" % name)
            out.writelines("DA:%d,%d\n" % item for item in sorted(lines.items()))
            out.write("LH:%d\nLF:%d\nend_of_record\n" % (sum(c > 0 for c in lines.values()), len(lines)))


if __name__ == "__main__":
    main()
