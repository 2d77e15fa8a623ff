// SAMI against DPO against SFT on MT-Bench's categories (arXiv 2410.01704, experiment 1).
#include "experiments/experiment_main.h"
#include "experiments/run/build_info.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "SAMI, DPO and SFT on the eight categories of MT-Bench: generates contrastive data, trains the arms, answers "
      "the\n"
      "test questions, judges every pair in both orders, and prints win rates with intervals.\n"
      "Usage: bazel run //experiments:mtbench_vs_dpo -- [--spec=FILE] [--out=DIR] [--set field.path=value ...]",
      "experiments/mtbench_vs_dpo.textproto", experiments::CodeCommit());
}
