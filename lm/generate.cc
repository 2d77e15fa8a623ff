// Generates texts for a file of prompts, from a model folder or from a server.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/chat/generation_job.h"
#include "lm/chat/local_chat_model.h"
#include "lm/decoding/stop_strings.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/flags.h"

ABSL_FLAG(std::string, model_dir, "",
          "A model's folder: config.json, weights, tokenizer.json. Or --endpoint and --model.");
ABSL_FLAG(std::string, prompts, "",
          "JSON Lines: {\"id\": ..., \"prompt\": \"...\"}, {\"id\": ..., \"messages\": [{\"role\": \"user\", "
          "\"content\": \"...\"}]} or, for a --model_dir, {\"id\": ..., \"prompt_ids\": [...]}.");
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
ABSL_FLAG(
    bool, chat, false,
    "A prompt is what a user says, not a text to continue. A --model_dir reads \"User: ...\", \"Assistant: ...\".");
ABSL_FLAG(int64_t, batch_size, 32, "Most texts decoded together. Changes no result.");
ABSL_FLAG(int, threads, 0, "0: one a core. Changes no result.");
ABSL_FLAG(double, cache_gib, 0, "Most memory for the key/value cache; 0: nine tenths of what is free.");

namespace lm {
namespace {

absl::StatusOr<GenerationJob> JobFromFlags() {
  GenerationJob job;
  job.prompts = base::UserPath(absl::GetFlag(FLAGS_prompts));
  job.out = base::UserPath(absl::GetFlag(FLAGS_out));
  job.num_samples = absl::GetFlag(FLAGS_num_samples);
  job.chat = absl::GetFlag(FLAGS_chat);
  job.request.temperature = absl::GetFlag(FLAGS_temperature);
  job.request.top_p = absl::GetFlag(FLAGS_top_p);
  job.request.top_k = absl::GetFlag(FLAGS_top_k);
  job.request.min_p = absl::GetFlag(FLAGS_min_p);
  job.request.repetition_penalty = absl::GetFlag(FLAGS_repetition_penalty);
  job.request.max_tokens = absl::GetFlag(FLAGS_max_tokens);
  ASSIGN_OR_RETURN(job.request.stop, ParseStops(absl::GetFlag(FLAGS_stop)));
  job.seed = absl::GetFlag(FLAGS_seed);
  return job;
}

absl::Status RunOnModel() {
  ASSIGN_OR_RETURN(const GenerationJob job, JobFromFlags());
  LocalChatOptions options;
  options.generation.batch_size = absl::GetFlag(FLAGS_batch_size);
  const int threads = absl::GetFlag(FLAGS_threads);
  options.generation.threads = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  const double cache_gib = absl::GetFlag(FLAGS_cache_gib);
  options.generation.max_cache_bytes =
      cache_gib > 0 ? static_cast<int64_t>(cache_gib * 1024 * 1024 * 1024) : TextGenerationOptions::kMostOfFreeMemory;
  ASSIGN_OR_RETURN(const std::unique_ptr<ChatModel> model,
                   LoadLocalChatModel(base::UserPath(absl::GetFlag(FLAGS_model_dir)), options));
  return RunGenerationJob(*model, job);
}

absl::Status RunOnEndpoint() {
  ASSIGN_OR_RETURN(const EndpointOptions options, EndpointOptionsFromFlags());
  ASSIGN_OR_RETURN(const std::unique_ptr<Endpoint> endpoint, Endpoint::Make(options));
  ASSIGN_OR_RETURN(GenerationJob job, JobFromFlags());
  if (!options.extra.empty()) job.extra = options.extra.dump();
  job.cost = [&] { return Summary(endpoint->statistics()); };
  return RunGenerationJob(*endpoint, job);
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
  if (!on_endpoint && absl::GetFlag(FLAGS_model_dir).empty()) {
    return WrongUse("--model_dir is missing, or --endpoint and --model");
  }
  if (absl::GetFlag(FLAGS_prompts).empty()) return WrongUse("--prompts is missing");
  if (absl::GetFlag(FLAGS_out).empty()) return WrongUse("--out is missing");
  const absl::Status status = on_endpoint ? RunOnEndpoint() : RunOnModel();
  if (status.ok()) return 0;
  std::fprintf(stderr, "generate: %s\n", std::string(status.message()).c_str());
  return base::ExitCode(status);
}

}  // namespace
}  // namespace lm

int main(int argc, char** argv) {
  return lm::Main(base::InitProgram(
      argc, argv,
      "Generates texts for a file of prompts, from a model folder or a server.\n\n"
      "Usage: sami generate --model_dir=DIR --prompts=FILE.jsonl --out=FILE.jsonl [--num_samples=N ...]\n"
      "       sami generate --endpoint=URL --model=NAME --prompts=FILE.jsonl --out=FILE.jsonl\n\n"
      "A job that was stopped goes on when it is called again; exit code 1: some texts are missing."));
}
