#!/usr/bin/env python3
"""Makes the texts of sami from what its programs say to --help: help.inc, sami.1 and sami.bash.

usage: texts.py OUT_FOLDER VERSION_FILE EXIT_CODES_FILE 'SPEC_FILE ...' 'HEADING<tab>COMMAND<tab>LABEL<tab>HELP_FILE' ...

A program's usage has this form, which is checked:

  One-line summary, of at most 78 characters with a full stop at its end.

  Usage: sami COMMAND ...

  More, if there is more.
"""

import collections
import os
import re
import sys
import textwrap

WIDTH = 100
SUMMARY = 78
EXPERIMENT = "# proto-message: sami_harness.ExperimentSpec\n"
# Abseil's: "    --name (what it is,\n      on many lines); default: 42; "
FLAG = re.compile(r"--(\w+) \((.*)\); default: (.*?);?$")
# The one argument without a flag that completion knows.
TAKES_EXPERIMENT = ("run", "check", "graph")

Flag = collections.namedtuple("Flag", "name, text, default")
Command = collections.namedtuple("Command", "heading, name, label, summary, body, flags")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def parse_flags(text, where):
    """The flags of Abseil's --help after the usage: by file, each flag on lines that are indented further."""
    flags = []
    text = text.split("\nTry --helpfull")[0]
    for entry in re.split(r"\n    (?=--\w+ \()", text)[1:]:
        entry = re.split(r"\n\s*\n|\n  Flags from ", entry)[0]
        match = FLAG.match(" ".join(entry.split()))
        if not match:
            sys.exit("%s: a flag that texts.py cannot read: %s" % (where, entry))
        default = match.group(3)
        if default.startswith('"') and default.endswith('"'):
            default = default[1:-1]
        flags.append(Flag(match.group(1), match.group(2), default))
    return flags


def parse_command(row):
    heading, name, label, path = row.split("\t")
    text = read(path)
    usage, flags = re.match(r"[^:]+: (.*?)\n\n((?:  Flags from |No flags matched).*)", text, re.DOTALL).groups()
    summary, _, body = usage.partition("\n\n")
    if "\n" in summary or len(summary) > SUMMARY or not summary.endswith("."):
        sys.exit("%s: its usage's first line is to be one sentence of at most %d characters: %s" %
                 (label, SUMMARY, summary))
    if not body.startswith("Usage: ") or "sami " + name not in body:
        sys.exit("%s: its usage's second part is to begin with \"Usage: \" and to show sami %s" % (label, name))
    return Command(heading, name, label, summary, body, parse_flags(flags, label))


def is_switch(flag):
    return flag.default in ("true", "false")


