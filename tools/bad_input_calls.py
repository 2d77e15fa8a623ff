"""Calls of commands that work, for tools/bad_input: each with a folder of small good inputs."""

import json
import pathlib
import shutil
import struct
import subprocess
import sys

SPEC = """name: "small"
models { name: "base" folder: "%s" }
queries { name: "train" embedded { split: TRAIN } take: 8 }
queries { name: "own" jsonl { file: "%s/queries.jsonl" } }
constitutions { name: "c" }
data { name: "samples" queries: "train" constitutions: "c" generator: "base" constitutions_per_query: 2
  sampling { temperature: 1 max_new_tokens: 24 } }
arms { name: "base" model: "base" }
arms { name: "sami" parent: "base" data: "samples" sami { } }
evaluations { name: "test" queries: "train" constitutions: "c" settings: POSITIVE comparisons { arm: "sami" baseline: "base" } }
"""
RUN = ["run", "mtbench_sft_first", "--out=@/run", "--store=@/store", "--set=queries[train].take=16",
       "--set=queries[test].take=8", "--set=queries[held_out].take=8"]


class Call:
    """words: of a call of sami, "@" for its folder. inputs: files in the folder that it reads. outputs: flag -> path.

    numbers: flags that take one. stdin: the file that it reads there. prints: whether it prints where all is well.
    is_text: whether what it prints is for people. tells: whether problems may be told in what it prints. scratch: paths
    that it may change.
    """

    def __init__(self, name, words, inputs, outputs=None, numbers=(), stdin=None, prints=True, is_text=True, tells=False,
                 scratch=()):
        self.name, self.words, self.inputs, self.outputs = name, words, inputs, outputs or {}
        self.numbers, self.stdin, self.prints, self.is_text, self.tells = numbers, stdin, prints, is_text, tells
        self.scratch, self.folder = scratch, None


def lines(path, values):
    path.write_text("".join(json.dumps(value) + "\n" for value in values))


def answers(model):
    return [{"question_id": i, "answer_id": "a%d" % i, "model_id": model, "tstamp": 0.0,
             "choices": [{"index": 0, "turns": ["It is %d, says %s." % (i, model)]}]} for i in range(1, 4)]


def adapter(model, folder):
    """A PEFT adapter of zeros over the model."""
    config = json.loads((model / "config.json").read_text())
    width, layers, header, end = config["hidden_size"], config["num_hidden_layers"], {}, 0
    heads = config.get("head_dim", width // config["num_attention_heads"]) * config["num_attention_heads"]
    for layer in range(layers):
        for name, shape in (("A", [2, heads]), ("B", [width, 2])):
            header["base_model.model.model.layers.%d.self_attn.o_proj.lora_%s.weight" % (layer, name)] = {
                "dtype": "F32", "shape": shape, "data_offsets": [end, end + 4 * shape[0] * shape[1]]}
            end += 4 * shape[0] * shape[1]
    text = json.dumps(header).encode()
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + bytes(end))
    (folder / "adapter_config.json").write_text(json.dumps(
        {"peft_type": "LORA", "r": 2, "lora_alpha": 4, "target_modules": ["o_proj"], "base_model_name_or_path": "base"}))


