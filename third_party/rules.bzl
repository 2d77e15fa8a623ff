"""Bazel's rule sets, from Debian's bazel-rules-* packages."""

load("//third_party:system.bzl", "system_library", "system_rules")

def bazel_rules():
    """Declares @rules_cc, @rules_proto, @rules_java, @bazel_skylib, @platforms and a local coverage tool."""
    system_rules(
        name = "rules_cc",
        path = "/usr/share/bazel/rules/cc",
        package = "bazel-rules-cc",
        # Debian's rules_cc is newer than Debian's Bazel, whose toolchain_utils.bzl has no use_cpp_toolchain().
        edit = [
            "cc/private/rules_impl/compiler_flag.bzl",
            "cc/private/rules_impl/cc_flags_supplier.bzl",
        ],
        replace = {
            "\"find_cpp_toolchain\", \"use_cpp_toolchain\")": "\"find_cpp_toolchain\")",
            "use_cpp_toolchain()": "[\"@bazel_tools//tools/cpp:toolchain_type\"]",
        },
    )
    system_rules(name = "rules_proto", path = "/usr/share/bazel/rules/proto", package = "bazel-rules-proto")
    system_rules(name = "rules_java", path = "/usr/share/bazel/rules/java", package = "bazel-rules-java")
    system_rules(name = "bazel_skylib", path = "/usr/share/bazel/tools/skylib", package = "bazel-skylib")
    system_rules(name = "platforms", path = "/usr/share/bazel/platforms", package = "bazel-platforms")

    # Bazel wants these two labels for every test target, and would download them.
    system_library(
        name = "remote_coverage_tools",
        package = "python3",
        overlay = {"//third_party:coverage_merge.py": "coverage_merge"},
        build = """
[sh_binary(
    name = name,
    srcs = ["coverage_merge"],
) for name in ["coverage_report_generator", "lcov_merger"]]
""",
    )
