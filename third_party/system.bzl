"""Repositories over files that Debian's packages put under /usr. Nothing is downloaded."""

def _require(repository_ctx, path):
    found = repository_ctx.path(path)
    if not found.exists:
        fail("@%s needs %s, which is missing. Run tools/setup, or: apt-get install -y --no-install-recommends %s" % (
            repository_ctx.name,
            path,
            repository_ctx.attr.package,
        ))
    return found

def _system_rules_impl(repository_ctx):
    _require(repository_ctx, repository_ctx.attr.path)
    copied = repository_ctx.execute(["cp", "-RL", repository_ctx.attr.path + "/.", "."])
    if copied.return_code != 0:
        fail("copying %s: %s" % (repository_ctx.attr.path, copied.stderr))
    for name in repository_ctx.attr.edit:
        if repository_ctx.path(name).exists:
            text = repository_ctx.read(name)
            for old, new in repository_ctx.attr.replace.items():
                text = text.replace(old, new)
            repository_ctx.file(name, text, executable = False)

# A copy of a folder of Starlark files, with texts replaced in some of them. A text that is no longer there (a newer
# package) is left alone.
system_rules = repository_rule(
    implementation = _system_rules_impl,
    attrs = {
        "path": attr.string(mandatory = True),
        "package": attr.string(mandatory = True),
        "edit": attr.string_list(),
        "replace": attr.string_dict(),
    },
    local = True,
)

def _system_library_impl(repository_ctx):
    for path in repository_ctx.attr.requires:
        _require(repository_ctx, path)
    for link, path in repository_ctx.attr.links.items():
        repository_ctx.symlink(_require(repository_ctx, path), link)
    for label, link in repository_ctx.attr.overlay.items():
        repository_ctx.symlink(repository_ctx.path(label), link)
    text = "package(default_visibility = [\"//visibility:public\"])\n" + repository_ctx.attr.build
    for target, linkopts in repository_ctx.attr.libraries.items():
        text += "\ncc_library(\n    name = %r,\n    linkopts = %r,\n)\n" % (target, linkopts)
    repository_ctx.file("WORKSPACE", "workspace(name = %r)\n" % repository_ctx.name)
    repository_ctx.file("BUILD.bazel", text)

# A repository over one -dev package. Headers directly under /usr/include need no declaration: the compiler's own
# folders are visible in the sandbox.
#   package:   what to install, for the error message
#   requires:  files that must exist
#   libraries: target name -> linker flags
#   links:     path in the repository -> path on the system, for what `build` declares
#   overlay:   file of this workspace -> path in the repository
#   build:     further text of the BUILD file
system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "package": attr.string(mandatory = True),
        "requires": attr.string_list(),
        "libraries": attr.string_list_dict(),
        "links": attr.string_dict(),
        "overlay": attr.label_keyed_string_dict(allow_files = True),
        "build": attr.string(),
    },
    local = True,
)
