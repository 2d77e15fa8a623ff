"""@com_google_absl over Debian's libabsl-dev, under upstream's labels."""

# Upstream's packages -> the targets that the harness uses. Each is an alias of one library, of which the linker keeps
# only the shared objects that are needed.
_PACKAGES = {
    "base": ["core_headers"],
    "cleanup": ["cleanup"],
    "container": ["btree", "flat_hash_map", "flat_hash_set", "inlined_vector"],
    "flags": ["flag", "marshalling", "parse", "reflection", "usage"],
    "functional": ["function_ref"],
    "hash": ["hash"],
    "status": ["status", "statusor"],
    "strings": ["str_format", "strings"],
    "synchronization": ["synchronization"],
    "time": ["time"],
    "types": ["optional", "span", "variant"],
}

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
    repository_ctx.file("BUILD.bazel", head + "\ncc_library(\n    name = \"system\",\n    linkopts = %r,\n)\n" % linkopts)
    for package, targets in _PACKAGES.items():
        repository_ctx.file("absl/%s/BUILD.bazel" % package, head + "".join([
            "\nalias(\n    name = %r,\n    actual = \"//:system\",\n)\n" % target
            for target in targets
        ]))

absl_repository = repository_rule(
    implementation = _impl,
    local = True,
)
