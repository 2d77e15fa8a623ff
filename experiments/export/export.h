// Exports: an experiment's graph as files for engines that run jobs, Snakemake and Slurm.
//
// Their jobs run this program on the same spec with --node, over one store and one run folder; a job's mark of being
// done is its stage's record in the run folder (run/layout.h), which is written last. So an engine that is killed is
// started again, and what another run computes at the same time is waited for (run/store.h).
#ifndef EXPERIMENTS_EXPORT_EXPORT_H_
#define EXPERIMENTS_EXPORT_EXPORT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "experiments/plan/stage_resources.h"
#include "experiments/run/stage.h"
#include "experiments/spec/deployment.pb.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// A stage of the graph.
struct ExportNode {
  std::string name, kind;
  std::vector<std::string> needs;  // names of nodes before it
  StageResources resources;
  // Where a server is asked: who, "judge gpt4o", and where the key is, "the environment variable JUDGE_KEY"; never the
  // key. Empty: none.
  std::string server, key;
};

struct Export {
  std::string name;            // of the experiment
  std::string program, store;  // absolute paths
  std::string speed;           // by which hours were counted, for people
  int threads = 1;             // of stages that compute
  sami_harness::ExperimentSpec spec;
  sami_harness::Deployment deployment;
  std::vector<ExportNode> nodes;  // each after those that it needs
};

struct ExportFile {
  std::string path;  // in the export's folder
  std::string content;
  bool is_program = false;
};

// Names in an export's folder.
inline constexpr char kExportSpec[] = "spec.textproto";              // the canonical spec
inline constexpr char kExportDeployment[] = "deployment.textproto";  // as it was given
inline constexpr char kExportRun[] = "run";                          // the run's folder

// The graph with what its stages ask of machines. `spec` must be canonical. Paths of input files and keys' files that
// are here become absolute: jobs run in the export's folder. kInvalidArgument for a judge's prompts in a file that is
// named relative to the current folder: the path is part of the run's id.
absl::StatusOr<Export> MakeExport(const sami_harness::ExperimentSpec& spec, const sami_harness::Deployment& deployment,
                                  const std::vector<PlannedStage>& plan, const AskedSets& asked,
                                  const ResourceOptions& options);

// Snakefile, and profiles/default with the settings that it needs.
std::vector<ExportFile> SnakemakeFiles(const Export& exported);

// submit.sh, which calls sbatch, and a script a job in jobs/: stages of one kind that do not need one another are one
// job's array.
std::vector<ExportFile> SlurmFiles(const Export& exported);

// The files of a format, "snakemake" or "slurm", with spec and deployment. kInvalidArgument for another format.
absl::StatusOr<std::vector<ExportFile>> ExportFiles(const Export& exported, absl::string_view format);

// Creates the folder. kFailedPrecondition where it holds something else than an export.
absl::Status CheckExportFolder(const std::string& folder);
absl::Status WriteExport(const std::vector<ExportFile>& files, const std::string& folder);

// For people: what was written, how it is run, which stages ask which servers and where their keys must be.
std::string DescribeExport(const Export& exported, absl::string_view format, const std::string& folder);

// What the program's command line says of every job, in a shell's words, without threads and node.
std::string JobFlags(const Export& exported);

// Minutes that a job may take: the estimate's hours times what hardware does not reach of its speed, at least
// kLeastMinutes. 0: not known.
inline constexpr int kSlack = 4, kLeastMinutes = 10;
int Minutes(const StageResources& resources);

// A line a server: its name, its stages, and where its key must be.
std::vector<std::string> ServerLines(const Export& exported);

// A word for a shell.
std::string ShellWord(const std::string& text);

}  // namespace experiments

#endif  // EXPERIMENTS_EXPORT_EXPORT_H_
