#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/export/export.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

// Slurm's default for MaxArraySize is 1001, of which the numbers are below.
constexpr int kMostTasks = 1000;

// One call of sbatch: tasks that do not need one another, with what the largest of them needs.
struct Job {
  std::string name;                             // "03-train"
  std::vector<std::vector<std::string>> tasks;  // nodes that each computes, one after the other
  std::set<std::string> needs;                  // names of jobs
  StageResources resources;
  std::set<std::string> servers;
};

// Of the longest way from a node that needs none. Nodes of equal depth do not need one another.
std::map<std::string, int> Depths(const Export& exported) {
  std::map<std::string, int> depths;
  for (const ExportNode& node : exported.nodes) {
    int& depth = depths[node.name];
    for (const std::string& need : node.needs) depth = std::max(depth, depths.at(need) + 1);
  }
  return depths;
}

// What nodes of a depth are one job by. Light ones are together, and those of one judge's recording, whose tasks would
// wait for each other.
std::string GroupOf(const ExportNode& node) {
  if (node.resources.IsLight()) return "light";
  const std::string& judge = node.resources.use.judge;
  if (!judge.empty()) return absl::StrCat(node.kind, "-", judge);
  return absl::StrCat(node.kind, node.resources.use.AsksServer() ? "-server" : "");
}

void Add(const ExportNode& node, Job* job) {
  const bool is_one_task = node.resources.IsLight() || !node.resources.use.judge.empty();
  if (job->tasks.empty() || !is_one_task) job->tasks.emplace_back();
  job->tasks.back().push_back(node.name);
  StageResources& all = job->resources;
  const StageResources& own = node.resources;
  const bool is_first = job->tasks.size() == 1 && job->tasks[0].size() == 1;
  if (is_first) {
    all = own;
  } else {
    // What is not known of one is not known of all.
    all.hours = all.hours == 0 || own.hours == 0 ? 0 : std::max(all.hours, own.hours);
    all.bytes = all.bytes == 0 || own.bytes == 0 ? 0 : std::max(all.bytes, own.bytes);
    all.device_bytes = std::max(all.device_bytes, own.device_bytes);
    all.processes = std::max(all.processes, own.processes);
    all.threads = std::max(all.threads, own.threads);
    all.devices = std::max(all.devices, own.devices);
  }
  if (!node.server.empty()) {
    job->servers.insert(absl::StrCat(node.server, node.key.empty() ? "" : ", whose key is in ", node.key));
  }
}

// In an order in which each comes after those that it needs.
std::vector<Job> JobsOf(const Export& exported) {
  const std::map<std::string, int> depths = Depths(exported);
  std::map<std::pair<int, std::string>, std::vector<const ExportNode*>> groups;
  for (const ExportNode& node : exported.nodes) groups[{depths.at(node.name), GroupOf(node)}].push_back(&node);
  std::vector<Job> jobs;
  std::map<std::string, std::string> job_of;  // node -> job
  for (const auto& [key, nodes] : groups) {
    Job job;
    for (const ExportNode* node : nodes) {
      if (job.tasks.empty() || job.tasks.size() == kMostTasks) {
        if (!job.tasks.empty()) jobs.push_back(std::move(job));
        job = Job();
        job.name = absl::StrFormat("%02d-%s", jobs.size() + 1, key.second);
      }
      Add(*node, &job);
      job_of[node->name] = job.name;
      for (const std::string& need : node->needs) job.needs.insert(job_of.at(need));
    }
    jobs.push_back(std::move(job));
  }
  Job last;  // the run's own record, and to say what it claims
  last.name = absl::StrFormat("%02d-run", jobs.size() + 1);
  last.resources = LightStage();
  for (const Job& job : jobs) last.needs.insert(job.name);
  jobs.push_back(std::move(last));
  return jobs;
}

std::string Directives(const Export& exported, const Job& job) {
  const StageResources& resources = job.resources;
  std::string text =
      absl::StrCat("#SBATCH --job-name=", exported.name, "-", job.name, "\n#SBATCH --output=logs/", job.name,
                   job.tasks.empty() ? "-%j" : "-%A_%a", ".txt\n#SBATCH --ntasks=", resources.processes,
                   "\n#SBATCH --cpus-per-task=", resources.threads, "\n");
  if (resources.bytes > 0) {
    // Of several processes Slurm chooses the machines, and a machine's memory is a matter of how many it has.
    const bool is_one = resources.processes == 1;
    absl::StrAppendFormat(&text, "#SBATCH --mem%s=%.0fM\n", is_one ? "" : "-per-cpu",
                          std::ceil(resources.bytes / (is_one ? 1 : resources.threads) / (1 << 20)));
  }
  // A task of several nodes computes them one after the other.
  if (Minutes(resources) > 0) absl::StrAppend(&text, "#SBATCH --time=", Minutes(resources), "\n");
  if (resources.devices == 1) absl::StrAppend(&text, "#SBATCH --gres=gpu:1\n");
  if (resources.devices > 1) absl::StrAppend(&text, "#SBATCH --gpus-per-task=1\n");
  return text;
}

