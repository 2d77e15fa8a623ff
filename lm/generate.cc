// Generates texts from a model folder and a file of prompts.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/generation_job.h"
#include "lm/language_model.h"

ABSL_FLAG(std::string, model_dir, "", "A model's folder: config.json, weights, tokenizer.json.");
ABSL_FLAG(std::string, prompts, "",
          "JSON Lines: {\"id\": ..., \"prompt\": \"...\"} or {\"id\": ..., \"prompt_ids\": [...]}.");
ABSL_FLAG(std::string, out, "", "JSON Lines to write; <out>.partial until it is complete.");
ABSL_FLAG(int64_t, num_samples, 1, "Samples a prompt.");
ABSL_FLAG(double, temperature, 1, "0: greedy.");
ABSL_FLAG(int64_t, top_k, 0, "Keep the k most probable tokens; 0: all.");
ABSL_FLAG(double, top_p, 1, "Keep the most probable tokens that together have this probability.");
ABSL_FLAG(double, min_p, 0, "Keep tokens at least so many times as probable as the most probable one.");
ABSL_FLAG(double, repetition_penalty, 1, "Divides the logits of tokens that the text has already; 1: none.");
ABSL_FLAG(int64_t, max_tokens, 256, "Most tokens a text.");
ABSL_FLAG(std::vector<std::string>, stop, {}, "Strings before which a text ends, separated by commas.");
ABSL_FLAG(uint64_t, seed, 0, "A text depends on the seed, its prompt's id and prompt, and its sample's number alone.");
ABSL_FLAG(int64_t, batch_size, 32, "Most texts decoded together. Changes no result.");
ABSL_FLAG(int, threads, 0, "0: one a core. Changes no result.");
ABSL_FLAG(double, cache_gib, 0, "Most memory for the key/value cache; 0: nine tenths of what is free.");

namespace lm {
namespace {

// Bytes that the system could give a program now; 0 when it does not say.
int64_t AvailableBytes() {
  std::ifstream file("/proc/meminfo");
  std::string name, rest;
  int64_t kib;
  while (file >> name >> kib && std::getline(file, rest)) {
    if (name == "MemAvailable:") return kib * 1024;
  }
  return 0;
}

int64_t CacheLimit() {
  const double gib = absl::GetFlag(FLAGS_cache_gib);
  return static_cast<int64_t>(gib > 0 ? gib * 1024 * 1024 * 1024 : 0.9 * AvailableBytes());
}

GenerationJob JobFromFlags() {
  GenerationJob job;
  job.prompts = base::UserPath(absl::GetFlag(FLAGS_prompts));
  job.out = base::UserPath(absl::GetFlag(FLAGS_out));
  job.num_samples = absl::GetFlag(FLAGS_num_samples);
  job.sampling = {absl::GetFlag(FLAGS_temperature), absl::GetFlag(FLAGS_top_k), absl::GetFlag(FLAGS_top_p),
                  absl::GetFlag(FLAGS_min_p), absl::GetFlag(FLAGS_repetition_penalty)};
  job.max_tokens = absl::GetFlag(FLAGS_max_tokens);
  job.stop = absl::GetFlag(FLAGS_stop);
  job.seed = absl::GetFlag(FLAGS_seed);
  job.batch_size = absl::GetFlag(FLAGS_batch_size);
  const int threads = absl::GetFlag(FLAGS_threads);
  job.threads = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  return job;
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const LanguageModel model, LoadLanguageModel(base::UserPath(absl::GetFlag(FLAGS_model_dir))));
  GenerationJob job = JobFromFlags();
  job.max_cache_bytes = CacheLimit();  // with the weights in memory
  return RunGenerationJob(model, job);
}

}  // namespace
}  // namespace lm

int main(int argc, char** argv) {
  const std::vector<std::string> rest = base::InitProgram(
      argc, argv,
      "Generates texts: generate --model_dir=DIR --prompts=FILE.jsonl --out=FILE.jsonl [--num_samples=N ...]");
  for (const auto& [name, value] :
       {std::pair("model_dir", absl::GetFlag(FLAGS_model_dir)), std::pair("prompts", absl::GetFlag(FLAGS_prompts)),
        std::pair("out", absl::GetFlag(FLAGS_out))}) {
    if (!value.empty()) continue;
    std::fprintf(stderr, "generate: --%s is missing; --help shows all flags\n", name);
    return 2;
  }
  if (!rest.empty()) {
    std::fprintf(stderr, "generate: what is \"%s\"? --help shows all flags\n", rest[0].c_str());
    return 2;
  }
  const absl::Status status = lm::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "generate: %s\n", std::string(status.message()).c_str());
  return 1;
}
