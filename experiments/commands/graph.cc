// sami graph: what a spec trains from what, and the stages that a run of it has.
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/program.h"
#include "base/status.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/named_spec.h"
#include "experiments/spec/spec_checks.h"
#include "experiments/spec/spec_io.h"

ABSL_FLAG(std::string, format, "text", "text, or dot for Graphviz: sami graph NAME --format=dot | dot -Tsvg");

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

constexpr char kUsage[] =
    "Shows an experiment's arms, parents, methods and stages as a tree.\n\n"
    "Usage: sami graph NAME|SPEC.textproto [--format=text|dot]\n\n"
    "An arm stands below the model that it is trained from; beside it are its method and its own stages, by the names\n"
    "that they have in a run's folder, stages/.";

// Of the base: is_arm is false.
std::vector<std::string> ModelStages(const ExperimentSpec& spec, const std::string& name, bool is_arm) {
  std::vector<std::string> stages;
  if (is_arm) stages = {"train_" + name, "tensorboard_" + name};
  if (spec.has_accuracy()) stages.push_back("attempts_" + name);
  if (spec.has_evaluation()) {
    stages.push_back("answers_" + name);
    if (spec.evaluation().mutual_information_queries() > 0) stages.push_back("information_" + name);
  }
  return stages;
}

std::vector<std::string> StagesAfter(const ExperimentSpec& spec) {
  std::vector<std::string> stages;
  if (spec.has_evaluation()) stages = {"judgments", "report"};
  if (spec.has_accuracy()) stages.push_back("accuracy");
  for (const Arm& arm : spec.arms()) {
    if (!arm.has_sami()) continue;
    stages.push_back("leak_audit_arms");
    break;
  }
  stages.push_back("page");
  return stages;
}

std::string DataLine(const ExperimentSpec& spec) {
  return absl::StrCat(spec.data().train_queries(), " queries x ", spec.data().constitutions_per_query(),
                      " constitutions, responses by ", spec.generator_model().folder());
}

std::vector<std::string> Comparisons(const EvaluationSpec& evaluation) {
  std::vector<std::string> pairs;
  for (const auto& one : evaluation.comparisons()) pairs.push_back(absl::StrCat(one.arm(), " vs ", one.baseline()));
  return pairs;
}

// The arms, children by their parent, in the order of training.
std::map<std::string, std::vector<const Arm*>> Children(const ExperimentSpec& spec) {
  std::map<std::string, std::vector<const Arm*>> children;
  for (const int index : TrainingOrder(spec)) children[spec.arms(index).parent()].push_back(&spec.arms(index));
  return children;
}

void AppendArms(const ExperimentSpec& spec, const std::map<std::string, std::vector<const Arm*>>& children,
                const std::string& parent, const std::string& indent, std::string* text) {
  const auto found = children.find(parent);
  if (found == children.end()) return;
  for (const Arm* arm : found->second) {
    const bool last = arm == found->second.back();
    absl::StrAppend(text, indent, last ? "└─ " : "├─ ", arm->name(), ": ", DescribeMethod(*arm).title, "; ",
                    absl::StrJoin(ModelStages(spec, arm->name(), true), ", "), "\n");
    AppendArms(spec, children, arm->name(), indent + (last ? "   " : "│  "), text);
  }
}

std::string Text(const ExperimentSpec& spec) {
  std::vector<std::string> before = {"data", "leak_audit"};
  if (spec.has_evaluation()) before.insert(before.begin(), "questions");
  std::string text = absl::StrCat(spec.name(), ": ", absl::StrJoin(before, ", "), "\n  data: ", DataLine(spec), "\n");
  const std::vector<std::string> base = ModelStages(spec, "base", false);
  absl::StrAppend(&text, "base: ", spec.base_model().folder(), base.empty() ? "" : "; ", absl::StrJoin(base, ", "),
                  "\n");
  AppendArms(spec, Children(spec), "base", "", &text);
  absl::StrAppend(&text, "then: ", absl::StrJoin(StagesAfter(spec), ", "), "\n");
  if (spec.has_evaluation()) {
    absl::StrAppend(&text, "  compared: ", absl::StrJoin(Comparisons(spec.evaluation()), ", "), "\n");
  }
  return text;
}

// Names are letters, digits, '-' and '_', and "x:" is none of them. A folder may be anything.
std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) absl::StrAppend(&quoted, c == '"' || c == '\\' ? "\\" : "", std::string(1, c));
  return quoted + "\"";
}

std::string Dot(const ExperimentSpec& spec) {
  std::string dot = absl::StrCat(
      "digraph ", Quoted(spec.name()), " {\n  \"x:data\" [shape=note label=", Quoted("data: " + DataLine(spec)),
      "];\n  \"base\" [shape=box label=", Quoted("base: " + spec.base_model().folder()), "];\n");
  for (const int index : TrainingOrder(spec)) {
    const Arm& arm = spec.arms(index);
    absl::StrAppend(&dot, "  ", Quoted(arm.name()),
                    " [shape=box label=", Quoted(arm.name() + ": " + DescribeMethod(arm).title), "];\n  ",
                    Quoted(arm.parent()), " -> ", Quoted(arm.name()), ";\n  \"x:data\" -> ", Quoted(arm.name()),
                    " [style=dotted];\n");
  }
  for (const auto& one : spec.evaluation().comparisons()) {
    absl::StrAppend(&dot, "  ", Quoted(one.arm()), " -> ", Quoted(one.baseline()),
                    " [style=dashed constraint=false label=\"vs\"];\n");
  }
  return dot + "}\n";
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("\"", arguments[1], "\": show one spec at a time"));
  }
  const std::string format = absl::GetFlag(FLAGS_format);
  if (format != "text" && format != "dot") {
    return absl::InvalidArgumentError(absl::StrCat("--format: \"", format, "\" is neither text nor dot"));
  }
  ASSIGN_OR_RETURN(const std::string path, FindSpec(arguments.empty() ? "" : arguments[0]));
  ASSIGN_OR_RETURN(const ExperimentSpec spec, LoadSpec(path));
  std::fputs((format == "dot" ? Dot(spec) : Text(spec)).c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::ReportAndExitCode(experiments::Main(base::InitProgram(argc, argv, experiments::kUsage)));
}
