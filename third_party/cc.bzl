"""The cc rules of every file that does not include torch (third_party/torch/pch.bzl has the others')."""

load("@rules_cc//cc:defs.bzl", _cc_binary = "cc_binary", _cc_library = "cc_library", _cc_proto_library = "cc_proto_library", _cc_test = "cc_test")
load("//third_party:one_unit.bzl", "in_one_unit")
load("//third_party:precompiled.bzl", "with_precompiled")

cc_proto_library = _cc_proto_library

def cc_library(name, **kwargs):
    """A cc_library; a test's helpers see GoogleTest. One with copts of its own sees nothing precompiled.

    With one_unit = True all sources are compiled as one (one_unit.bzl).
    """
    if kwargs.get("srcs") and not kwargs.get("copts"):
        kwargs = with_precompiled(kwargs, "third_party", "tests" if kwargs.get("testonly") else "common")
    _cc_library(name = name, **in_one_unit(name, kwargs))

def cc_binary(name, **kwargs):
    """A cc_binary."""
    _cc_binary(name = name, **with_precompiled(kwargs, "third_party", "common"))

def cc_test(name, **kwargs):
    """A cc_test."""
    _cc_test(name = name, **with_precompiled(kwargs, "third_party", "tests"))
