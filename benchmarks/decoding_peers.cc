#include "benchmarks/decoding_peers.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "benchmark/benchmark.h"
#include "benchmarks/decoding_model.h"
#include "benchmarks/decoding_times.h"
#include "benchmarks/harness/paired_run.h"
#include "benchmarks/published/python_decoder.h"

ABSL_FLAG(std::string, against_python, "",
          "A virtual environment with torch and transformers: prefill and decoding of --model_dir beside "
          "transformers', in float32 and in bfloat16, in turn in one run.");
ABSL_FLAG(std::vector<std::string>, gguf, {},
          "With --against_python: the same model as GGUF files, which llama.cpp decodes beside, too; the environment "
          "needs llama-cpp-python.");
ABSL_FLAG(int32_t, repetitions, 3, "With --against_python: turns, of which medians are reported.");

namespace benchmarks {
namespace {

struct Peer {
  std::string name;
  std::string folder, type;  // transformers'
  std::string gguf;          // or llama.cpp's
};

absl::Status Load(PythonDecoder& python, const Peer& peer) {
  return peer.gguf.empty() ? python.LoadFolder(peer.folder, peer.type) : python.LoadGguf(peer.gguf);
}

std::vector<Peer> Peers() {
  const std::string folder = base::UserPath(absl::GetFlag(FLAGS_model_dir));
  std::vector<Peer> peers;
  for (const char* type : {"float32", "bfloat16"}) {
    peers.push_back({absl::StrCat("transformers_", type), folder, type, ""});
  }
  for (const std::string& file : absl::GetFlag(FLAGS_gguf)) {
    peers.push_back(
        {absl::StrCat("llama_cpp_", std::filesystem::path(file).stem().string()), "", "", base::UserPath(file)});
  }
  return peers;
}

// In turn: ours, then each peer; medians of tokens a second and of each turn's ratios.
void Run(benchmark::State& state, bool prefill, PythonDecoder& python, const std::vector<Peer>& peers) {
  const int64_t sequences = state.range(0), new_tokens = prefill ? 2 : kNewTokens;
  const double tokens = static_cast<double>(sequences) * (prefill ? kPromptTokens : kNewTokens - 1);
  lm::GenerationOptions options = Options(sequences);
  options.max_new_tokens = new_tokens;
  const auto seconds = [&](const DecodingTimes& times) {
    return prefill ? times.prefill_seconds : times.decode_seconds;
  };
  std::vector<double> ours;
  std::vector<std::vector<double>> speeds(peers.size()), ratios(peers.size());
  for (auto _ : state) {
    for (int turn = 0; turn < absl::GetFlag(FLAGS_repetitions); ++turn) {
      ours.push_back(seconds(TimeDecoding(Requests(sequences, 1), options)));
      for (size_t i = 0; i < peers.size(); ++i) {
        const absl::Status loaded = Load(python, peers[i]);
        if (!loaded.ok()) return state.SkipWithError(std::string(loaded.message()).c_str());
        const absl::StatusOr<DecodingTimes> times = python.Time(sequences, kPromptTokens, new_tokens);
        if (!times.ok()) return state.SkipWithError(std::string(times.status().message()).c_str());
        speeds[i].push_back(tokens / seconds(*times));
        ratios[i].push_back(seconds(*times) / ours.back());
      }
    }
    state.SetIterationTime(Median(ours));
  }
  state.counters["tokens_per_second"] = tokens / Median(ours);
  for (size_t i = 0; i < peers.size(); ++i) {
    state.counters[peers[i].name] = Median(speeds[i]);
    state.counters["speedup_vs_" + peers[i].name] = Median(ratios[i]);
  }
  state.SetLabel(absl::StrCat(Stored(), "; ", python.versions()));
}

}  // namespace

bool ComparesWithPeers() { return !absl::GetFlag(FLAGS_against_python).empty() || !absl::GetFlag(FLAGS_gguf).empty(); }

absl::Status RegisterPeers() {
  if (absl::GetFlag(FLAGS_model_dir).empty()) {
    return absl::InvalidArgumentError("--against_python: needs --model_dir, the model that both decode");
  }
  if (absl::GetFlag(FLAGS_against_python).empty()) {
    return absl::InvalidArgumentError("--gguf: needs --against_python, an environment with llama-cpp-python");
  }
  if (absl::GetFlag(FLAGS_repetitions) < 1) return absl::InvalidArgumentError("--repetitions: must be at least 1");
  const std::vector<Peer> peers = Peers();
  ASSIGN_OR_RETURN(PythonDecoder started, PythonDecoder::Start(base::UserPath(absl::GetFlag(FLAGS_against_python)),
                                                               !absl::GetFlag(FLAGS_gguf).empty(), Threads()));
  const auto python = std::make_shared<PythonDecoder>(std::move(started));
  for (const Peer& peer : peers) RETURN_IF_ERROR(base::Annotate(Load(*python, peer), peer.name));
  for (const bool prefill : {true, false}) {
    for (const int64_t sequences : {1, 8, 32}) {
      benchmark::RegisterBenchmark(prefill ? "beside/prefill" : "beside/decode",
                                   [=](benchmark::State& state) { Run(state, prefill, *python, peers); })
          ->ArgName("batch")
          ->Arg(sequences)
          ->Iterations(1)
          ->UseManualTime()
          ->Unit(benchmark::kMillisecond);
    }
  }
  return absl::OkStatus();
}

}  // namespace benchmarks
