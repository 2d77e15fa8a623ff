"""Public data files, pinned by commit and SHA-256. Nothing of them is in this repository.

Each becomes an external repository that is fetched when a target first needs it: from the network, from Bazel's
repository cache, or from a folder given by --distdir. One that cannot be had is left out, and whoever needs it says so
(datasets/sources/pinned.h).
"""

# name here -> (path in the public repository, SHA-256)
_SOURCES = [
    struct(
        repository = "openai/grade-school-math",
        commit = "3101c7d5072418e28b9008a6636bde82a006892c",
        licence = "MIT",
        files = {
            "gsm8k/example_model_solutions.jsonl": (
                "grade_school_math/data/example_model_solutions.jsonl",
                "4bc62db838f8418365d51c627bd66294cbdca9fb7f01519cb13f0dce8c51580b",
            ),
            "gsm8k/test.jsonl": (
                "grade_school_math/data/test.jsonl",
                "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14",
            ),
            "gsm8k/train.jsonl": (
                "grade_school_math/data/train.jsonl",
                "17f347dc51477c50d4efb83959dbb7c56297aba886e5544ee2aaed3024813465",
            ),
        },
    ),
    struct(
        repository = "lm-sys/FastChat",
        commit = "0e6d3e4beaab66f4d3f93db72541a4abab8af28d",
        licence = "Apache-2.0",
        files = {
            "mt_bench/gpt-4.jsonl": (
                "fastchat/llm_judge/data/mt_bench/reference_answer/gpt-4.jsonl",
                "f957a5bc977badb66885ec970e6cd08527845780313f0995764260e5777b9b3f",
            ),
            "mt_bench/judge_prompts.jsonl": (
                "fastchat/llm_judge/data/judge_prompts.jsonl",
                "fd283293406d024f44c174b094ef48031d0687a4682fd3a56b29b138f80281b6",
            ),
            "mt_bench/question.jsonl": (
                "fastchat/llm_judge/data/mt_bench/question.jsonl",
                "119565adbab82227089cefdb44c8d7e2cf04dc0a0ec233634c82e7d4e2a944f7",
            ),
        },
    ),
    struct(
        repository = "SohamGovande/sami-extension",
        commit = "3f30974827eb1a818301fa3b124b9875d867d38b",
        licence = "MIT",
        files = {
            "sami_multitask/math_constitution.json": (
                "experiments/math/prompts/math_constitution.json",
                "e00e0d9ebbce5e367612a56fdf20fe992b5c20d43fb9eabf7d845b3bf5932537",
            ),
            "sami_multitask/mt_bench_constitution.json": (
                "experiments/mt_bench/prompts/mt_bench_constitution.json",
                "999776f4c7abfb900c10b1e861fb67d810812420fa47756feb3a01255373b739",
            ),
            "sami_multitask/responses/DPO_step_11520-temperature-0.0.json": (
                "experiments/mt_bench/results_mt_bench/final/DPO_step_11520-temperature-0.0.json",
                "e4fff1e0e1aecce229876ac75a86d4c55533bbd9b771df2dd33b8050ba9ba6ff",
            ),
            "sami_multitask/responses/SAMI-epoch-0.2-wBJc5j-temperature-0.0.json": (
                "experiments/mt_bench/results_mt_bench/final/SAMI-epoch-0.2-wBJc5j-temperature-0.0.json",
                "79b0af51f075afe9975b9b2e55be8f3e6ee3ba0e9fdd78dc0c2c008c3e122a5b",
            ),
            "sami_multitask/responses/SFT-temperature-0.0.json": (
                "experiments/mt_bench/results_mt_bench/final/SFT-temperature-0.0.json",
                "45d45b450d55fe4ade180594d2ebc6a1ef35507ce9072fad2a6883b2bc8b0912",
            ),
            "sami_multitask/win_rates/DPO_step_11520-vs-SFT.json": (
                "experiments/mt_bench/results_mt_bench/final/win_rates/DPO_step_11520-vs-SFT.json",
                "8dccbf18969536cfa6931acb1e88f16ed109c9d2b968629061f96e89f4419680",
            ),
            "sami_multitask/win_rates/SAMI-epoch-0.2-wBJc5j-vs-SFT.json": (
                "experiments/mt_bench/results_mt_bench/final/win_rates/SAMI-epoch-0.2-wBJc5j-vs-SFT.json",
                "85acc55f08a0cc2a58dac5ee6034c9fcf83447319c73024e0aa8736a3d719041",
            ),
        },
    ),
    struct(
        repository = "janphilippfranken/sami",
        commit = "120837110e9f4da3600f9cf418cf6ce13ce20e73",
        licence = "MIT",
        files = {
            "sami_tldr/constitutions_mistral/0.json": (
                "experiments/tldr/constitutions_mistral/0.json",
                "337e1ed50ee3cd2d40e79d71f322adde77a5c8f4ee2cedc497925e80d9d94850",
            ),
            "sami_tldr/constitutions_mistral/1.json": (
                "experiments/tldr/constitutions_mistral/1.json",
                "2b68056bc83951bd5258502d382ea05a550722b657890094ae259ec07849223e",
            ),
            "sami_tldr/constitutions_mistral/2.json": (
                "experiments/tldr/constitutions_mistral/2.json",
                "4ca321e47ef474174f4b74fe1d31e8a75ac70ebb712bb5724630e8fbc1603b08",
            ),
            "sami_tldr/constitutions_mistral/3.json": (
                "experiments/tldr/constitutions_mistral/3.json",
                "c0022a922b0a26611326db81a812edab9b1224115811c37432db714782faf836",
            ),
            "sami_tldr/constitutions_mistral/4.json": (
                "experiments/tldr/constitutions_mistral/4.json",
                "48870523c7188c2b0bf096e54c7daf34ec2ee6e89c4a7e83f96ac8e797532f44",
            ),
            "sami_tldr/constitutions_mistral/5.json": (
                "experiments/tldr/constitutions_mistral/5.json",
                "656b98ac30b2fa302a497c4361e87d106012c674f40b6e613ac5b63d180b2266",
            ),
            "sami_tldr/constitutions_opus/0.json": (
                "experiments/tldr/constitutions_opus/0.json",
                "147c85e9ce698fc1794ae11f40f6c367f8fe9ca2a826ed47c96a60164ca675cb",
            ),
            "sami_tldr/constitutions_opus/1.json": (
                "experiments/tldr/constitutions_opus/1.json",
                "0d79e9ad0a3ec1691559395f1b6ec0b16b98b484d65ae6a302e781b4a4da2159",
            ),
            "sami_tldr/constitutions_opus/2.json": (
                "experiments/tldr/constitutions_opus/2.json",
                "9bc71a8359e95e21cc0ee805d28ae20320c0c38ebffa65099627cd77404c39cc",
            ),
            "sami_tldr/constitutions_opus/3.json": (
                "experiments/tldr/constitutions_opus/3.json",
                "ab3546ef39ada22d71666ef55bb5f02b15cfad35afaae40819dc0f7717d5da53",
            ),
            "sami_tldr/constitutions_opus/4.json": (
                "experiments/tldr/constitutions_opus/4.json",
                "050c399b025d7a10ca2db13366f08aadc40b4c69b014131974975186b92857a9",
            ),
            "sami_tldr/constitutions_opus/5.json": (
                "experiments/tldr/constitutions_opus/5.json",
                "67682d69e53907ed0e150231d564d633cc1da147873426de0435df1f49b6c9f5",
            ),
            "sami_tldr/responses/base-mistral-opus-constitution-temperature-0.0.json": (
                "experiments/tldr/results/responses/base-mistral-opus-constitution-temperature-0.0.json",
                "aaa781349ee40027b3fd2ed928cef010cc302eb180b6cc95c7fc155290926c49",
            ),
            "sami_tldr/responses/instruct-mistral-opus-constitution-temperature-0.0.json": (
                "experiments/tldr/results/responses/instruct-mistral-opus-constitution-temperature-0.0.json",
                "aebece6db1edf865fde6a42cf5e53af562a6839c754e190d842e9e1d571b83c2",
            ),
            "sami_tldr/responses/iteration-1-epoch-0.12-mistral-opus-constitution-temperature-0.0.json": (
                "experiments/tldr/results/responses/iteration-1-epoch-0.12-mistral-opus-constitution-temperature-0.0.json",
                "3a2773c79c43943249ef420897de7cc93df83ee976b2f3e13c1e8f47a38cb8c6",
            ),
            "sami_tldr/responses/iteration-2-epoch-0.25-from-epoch-0.12-mistral-opus-constitution-temperature-0.0.json": (
                "experiments/tldr/results/responses/iteration-2-epoch-0.25-from-epoch-0.12-mistral-opus-constitution-temperature-0.0.json",
                "4fc72ce37d1312c5d52b6449ce000f12781296aa43bcc9f9092247c8da5dee43",
            ),
            "sami_tldr/responses/iteration-3-epoch-0.38-from-epoch-0.25-mistral-opus-constitution-temperature-0.0.json": (
                "experiments/tldr/results/responses/iteration-3-epoch-0.38-from-epoch-0.25-mistral-opus-constitution-temperature-0.0.json",
                "d527d05f97df78ea7d1f134c630f350156be28cb15610c6ed4c98baccda1b64f",
            ),
        },
    ),
    struct(
        repository = "anthropics/hh-rlhf",
        commit = "354e5c3cb8960630860dd5774a6ac2a58313bf4d",
        licence = "MIT",
        files = {
            "hh_rlhf/harmless-base/test.jsonl.gz": (
                "harmless-base/test.jsonl.gz",
                "ebfaaed21162a4de120ae85366075b34425e2a6303fac59b99555002f7016f03",
            ),
        },
    ),
    struct(
        repository = "shisa-ai/M-IFEval",
        commit = "06f08ff3b2681a7e875124aa6946bcc93739aced",
        licence = "Apache-2.0",
        files = {
            "ifeval/input_data.jsonl": (
                "data/en_input_data.jsonl",
                "48a13f6e56fcd38da37fb9a7da78277792643bb96a1b0e60e79405e6a5d10fca",
            ),
        },
    ),
]

