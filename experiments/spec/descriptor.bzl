"""descriptor_set: protos with all that they import and their comments, as editors and `sami schema` read them."""

def _impl(ctx):
    infos = [proto[ProtoInfo] for proto in ctx.attr.protos]
    out = ctx.actions.declare_file(ctx.label.name + ".binpb")
    arguments = ctx.actions.args()
    arguments.add_all(["--include_imports", "--include_source_info"])
    arguments.add(out, format = "--descriptor_set_out=%s")
    arguments.add_all(depset(transitive = [info.transitive_proto_path for info in infos]), format_each = "-I%s")
    arguments.add_all(depset(transitive = [depset(info.direct_sources) for info in infos]))
    ctx.actions.run(
        executable = ctx.executable._protoc,
        arguments = [arguments],
        inputs = depset(transitive = [info.transitive_sources for info in infos]),
        outputs = [out],
        mnemonic = "DescriptorSet",
    )
    return [DefaultInfo(files = depset([out]), runfiles = ctx.runfiles(files = [out]))]

descriptor_set = rule(
    implementation = _impl,
    attrs = {
        "protos": attr.label_list(providers = [ProtoInfo], mandatory = True),
        "_protoc": attr.label(
            default = "@com_google_protobuf//:protoc",
            executable = True,
            cfg = "exec",
        ),
    },
)
