"""Prefill and decoding by transformers and by llama.cpp, for decoding_benchmark --against_python.

The first line in asks "versions PACKAGE ..."; the answer names them, or says what is missing and ends. Then a line is a JSON
object:
  folder and type: loads a Hugging Face folder with transformers, computing in float32 or bfloat16; answers "loaded"
  gguf: loads a file with llama.cpp; answers "loaded"
  sequences, prompt_tokens, new_tokens: so many sequences together, of random prompts; answers "PREFILL DECODE", the seconds
    until all have their first token, and from there until all have new_tokens
Errors are answered in one line. The likeliest token is taken, which costs less than to draw one.
"""
import importlib
import inspect
import json
import os
import sys
import time

THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))


class Transformers:
    def __init__(self, folder, kind):
        torch.set_num_threads(THREADS)
        self.model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, kind)).eval()
        known = inspect.signature(self.model.forward).parameters
        self.cache = "cache" if "cache" in known else "past_key_values"  # its name in newer versions, and in older

    def times(self, sequences, prompt_tokens, new_tokens):
        torch.manual_seed(1)
        tokens = torch.randint(self.model.config.vocab_size, (sequences, prompt_tokens))
        with torch.inference_mode():
            start = time.monotonic()
            result = self.model(tokens, use_cache=True, logits_to_keep=1)
            tokens = result.logits.argmax(-1)
            first = time.monotonic()
            for _ in range(new_tokens - 1):
                cache = {self.cache: result[self.cache]}
                result = self.model(tokens, **cache, use_cache=True, logits_to_keep=1)
                tokens = result.logits.argmax(-1)
            return first - start, time.monotonic() - first


class LlamaCpp:
    SILENT = None  # what it says of each model and context, taken by nobody

    def __init__(self, path):
        LlamaCpp.SILENT = LlamaCpp.SILENT or llama_cpp.llama_log_callback(lambda level, text, data: None)
        llama_cpp.llama_log_set(LlamaCpp.SILENT, None)
        llama_cpp.llama_backend_init()
        parameters = llama_cpp.llama_model_default_params()
        parameters.n_gpu_layers = 0
        self.model = llama_cpp.llama_model_load_from_file(path.encode(), parameters)
        if not self.model:
            raise ValueError(f"{path}: llama.cpp does not load it")
        self.vocabulary = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(self.model))

    def __del__(self):
        if getattr(self, "model", None):
            llama_cpp.llama_model_free(self.model)

    def times(self, sequences, prompt_tokens, new_tokens):
        parameters = llama_cpp.llama_context_default_params()
        # Its caches are cut in blocks of 256.
        parameters.n_ctx = sequences * -(-(prompt_tokens + new_tokens) // 256) * 256
        parameters.n_batch = sequences * prompt_tokens
        parameters.n_seq_max = sequences
        parameters.n_threads = parameters.n_threads_batch = THREADS
        context = llama_cpp.llama_init_from_model(self.model, parameters)
        batch = llama_cpp.llama_batch_init(sequences * prompt_tokens, 0, 1)
        try:
            return self.run(context, batch, sequences, prompt_tokens, new_tokens)
        finally:
            llama_cpp.llama_batch_free(batch)
            llama_cpp.llama_free(context)

    def run(self, context, batch, sequences, prompt_tokens, new_tokens):
        def decode(tokens, begin):
            """tokens: of each sequence some, which stand from `begin` on; the likeliest behind each sequence."""
            batch.n_tokens = 0
            for sequence, of_sequence in enumerate(tokens):
                for i, token in enumerate(of_sequence):
                    k = batch.n_tokens
                    batch.token[k] = token
                    batch.pos[k] = begin + i
                    batch.n_seq_id[k] = 1
                    batch.seq_id[k][0] = sequence
                    batch.logits[k] = i == len(of_sequence) - 1
                    batch.n_tokens += 1
            start = time.monotonic()
            if llama_cpp.llama_decode(context, batch) != 0:
                raise ValueError("llama_decode failed")
            llama_cpp.llama_synchronize(context)
            seconds = time.monotonic() - start
            outputs = [(s + 1) * len(tokens[0]) - 1 for s in range(sequences)]
            rows = [numpy.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, i), (self.vocabulary,))
                    for i in outputs]
            return [[int(row.argmax())] for row in rows], seconds

        generator = numpy.random.default_rng(1)
        prompts = generator.integers(self.vocabulary, size=(sequences, prompt_tokens)).tolist()
        next_tokens, prefill = decode(prompts, 0)
        decoding = 0
        for i in range(new_tokens - 1):
            next_tokens, seconds = decode(next_tokens, prompt_tokens + i)
            decoding += seconds
        return prefill, decoding


def answer(question, state):
    if "folder" in question or "gguf" in question:
        state["model"] = None  # one at a time
        state["model"] = (Transformers(question["folder"], question["type"]) if "folder" in question
                          else LlamaCpp(question["gguf"]))
        return "loaded"
    model = state["model"]
    arguments = question["sequences"], question["prompt_tokens"], question["new_tokens"]
    if state.get("warm") is not model:
        model.times(*arguments[:2], 3)
        state["warm"] = model
    return "%r %r" % model.times(*arguments)


def main():
    names = sys.stdin.readline().split()[1:]
    versions = []
    for name in names:
        module = "llama_cpp" if name == "llama-cpp-python" else name
        try:
            globals()[module] = importlib.import_module(module)
        except ImportError:
            print(f"missing {name}", flush=True)
            return
        versions.append(f"{name} {globals()[module].__version__}")
    globals()["numpy"] = importlib.import_module("numpy")
    print(", ".join(versions), flush=True)
    state = {}
    for line in sys.stdin:
        try:
            said = answer(json.loads(line), state)
        except Exception as error:  # pylint: disable=broad-except
            said = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0]
        print(said, flush=True)


if __name__ == "__main__":
    main()