def _entries():
    return [
        struct(
            name = name,
            file = path.split("/")[-1],
            url = "https://raw.githubusercontent.com/%s/%s/%s" % (source.repository, source.commit, path),
            sha256 = sha256,
            licence = source.licence,
        )
        for source in _SOURCES
        for name, (path, sha256) in source.files.items()
    ]

def _repository(name):
    return "pinned_" + name.replace("/", "_")

def fetch_pinned(repository_ctx, urls, file, sha256):
    """Fills a repository with one file, or with the file ABSENT where these very bytes cannot be had.

    The marker tells a file that is absent from one that a target forgot to list.
    """
    found = False
    for url in urls:
        found = found or repository_ctx.download(url, file, sha256 = sha256, allow_fail = True).success
    if not found:
        repository_ctx.delete(file)
        repository_ctx.file("ABSENT", "%s with SHA-256 %s\n" % (file, sha256), executable = False)
    repository_ctx.file("WORKSPACE", "", executable = False)
    repository_ctx.file("BUILD.bazel", """
filegroup(
    name = "file",
    srcs = [%r],
    visibility = ["//visibility:public"],
)
""" % (file if found else "ABSENT"), executable = False)

def _pinned_repository_impl(repository_ctx):
    attr = repository_ctx.attr
    urls = []

    # Files that lie beside the checkout need no network.
    local = repository_ctx.path(Label("//:WORKSPACE")).dirname.dirname.get_child("shared").get_child("data")
    for part in attr.path.split("/"):
        local = local.get_child(part)
    if local.exists:
        urls.append("file://%s" % local)
    if repository_ctx.os.environ.get("SAMI_DATA") != "0":
        urls.append(attr.url)
    fetch_pinned(repository_ctx, urls, attr.file, attr.sha256)

