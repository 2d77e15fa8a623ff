"""@com_google_absl//:absl, Debian's libabsl-dev: one library, of which the linker keeps only the shared objects that are needed."""

_LIB = "/usr/lib/x86_64-linux-gnu"

def _impl(repository_ctx):
    if not repository_ctx.path("/usr/include/absl/status/statusor.h").exists:
        fail("Abseil is missing. Run tools/setup, or: apt-get install -y --no-install-recommends libabsl-dev")
    libraries = sorted([
        "-l" + entry.basename[len("lib"):-len(".so")]
        for entry in repository_ctx.path(_LIB).readdir()
        if entry.basename.startswith("libabsl_") and entry.basename.endswith(".so")
    ])
    linkopts = ["-Wl,--push-state,--as-needed"] + libraries + ["-Wl,--pop-state", "-lpthread"]
    head = "package(default_visibility = [\"//visibility:public\"])\n"
    repository_ctx.file("WORKSPACE", "workspace(name = \"com_google_absl\")\n")
    repository_ctx.file("BUILD.bazel", head + "\ncc_library(\n    name = \"absl\",\n    linkopts = %r,\n)\n" % linkopts)

absl_repository = repository_rule(
    implementation = _impl,
    local = True,
)
