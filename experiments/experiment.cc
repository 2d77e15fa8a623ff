// A shipped experiment as a program of its own (experiment.bzl): EXPERIMENT is its name.
#include "base/build_info.h"
#include "experiments/experiment_main.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "Runs the experiment " EXPERIMENT
      ": data, training, answers, verdicts, tables, report.\n\n"
      "Usage: bazel run //experiments:NAME -- [--size=embedded|small|paper] [--model=FOLDER] [--out=DIR]\n"
      "       [--set field.path=value ...] [--dry_run [--flops=4e14]] [--spec=FILE]\n\n"
      "It is `sami run " EXPERIMENT
      "`, under Bazel. A run that was stopped goes on when it is called again. The run's folder has\n"
      "report.html, tables, answers and models.",
      EXPERIMENT, base::CodeCommit());
}
