"""cc rules for files that include torch's tensors, which are precompiled: 2 s a file instead of 20 s.

Files include <torch/types.h> and, of <torch/autograd.h>, <torch/cuda.h> and <torch/utils.h>, what they need. All of
<torch/torch.h> would instantiate the templates of torch::nn in every file, which takes 3 s.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")
load("//third_party:one_unit.bzl", "in_one_unit")
load("//third_party:precompiled.bzl", "with_precompiled")

def _with_torch(kwargs):
    kwargs["deps"] = kwargs.pop("deps", []) + ["@libtorch//:torch"]
    return with_precompiled(kwargs, "third_party/torch", "precompiled")

def torch_cc_library(name, **kwargs):
    """A cc_library whose sources include torch. With one_unit = True all are compiled as one (one_unit.bzl)."""
    cc_library(name = name, **in_one_unit(name, _with_torch(kwargs)))

def torch_cc_binary(name, **kwargs):
    """A cc_binary whose sources include torch."""
    cc_binary(name = name, **_with_torch(kwargs))

def torch_cc_test(name, **kwargs):
    """A cc_test whose sources include torch. Starting one costs 1 s: one a room, not one a class."""
    cc_test(name = name, **_with_torch(kwargs))
