"""cc rules for files that include <torch/torch.h>, which is precompiled: 4 s a file instead of 20 s."""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//third_party:precompiled.bzl", "with_precompiled")

def _with_torch(kwargs):
    kwargs["deps"] = kwargs.pop("deps", []) + ["@libtorch//:torch"]
    return with_precompiled(kwargs, "third_party/torch", "precompiled")

def torch_cc_library(name, **kwargs):
    """A cc_library whose sources include <torch/torch.h>."""
    cc_library(name = name, **_with_torch(kwargs))

def torch_cc_binary(name, **kwargs):
    """A cc_binary whose sources include <torch/torch.h>."""
    cc_binary(name = name, **_with_torch(kwargs))

def torch_cc_test(name, **kwargs):
    """A cc_test whose sources include <torch/torch.h>. Starting one costs 1 s: one a room, not one a class."""
    cc_test(name = name, **_with_torch(kwargs))
