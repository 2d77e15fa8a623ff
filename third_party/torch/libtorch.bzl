"""@libtorch//:torch, from the folder that the environment variable LIBTORCH names, or else from Debian's libtorch-dev.

Targets: `torch`, headers and libraries; `headers`, for a program that wants <torch/version.h> and no torch; `c10d`, torch's
process groups over Gloo.
"""

_API = "torch/csrc/api/include"

# The folders of <torch/torch.h>. What else torch keeps in its include folder are copies of others' headers (protobuf,
# fmt, pybind11, oneDNN, ...), which must not come before the system's.
_FOLDERS = ["ATen", "c10", "caffe2", "torch"]

_BUILD = """
package(default_visibility = ["//visibility:public"])

cc_library(
    name = "headers",
    hdrs = glob({headers}),
    includes = {includes},
)

cc_library(
    name = "torch",
    linkopts = {linkopts},
    deps = [":headers"],
)

# Without the definition the process group's header is empty.
cc_library(
    name = "c10d",
    defines = ["USE_C10D_GLOO"],
    linkopts = {gloo},
    deps = [":torch"],
)
"""

_HINT = "Name an unpacked libtorch, or Python's torch: python3 -c 'import torch; print(torch.__path__[0])'"

def _fail(root, problem):
    fail("LIBTORCH=%s %s" % (root, problem))

def _version(repository_ctx, root):
    for header in ["torch/headeronly/version.h", _API + "/torch/version.h"]:
        path = repository_ctx.path(root + "/include/" + header)
        numbers = {}
        for line in repository_ctx.read(path).split("\n") if path.exists else []:
            words = line.split(" ")
            if len(words) == 3 and words[:1] == ["#define"] and words[2].isdigit():
                numbers[words[1]] = int(words[2])
        if "TORCH_VERSION_MAJOR" in numbers:
            return numbers["TORCH_VERSION_MAJOR"], numbers["TORCH_VERSION_MINOR"]
    return _fail(root, "has no version in its headers")

def _require(repository_ctx, root):
    """Fails, with what to do, unless this machine's programs can be built with the torch in `root`."""
    if not root.startswith("/"):
        _fail(root, "is no absolute path")
    for needed in ["include/" + _API + "/torch/torch.h", "lib/libtorch.so", "lib/libtorch_cpu.so", "lib/libc10.so"]:
        if not repository_ctx.path(root + "/" + needed).exists:
            _fail(root, "is no libtorch: there is no %s in it. %s" % (needed, _HINT))
    major, minor = _version(repository_ctx, root)
    if major < 1 or (major == 1 and minor < 13):
        _fail(root, "is torch %d.%d, and 1.13 is the oldest that the harness builds with." % (major, minor))

    # The processor: bytes 18 and 19 of an ELF file.
    machine = repository_ctx.execute(["od", "-An", "-tu2", "-j18", "-N2", root + "/lib/libc10.so"]).stdout.strip()
    own = repository_ctx.execute(["od", "-An", "-tu2", "-j18", "-N2", "/proc/self/exe"]).stdout.strip()
    if machine != own:
        _fail(root, "was built for another processor (ELF machine %s, and this machine is %s)." % (machine, own))

    # How std::string is called in c10::Error's constructor.
    if not _mentions(repository_ctx, root, "_ZN3c105ErrorC[12]ENS_14SourceLocationENSt7__cxx1112basic_string"):
        if _mentions(repository_ctx, root, "_ZN3c105ErrorC[12]ENS_14SourceLocationESs"):
            _fail(root, ("was built with the old ABI of std::string (_GLIBCXX_USE_CXX11_ABI=0), and the system's protobuf " +
                         "and Abseil with the new one: no program can link both. Take the libtorch called \"cxx11 ABI\", " +
                         "or Python's torch 2.7 or newer."))

def _mentions(repository_ctx, root, symbol):
    return repository_ctx.execute(["grep", "-q", symbol, root + "/lib/libc10.so"]).return_code == 0

def _require_gloo(repository_ctx):
    # Every libtorch's process groups name Gloo's types, and none ships its headers.
    if not repository_ctx.path("/usr/include/gloo/context.h").exists:
        fail("Gloo's headers are missing. Run tools/setup, or: apt-get install -y --no-install-recommends libgloo-dev")

def _impl(repository_ctx):
    root = repository_ctx.os.environ.get("LIBTORCH", "").rstrip("/")
    repository_ctx.file("WORKSPACE", "workspace(name = \"libtorch\")\n")
    _require_gloo(repository_ctx)
    if not root:
        # <ATen/...>, <c10/...> and <torch/csrc/...> lie in /usr/include; only the folder of <torch/torch.h> has to be named.
        if not repository_ctx.path("/usr/include/%s/torch/torch.h" % _API).exists:
            fail("libtorch is missing. Run tools/setup, or set LIBTORCH=DIR to a libtorch or to Python's torch (2.x, with or without CUDA)")
        repository_ctx.symlink("/usr/include/" + _API, "api")
        headers, includes = ["api/**/*.h"], ["api"]
        linkopts = ["-ltorch", "-ltorch_cpu", "-lc10"]
        gloo = ["-lgloo"]
    else:
        _require(repository_ctx, root)
        for folder in _FOLDERS:
            repository_ctx.symlink(root + "/include/" + folder, "include/" + folder)
        headers, includes = ["include/**/*.h", "include/**/*.hpp"], ["include", "include/" + _API]

        # Its Gloo is inside it.
        gloo = []

        # Linked where it lies: its libraries find each other, and their own OpenMP, through their run path. With CUDA
        # the toolkit's libraries lie elsewhere and the driver's perhaps nowhere: the linker need not see them.
        linkopts = ["-L%s/lib" % root, "-Wl,-rpath,%s/lib" % root, "-Wl,--no-as-needed", "-ltorch", "-ltorch_cpu", "-lc10"]
        if repository_ctx.path(root + "/lib/libtorch_cuda.so").exists:
            linkopts += ["-ltorch_cuda", "-lc10_cuda", "-Wl,--allow-shlib-undefined"]
        linkopts.append("-Wl,--as-needed")
    repository_ctx.file("BUILD.bazel", _BUILD.format(
        headers = headers,
        includes = includes,
        linkopts = linkopts,
        gloo = gloo,
    ))

libtorch_repository = repository_rule(
    implementation = _impl,
    environ = ["LIBTORCH"],
    local = True,
)
