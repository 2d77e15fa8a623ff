"""fuzz_test: a libFuzzer target that runs for some seconds as a test.

All that it links from this workspace is compiled once more, with coverage feedback, AddressSanitizer and UBSan, in a
configuration of its own: keep what it depends on small and without torch.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary")

_SANITIZERS = "address,undefined"

_COPTS = [
    "-fsanitize=fuzzer-no-link," + _SANITIZERS,
    "-fno-sanitize-recover=undefined",
    # It asks for type information that system libraries do not export.
    "-fno-sanitize=vptr",
    # Abseil's tables are larger in code that is compiled with a sanitizer, and the system's library is not.
    "-DNDEBUG_SANITIZER",
    "-fno-omit-frame-pointer",
    "-O1",
    "-g1",
]

def _instrumented_impl(settings, attr):
    return {"//command_line_option:copt": settings["//command_line_option:copt"] + _COPTS}

_instrumented = transition(
    implementation = _instrumented_impl,
    inputs = ["//command_line_option:copt"],
    outputs = ["//command_line_option:copt"],
)

# $@ of the script comes last, so that `bazel run TARGET -- -runs=-1 -max_total_time=3600 FOLDER` fuzzes for an hour.
# Abseil's tables poison their free slots where they are compiled with AddressSanitizer, and the system's library, which is
# not, never takes that back.
_SCRIPT = """#!/bin/sh
export ASAN_OPTIONS="allow_user_poisoning=0${{ASAN_OPTIONS:+:$ASAN_OPTIONS}}"
exec {fuzzer} {flags} -artifact_prefix="${{TEST_UNDECLARED_OUTPUTS_DIR:-.}}/" "$@"
"""

def _fuzz_test_impl(ctx):
    fuzzer = ctx.executable.fuzzer
    flags = ["-seed=1", "-runs=%d" % ctx.attr.runs, "-timeout=60", "-print_final_stats=1"]
    files = [fuzzer] + ctx.files.seeds
    if ctx.files.seeds:
        flags.append("-seed_inputs=" + ",".join([seed.short_path for seed in ctx.files.seeds]))
    if ctx.file.dictionary:
        flags.append("-dict=" + ctx.file.dictionary.short_path)
        files.append(ctx.file.dictionary)
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        _SCRIPT.format(fuzzer = fuzzer.short_path, flags = " ".join(flags)),
        is_executable = True,
    )
    return [DefaultInfo(executable = script, runfiles = ctx.runfiles(files = files))]

_fuzz_test = rule(
    implementation = _fuzz_test_impl,
    test = True,
    attrs = {
        "fuzzer": attr.label(cfg = _instrumented, executable = True, mandatory = True),
        "seeds": attr.label_list(allow_files = True),
        "dictionary": attr.label(allow_single_file = True),
        "runs": attr.int(mandatory = True),
        "_allowlist_function_transition": attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    },
)

def fuzz_test(name, srcs, deps, runs, seeds = [], dictionary = None):
    """A test that fails when one of `runs` inputs crashes, hangs for a minute, leaks, or meets undefined behaviour.

    The inputs follow from the seed 1 alone: the same at each run on one kind of processor (on another they were others,
    and found something). The one that failed is in the test's outputs.

    Args:
      name: of the test; `name`_fuzzer is the bare libFuzzer binary.
      srcs: with LLVMFuzzerTestOneInput.
      deps: of srcs; no torch.
      runs: number of inputs tried.
      seeds: inputs to start from.
      dictionary: words that inputs are made of, in libFuzzer's format.
    """
    cc_binary(
        name = name + "_fuzzer",
        testonly = True,
        srcs = srcs,
        deps = deps,
        linkopts = ["-fsanitize=fuzzer," + _SANITIZERS, "-fsanitize-link-c++-runtime"],
        # Without the test's configuration it would find nothing.
        tags = ["manual"],
        visibility = ["//visibility:private"],
    )
    _fuzz_test(
        name = name,
        size = "small",
        fuzzer = name + "_fuzzer",
        seeds = seeds,
        dictionary = dictionary,
        runs = runs,
    )