# Bazel remembers that a file was absent. A new value of SAMI_DATA makes it look again; 0 keeps it from looking.
_pinned_repository = repository_rule(
    implementation = _pinned_repository_impl,
    attrs = {
        "path": attr.string(mandatory = True),
        "url": attr.string(mandatory = True),
        "file": attr.string(mandatory = True),
        "sha256": attr.string(mandatory = True),
    },
    environ = ["SAMI_DATA"],
)

def pinned_data():
    """Declares one repository a file. Call it in WORKSPACE."""
    for entry in _entries():
        _pinned_repository(
            name = _repository(entry.name),
            path = entry.name,
            url = entry.url,
            file = entry.file,
            sha256 = entry.sha256,
        )

def pinned(name):
    """The labels of one file ("gsm8k/test.jsonl") or of a folder of files ("gsm8k"), for `data`."""
    names = [e.name for e in _entries() if e.name == name or e.name.startswith(name + "/")]
    if not names:
        fail("datasets/sources/sources.bzl declares no %s" % name)
    return ["@%s//:file" % _repository(n) for n in names]

def pinned_table():
    """The table as lines of C++ initialisers: name, repository, file, URL, SHA-256, licence."""
    return ["{%s}," % ", ".join([
        "\"%s\"" % value
        for value in [e.name, _repository(e.name), e.file, e.url, e.sha256, e.licence]
    ]) for e in _entries()]
