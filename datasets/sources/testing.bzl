"""Repositories for pinned_test: what becomes of a file whose checksum is right, and of one whose checksum is wrong."""

load("//datasets/sources:sources.bzl", "fetch_pinned")

_BYTES = "//datasets/sources:testdata/refused_on_purpose.txt"

def _impl(repository_ctx):
    url = "file://%s" % repository_ctx.path(Label(_BYTES))
    fetch_pinned(repository_ctx, [url], "refused_on_purpose.txt", repository_ctx.attr.sha256)

_test_repository = repository_rule(
    implementation = _impl,
    attrs = {"sha256": attr.string(mandatory = True)},
)

def pinned_test_data():
    """Declares @pinned_test_right and @pinned_test_wrong. Call it in WORKSPACE."""
    _test_repository(
        name = "pinned_test_right",
        sha256 = "97281bc1d5433e8305f7d230f23ca41c2434256628dc571d7a520c012fb98880",
    )
    _test_repository(
        name = "pinned_test_wrong",
        sha256 = "0" * 64,
    )
