// Generates texts for a file of prompts, from a model folder or from a server.
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/chat/chat_job.h"
#include "lm/chat/generation_job.h"
#include "lm/chat/language_model.h"
#include "lm/decoding/stop_strings.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/flags.h"

ABSL_FLAG(std::string, model_dir, "",
          "A model's folder: config.json, weights, tokenizer.json. Or --endpoint and --model.");
ABSL_FLAG(std::string, prompts, "",
          "JSON Lines: {\"id\": ..., \"prompt\": \"...\"} or {\"id\": ..., \"prompt_ids\": [...]}; for an endpoint "
          "{\"id\": ..., \"messages\": [{\"role\": \"user\", \"content\": \"...\"}]} too, and no ids.");
ABSL_FLAG(std::string, out, "", "JSON Lines to write; <out>.partial until it is complete.");
ABSL_FLAG(int64_t, num_samples, 1, "Samples a prompt.");
ABSL_FLAG(double, temperature, 1, "0: greedy.");
ABSL_FLAG(
    std::optional<int64_t>, top_k, std::nullopt,
    "Keep the k most probable tokens; 0: all, as by default. To an endpoint it is sent only if given, as are min_p "
    "and repetition_penalty: OpenAI's own API does not know them.");
ABSL_FLAG(double, top_p, 1, "Keep the most probable tokens that together have this probability.");
ABSL_FLAG(std::optional<double>, min_p, std::nullopt,
          "Keep tokens at least so many times as probable as the most probable one; by default 0.");
ABSL_FLAG(std::optional<double>, repetition_penalty, std::nullopt,
          "Divides the logits of tokens that the text has already; 1: none, as by default.");
ABSL_FLAG(int64_t, max_tokens, 256, "Most tokens a text.");
ABSL_FLAG(std::string, stop, "",
          "A string before which a text ends; several as a JSON list: --stop='[\"\\n\\n\", \"Question:\"]'.");
ABSL_FLAG(uint64_t, seed, 0, "A text depends on the seed, its prompt's id and prompt, and its sample's number alone.");
ABSL_FLAG(bool, chat, false, "For an endpoint: a prompt is what a user says, not a text to continue.");
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

absl::StatusOr<GenerationJob> JobFromFlags() {
  GenerationJob job;
  job.prompts = base::UserPath(absl::GetFlag(FLAGS_prompts));
  job.out = base::UserPath(absl::GetFlag(FLAGS_out));
  job.num_samples = absl::GetFlag(FLAGS_num_samples);
  job.sampling = {absl::GetFlag(FLAGS_temperature), absl::GetFlag(FLAGS_top_k).value_or(0), absl::GetFlag(FLAGS_top_p),
                  absl::GetFlag(FLAGS_min_p).value_or(0), absl::GetFlag(FLAGS_repetition_penalty).value_or(1)};
  job.max_tokens = absl::GetFlag(FLAGS_max_tokens);
  ASSIGN_OR_RETURN(job.stop, ParseStops(absl::GetFlag(FLAGS_stop)));
  job.seed = absl::GetFlag(FLAGS_seed);
  job.batch_size = absl::GetFlag(FLAGS_batch_size);
  const int threads = absl::GetFlag(FLAGS_threads);
  job.threads = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  return job;
}

absl::Status RunOnModel() {
  ASSIGN_OR_RETURN(GenerationJob job, JobFromFlags());
  ASSIGN_OR_RETURN(const LanguageModel model, LoadLanguageModel(base::UserPath(absl::GetFlag(FLAGS_model_dir))));
  job.max_cache_bytes = CacheLimit();  // with the weights in memory
  return RunGenerationJob(model, job);
}

// The sampling options that vLLM, SGLang and llama.cpp's server know and OpenAI's API does not, those that were given.
base::Json ExtensionFields() {
  base::Json fields = base::Json::object();
  const auto add = [&](const char* name, const auto& value) {
    if (value.has_value()) fields[name] = *value;
  };
  add("top_k", absl::GetFlag(FLAGS_top_k));
  add("min_p", absl::GetFlag(FLAGS_min_p));
  add("repetition_penalty", absl::GetFlag(FLAGS_repetition_penalty));
  return fields;
}

absl::Status RunOnEndpoint() {
  ASSIGN_OR_RETURN(EndpointOptions options, EndpointOptionsFromFlags());
  base::Json extra = ExtensionFields();
  extra.update(options.extra);
  options.extra = extra;
  ASSIGN_OR_RETURN(const std::unique_ptr<Endpoint> endpoint, Endpoint::Make(options));
  ASSIGN_OR_RETURN(const GenerationJob flags, JobFromFlags());
  ChatJob job;
  job.prompts = flags.prompts;
  job.out = flags.out;
  job.num_samples = flags.num_samples;
  job.chat = absl::GetFlag(FLAGS_chat);
  job.temperature = flags.sampling.temperature;
  job.top_p = flags.sampling.top_p;
  job.max_tokens = flags.max_tokens;
  job.stop = flags.stop;
  job.seed = flags.seed;
  job.settings = {{"extra_body", extra}};
  job.detail = [&] { return Summary(endpoint->statistics()); };
  return RunChatJob(*endpoint, job);
}

int WrongUse(const std::string& problem) {
  std::fprintf(stderr, "generate: %s; --help shows all flags\n", problem.c_str());
  return 2;
}

int Main(const std::vector<std::string>& rest) {
  if (!rest.empty()) return WrongUse(absl::StrCat("what is \"", rest[0], "\"?"));
  const bool on_endpoint = IsEndpointFlagGiven();
  if (on_endpoint && !absl::GetFlag(FLAGS_model_dir).empty())
    return WrongUse("give --model_dir or --endpoint, not both");
  if (!on_endpoint && absl::GetFlag(FLAGS_chat)) return WrongUse("--chat is for an --endpoint");
  if (!on_endpoint && absl::GetFlag(FLAGS_model_dir).empty()) {
    return WrongUse("--model_dir is missing, or --endpoint and --model");
  }
  if (absl::GetFlag(FLAGS_prompts).empty()) return WrongUse("--prompts is missing");
  if (absl::GetFlag(FLAGS_out).empty()) return WrongUse("--out is missing");
  const absl::Status status = on_endpoint ? RunOnEndpoint() : RunOnModel();
  if (status.ok()) return 0;
  std::fprintf(stderr, "generate: %s\n", std::string(status.message()).c_str());
  return on_endpoint ? base::ExitCode(status) : 1;
}

}  // namespace
}  // namespace lm

int main(int argc, char** argv) {
  return lm::Main(base::InitProgram(
      argc, argv,
      "Generates texts: generate {--model_dir=DIR | --endpoint=URL --model=NAME} --prompts=FILE.jsonl --out=FILE.jsonl "
      "[--num_samples=N ...]"));
}