def help_text(command):
    lines = [command.summary, "", command.body, ""]
    if command.flags:
        lines.append("Flags:")
    for flag in command.flags:
        lines.append("  --%s%s" % (flag.name, "" if is_switch(flag) else "=" + (flag.default or "...")))
        lines += textwrap.wrap(flag.text, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    label = command.label
    lines += ["", "Under Bazel: bazel run %s -- ..." % label, "Exit codes: sami help exit-codes", ""]
    return "\n".join(lines)


def c_text(text):
    return 'R"help(%s)help"' % text


def help_include(commands, exit_codes):
    """Initialisers of commands/help.h's Command."""
    entries = ["{%s}," % ", ".join(map(c_text, (c.heading, c.name, c.summary, help_text(c)))) for c in commands]
    topic = ("", "exit-codes", "Exit codes of every command.", "Exit codes of every command:\n\n" + exit_codes)
    return "\n".join(entries + ["{%s}," % ", ".join(map(c_text, topic))]) + "\n"


def roff(text):
    """A text's lines for troff: nothing in them is a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith(".") else line for line in text.split("\n"))


def manual(commands, exit_codes, version):
    page = ['.TH SAMI 1 "" "sami %s" "User Commands"' % version, ".SH NAME",
            "sami \\- fine\\-tuning by mutual information with constitutions: experiments, models, judges, statistics",
            ".SH SYNOPSIS", ".nf", "\\fBsami\\fR \\fICOMMAND\\fR [\\fIFLAGS\\fR]", "\\fBsami help\\fR [\\fICOMMAND\\fR]",
            "\\fBsami \\-\\-version\\fR", ".fi", ".SH DESCRIPTION",
            "Every command has \\fB\\-\\-help\\fR. A flag is \\fB\\-\\-name=value\\fR; one with true or false as its value",
            "is \\fB\\-\\-name\\fR or \\fB\\-\\-noname\\fR. Relative paths are from the current folder."]
    heading = None
    for command in commands:
        if command.heading != heading:
            heading = command.heading
            page += [".SH %s" % roff(heading.upper())]
        page += [".SS sami %s" % roff(command.name), roff(command.summary), ".PP", ".nf", roff(command.body), ".fi"]
        for flag in command.flags:
            page += [".TP", "\\fB\\-\\-%s\\fR%s" % (roff(flag.name), "" if is_switch(flag) else "=" + roff(flag.default)),
                     roff(flag.text)]
    page += [".SH EXIT STATUS", ".nf", roff(exit_codes.rstrip()), ".fi", ".SH FILES", ".TP", "PREFIX/bin/sami",
             "this command; it may be linked to from another folder, and the prefix be moved", ".TP",
             "PREFIX/lib/sami/bin", "a program for each command", ".TP", "PREFIX/share/sami",
             "shipped experiments, models, prompts and public data", ".TP", "PREFIX/lib/sami/manifest",
             "what was installed, for sha256sum \\-c and for \\-\\-uninstall", ".TP", "runs/NAME\\-ID",
             "the folder of a run, in the current folder"]
    return "\n".join(page) + "\n"


def completion(commands, experiments):
    names = list(dict.fromkeys(command.name.split()[0] for command in commands))
    benches = [command.name.split()[1] for command in commands if " " in command.name]
    cases = []
    for command in commands:
        flags = " ".join("--" + flag.name + ("" if is_switch(flag) else "=") for flag in command.flags)
        cases.append('    "%s") words="%s --help" ;;' % (command.name, flags))
    return """# bash completion of sami: commands, their flags, shipped experiments.
_sami() {
  local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} at=2 words=""
  local experiments="%s"
  COMPREPLY=()
  if ((COMP_CWORD == 1)) || { [[ $command == help ]] && ((COMP_CWORD == 2)); }; then
    words="%s help"
    [[ $command == help ]] && words+=" exit-codes" || words+=" --version --help"
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  if [[ $command == bench || ($command == help && ${COMP_WORDS[2]} == bench) ]]; then
    [[ $command == help ]] && at=3
    if ((COMP_CWORD == at)); then
      mapfile -t COMPREPLY < <(compgen -W "%s" -- "$cur")
      return
    fi
    command="bench ${COMP_WORDS[at]}"
  fi
  # --from=NAME: bash takes "=" for a word of its own.
  if [[ $command == new && ($before == --from || ($before == = && ${COMP_WORDS[COMP_CWORD - 2]} == --from)) ]]; then
    [[ $cur == = ]] && cur=""
    mapfile -t COMPREPLY < <(compgen -W "$experiments" -- "$cur")
    return
  fi
  # A flag's value: a file.
  [[ $cur == = || $before == = ]] && return
  if [[ $cur != -* ]]; then
    if ((COMP_CWORD == at)) && [[ $command == @(%s) ]]; then
      mapfile -t COMPREPLY < <(compgen -W "$experiments" -- "$cur")
    fi
    return
  fi
  case $command in
%s
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace
}
complete -o default -F _sami sami
""" % (" ".join(experiments), " ".join(names), " ".join(benches), "|".join(TAKES_EXPERIMENT), "\n".join(cases))


def main():
    folder, version, exit_codes, specs, *rows = sys.argv[1:]
    commands = [parse_command(row) for row in rows]
    experiments = sorted(os.path.basename(path)[:-len(".textproto")] for path in specs.split()
                         if path.endswith(".textproto") and EXPERIMENT in read(path))
    for name, text in (("help.inc", help_include(commands, read(exit_codes))),
                       ("sami.1", manual(commands, read(exit_codes), read(version).strip())),
                       ("sami.bash", completion(commands, experiments))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
