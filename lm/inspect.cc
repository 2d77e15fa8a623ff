// Tells what is in a model's folder, and what is wrong with it.
#include <cstdio>
#include <string>

#include "absl/flags/flag.h"
#include "base/main/main.h"
#include "base/status.h"
#include "lm/chat/text_inspection.h"
#include "lm/checkpoint/inspection.h"
#include "lm/checkpoint/model_places.h"

ABSL_FLAG(
    std::string, model_dir, "",
    "A Hugging Face folder: config.json, weights, tokenizer files; or an adapter's; or ORG/NAME in the local cache.");

namespace {

int Inspect(const base::Arguments& rest) {
  if (!rest.empty()) {
    return base::ReportAndExitCode(absl::InvalidArgumentError("a model's folder is named by --model_dir=DIR alone"));
  }
  if (absl::GetFlag(FLAGS_model_dir).empty()) {
    return base::ReportAndExitCode(absl::InvalidArgumentError("--model_dir: name a model's folder"));
  }
  const absl::StatusOr<std::string> folder = lm::FindModelFolder(absl::GetFlag(FLAGS_model_dir));
  if (!folder.ok()) return base::ReportAndExitCode(folder.status());
  lm::ModelInspection inspection = lm::InspectModel(*folder);
  const lm::TextInspection texts = lm::InspectTexts(*folder);
  inspection.problems.insert(inspection.problems.end(), texts.problems.begin(), texts.problems.end());
  std::fputs(lm::InspectionText(inspection, texts.lines).c_str(), stdout);
  return inspection.problems.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Tells a model folder's family, sizes, chat template, end tokens and problems.\n\n"
                       "Usage: sami inspect --model_dir=DIR\n\n"
                       "Exit code 0: there is no problem; 1: there is one.",
                       Inspect);
}
