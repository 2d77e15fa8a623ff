// SAMI against DPO against SFT on MT-Bench's categories (arXiv 2410.01704, experiment 1).
#include "base/build_info.h"
#include "experiments/experiment_main.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "Runs SAMI, DPO and SFT on the eight categories of MT-Bench.\n\n"
      "Usage: bazel run //experiments:mtbench_vs_dpo -- [--spec=FILE] [--out=DIR] [--set field.path=value ...]\n\n"
      "Generates contrastive data, trains the arms, answers the test questions, judges every pair in both orders, and\n"
      "prints win rates with intervals: `sami run mtbench_vs_dpo`, under Bazel.",
      "experiments/mtbench_vs_dpo.textproto", base::CodeCommit());
}
