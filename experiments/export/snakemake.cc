#include <cmath>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/jsonl.h"
#include "experiments/export/export.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

constexpr char kHead[] = R"(#
#   snakemake -j 2                # here, on two cores; the same command goes on after any end
#   snakemake -j 100 --executor slurm --default-resources slurm_account=ACCOUNT slurm_partition=PARTITION
#
# A rule runs the program for its stage. What that computes lies in the store, which must be the same for all machines;
# the rule's output is the stage's record in the run's folder, which is written last: whole or absent. profiles/default
# tells Snakemake so.
#
# threads, mem_mb, runtime (minutes) and gpu are the dry run's estimates: memory for the longest texts, and hours of
# arithmetic at %s,
# which hardware does not reach: SLACK times that, LEAST minutes at least, and more at each of --retries.
)";

// What follows the imports and the constants.
constexpr char kFunctions[] = R"(FLAGS = " %s"
# What starts a training's processes, whose bytes are those of one (docs/processes.md).
STARTER = config.get("starter", "torchrun --no-python --standalone --nproc_per_node")


def sami(flags, processes=1):
    words = [PROGRAM, "--store=" + STORE]
    command = " ".join(shlex.quote(word) for word in words).replace("{", "{{").replace("}", "}}")
    if processes > 1:
        command = STARTER + f" {processes} " + command
    threads = "{threads}" if processes == 1 else str(THREADS)
    return command + FLAGS + " --threads=" + threads + " " + flags + " 2> {log}"


def minutes(hours):
    return lambda wildcards, attempt: attempt * max(LEAST, ceil(60 * SLACK * hours))
)";

std::string Quoted(const std::string& text) { return base::OrderedJson(text).dump(); }

// A Python name for each node: its own, with "_" for what names cannot have, and a number where that is taken.
std::map<std::string, std::string> RuleNames(const Export& exported) {
  std::map<std::string, std::string> names;
  std::set<std::string> taken = {"all", "run"};
  for (const ExportNode& node : exported.nodes) {
    std::string name = node.name;
    for (char& c : name) c = absl::ascii_isalnum(c) ? c : '_';
    std::string free = name;
    for (int i = 2; !taken.insert(free).second; ++i) free = absl::StrCat(name, "_", i);
    names[node.name] = free;
  }
  return names;
}

std::string Mark(const std::string& node) { return absl::StrCat(kExportRun, "/", StageFile(node)); }

// The resource of which a judge's rules have one and Snakemake gives one out: they would wait for each other.
std::string TurnOf(const ExportNode& node) {
  std::string name = node.resources.use.judge;
  for (char& c : name) c = absl::ascii_isalnum(c) ? c : '_';
  return name.empty() ? "" : absl::StrCat("judge_", name);
}

std::string Resources(const ExportNode& node) {
  const StageResources& resources = node.resources;
  const std::string threads = !resources.use.Computes() ? "1" : "THREADS";
  const std::string times = resources.processes > 1 ? absl::StrCat(" * ", resources.processes) : "";
  std::string text = absl::StrCat("    threads: ", threads, times, "\n    resources:\n");
  if (resources.bytes > 0) {
    absl::StrAppendFormat(&text, "        mem_mb=%.0f%s,\n", std::ceil(resources.bytes / 1e6), times);
  }
  if (Minutes(resources) > 0) absl::StrAppendFormat(&text, "        runtime=minutes(%.4g),\n", resources.hours);
  if (resources.devices > 0) absl::StrAppend(&text, "        gpu=", resources.devices, ",\n");
  if (!TurnOf(node).empty()) absl::StrAppend(&text, "        ", TurnOf(node), "=1,\n");
  return text;
}

// What cannot be said to Snakemake.
std::string Comments(const ExportNode& node) {
  std::string text;
  const StageResources& resources = node.resources;
  if (resources.device_bytes > 0) {
    absl::StrAppendFormat(&text, "# %.3g GB of the device's memory\n", resources.device_bytes / 1e9);
  }
  if (!node.server.empty()) {
    absl::StrAppend(&text, "# asks ", node.server, node.key.empty() ? "" : ", whose key is in ", node.key,
                    "; its time is the server's\n");
  } else if (Minutes(resources) == 0) {
    absl::StrAppend(&text, "# its time is not known\n");
  }
  return text;
}

