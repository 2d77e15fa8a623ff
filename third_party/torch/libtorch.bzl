"""@libtorch//:torch, from the tree that the environment variable LIBTORCH names, or else from Debian's libtorch-dev."""

_DEBIAN = """
package(default_visibility = ["//visibility:public"])

# <ATen/...>, <c10/...> and <torch/csrc/...> lie in /usr/include; only the folder of <torch/torch.h> has to be named.
cc_library(
    name = "torch",
    hdrs = glob(["api/**/*.h"]),
    includes = ["api"],
    linkopts = ["-ltorch", "-ltorch_cpu", "-lc10"],
)
"""

# Linked where it lies: its libraries find each other through their own run path.
_TREE = """
package(default_visibility = ["//visibility:public"])

cc_library(
    name = "torch",
    hdrs = glob(["include/**/*.h", "include/**/*.hpp", "include/**/*.cuh"]),
    defines = {defines},
    includes = ["include", "include/torch/csrc/api/include"],
    linkopts = ["-L{root}/lib", "-Wl,-rpath,{root}/lib", "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"] + {cuda},
)
"""

def _impl(repository_ctx):
    root = repository_ctx.os.environ.get("LIBTORCH", "")
    repository_ctx.file("WORKSPACE", "workspace(name = \"libtorch\")\n")
    if not root:
        api = "/usr/include/torch/csrc/api/include"
        if not repository_ctx.path(api + "/torch/torch.h").exists:
            fail("libtorch is missing. Run tools/setup, or set LIBTORCH=/path/to/libtorch (2.x, with or without CUDA)")
        repository_ctx.symlink(api, "api")
        repository_ctx.file("BUILD.bazel", _DEBIAN)
        return
    for needed in ["include/torch/csrc/api/include/torch/torch.h", "lib/libtorch.so"]:
        if not repository_ctx.path(root + "/" + needed).exists:
            fail("LIBTORCH=%s: there is no %s in it" % (root, needed))
    repository_ctx.symlink(root + "/include", "include")
    has_cuda = repository_ctx.path(root + "/lib/libtorch_cuda.so").exists

    # Wheels before 2.8 were built with the old std::string.
    new_abi = repository_ctx.execute(["grep", "-q", "_ZN3c105ErrorC2ENS_14SourceLocationENSt7__cxx1112basic_string", root + "/lib/libc10.so"])
    repository_ctx.file("BUILD.bazel", _TREE.format(
        root = root,
        defines = [] if new_abi.return_code == 0 else ["_GLIBCXX_USE_CXX11_ABI=0"],
        cuda = ["-ltorch_cuda", "-lc10_cuda"] if has_cuda else [],
    ))

libtorch_repository = repository_rule(
    implementation = _impl,
    environ = ["LIBTORCH"],
    local = True,
)
