"""Optimizer steps of the published trainers' algorithms with torch and transformers, for objective_benchmark --against_python.

The first line in asks "versions"; the answer names them, or says what is missing and ends. Then a line is a JSON object:
  method: sami, dpo or sft; n, prompt_tokens, response_tokens, queries (each step computes them one after the other and then
  updates once); vocab_size, hidden_size, intermediate_size, layers, heads; type: float32, or bfloat16 for torch.autocast
The answer is "SECONDS BYTES": of one step after one that is not counted, and the most memory of the process above that which it had
before it had a model.

As the trainers do it: a padded row for each prompt and response, a forward pass for each prompt with all its responses,
transformers' Llama with its default attention, log_softmax over all logits in float32, everything kept for one backward pass a
query; norm, clipping, torch's fused AdamW. Log-probabilities of DPO's reference are given.
"""
import ctypes
import gc
import json
import os
import sys
import time

try:
    import torch
    import transformers
except ImportError as error:
    sys.stdin.readline()
    print(f"missing {error.name}", flush=True)
    sys.exit(0)


def process_kib(name):
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1])
    raise KeyError(name)


class Peak:
    """Most memory of the process above what it has now."""

    def __init__(self):
        gc.collect()
        ctypes.CDLL("libc.so.6").malloc_trim(0)
        with open("/proc/self/clear_refs", "w") as peak:
            peak.write("5")  # the peak begins anew
        self.before = process_kib("VmRSS")

    def bytes(self):
        return 1024 * (process_kib("VmHWM") - self.before)


def make_model(case):
    config = transformers.LlamaConfig(
        vocab_size=case["vocab_size"], hidden_size=case["hidden_size"], intermediate_size=case["intermediate_size"],
        num_hidden_layers=case["layers"], num_attention_heads=case["heads"], num_key_value_heads=case["heads"],
        max_position_embeddings=case["prompt_tokens"] + case["response_tokens"], tie_word_embeddings=False)
    torch.manual_seed(1)
    return transformers.LlamaForCausalLM(config)


def sums(model, prompt, responses):
    """log p(response | prompt) of each response."""
    ids = torch.stack([torch.cat([prompt, response]) for response in responses])
    logits = model(input_ids=ids, use_cache=False).logits[:, :-1].float()
    of_labels = torch.log_softmax(logits, -1).gather(2, ids[:, 1:].unsqueeze(2)).squeeze(2)
    return of_labels[:, len(prompt) - 1:].sum(1)


def sami_loss(model, prompts, responses):
    rows = torch.stack([sums(model, prompt, responses) for prompt in prompts]) / len(responses[0])
    target = torch.arange(len(prompts))
    return (torch.nn.functional.cross_entropy(rows, target) + torch.nn.functional.cross_entropy(rows.T, target)) / 2


def dpo_loss(model, prompts, responses):
    policy = sums(model, prompts[0], responses)
    reference = torch.tensor([-7.0, -7.5]) * len(responses[0])
    margin = (policy[0] - reference[0]) - (policy[1] - reference[1])
    return -torch.nn.functional.logsigmoid(0.1 * margin)


def sft_loss(model, prompts, responses):
    return -sums(model, prompts[0], responses).sum() / len(responses[0])


LOSSES = {"sami": sami_loss, "dpo": dpo_loss, "sft": sft_loss}


def step(case, model, optimizer):
    counts = {"sami": (case["n"], case["n"]), "dpo": (1, 2), "sft": (1, 1)}[case["method"]]
    optimizer.zero_grad(set_to_none=False)
    for query in range(case["queries"]):
        torch.manual_seed(query)
        prompts = torch.randint(case["vocab_size"], (counts[0], case["prompt_tokens"]))
        responses = torch.randint(case["vocab_size"], (counts[1], case["response_tokens"]))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=case["type"] == "bfloat16"):
            loss = LOSSES[case["method"]](model, prompts, responses)
        (loss / case["queries"]).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    sys.stdin.readline()
    print(f"torch {torch.__version__}, transformers {transformers.__version__}", flush=True)
    last, model, optimizer, peak = None, None, None, None
    for line in sys.stdin:
        case = json.loads(line)
        if case != last:
            model = optimizer = None
            peak = Peak()
            model = make_model(case)
            optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
            step(case, model, optimizer)
            last = case
        start = time.monotonic()
        step(case, model, optimizer)
        print(time.monotonic() - start, peak.bytes(), flush=True)


if __name__ == "__main__":
    main()
