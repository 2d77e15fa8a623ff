// SAMI against SFT on word problems with known answers (arXiv 2410.01704, experiment 2).
#include "experiments/experiment_main.h"
#include "experiments/run/build_info.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "SAMI, SFT and SFT+SAMI on arithmetic word problems: generates contrastive data, filters it, trains the arms,\n"
      "samples 1 and 32 attempts at the test questions, and prints accuracies with intervals.\n"
      "Usage: bazel run //experiments:gsm8k_vs_sft -- [--spec=FILE] [--out=DIR] [--set field.path=value ...]",
      "experiments/gsm8k_vs_sft.textproto", experiments::CodeCommit());
}
