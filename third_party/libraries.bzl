"""The C++ libraries that the harness links, from Debian's -dev packages."""

load("//third_party:absl.bzl", "absl_repository")
load("//third_party:protobuf.bzl", "PROTOBUF_BUILD")
load("//third_party:system.bzl", "system_library")
load("//third_party/torch:libtorch.bzl", "libtorch_repository")

def system_libraries():
    """Declares every library under the name that it has upstream."""
    absl_repository(name = "com_google_absl")
    libtorch_repository(name = "libtorch")
    system_library(
        name = "com_google_protobuf",
        package = "libprotobuf-dev protobuf-compiler",
        requires = ["/usr/include/google/protobuf/message.h"],
        links = {
            "protoc_bin": "/usr/bin/protoc",
            "src/google/protobuf": "/usr/include/google/protobuf",
        },
        libraries = {"protobuf": ["-lprotobuf", "-lpthread"]},
        build = PROTOBUF_BUILD,
    )
    system_library(
        name = "com_google_googletest",
        package = "libgtest-dev libgmock-dev",
        requires = ["/usr/include/gmock/gmock.h"],
        build = """
cc_library(
    name = "gtest",
    testonly = True,
    linkopts = ["-lgmock", "-lgtest", "-lpthread"],
)

cc_library(
    name = "gtest_main",
    testonly = True,
    linkopts = ["-lgmock_main"],
    deps = [":gtest"],
)
""",
    )
    system_library(
        name = "com_github_google_benchmark",
        package = "libbenchmark-dev",
        requires = ["/usr/include/benchmark/benchmark.h"],
        libraries = {
            "benchmark": ["-lbenchmark", "-lpthread"],
            "benchmark_main": ["-lbenchmark_main", "-lbenchmark", "-lpthread"],
        },
    )
    system_library(
        name = "eigen",
        package = "libeigen3-dev",
        links = {"include/Eigen": "/usr/include/eigen3/Eigen", "include/unsupported": "/usr/include/eigen3/unsupported"},
        build = """
cc_library(
    name = "eigen",
    hdrs = glob(["include/**"]),
    includes = ["include"],
)
""",
    )
    system_library(
        name = "nlohmann_json",
        package = "nlohmann-json3-dev",
        requires = ["/usr/include/nlohmann/json.hpp"],
        libraries = {"json": []},
    )
    system_library(
        name = "pcre2",
        package = "libpcre2-dev",
        requires = ["/usr/include/pcre2.h"],
        libraries = {"pcre2": ["-lpcre2-8"]},
    )
    system_library(
        name = "openssl",
        package = "libssl-dev",
        requires = ["/usr/include/openssl/evp.h"],
        libraries = {"crypto": ["-lcrypto"]},
    )
    system_library(
        name = "zlib",
        package = "zlib1g-dev",
        requires = ["/usr/include/zlib.h"],
        libraries = {"zlib": ["-lz"]},
    )
    system_library(
        name = "utf8proc",
        package = "libutf8proc-dev",
        requires = ["/usr/include/utf8proc.h"],
        libraries = {"utf8proc": ["-lutf8proc"]},
    )

    # Which language a text is in.
    system_library(
        name = "cld2",
        package = "libcld2-dev",
        requires = ["/usr/include/cld2/public/compact_lang_det.h"],
        libraries = {"cld2": ["-lcld2"]},
    )

    # Figures as PDF. What librsvg's header includes comes along with its -dev package.
    system_library(
        name = "librsvg",
        package = "librsvg2-dev",
        links = {
            "include/librsvg-2.0": "/usr/include/librsvg-2.0",
            "include/cairo": "/usr/include/cairo",
            "include/gdk-pixbuf-2.0": "/usr/include/gdk-pixbuf-2.0",
            "include/glib-2.0": "/usr/include/glib-2.0",
            "include/glibconfig": "/usr/lib/x86_64-linux-gnu/glib-2.0/include",
        },
        build = """
cc_library(
    name = "rsvg",
    hdrs = glob(["include/**"]),
    includes = ["include/" + folder for folder in [
        "librsvg-2.0", "cairo", "gdk-pixbuf-2.0", "glib-2.0", "glibconfig",
    ]],
    linkopts = ["-lrsvg-2", "-lcairo", "-lgobject-2.0", "-lglib-2.0"],
)
""",
    )

    system_library(
        name = "curl",
        package = "libcurl4-openssl-dev",
        requires = ["/usr/include/x86_64-linux-gnu/curl/curl.h"],
        libraries = {"curl": ["-lcurl"]},
    )

    # For the test server alone.
    system_library(
        name = "cpp_httplib",
        package = "libcpp-httplib-dev",
        requires = ["/usr/include/httplib.h"],
        # Its classes have other layouts without what Debian's build has.
        build = """
cc_library(
    name = "httplib",
    defines = [
        "CPPHTTPLIB_BROTLI_SUPPORT",
        "CPPHTTPLIB_OPENSSL_SUPPORT",
        "CPPHTTPLIB_ZLIB_SUPPORT",
    ],
    linkopts = ["-lcpp-httplib", "-lpthread"],
)
""",
    )

    # Loaded when it is needed, with symbols of its own, instead of linked: lm/tokenizer/sentencepiece_library.h says why.
    system_library(
        name = "sentencepiece",
        package = "libsentencepiece-dev",
        requires = ["/usr/include/sentencepiece_processor.h"],
        libraries = {"sentencepiece": ["-ldl"]},
    )
