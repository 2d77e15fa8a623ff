"""The rows of tools/interop_check about llama.cpp's converter."""
import pathlib
import subprocess
import sys

SPEC = """
name: "converted"
models {{ name: "base" folder: "{model}" chat {{}} }}
queries {{ name: "asked" embedded {{ split: TRAIN }} take: 2 }}
constitutions {{ name: "c" }}
data {{ name: "d" queries: "asked" constitutions: "c" generator: "base" sampling {{ temperature: 1 max_new_tokens: 8 }}
  filters {{ unfinished: false equal_responses: false }} }}
arms {{ name: "sft" parent: "base" data: "d" sft {{ training {{ batch_size: 2 microbatch_size: 1
  optimizer {{ learning_rate: 1e-2 }} lora {{ rank: 4 alpha: 8 target_modules: ["all-linear"] }} }} }} }}
"""


class NotGiven(Exception):
    """What a check needs was not given on the command line."""


class ConverterChecks:
    def __init__(self, program, llama_cpp, model, folder):
        self.program, self.model, self.folder = program, model, pathlib.Path(folder)
        self.llama_cpp = pathlib.Path(llama_cpp) if llama_cpp else None
        self.run_folder = self.folder / "converted"

    def trained(self):
        """One step of LoRA on the model."""
        if self.llama_cpp is None or not self.model:
            raise NotGiven("give --llama_cpp and --model_dir")
        if not self.run_folder.exists():
            spec = self.folder / "converted.textproto"
            spec.write_text(SPEC.format(model=self.model))
            self.call(self.program, "run", spec, f"--out={self.run_folder}", f"--store={self.folder}/store")
        return self.run_folder

    @staticmethod
    def call(*command):
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} {command[1]}: {done.stderr[-500:]}")

    def convert(self, script, *arguments):
        out = self.folder / f"{script}.gguf"
        self.call(sys.executable, self.llama_cpp / f"{script}.py", *arguments, "--outtype", "f32", "--outfile", out)
        import gguf

        return gguf.GGUFReader(out)

    def model_is_converted(self):
        import safetensors.numpy

        saved = self.trained() / "models/sft"
        tensors = {tensor.name: tensor.data for tensor in self.convert("convert_hf_to_gguf", saved).tensors}
        ours = {}
        for path in saved.glob("*.safetensors"):
            ours.update(safetensors.numpy.load_file(path))
        # Two whose rows no converter permutes.
        pairs = {"token_embd.weight": "model.embed_tokens.weight", "blk.0.ffn_up.weight": "model.layers.0.mlp.up_proj.weight"}
        same = all((tensors[theirs] == ours[name]).all() for theirs, name in pairs.items())
        return f"{len(tensors)} tensors", same and len(tensors) == len(ours)

    def adapter_is_converted(self):
        converted = self.convert("convert_lora_to_gguf", self.trained() / "adapters/sft", "--base", self.model)
        return f"{len(converted.tensors)} tensors", len(converted.tensors) > 0
