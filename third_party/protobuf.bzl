"""@com_google_protobuf's BUILD file over Debian's protobuf, with the labels that Bazel's proto rules look for."""

# The well-known types that the harness imports; the compiler and the runtime bring their code.
PROTOBUF_BUILD = """
load("@rules_proto//proto:defs.bzl", "proto_lang_toolchain", "proto_library")

# protoc finds its shared libraries in /usr/lib; Bazel only wants an executable target.
sh_binary(
    name = "protoc",
    srcs = ["protoc_bin"],
)

proto_lang_toolchain(
    name = "cc_toolchain",
    blacklisted_protos = [":descriptor_proto"],
    command_line = "--cpp_out=$(OUT)",
    runtime = ":protobuf",
)

proto_library(
    name = "descriptor_proto",
    srcs = ["src/google/protobuf/descriptor.proto"],
    strip_import_prefix = "src",
)
"""
