"""The rows of tools/interop_check about a real server: llama_cpp.server as judge and generator, behind a proxy with faults."""
import collections
import hashlib
import http.client
import http.server
import json
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request

from interop_gguf import NotGiven

QUESTIONS = 8
PARALLEL = 4
JUDGE = """
judge {{ endpoint {{ model: "judge" extra: '{extra}' }} max_tokens: 12 max_attempts: 1 }}
access {{ base_url: "{url}" concurrency: {parallel} max_tries: 20 first_delay_seconds: 0.05 timeout_seconds: 600 }}
"""
# llama.cpp's way to allow certain replies alone: a field that OpenAI's API does not have.
VERDICTS = json.dumps({"grammar": 'root ::= "[[" [ABC] "]]"'})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class FaultyProxy:
    """Hands requests on to `port`; of a request's first three times, what happens is a function of its body and the time:
    nothing wrong, no answer at all, 429, 500, or half of the answer."""

    FAULTS = ["none", "drop", "429", "500", "cut"]

    def __init__(self, port):
        self.upstream = port
        self.lock = threading.Lock()
        self.times = collections.Counter()  # a request's body, and how often it came
        self.whole = collections.Counter()  # ... and how often its whole answer was sent
        self.faults = collections.Counter()
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments):
                pass

            def do_POST(self):
                proxy.answer(self)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        with self.lock:
            self.times[body] += 1
            time_seen = self.times[body]
            digest = hashlib.sha256(body + bytes([time_seen % 256])).digest()[0]
            fault = self.FAULTS[digest % len(self.FAULTS)] if time_seen <= 3 else "none"
            self.faults[fault] += 1
        handler.close_connection = True
        if fault == "drop":
            return
        if fault in ("429", "500"):
            words = json.dumps({"error": {"message": "Please try again in 20ms."}}).encode()
            return self.send(handler, int(fault), words, len(words))
        upstream = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=600)
        upstream.request("POST", handler.path, body, {"Content-Type": "application/json"})
        reply = upstream.getresponse()
        text = reply.read()
        sent = self.send(handler, reply.status, text, len(text) // 2 if fault == "cut" else len(text))
        if sent and fault == "none":
            with self.lock:
                self.whole[body] += 1

    @staticmethod
    def send(handler, status, text, size):
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(text)))
            handler.end_headers()
            handler.wfile.write(text[:size])
            return True
        except OSError:  # who asked has gone
            return False

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class ServerChecks:
    """Checks with one model's file: `program` is sami, `folder` is for what is made."""

    def __init__(self, program, gguf, folder):
        self.program, self.gguf, self.folder = program, gguf, pathlib.Path(folder) / "server"
        self.process = self.port = None

    def start(self):
        if not self.gguf:
            raise NotGiven("--gguf names a model's file")
        if self.process is not None:
            return
        self.folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "llama_cpp.server", "--model", self.gguf, "--host", "127.0.0.1", "--port", str(self.port),
             "--n_ctx", "2048", "--interrupt_requests", "False"],
            stdout=subprocess.DEVNULL, stderr=(self.folder / "server.log").open("w"))
        for _ in range(240):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/models", timeout=5).read()
                return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError(f"the server does not answer; {self.folder}/server.log")

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def arguments(self, url, name, extra):
        """Of `sami judge`, on answers of two models."""
        (self.folder / "questions.jsonl").write_text("".join(
            json.dumps({"question_id": i, "category": "writing", "turns": [f"Write a line about the number {i}."]}) + "\n"
            for i in range(QUESTIONS)))
        for model in ("short", "long"):
            (self.folder / f"{model}.jsonl").write_text("".join(
                json.dumps({"question_id": i, "answer_id": f"{model}{i}", "model_id": model, "tstamp": 0,
                            "choices": [{"index": 0, "turns": [" ".join([f"{i} is a number."] * (1 if model == "short" else 3))]}]})
                + "\n" for i in range(QUESTIONS)))
        spec = self.folder / f"{name}.textproto"
        spec.write_text(JUDGE.format(url=url, parallel=PARALLEL, extra=extra.replace("\\", "\\\\")))
        out = self.folder / f"{name}.jsonl"
        for old in self.folder.glob(f"{name}.*json*"):
            old.unlink()
        return ["judge", f"--questions={self.folder}/questions.jsonl", f"--answers={self.folder}/short.jsonl",
                f"--answers={self.folder}/long.jsonl", f"--judge={spec}", f"--out={out}"], out

    @staticmethod
    def verdicts(out):
        """How many games have a verdict, and how many are said to have none."""
        winners = [json.loads(line)[game] for line in out.read_text().split("\n") if line for game in ("g1_winner", "g2_winner")]
        return sum(winner != "error" for winner in winners), sum(winner == "error" for winner in winners)

    def judges_through_faults(self):
        self.start()
        proxy = FaultyProxy(self.port)
        try:
            arguments, out = self.arguments(proxy.url, "faults", VERDICTS)
            done = subprocess.run([self.program, *arguments], capture_output=True, text=True)
            if done.returncode not in (0, 1):
                raise RuntimeError(done.stderr[-500:])
            read, missing = self.verdicts(out)
        finally:
            proxy.close()
        faults = sum(count for fault, count in proxy.faults.items() if fault != "none")
        again = sum(count - 1 for count in proxy.whole.values())
        return (f"{read} verdicts and {missing} reported missing of {2 * QUESTIONS}, {faults} faults, {again} replies paid for again",
                read == 2 * QUESTIONS and faults > 0 and again == 0)

    def killed_and_run_again(self):
        self.start()
        proxy = FaultyProxy(self.port)
        try:
            arguments, out = self.arguments(proxy.url, "killed", VERDICTS)
            kills = 0
            for after in (1, QUESTIONS, 2 * QUESTIONS - 2):
                process = subprocess.Popen([self.program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                while process.poll() is None and sum(proxy.whole.values()) < after:
                    time.sleep(0.01)
                kills += process.poll() is None
                process.kill()
                process.wait()
            done = subprocess.run([self.program, *arguments], capture_output=True, text=True)
            read, missing = self.verdicts(out)
        finally:
            proxy.close()
        again = sum(count - 1 for count in proxy.whole.values())
        return (f"{read} of {2 * QUESTIONS} verdicts after {kills} kills, {again} replies paid for again (on their way then: "
                f"at most {PARALLEL * kills})", done.returncode == 0 and missing == 0 and kills > 0 and again <= PARALLEL * kills)

    def generates_the_same(self):
        """Greedy texts through the faults, and asked directly."""
        self.start()
        prompts = self.folder / "prompts.jsonl"
        prompts.write_text("".join(json.dumps({"id": i, "prompt": f"Name {i + 2} animals."}) + "\n" for i in range(4)))
        texts = []
        proxy = FaultyProxy(self.port)
        try:
            for url in (proxy.url, f"http://127.0.0.1:{self.port}"):
                out = self.folder / f"texts{len(texts)}.jsonl"
                for old in self.folder.glob(f"{out.name}*"):
                    old.unlink()
                done = subprocess.run([self.program, "generate", f"--endpoint={url}", "--model=any", "--chat", f"--prompts={prompts}",
                                       f"--out={out}", "--temperature=0", "--max_tokens=16", "--max_tries=20"],
                                      capture_output=True, text=True)
                if done.returncode != 0:
                    raise RuntimeError(done.stderr[-500:])
                texts.append([json.loads(line)["text"] for line in out.read_text().split("\n") if line])
        finally:
            proxy.close()
        same = sum(a == b for a, b in zip(*texts))
        return f"{same} of {len(texts[0])} texts", same == len(texts[0]) == len(texts[1]) and all(texts[0])
