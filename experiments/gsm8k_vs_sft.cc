// SAMI against SFT on word problems with known answers (arXiv 2410.01704, experiment 2).
#include "base/build_info.h"
#include "experiments/experiment_main.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "Runs SAMI, SFT and SFT+SAMI on arithmetic word problems.\n\n"
      "Usage: bazel run //experiments:gsm8k_vs_sft -- [--spec=FILE] [--out=DIR] [--set field.path=value ...]\n\n"
      "Generates contrastive data, filters it, trains the arms, samples 1 and 32 attempts at the test questions, and\n"
      "prints accuracies with intervals: `sami run gsm8k_vs_sft`, under Bazel.",
      "experiments/gsm8k_vs_sft.textproto", base::CodeCommit());
}
