"""Precompiled headers: what nearly every file includes is read and instantiated once, and not once a file.

A target's own copts must not change what those headers see (-O, -std, -D): clang then refuses the header.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "CPP_COMPILE_ACTION_NAME")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# What half of the compiler's time without torch went into.
COMMON_HEADERS = [
    "string",
    "vector",
    "map",
    "memory",
    "optional",
    "functional",
    "algorithm",
    "set",
    "filesystem",
    "variant",
    "absl/flags/flag.h",
    "absl/status/statusor.h",
    "absl/strings/str_cat.h",
    "absl/strings/str_format.h",
    "absl/strings/str_join.h",
    "absl/strings/str_split.h",
    "absl/time/time.h",
    "absl/types/span.h",
    "google/protobuf/descriptor.pb.h",
    "google/protobuf/extension_set.h",
    "google/protobuf/generated_enum_reflection.h",
    "google/protobuf/generated_message_reflection.h",
    "google/protobuf/message.h",
    "google/protobuf/repeated_field.h",
    "google/protobuf/unknown_field_set.h",
    "nlohmann/json.hpp",
]

COMMON_DEPS = [
    "@com_google_absl//:absl",
    "@com_google_protobuf//:protobuf",
    "@nlohmann_json//:json",
]

def _impl(ctx):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    context = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps]).compilation_context
    header = ctx.actions.declare_file(ctx.label.name + ".h")
    ctx.actions.write(header, "".join(["#include <%s>\n" % name for name in ctx.attr.headers]))
    pch = ctx.actions.declare_file(header.basename + ".pch")
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        source_file = header.path,
        output_file = pch.path,
        # Instantiating templates here, and not at the end of every user, is most of the gain.
        user_compile_flags = ["-x", "c++-header", "-fpch-instantiate-templates", "-Xclang", "-fno-pch-timestamp"] +
                             ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts,
        include_directories = context.includes,
        quote_include_directories = context.quote_includes,
        system_include_directories = context.system_includes,
        preprocessor_defines = context.defines,
        use_pic = True,
    )
    ctx.actions.run(
        executable = cc_common.get_tool_for_action(feature_configuration = features, action_name = CPP_COMPILE_ACTION_NAME),
        arguments = cc_common.get_memory_inefficient_command_line(
            feature_configuration = features,
            action_name = CPP_COMPILE_ACTION_NAME,
            variables = variables,
        ),
        env = cc_common.get_environment_variables(
            feature_configuration = features,
            action_name = CPP_COMPILE_ACTION_NAME,
            variables = variables,
        ),
        inputs = depset([header], transitive = [toolchain.all_files, context.headers]),
        outputs = [pch],
        mnemonic = "CppPrecompile",
        # clang writes its inputs' absolute paths down: of no use to a sandbox or to another clone.
        execution_requirements = {"no-sandbox": "1", "no-cache": "1"},
        progress_message = "Precompiling <%s>" % ctx.attr.headers[0],
    )
    outputs = depset([header, pch])
    return [
        DefaultInfo(files = outputs),
        CcInfo(compilation_context = cc_common.create_compilation_context(headers = outputs)),
    ]

# A header of nothing but #includes, precompiled by clang. With gcc, whose precompiled headers gain less, nobody asks for it.
precompiled_header = rule(
    implementation = _impl,
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "headers": attr.string_list(doc = "<these>, in this order", mandatory = True),
        "_cc_toolchain": attr.label(default = Label("@bazel_tools//tools/cpp:current_cc_toolchain")),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    fragments = ["cpp"],
)

def with_precompiled(kwargs, package, name):
    """The attributes of a cc rule whose sources see //<package>:<name>, a precompiled_header, before their first line."""
    kwargs["copts"] = kwargs.pop("copts", []) + select({
        "//third_party:clang": ["-include-pch", "$(GENDIR)/%s/%s.h.pch" % (package, name)],
        "//conditions:default": [],
    })
    kwargs["deps"] = kwargs.pop("deps", []) + select({
        "//third_party:clang": ["//%s:%s" % (package, name)],
        "//conditions:default": [],
    })
    return kwargs
