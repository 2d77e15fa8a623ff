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
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/flags/repeated_flag.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/chat/generation_job.h"
#include "lm/chat/local_chat_model.h"
#include "lm/chat/text_inspection.h"
#include "lm/checkpoint/model_places.h"
#include "lm/decoding/stop_strings.h"
#include "lm/endpoint/batch.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/flags.h"

ABSL_FLAG(
    std::string, model_dir, "",
    "A model's folder (config.json, weights, tokenizer.json), an adapter's over its base, or ORG/NAME in the local "
    "Hugging Face cache. Or --endpoint and --model.");
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
ABSL_FLAG(
    bool, as_published, false,
    "Instead of these: as the --model_dir's generation_config.json says, greedily where it does not say do_sample.");
ABSL_FLAG(int64_t, max_tokens, 256, "Most tokens a text.");
ABSL_FLAG(std::string, stop, "",
          "A string before which a text ends; several as a JSON list: --stop='[\"\\n\\n\", \"Question:\"]'.");
ABSL_FLAG(uint64_t, seed, 0, "A text depends on the seed, its prompt's id and prompt, and its sample's number alone.");
ABSL_FLAG(bool, chat, false,
          "A prompt is what a user says, not a text to continue. A --model_dir is asked by --chat_template.");
ABSL_FLAG(
    std::string, chat_template, "auto",
    "How a --model_dir reads conversations. auto: by the folder's chat template, or as \"User: ...\", \"Assistant: "
    "...\" where it has none; plain: as those; file:PATH: by a Jinja template; else by the folder's template of that "
    "name.");
ABSL_FLAG(std::string, chat_variables, "{}", "What the template sees besides, as JSON: {\"enable_thinking\": false}.");
ABSL_FLAG(std::string, date, "", "The day that a template is told, as 2026-01-31; by default today.");
ABSL_FLAG(std::string, system, "", "The system's message of conversations that have none.");
ABSL_FLAG(bool, fold_system, false,
          "Puts the system's message before the first user's, for templates without that role.");
ABSL_FLAG(bool, allow_special_in_text, false,
          "Prompts that spell a --model_dir's special tokens, as <|im_end|>, mean those tokens.");
ABSL_FLAG(int64_t, batch_size, 32, "Most texts decoded together. Changes no result.");
ABSL_FLAG(int, threads, 0, "0: one a core. Changes no result.");
ABSL_FLAG(
    std::string, device, "cpu",
    "Where the --model_dir computes: cpu, or cuda or cuda:N of a libtorch that has CUDA. On a device texts depend "
    "on their batch in the last bits of numbers.");
ABSL_FLAG(std::string, compute, "float32",
          "float32, or stored: in the type of the --model_dir's weights, which is fast on devices that are made for "
          "bfloat16, and gives other texts.");
ABSL_FLAG(double, cache_gib, 0, "Most memory for the key/value cache; 0: nine tenths of what is free.");

struct BatchInTag;
ABSL_FLAG(std::string, batch_out, "",
          "Write the requests that the --endpoint is still to be asked as a file for its Batch API (OpenAI's JSON "
          "Lines), and "
          "ask nothing.");
ABSL_FLAG(
    base::RepeatedFlag<BatchInTag>, batch_in, {},
    "Read the output file of a batch, made by --batch_out, and ask nothing; given once for each. Where it answers all, "
    "the texts are written; else the command goes on with or without the flags.");