std::string Comments(const Export& exported, const Job& job) {
  std::string text =
      absl::StrCat("# Estimates of the dry run, for the largest task: memory for the longest texts; minutes ",
                   "of arithmetic at\n# ", exported.speed, ", times ", kSlack, ".\n");
  if (job.resources.device_bytes > 0) {
    absl::StrAppendFormat(&text, "# It has %.3g GB of the device's memory.\n", job.resources.device_bytes / 1e9);
  }
  if (!job.resources.IsLight() && Minutes(job.resources) == 0) absl::StrAppend(&text, "# Its time is not known.\n");
  for (const std::string& server : job.servers) absl::StrAppend(&text, "# Asks ", server, ".\n");
  return text;
}

// Of several processes srun starts each (docs/processes.md).
std::string Program(const Export& exported, const Job& job) {
  return absl::StrCat("exec ", job.resources.processes > 1 ? "srun " : "", ShellWord(exported.program),
                      " --store=", ShellWord(exported.store), " ", JobFlags(exported),
                      " --threads=\"${SLURM_CPUS_PER_TASK:-1}\"");
}

std::string JobScript(const Export& exported, const Job& job) {
  std::string text =
      absl::StrCat("#!/bin/bash\n", Directives(exported, job), Comments(exported, job), "set -euo pipefail\n");
  if (job.tasks.empty()) return absl::StrCat(text, Program(exported, job), "\n");
  absl::StrAppend(&text, "tasks=(\n");
  for (const auto& nodes : job.tasks) absl::StrAppend(&text, "  \"", absl::StrJoin(nodes, ","), "\"\n");
  return absl::StrCat(text, ")\n", Program(exported, job), " --node=\"${tasks[$SLURM_ARRAY_TASK_ID]}\"\n");
}

constexpr char kSubmit[] = R"sh(#!/bin/bash
# Experiment %s for Slurm: hands its jobs in, with what each has to wait for.
#
#   ./submit.sh [flags of sbatch, such as --partition=PARTITION --account=ACCOUNT]
#
# A task whose stages have their records in the run's folder is not handed in again: after any end the same command
# goes on. The store must be the same for all machines.
%sset -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
mkdir -p logs
declare -A ids=()
options=("$@")

is_done() {  # NODE,NODE,...
  local node
  for node in ${1//,/ }; do
    [[ -e %s/stages/$node.textproto ]] || return 1
  done
}

# submit JOB "JOBS THAT IT NEEDS" TASK...: an array of the tasks that are not done; without tasks a single job.
submit() {
  local job=$1 needs=$2 need after="" numbers="" number=0 flags=(--parsable)
  shift 2
  local is_array=$#
  while (($#)); do
    is_done "$1" || numbers+=,$number
    number=$((number + 1))
    shift
  done
  if ((is_array)) && [[ -z $numbers ]]; then
    return 0
  fi
  for need in $needs; do
    [[ -z ${ids[$need]-} ]] || after+=:${ids[$need]}
  done
  [[ -z $after ]] || flags+=("--dependency=afterok$after" --kill-on-invalid-dep=yes)
  [[ -z $numbers ]] || flags+=("--array=${numbers#,}")
  ids[$job]=$(sbatch "${flags[@]}" "${options[@]}" "jobs/$job.sh")
  ids[$job]=${ids[$job]%%%%;*}
  echo "$job: ${ids[$job]}"
}

)sh";

std::string SubmitScript(const Export& exported, const std::vector<Job>& jobs) {
  std::string servers;
  for (const std::string& line : ServerLines(exported)) absl::StrAppend(&servers, "#   ", line, "\n");
  if (!servers.empty()) {
    servers = absl::StrCat(
        "#\n# Servers are asked by these stages. Keys are in none of these files: they must be where the "
        "jobs run, as sbatch's\n# --export, by default, takes them along from here.\n",
        servers);
  }
  std::string text = absl::StrFormat(kSubmit, exported.name, servers, kExportRun);
  for (const Job& job : jobs) {
    absl::StrAppend(&text, "submit ", job.name, " \"", absl::StrJoin(job.needs, " "), "\"");
    for (const auto& nodes : job.tasks) absl::StrAppend(&text, " \\\n  ", absl::StrJoin(nodes, ","));
    absl::StrAppend(&text, "\n");
  }
  return text;
}

}  // namespace

std::vector<ExportFile> SlurmFiles(const Export& exported) {
  const std::vector<Job> jobs = JobsOf(exported);
  std::vector<ExportFile> files = {{"submit.sh", SubmitScript(exported, jobs), /*is_program=*/true}};
  for (const Job& job : jobs) files.push_back({absl::StrCat("jobs/", job.name, ".sh"), JobScript(exported, job), true});
  return files;
}

}  // namespace experiments
