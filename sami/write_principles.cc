// Has an instruct model write principles and antitheses for a task.
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/chat/local_chat_model.h"
#include "lm/chat/recording.h"
#include "lm/checkpoint/model_places.h"
#include "lm/endpoint/endpoint.h"
#include "lm/endpoint/flags.h"
#include "sami/principles/writer.h"

ABSL_FLAG(std::string, task, "", "What the trained model will be asked, in a few sentences.");
ABSL_FLAG(std::string, task_file, "", "The same, from a file.");
ABSL_FLAG(std::vector<std::string>, categories, {},
          "Kinds of request, by the questions' categories: each principle says which of them it suits.");
ABSL_FLAG(int64_t, count, 8, "Principles to write.");
ABSL_FLAG(int64_t, replies, 4, "Most replies to ask for, until so many are usable.");
ABSL_FLAG(int64_t, max_characters, 300, "Maximum length of a principle or an antithesis, in characters.");
ABSL_FLAG(double, temperature, 0.7, "Sampling temperature of the writer.");
ABSL_FLAG(int64_t, max_tokens, 2048, "Maximum length of a reply, in tokens.");
ABSL_FLAG(int64_t, seed, 0, "Seed of the first reply; each further reply has the next one.");
ABSL_FLAG(std::string, out, "",
          "Constitution file to write, for a spec's constitutions; FILE.replies.jsonl keeps each reply as it comes, "
          "and none that is there is asked for again.");
ABSL_FLAG(std::string, model_dir, "", "Instead of an endpoint: a Hugging Face folder.");
ABSL_FLAG(std::string, device, "cpu", "With --model_dir: where it computes.");
ABSL_FLAG(std::string, replay, "", "Instead of an endpoint: a FILE.replies.jsonl. Asks nobody.");

namespace {

using ::base::UserPath;

absl::StatusOr<sami::WriterOptions> OptionsFromFlags() {
  sami::WriterOptions options;
  options.task = absl::GetFlag(FLAGS_task);
  if (options.task.empty() == absl::GetFlag(FLAGS_task_file).empty()) {
    return absl::InvalidArgumentError("give one of --task and --task_file");
  }
  if (options.task.empty()) {
    ASSIGN_OR_RETURN(options.task, base::ReadFile(UserPath(absl::GetFlag(FLAGS_task_file))));
  }
  options.count = absl::GetFlag(FLAGS_count);
  options.replies = absl::GetFlag(FLAGS_replies);
  options.limits.categories = absl::GetFlag(FLAGS_categories);
  options.limits.max_characters = absl::GetFlag(FLAGS_max_characters);
  options.temperature = absl::GetFlag(FLAGS_temperature);
  options.max_tokens = absl::GetFlag(FLAGS_max_tokens);
  options.seed = absl::GetFlag(FLAGS_seed);
  return options;
}

absl::StatusOr<std::unique_ptr<lm::ChatModel>> MakeModel(const lm::EndpointOptions& endpoint) {
  const std::string folder = absl::GetFlag(FLAGS_model_dir);
  if (!folder.empty()) {
    lm::LocalChatOptions options;
    options.device = absl::GetFlag(FLAGS_device);
    ASSIGN_OR_RETURN(const std::string found, lm::FindModelFolder(folder));
    return lm::LoadLocalChatModel(found, options);
  }
  return lm::Endpoint::Make(endpoint);
}

absl::Status Run() {
  const std::string out = absl::GetFlag(FLAGS_out), replay = absl::GetFlag(FLAGS_replay);
  if (out.empty()) return absl::InvalidArgumentError("--out=FILE is missing");
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFile(UserPath(out),
                                                       {UserPath(absl::GetFlag(FLAGS_task_file)), UserPath(replay),
                                                        UserPath(absl::GetFlag(FLAGS_model_dir))},
                                                       "\"antithesis\""),
                                 "--out"));
  if (lm::IsEndpointFlagGiven() + !absl::GetFlag(FLAGS_model_dir).empty() + !replay.empty() != 1) {
    return absl::InvalidArgumentError("give one of --endpoint, --model_dir and --replay");
  }
  ASSIGN_OR_RETURN(sami::WriterOptions options, OptionsFromFlags());
  ASSIGN_OR_RETURN(const lm::EndpointOptions endpoint, lm::EndpointOptionsFromFlags());
  if (!endpoint.extra.empty()) options.extra = endpoint.extra.dump();
  std::unique_ptr<lm::ChatModel> model;
  std::unique_ptr<lm::Recording> recording;
  if (replay.empty()) {
    ASSIGN_OR_RETURN(model, MakeModel(endpoint));
    ASSIGN_OR_RETURN(recording, lm::Recording::Open(absl::StrCat(UserPath(out), ".replies.jsonl"), model.get()));
  } else {
    ASSIGN_OR_RETURN(recording, lm::Recording::Replay(UserPath(replay), ""));
  }
  if (!recording->note().empty()) std::cerr << "note: " << recording->note() << "\n";
  recording->ShowProgress("principles", nullptr);
  std::vector<std::string> problems;
  ASSIGN_OR_RETURN(const auto principles, sami::WritePrinciples(options, *recording, &problems));
  for (const std::string& problem : problems) std::cerr << "a reply was not wholly usable: " << problem << "\n";
  RETURN_IF_ERROR(base::WriteFileAtomically(UserPath(out), sami::ConstitutionFile(principles)));
  std::cerr << principles.size() << " principles in " << UserPath(out) << "\n";
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(
      argc, argv,
      "Has an instruct model write principles and antitheses for a task.\n\n"
      "Usage: sami write-principles --task_file=task.txt --endpoint=http://localhost:8000/v1 --model=NAME\n"
      "         --out=principles.json\n"
      "       sami write-principles --task=TEXT --model_dir=DIR --out=principles.json\n\n"
      "The file is a constitution file, for a spec's constitutions.",
      Run);
}