namespace lm {
namespace {

absl::StatusOr<GenerationJob> JobFromFlags() {
  GenerationJob job;
  job.prompts = base::UserPath(absl::GetFlag(FLAGS_prompts));
  job.out = base::UserPath(absl::GetFlag(FLAGS_out));
  job.overwrite = absl::GetFlag(FLAGS_overwrite);
  if (job.overwrite) {
    RETURN_IF_ERROR(base::Annotate(
        base::CheckOutputFile(job.out, {job.prompts, base::UserPath(absl::GetFlag(FLAGS_model_dir))}, ""), "--out"));
  }
  job.num_samples = absl::GetFlag(FLAGS_num_samples);
  job.chat = absl::GetFlag(FLAGS_chat);
  job.request.temperature = absl::GetFlag(FLAGS_temperature);
  job.request.top_p = absl::GetFlag(FLAGS_top_p);
  job.request.top_k = absl::GetFlag(FLAGS_top_k);
  job.request.min_p = absl::GetFlag(FLAGS_min_p);
  job.request.repetition_penalty = absl::GetFlag(FLAGS_repetition_penalty);
  job.request.max_tokens = absl::GetFlag(FLAGS_max_tokens);
  ASSIGN_OR_RETURN(job.request.stop, ParseStops(absl::GetFlag(FLAGS_stop)));
  job.request.allow_special_in_text = absl::GetFlag(FLAGS_allow_special_in_text);
  job.system = absl::GetFlag(FLAGS_system);
  job.seed = absl::GetFlag(FLAGS_seed);
  return job;
}

absl::StatusOr<ChatFormatChoice> ChatFromFlags() {
  ChatFormatChoice chat;
  chat.chat_template = absl::GetFlag(FLAGS_chat_template);
  constexpr absl::string_view kFile = "file:";
  if (absl::StartsWith(chat.chat_template, kFile)) {
    chat.chat_template = absl::StrCat(kFile, base::UserPath(chat.chat_template.substr(kFile.size())));
  }
  const std::string variables = absl::GetFlag(FLAGS_chat_variables);
  ASSIGN_OR_RETURN(const base::Json checked, base::ParseJson(variables, "--chat_variables"));
  if (!checked.is_object()) return absl::InvalidArgumentError("--chat_variables: must be a JSON object");
  chat.variables = base::OrderedJson::parse(variables);
  chat.now = absl::GetFlag(FLAGS_date);
  if (chat.now.empty()) chat.now = absl::FormatTime("%Y-%m-%d", absl::Now(), absl::LocalTimeZone());
  chat.fold_system = absl::GetFlag(FLAGS_fold_system);
  return chat;
}

absl::Status RunOnModel() {
  ASSIGN_OR_RETURN(GenerationJob job, JobFromFlags());
  ASSIGN_OR_RETURN(const std::string folder, FindModelFolder(absl::GetFlag(FLAGS_model_dir)));
  if (absl::GetFlag(FLAGS_as_published)) {
    ASSIGN_OR_RETURN(const ModelPlaces places, FindModelPlaces(folder));
    ASSIGN_OR_RETURN(const PublishedSampling sampling, ReadPublishedSampling(places.texts));
    Apply(sampling, &job.request);
  }
  LocalChatOptions options;
  ASSIGN_OR_RETURN(options.chat, ChatFromFlags());
  options.generation.batch_size = absl::GetFlag(FLAGS_batch_size);
  options.device = absl::GetFlag(FLAGS_device);
  const std::string compute = absl::GetFlag(FLAGS_compute);
  if (compute != "float32" && compute != "stored") {
    return absl::InvalidArgumentError("--compute: must be float32 or stored");
  }
  options.compute_as_stored = compute == "stored";
  const int threads = options.device == "cpu" ? absl::GetFlag(FLAGS_threads) : 1;
  options.generation.threads = threads != 0 ? threads : std::max(1u, std::thread::hardware_concurrency());
  const double cache_gib = absl::GetFlag(FLAGS_cache_gib);
  if (threads < 0 || !(cache_gib >= 0 && cache_gib <= 1e6)) {
    return absl::InvalidArgumentError("--threads must be at least 0, and --cache_gib from 0 to 1e6");
  }
  options.generation.max_cache_bytes =
      cache_gib > 0 ? static_cast<int64_t>(cache_gib * 1024 * 1024 * 1024) : TextGenerationOptions::kMostOfFreeMemory;
  ASSIGN_OR_RETURN(const std::unique_ptr<ChatModel> model, LoadLocalChatModel(folder, options));
  const std::string note = AroundTextNote(folder);
  if (!note.empty()) std::fprintf(stderr, "note: %s\n", note.c_str());
  return RunGenerationJob(*model, job);
}

bool HasBatchFlag() { return !absl::GetFlag(FLAGS_batch_out).empty() || !absl::GetFlag(FLAGS_batch_in).values.empty(); }

// The batch's files in the place of the endpoint.
absl::Status RunOnBatch(const EndpointOptions& options, const GenerationJob& job) {
  std::vector<std::string> files;
  for (const std::string& file : absl::GetFlag(FLAGS_batch_in).values) files.push_back(base::UserPath(file));
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_batch_out));
  if (!out.empty()) {
    RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(out, {job.prompts}, "{\"custom_id\":"), "--batch_out"));
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<BatchModel> batch, BatchModel::Make(options, files));
  const absl::Status status = RunGenerationJob(*batch, job);
  const BatchModel::Counts counts = batch->counts();
  if (!status.ok() && counts.open + counts.failed == 0) return status;  // it came to no question
  if (!out.empty()) RETURN_IF_ERROR(batch->WriteRequests(out));
  std::printf("%s", batch->Report(out).c_str());
  return counts.failed > 0 && out.empty() ? status : absl::OkStatus();
}

absl::Status RunOnEndpoint() {
  ASSIGN_OR_RETURN(const EndpointOptions options, EndpointOptionsFromFlags());
  ASSIGN_OR_RETURN(GenerationJob job, JobFromFlags());
  if (!options.extra.empty()) job.extra = options.extra.dump();
  if (HasBatchFlag()) return RunOnBatch(options, job);
  ASSIGN_OR_RETURN(const std::unique_ptr<Endpoint> endpoint, Endpoint::Make(options));
  job.cost = [&] { return Summary(endpoint->statistics()); };
  return RunGenerationJob(*endpoint, job);
}

absl::Status WrongUse(const std::string& problem) {
  return absl::InvalidArgumentError(absl::StrCat(problem, "; --help shows all flags"));
}

absl::Status Main() {
  const bool on_endpoint = IsEndpointFlagGiven();
  if (on_endpoint && !absl::GetFlag(FLAGS_model_dir).empty())
    return WrongUse("give --model_dir or --endpoint, not both");
  if (!on_endpoint && absl::GetFlag(FLAGS_model_dir).empty()) {
    return WrongUse("--model_dir is missing, or --endpoint and --model");
  }
  if (HasBatchFlag() && !on_endpoint) return WrongUse("--batch_out and --batch_in need --endpoint and --model");
  if (absl::GetFlag(FLAGS_prompts).empty()) return WrongUse("--prompts is missing");
  if (absl::GetFlag(FLAGS_out).empty()) return WrongUse("--out is missing");
  return on_endpoint ? RunOnEndpoint() : RunOnModel();
}

}  // namespace
}  // namespace lm

int main(int argc, char** argv) {
  return base::RunMain(
      argc, argv,
      "Generates texts for a file of prompts, from a model folder or a server.\n\n"
      "Usage: sami generate --model_dir=DIR --prompts=FILE.jsonl --out=FILE.jsonl [--num_samples=N ...]\n"
      "       sami generate --endpoint=URL --model=NAME --prompts=FILE.jsonl --out=FILE.jsonl\n\n"
      "A job that was stopped goes on when it is called again; exit code 1: some texts are missing.",
      lm::Main);
}
