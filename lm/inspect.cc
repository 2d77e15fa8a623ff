// Tells what is in a model's folder, and what is wrong with it.
#include <cstdio>
#include <string>

#include "absl/flags/flag.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/checkpoint/inspection.h"

ABSL_FLAG(std::string, model_dir, "", "A Hugging Face folder: config.json, weights, tokenizer files.");

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Tells a model folder's family, parameters, bytes and problems.\n\n"
                    "Usage: sami inspect --model_dir=DIR\n\n"
                    "Exit code 0: there is no problem; 1: there is one.");
  if (absl::GetFlag(FLAGS_model_dir).empty()) {
    return base::ReportAndExitCode(absl::InvalidArgumentError("--model_dir: name a model's folder"));
  }
  const lm::ModelInspection inspection = lm::InspectModel(base::UserPath(absl::GetFlag(FLAGS_model_dir)));
  std::fputs(lm::InspectionText(inspection).c_str(), stdout);
  return inspection.problems.empty() ? 0 : 1;
}