std::string Rule(const ExportNode& node, const std::string& rule) {
  std::string text = absl::StrCat("\n\n", Comments(node), "rule ", rule, ":\n");
  if (!node.needs.empty()) absl::StrAppend(&text, "    input:\n");
  for (const std::string& need : node.needs) absl::StrAppend(&text, "        ancient(", Quoted(Mark(need)), "),\n");
  return absl::StrCat(text, "    output:\n        ", Quoted(Mark(node.name)), ",\n    log:\n        ",
                      Quoted(absl::StrCat("logs/", node.name, ".txt")), ",\n", Resources(node),
                      "    shell:\n        sami(", Quoted("--node=" + node.name),
                      node.resources.processes > 1 ? absl::StrCat(", processes=", node.resources.processes) : "",
                      ")\n");
}

std::string Header(const Export& exported) {
  std::string text = absl::StrCat("# Experiment ", exported.name, " for Snakemake, 8.30 or later: a rule a stage.\n");
  absl::StrAppendFormat(&text, kHead, exported.speed);
  const std::vector<std::string> servers = ServerLines(exported);
  if (!servers.empty()) {
    absl::StrAppend(&text,
                    "#\n# Servers are asked by these rules. Keys are in none of these files: they must be where the ",
                    "rules run. Snakemake's\n# envvars, too, would write them down.\n");
    for (const std::string& line : servers) absl::StrAppend(&text, "#   ", line, "\n");
  }
  absl::StrAppend(&text, "import shlex\nfrom math import ceil\n\nfrom snakemake.utils import min_version\n\n",
                  "min_version(\"8.30\")\n\n\nworkdir: workflow.basedir\n\n\n");
  absl::StrAppend(&text, "PROGRAM = config.get(\"program\", ", Quoted(exported.program), ")\n");
  absl::StrAppend(&text, "STORE = config.get(\"store\", ", Quoted(exported.store), ")\n");
  absl::StrAppend(&text, "THREADS = int(config.get(\"threads\", ", exported.threads, "))\n");
  absl::StrAppend(&text, "SLACK = float(config.get(\"slack\", ", kSlack, "))\nLEAST = ", kLeastMinutes, "\n");
  return absl::StrCat(text, absl::StrFormat(kFunctions, JobFlags(exported)));
}

// The rules that need no machine of their own, so that no job waits in a queue for a second's work.
std::string LocalRules(const Export& exported, const std::map<std::string, std::string>& names) {
  std::string text =
      "\n\n# Seconds each, on one core: they run where Snakemake does. Without these lines they are jobs, "
      "too.\nlocalrules:\n    all,\n    run,\n";
  for (const ExportNode& node : exported.nodes) {
    if (node.resources.IsLight()) absl::StrAppend(&text, "    ", names.at(node.name), ",\n");
  }
  return text;
}

// Tables, claims and report are stages; what is left is the run's own record, and to say what it claims.
std::string LastRules(const Export& exported) {
  std::string text = "\n\nrule run:\n    input:\n";
  for (const ExportNode& node : exported.nodes)
    absl::StrAppend(&text, "        ancient(", Quoted(Mark(node.name)), "),\n");
  return absl::StrCat(text, "    output:\n        ", Quoted(absl::StrCat(kExportRun, "/", kRecordFile)),
                      ",\n    log:\n        \"logs/run.txt\",\n    threads: 1\n    resources:\n        mem_mb=1000,\n",
                      "        runtime=LEAST,\n    shell:\n        sami(\"\")\n");
}

std::string Profile(const Export& exported) {
  std::string text =
      "# Snakemake reads this beside the Snakefile. Outputs are written whole by their programs, and two Snakemakes "
      "may run\n"
      "# at once, so that nothing is locked or taken for a half; a changed estimate computes nothing again.\n"
      "nolock: true\nignore-incomplete: true\nrerun-triggers: [mtime]\nshow-failed-logs: true\nlatency-wait: 60\n";
  std::set<std::string> turns;
  for (const ExportNode& node : exported.nodes) {
    if (!TurnOf(node).empty()) turns.insert(absl::StrCat("\"", TurnOf(node), "=1\""));
  }
  if (!turns.empty()) {
    absl::StrAppend(&text, "# The rules of one judge add to one recording.\nresources: [", absl::StrJoin(turns, ", "),
                    "]\n");
  }
  return text;
}

}  // namespace

std::vector<ExportFile> SnakemakeFiles(const Export& exported) {
  const std::map<std::string, std::string> names = RuleNames(exported);
  std::string text = absl::StrCat(Header(exported), LocalRules(exported, names), "\n\nrule all:\n    input:\n        ",
                                  Quoted(absl::StrCat(kExportRun, "/", kRecordFile)), ",\n");
  for (const ExportNode& node : exported.nodes) absl::StrAppend(&text, Rule(node, names.at(node.name)));
  return {{"Snakefile", absl::StrCat(text, LastRules(exported))}, {"profiles/default/config.yaml", Profile(exported)}};
}

}  // namespace experiments
