"""The rows of tools/interop_check about evaluations: FastChat's and lm-eval's files, both ways."""
import argparse
import contextlib
import io
import json
import pathlib
import subprocess

TASK = """
task: {name}
dataset_path: json
dataset_kwargs: {{data_files: {{test: {documents}}}}}
test_split: test
output_type: generate_until
doc_to_text: "Principles:\\n1. Explain the steps before the answer.\\n2. Write math in plain text.\\n\\nQuestion: {{{{question}}}}\\n\\nAnswer:"
doc_to_target: "{{{{answer}}}}"
generation_kwargs: {{until: ["\\n"], do_sample: false, max_gen_toks: 96}}
filter_list: [{{name: flexible-extract, filter: [{{function: regex, group_select: -1,
  regex_pattern: "(-?[$0-9.,]{{2,}})|(-?[0-9]+)"}}, {{function: take_first}}]}}]
metric_list: [{{metric: exact_match, aggregation: mean, higher_is_better: true,
  regexes_to_ignore: [",", "\\\\$", "(?s).*#### ", "\\\\.$"]}}]
"""


def lines(path):
    return [json.loads(line) for line in path.read_text().split("\n") if line]


class Evaluations:
    """Checks of one run: `program` is sami, `folder` is for what is made."""

    def __init__(self, program, run_folder, folder):
        self.program, self.run_folder, self.folder = program, run_folder, pathlib.Path(folder)

    def sami(self, *arguments):
        done = subprocess.run([self.program, *map(str, arguments), "--format=json"], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"sami {arguments[0]}: {done.stderr[-500:]}")
        return json.loads(done.stdout)

    def our_win_rate(self, judgments):
        """Overall, of the first model of the rows, in percent."""
        return 100 * self.sami("win-rate", f"--judgments={judgments}")[0]["estimate"]

    @staticmethod
    def fastchat_win_rate(judgments, model):
        """As FastChat's show_result prints it, in percent."""
        from fastchat.llm_judge import show_result

        printed = io.StringIO()
        arguments = argparse.Namespace(bench_name="", judge_model="", input_file=str(judgments), model_list=None, baseline_model=None)
        with contextlib.redirect_stdout(printed):
            show_result.display_result_pairwise(arguments)
        row = next(line for line in printed.getvalue().split("\n") if line.split(" ")[0] == model)
        return 100 * float(row.split()[-1])

    def fastchat_reads_judgments(self):
        """The principle judge's: a rule, which says the same in both orders, so that ties are counted alike."""
        path = next(self.run_folder.glob("judgments/e/dpo_vs_base/*.jsonl"))
        ours, theirs = self.our_win_rate(path), self.fastchat_win_rate(path, "dpo")
        return f"win rate {ours:.4f} and {theirs:.4f}", abs(ours - theirs) < 1e-3

    def fastchat_plays_our_answers(self):
        """Its matches of our answers, with a judge that takes the longer one instead of a server's; then we read them."""
        from fastchat.llm_judge import common

        def longer(model, conversation, **settings):
            text = conversation.messages[0][1]
            a, b = (text.split(f"[The Start of Assistant {x}'s Answer]\n")[1].split(f"\n[The End of Assistant {x}'s Answer]")[0]
                    for x in "AB")
            return "[[A]]" if len(a) > len(b) else "[[B]]" if len(b) > len(a) else "[[C]]"

        common.chat_completion_openai = longer
        prompt = {"name": "pair", "type": "pairwise", "output_format": "[[A]]", "system_prompt": "Compare.",
                  "prompt_template": "{question}\n[The Start of Assistant A's Answer]\n{answer_a}\n[The End of Assistant A's Answer]\n"
                                     "[The Start of Assistant B's Answer]\n{answer_b}\n[The End of Assistant B's Answer]"}
        judge = common.Judge("gpt-4", prompt)
        answers = common.load_model_answers(str(self.run_folder / "answers/e/positive"))
        questions = common.load_questions(str(next(self.run_folder.glob("questions/*.jsonl"))), None, None)
        out = self.folder / "fastchat/gpt-4_pair.jsonl"
        out.unlink(missing_ok=True)
        with contextlib.redirect_stdout(io.StringIO()):
            for question in questions:
                first, second = (answers[name][question["question_id"]] for name in ("dpo", "base"))
                common.play_a_match_pair(common.MatchPair(question, "dpo", "base", first, second, judge), str(out))
        ours, theirs = self.our_win_rate(out), self.fastchat_win_rate(out, "dpo")
        return f"{len(questions)} matches, win rate {ours:.4f} and {theirs:.4f}", abs(ours - theirs) < 1e-3

    def fastchat_loads_answers_whole(self):
        """load_model_answers keeps one answer a question and file: as many as each file has lines."""
        from fastchat.llm_judge import common

        folders = sorted({path.parent for path in self.run_folder.glob("answers/*/*/*.jsonl")})
        loaded = sum(len(answers) for folder in folders for answers in common.load_model_answers(str(folder)).values())
        written = sum(len(lines(path)) for folder in folders for path in folder.glob("*.jsonl"))
        return f"{loaded} of {written} answers", loaded == written > 0

    def lm_eval_hashes_documents_as_we_do(self):
        from lm_eval.utils import handle_non_serializable, hash_string

        rows = [row for path in self.run_folder.glob("lm_eval/*/*/samples_*.jsonl") for row in lines(path)]
        texts = [json.dumps(row["doc"], indent=2, default=handle_non_serializable, ensure_ascii=False) for row in rows]
        same = sum(row["doc_hash"] == hash_string(text) for row, text in zip(rows, texts))
        return f"{same} of {len(rows)} documents", same == len(rows) > 0

    def lm_eval_extracts_as_our_samples_say(self):
        """Its own filters and metric on our responses give our filtered_resps and exact_match."""
        from lm_eval.api.metrics import exact_match_hf_evaluate
        from lm_eval.filters.extraction import RegexFilter

        filters = {
            "strict-match": RegexFilter(regex_pattern=r"#### (\-?[0-9\.\,]+)"),
            "flexible-extract": RegexFilter(regex_pattern=r"(-?[$0-9.,]{2,})|(-?[0-9]+)", group_select=-1),
        }
        ignored = [",", r"\$", r"(?s).*#### ", r"\.$"]
        count = right = 0
        for path in sorted(self.run_folder.glob("lm_eval/*/*/samples_*.jsonl")):
            for row in (row for row in lines(path) if row["filter"] in filters):
                theirs = filters[row["filter"]].apply(row["resps"], [row["doc"]])[0]
                scores = [exact_match_hf_evaluate([text], [row["target"]], regexes_to_ignore=ignored, ignore_case=True)["exact_match"]
                          for text in theirs]
                if theirs != row["filtered_resps"] or [int(score) for score in scores] != row["correct"]:
                    return f"{path.name}: {theirs} instead of {row['filtered_resps']}", False
                count, right = count + len(theirs), right + sum(scores)
        return f"{count} responses, {right:.0f} right", right > 0

    def we_read_lm_evals_samples(self, model):
        """Of a task of its own on the run's problems, asked of our model by lm-eval; and its prompts' scores by us."""
        import lm_eval
        from lm_eval.loggers import EvaluationTracker
        from lm_eval.tasks import TaskManager

        folder = self.folder / "lm_eval"
        folder.mkdir(exist_ok=True)
        documents = folder / "documents.json"
        rows = lines(next(self.run_folder.glob("lm_eval/*/*/samples_*.jsonl")))
        seen = {row["doc_id"]: json.dumps(row["doc"]) for row in rows}
        documents.write_text("\n".join(seen.values()) + "\n")
        (folder / "ours.yaml").write_text(TASK.format(name="ours", documents=documents))
        tracker = EvaluationTracker(output_path=str(folder / "out"))
        results = lm_eval.simple_evaluate(
            model="hf", model_args={"pretrained": str(model), "dtype": "float32"}, device="cpu", tasks=["ours"], batch_size=4,
            task_manager=TaskManager(include_path=str(folder), include_defaults=False), evaluation_tracker=tracker)
        tracker.save_results_aggregated(results=results, samples=results["samples"])
        tracker.save_results_samples("ours", results["samples"]["ours"])
        samples = max(folder.rglob("samples_ours_*.jsonl"), key=lambda path: path.stat().st_mtime)
        theirs = 100 * results["results"]["ours"]["exact_match,flexible-extract"]
        ours = 100 * self.sami("pass-at-k", f"--samples={samples}", "--k=1")[0]["estimate"]
        return f"{len(seen)} problems, {ours:.4f} and {theirs:.4f} % right", abs(ours - theirs) < 1e-3