def files(folder, repository):
    """Good inputs of all small commands."""
    lines(folder / "q.jsonl", [{"question_id": i, "category": "math", "turns": ["What is %d?" % i]} for i in range(1, 4)])
    lines(folder / "a.jsonl", answers("A"))
    lines(folder / "b.jsonl", answers("B"))
    (folder / "rule.textproto").write_text("judge { rule {} }\n")
    lines(folder / "verdicts.jsonl", [{"question_id": "q%d" % i, "model_a": "A", "model_b": "B", "verdict": i % 2,
                                       "category": "c"} for i in range(6)])
    (folder / "verdicts.csv").write_text("question_id,model_a,model_b,verdict\n" + "".join(
        "q%d,A,B,%d\n" % (i, i % 2) for i in range(6)))
    lines(folder / "samples.jsonl", [{"question_id": "q%d" % (i // 4), "correct": i % 3 == 0} for i in range(16)])
    lines(folder / "scores.jsonl", [{"question_id": "q%d" % i, "score": i * i % 5} for i in range(9)])
    lines(folder / "other.jsonl", [{"question_id": "q%d" % i, "score": i % 5} for i in range(9)])
    lines(folder / "problems.jsonl", [{"question": "q%d?" % i, "answer": "x\n#### %d" % i} for i in range(3)])
    lines(folder / "outputs.jsonl", [{"doc_id": i, "response": "So #### %d" % i} for i in range(3)])
    lines(folder / "prompts.jsonl", [{"id": "p%d" % i, "prompt": "User: hi %d" % i} for i in range(2)])
    (folder / "outputs.json").write_text(json.dumps(
        [{"instruction": "Say %d." % i, "output": "It is %d." % i, "generator": "g"} for i in range(3)]))
    lines(folder / "queries.jsonl", [{"query": "What is %d?" % i} for i in range(4)])
    (folder / "principles.txt").write_text("Be brief. | Be long.\nBe kind. | Be rude.\n")
    (folder / "texts.txt").write_text("hello\nworld\n")
    (folder / "ids.txt").write_text("[1, 2]\n[3]\n")
    model = repository / "datasets/embedded/models/base"
    shutil.copytree(model, folder / "m")
    adapter(model, folder / "adapter")
    (folder / "spec.textproto").write_text(SPEC % (folder / "m", folder))
    subprocess.run(["chmod", "-R", "u+w", folder], check=True)


MODEL = ["m/config.json", "m/tokenizer.json", "m/tokenizer_config.json", "m/model.safetensors"]
SMALL = [
    Call("judge", ["judge", "--questions=@/q.jsonl", "--answers=@/a.jsonl", "--answers=@/b.jsonl",
                   "--judge=@/rule.textproto", "--out=@/out.jsonl"], ["q.jsonl", "a.jsonl", "rule.textproto"],
         {"--out": "out"}, ["--turns", "--threads"]),
    Call("convert-answers", ["convert-answers", "--answers=@/a.jsonl", "--questions=@/q.jsonl", "--out=@/out.json"],
         ["a.jsonl", "q.jsonl"], {"--out": "out.json"}, prints=False),
    Call("convert-answers back", ["convert-answers", "--model_outputs=@/outputs.json", "--questions_out=@/out.q",
                                  "--out=@/out.a"], ["outputs.json"], {"--out": "out.a", "--questions_out": "out."},
         prints=False),
    Call("score", ["score", "--questions=@/problems.jsonl", "--answers=@/outputs.jsonl"],
         ["problems.jsonl", "outputs.jsonl"], numbers=["--show"]),
    Call("principles", ["principles", "--answers=@/a.jsonl", "--out=@/out.json"], ["a.jsonl"], {"--out": "out.json"}),
    Call("win-rate", ["win-rate", "--judgments=@/verdicts.jsonl"], ["verdicts.jsonl"], numbers=["--level", "--resamples"]),
    Call("win-rate csv", ["win-rate", "--judgments=@/verdicts.csv", "--format=csv"], ["verdicts.csv"]),
    Call("win-rate stdin", ["win-rate", "--judgments=-", "--format=latex"], ["verdicts.jsonl"], stdin="verdicts.jsonl"),
    Call("pass-at-k", ["pass-at-k", "--samples=@/samples.jsonl", "--format=markdown"], ["samples.jsonl"],
         numbers=["--k", "--seed"]),
    Call("compare", ["compare", "--a=@/scores.jsonl", "--b=@/other.jsonl", "--resamples=200"],
         ["scores.jsonl", "other.jsonl"], numbers=["--half_width", "--threads"]),
    Call("power", ["power", "--scores=@/scores.jsonl", "--effect=0.5"], ["scores.jsonl"],
         numbers=["--n", "--effect", "--samples"]),
    Call("judge-check", ["judge-check", "--judgments=@/judged.jsonl"], ["judged.jsonl"], numbers=["--level"]),
    Call("inspect", ["inspect", "--model_dir=@/m"], MODEL, tells=True),
    Call("tokenize", ["tokenize", "--tokenizer=@/m/tokenizer.json"], ["m/tokenizer.json"], stdin="texts.txt",
         is_text=False),
    Call("tokenize back", ["tokenize", "--tokenizer=@/m/tokenizer.json", "--decode"], ["ids.txt"], stdin="ids.txt",
         is_text=False),
    Call("generate", ["generate", "--model_dir=@/m", "--prompts=@/prompts.jsonl", "--max_tokens=8", "--out=@/out.jsonl"],
         ["prompts.jsonl"] + MODEL, {"--out": "out.jsonl"},
         ["--num_samples", "--max_tokens", "--temperature", "--top_p", "--batch_size", "--cache_gib"], prints=False),
    Call("merge-adapter", ["merge-adapter", "--model_dir=@/m", "--adapter_dir=@/adapter", "--out=@/out"],
         ["adapter/adapter_config.json", "adapter/adapter_model.safetensors"], {"--out": "out"}, prints=False),
    Call("check", ["check", "@/spec.textproto"], ["spec.textproto", "queries.jsonl", "m/config.json"], tells=True),
    Call("run", ["run", "@/spec.textproto", "--dry_run", "--flops=4e14"], ["spec.textproto"],
         numbers=["--gpu_memory", "--gpu_price", "--prompt_tokens"]),
    Call("graph", ["graph", "@/spec.textproto", "--store=@/none"], ["spec.textproto"]),
    Call("new", ["new", "mine", "--model=@/m", "--queries=@/queries.jsonl", "--principles=@/principles.txt",
                 "--out=@/out.textproto"], ["queries.jsonl", "principles.txt"], {"--out": "out.textproto"}),
    Call("schema", ["schema"], []),
]
TABLES = ["run/tables/claims.json", "run/tables/test/win_rates.json", "run/tables/results.json"]
OF_RUN = ["run/spec.textproto", "run/record.textproto"] + TABLES + ["run/answers/test/steering/sami.jsonl",
                                                                    "run/metrics/sami.jsonl"]
OVER_RUN = [
    Call("report", ["report", "--run=@/run", "--out=@/out.html"], OF_RUN, {"--out": "out.html"}),
    Call("compare-claims", ["compare-claims", "@/run", "@/run"], TABLES[:1]),
    Call("paper-tables", ["paper-tables", "--run=@/run", "--format=json"], OF_RUN[:5]),
    Call("store", ["store", "--store=@/run"], []),
]


def calls(repository, sami, scratch):
    """All calls whose good form works; says which do not."""
    repository, scratch = pathlib.Path(repository), pathlib.Path(scratch)
    small, run = scratch / "good", scratch / "over_run"
    small.mkdir()
    run.mkdir()
    files(small, repository)
    judged = [word.replace("@", str(small)) for word in SMALL[0].words]
    subprocess.run([sami] + judged[:-1] + ["--out=%s/judged.jsonl" % small], capture_output=True, check=False)
    made = subprocess.run([sami] + [word.replace("@", str(scratch / "made")) for word in RUN], capture_output=True,
                          check=False)
    if made.returncode == 0:
        subprocess.run(["cp", "-rL", scratch / "made/run", run / "run"], check=True)
    working = []
    for call, folder in [(call, small) for call in SMALL] + [(call, run) for call in OVER_RUN]:
        call.folder = str(folder)
        stdin = open(folder / call.stdin, "rb") if call.stdin else subprocess.DEVNULL
        copy = scratch / "first"
        subprocess.run(["cp", "-a", folder, copy], check=True)
        tried = subprocess.run([sami] + [word.replace("@", str(copy)) for word in call.words], stdin=stdin, cwd=copy,
                               capture_output=True, check=False)
        shutil.rmtree(copy)
        if tried.returncode == 0:
            working.append(call)
        else:
            print("not tried: %s, whose good call fails: %s" % (call.name, tried.stderr.decode()[-300:].strip()),
                  file=sys.stderr)
    return working
