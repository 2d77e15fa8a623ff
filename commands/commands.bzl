"""The commands of sami: the one list from which help, manual page, completion and installation are made.

A new command is its main() and a line here. Its one-line summary, its usage and its flags are what the program itself
says (base::InitProgram, ABSL_FLAG).
"""

# (heading, {command: program}); "bench objective" is objective among those of bench.
COMMANDS = [
    ("Experiments", {
        "run": "//experiments/commands:run",
        "check": "//experiments/commands:check",
        "graph": "//experiments/commands:graph",
        "new": "//experiments/commands:new",
        "store": "//experiments/commands:store",
        "schema": "//experiments/commands:schema",
        "report": "//experiments/report",
        "verify": "//experiments/commands:verify",
        "compare-claims": "//experiments/commands:compare_claims",
        "paper-tables": "//experiments/paper_tables",
        "pretrain": "//experiments:pretrain_embedded",
    }),
    ("Models", {
        "generate": "//lm:generate",
        "inspect": "//lm:inspect",
        "tokenize": "//lm:tokenize",
        "merge-adapter": "//lm:merge_adapter",
    }),
    ("Principles and answers", {
        "write-principles": "//sami:write_principles",
        "judge": "//evaluation:judge",
        "judge-check": "//evaluation:judge_check",
        "convert-answers": "//evaluation:convert_answers",
        "score": "//evaluation:gsm8k_score",
        "ifeval": "//evaluation:ifeval_score",
        "principles": "//evaluation:principle_suite",
    }),
    ("Statistics", {
        "win-rate": "//analysis:win_rate",
        "pass-at-k": "//analysis:pass_at_k",
        "compare": "//analysis:compare",
        "power": "//analysis:power",
    }),
    ("Other implementations", {
        "conformance": "//conformance",
    }),
    ("Benchmarks", {
        "gpu-check": "//benchmarks:gpu_check",
        "arithmetic-check": "//benchmarks:arithmetic_check",
        "bench limit": "//benchmarks:limit_benchmark",
        "bench objective": "//benchmarks:objective_benchmark",
        "bench component": "//benchmarks:component_benchmark",
        "bench decoding": "//benchmarks:decoding_benchmark",
        "bench cost-curves": "//benchmarks:cost_curves",
        "bench tokenizer": "//benchmarks:tokenizer_benchmark",
        "bench statistics": "//benchmarks:statistics_benchmark",
    }),
]

# command -> program.
PROGRAMS = {command: program for _, group in COMMANDS for command, program in group.items()}

def program_name(command):
    """The file of a command's program in an installation: "sami-bench-objective"."""
    return "sami-" + command.replace(" ", "-")

def command_texts(name, **kwargs):
    """help.inc, sami.1 and sami.bash, from what every program says to --help."""
    rows, helps = [], []
    for heading, group in COMMANDS:
        for command, program in group.items():
            text = program_name(command) + ".help"

            # srcs, not tools: what is installed is asked itself, and nothing is compiled twice.
            native.genrule(
                name = text.replace(".", "_"),
                srcs = [program],
                outs = [text],
                cmd = "$(execpath %s) --help > $@" % program,
            )
            helps.append(text)
            rows.append("\t".join([heading, command, program, "$(execpath %s)" % text]))
    native.genrule(
        name = name,
        srcs = helps + [
            "exit_codes.txt",
            "//:VERSION",
            "//experiments:specs",
        ],
        outs = ["help.inc", "sami.1", "sami.bash"],
        cmd = "python3 $(execpath texts.py) $(RULEDIR) $(execpath //:VERSION) $(execpath exit_codes.txt) " +
              "'$(execpaths //experiments:specs)' " + " ".join(["'%s'" % row for row in rows]),
        tools = ["texts.py"],
        **kwargs
    )

def _programs_impl(ctx):
    links, runfiles = {}, ctx.runfiles()
    for target, command in ctx.attr.programs.items():
        links["commands/bin/" + program_name(command)] = target[DefaultInfo].files_to_run.executable
        runfiles = runfiles.merge(target[DefaultInfo].default_runfiles)
    return [DefaultInfo(runfiles = runfiles.merge(ctx.runfiles(symlinks = links)))]

# For `data`: the programs as commands/bin/sami-<command>, with their own data.
programs = rule(
    implementation = _programs_impl,
    attrs = {"programs": attr.label_keyed_string_dict(doc = "program -> command")},
)

def _line(ctx, kind, file, path = None):
    name = file.short_path[3:] if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path
    return "\t".join([kind, path or "share/sami/" + name, name])

def _file_list_impl(ctx):
    rows, programs, data = [], {}, []
    for target, command in ctx.attr.programs.items():
        programs[target[DefaultInfo].files_to_run.executable] = None
        rows.append(("program", "lib/sami/bin/" + program_name(command), target[DefaultInfo].files_to_run.executable))
        data.append(target[DefaultInfo].default_runfiles.files)
    for file in depset(transitive = data).to_list():
        if file not in programs:
            rows.append(("data", "share/sami/" + _runfile(ctx, file), file))
    for target, path in ctx.attr.texts.items():
        rows.append(("data", path, target[DefaultInfo].files.to_list()[0]))

    # Last: it makes of all that a command.
    rows.append(("program", "bin/sami", ctx.executable.dispatcher))
    lines = ["\t".join([kind, path, _runfile(ctx, file)]) for kind, path, file in rows]
    ctx.actions.write(ctx.outputs.out, "\n".join(lines) + "\n")
    return [DefaultInfo(
        files = depset([ctx.outputs.out]),
        runfiles = ctx.runfiles(files = [file for _, _, file in rows] + [ctx.outputs.out]),
    )]

def _runfile(ctx, file):
    return file.short_path[3:] if file.short_path.startswith("../") else ctx.workspace_name + "/" + file.short_path

# The files of an installation: a line each, its kind (program or data), its path there and its name as a runfile.
file_list = rule(
    implementation = _file_list_impl,
    attrs = {
        "programs": attr.label_keyed_string_dict(doc = "program -> command"),
        "texts": attr.label_keyed_string_dict(allow_files = True, doc = "file -> path"),
        "dispatcher": attr.label(executable = True, cfg = "target"),
        "out": attr.output(mandatory = True),
    },
)
