// sami run: any experiment, by its name or its spec's file.
#include "base/build_info.h"
#include "experiments/experiment_main.h"

int main(int argc, char** argv) {
  return experiments::ExperimentMain(
      argc, argv,
      "Runs an experiment: data, training, answers, verdicts, tables, report.\n\n"
      "Usage: sami run NAME [--out=DIR] [--set field.path=value ...]\n"
      "       sami run my.textproto [--dry_run [--flops=4e14] [--gpu_memory=80 [--gpus=auto]] [--gpu_price=2.5]]\n"
      "           [--print_spec] [--deployment=FILE]\n\n"
      "NAME is a shipped experiment; without one, the names are listed. A run that was stopped goes on when it is "
      "called\n"
      "again. The run's folder, runs/NAME-ID in the current folder, has report.html, tables, answers and models.",
      /*default_spec=*/"", base::CodeCommit());
}
