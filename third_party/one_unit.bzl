"""One translation unit for all sources of a target: what they include, and the templates that they use, is compiled once
and not once a source."""

def _impl(ctx):
    unit = ctx.actions.declare_file(ctx.label.name + ".cc")
    arguments = ctx.actions.args()
    arguments.add(unit)
    arguments.add_all(ctx.files.srcs)
    ctx.actions.run_shell(
        inputs = ctx.files.srcs,
        outputs = [unit],
        arguments = [arguments],
        # Messages name the source and its line.
        command = 'unit=$1; shift; for source; do echo "#line 1 \\"$source\\""; cat "$source"; echo; done >"$unit"',
        mnemonic = "OneUnit",
        progress_message = "Joining the sources of %s" % ctx.label,
    )
    return [DefaultInfo(files = depset([unit]))]

_joined = rule(
    implementation = _impl,
    attrs = {"srcs": attr.label_list(allow_files = [".cc"])},
)

def in_one_unit(name, kwargs):
    """The attributes of a cc_library with `one_unit`: its sources are compiled as one, where coverage is not measured.

    Names in their unnamed namespaces must differ. Each source still includes what it uses: clang-tidy reads it alone.
    """
    if not kwargs.pop("one_unit", False):
        return kwargs
    sources = [source for source in kwargs["srcs"] if source.endswith(".cc")]
    headers = [source for source in kwargs["srcs"] if not source.endswith(".cc")]
    _joined(
        name = name + "_unit",
        srcs = sources,
        testonly = kwargs.get("testonly", False),
        visibility = ["//visibility:private"],
    )
    kwargs["srcs"] = headers + select({
        "//third_party:coverage": sources,
        "//conditions:default": [name + "_unit"],
    })
    return kwargs
