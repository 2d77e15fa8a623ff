"""Shipped experiments as programs: bazel run //experiments:NAME."""

load("//third_party:cc.bzl", "cc_binary")

def experiment(name, spec = None):
    """The program that runs experiments/SPEC.textproto (by default NAME.textproto), with all that shipped ones read."""
    cc_binary(
        name = name,
        srcs = ["experiment.cc"],
        data = [":inputs"],
        local_defines = ["EXPERIMENT=\\\"%s\\\"" % (spec or name)],
        visibility = [
            "//commands:__pkg__",
            "//experiments:__subpackages__",
        ],
        deps = [
            ":experiment_main",
            "//base:build_info",
        ],
    )
