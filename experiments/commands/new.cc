// sami new: a spec of one's own, from five answers or from another experiment.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/queries/queries.h"
#include "datasets/sources/find_input.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/spec/named/named_spec.h"
#include "experiments/spec/spec_io.h"
#include "lm/chat/chat_format.h"

ABSL_FLAG(std::string, model, "",
          "The model to train: a Hugging Face folder, or a name of the hub's that is downloaded.");
ABSL_FLAG(std::string, queries, "", "What to ask: JSON Lines of {\"query\": ...}.");
ABSL_FLAG(std::string, principles, "", "The principles: lines of \"Be brief. | Be long.\", or JSON.");
ABSL_FLAG(std::string, methods, "", "Of sami, sft and dpo, those to compare: \"sami,sft\". Default: sami.");
ABSL_FLAG(std::string, judge, "",
          "Who judges the answers: the folder of a model, endpoint:NAME for a model of a server, or none, the default: "
          "the bound on I(Y; C | X) alone.");
ABSL_FLAG(std::string, from, "", "A shipped experiment or a spec file to start from, instead of answers.");
ABSL_FLAG(std::string, out, "", "The file to write; it must not exist. Default: NAME.textproto in the current folder.");

namespace experiments {
namespace {

constexpr char kUsage[] =
    "Writes a new spec file, from five answers or from another experiment.\n\n"
    "Usage: sami new NAME [--model=DIR --queries=FILE --principles=FILE [--methods=sami,sft] [--judge=DIR]]\n"
    "       sami new NAME --from=mtbench_vs_dpo\n\n"
    "Without flags it asks. The spec trains every method on the model's own responses to the queries, of which a "
    "fifth\n"
    "is kept for the evaluation, and has comments: docs/quickstart.md goes on from here. Then\n"
    "`sami check NAME.textproto`, `sami run NAME.textproto`.";

struct Answers {
  std::string model, queries, principles, methods, judge;
  bool chat = false;  // whether the model has a chat template
};

// The flag, or what the user says, or what is usual. Asks only where somebody can answer.
std::string Answer(const std::string& flag, const std::string& question, const std::string& usual) {
  if (!flag.empty() || isatty(STDIN_FILENO) == 0) return flag.empty() ? usual : flag;
  std::fprintf(stderr, "%s%s ", question.c_str(), usual.empty() ? "" : absl::StrCat(" [", usual, "]").c_str());
  std::string line;
  std::getline(std::cin, line);
  line = std::string(absl::StripAsciiWhitespace(line));
  return line.empty() ? usual : line;
}

absl::StatusOr<Answers> Ask() {
  Answers answers;
  answers.model = Answer(absl::GetFlag(FLAGS_model), "Folder of the model to train?", "");
  answers.queries = Answer(absl::GetFlag(FLAGS_queries), "File of queries (JSON Lines)?", "");
  answers.principles = Answer(absl::GetFlag(FLAGS_principles), "File of principles (\"Be brief. | Be long.\")?", "");
  for (const auto& [flag, value] : {std::pair("model", answers.model), std::pair("queries", answers.queries),
                                    std::pair("principles", answers.principles)}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat("--", flag, " is missing (or --from)"));
  }
  sami_harness::Model model;
  model.set_name("base");
  model.set_folder(answers.model);
  ASSIGN_OR_RETURN(const std::string folder, FindFolder(model));
  answers.chat = lm::HasChatTemplate(folder);
  answers.methods = Answer(absl::GetFlag(FLAGS_methods), "Methods, of sami, sft, dpo?", "sami");
  answers.judge = Answer(absl::GetFlag(FLAGS_judge), "Who judges: a model's folder, endpoint:NAME, or none?", "none");
  return answers;
}

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) absl::StrAppend(&quoted, c == '"' || c == '\\' ? "\\" : "", std::string(1, c));
  return quoted + "\"";
}

// What a user says.
constexpr char kPrompts[] =
    "prompts { name: \"said\" with_constitution: \"{query}\\n\\nFollow these principles:\\n{constitution}\" }\n";
constexpr char kAskSo[] = " prompts: \"said\"";

constexpr char kTraining[] = "training { optimizer { learning_rate: 1e-4 } batch_size: 16 microbatch_size: 4 }";

absl::StatusOr<std::string> ArmsText(const std::string& methods, std::vector<std::string>* names) {
  std::string text;
  for (const absl::string_view method : absl::StrSplit(methods, ',', absl::SkipWhitespace())) {
    const std::string name(absl::StripAsciiWhitespace(method));
    if (name != "sami" && name != "sft" && name != "dpo") {
      return absl::InvalidArgumentError(absl::StrCat("--methods: \"", name, "\" is none of sami, sft, dpo"));
    }
    names->push_back(name);
    absl::StrAppend(&text, "arms { name: \"", name, "\" parent: \"base\" data: \"contrast\" ", name, " { ", kTraining,
                    " } }\n");
  }
  if (names->empty()) return absl::InvalidArgumentError("--methods names none of sami, sft, dpo");
  return text;
}

std::string EvaluationText(const std::string& judge, const char* prompts, const std::vector<std::string>& arms) {
  constexpr absl::string_view kEndpoint = "endpoint:";
  std::string text;
  const bool is_endpoint = absl::StartsWith(judge, kEndpoint);
  const std::string source = is_endpoint
                                 ? absl::StrCat("endpoint { model: ", Quoted(judge.substr(kEndpoint.size())), " }")
                                 : absl::StrCat("local { folder: ", Quoted(judge), " labels: true }");
  if (is_endpoint) {
    absl::StrAppend(
        &text, "# Where the judge's server is stands in a deployment file, --deployment=FILE:\n",
        "#   judge_access { judge: \"judge\" access { base_url: \"https://HOST/v1\" key_variable: \"KEY\" } }\n");
  }
  absl::StrAppend(&text, "evaluations {\n  name: \"asked\" queries: \"asked\" constitutions: \"principles\"", prompts,
                  "\n  settings: [POSITIVE, STEERING]  # every principle asked for; each or its antithesis\n",
                  "  language_model_judges { name: \"judge\" judge { ", source, " principles: true } }\n");
  for (const std::string& arm : arms) {
    absl::StrAppend(&text, "  comparisons { arm: \"", arm, "\" baseline: \"base\" }\n");
  }
  return text + "  sampling { temperature: 0 max_new_tokens: 128 }\n}\n";
}

absl::StatusOr<std::string> SpecText(const std::string& name, const Answers& answers) {
  ASSIGN_OR_RETURN(const std::string queries_path, datasets::FindInput("--queries", answers.queries));
  datasets::Notes notes;
  ASSIGN_OR_RETURN(const auto queries, datasets::ReadQueries(queries_path, notes));
  if (queries.size() < 2) {
    return absl::InvalidArgumentError(absl::StrCat(queries_path, ": one query cannot be both trained on and asked"));
  }
  ASSIGN_OR_RETURN(const std::string principles_path, datasets::FindInput("--principles", answers.principles));
  ASSIGN_OR_RETURN(const auto principles, datasets::ReadPrinciples(principles_path));
  const size_t asked = std::max<size_t>(1, queries.size() / 5), each = std::min<size_t>(2, principles.size());
  const char* prompts = answers.chat ? kAskSo : "";
  std::vector<std::string> arms;
  ASSIGN_OR_RETURN(const std::string arms_text, ArmsText(answers.methods, &arms));
  std::string text = absl::StrCat(
      "# proto-file: experiments/spec/spec.proto\n# proto-message: sami_harness.ExperimentSpec\n#\n# ", queries.size(),
      " queries of ", answers.queries, ", a fifth of them kept for the evaluation; ", principles.size(),
      " principles. docs/specs.md has the fields.\nname: ", Quoted(name),
      "\nmodels { name: \"base\" folder: ", Quoted(answers.model),
      answers.chat ? " chat {} }  # asked in conversation, by its chat template" : " }",
      "\nqueries { name: \"train\" jsonl { file: ", Quoted(answers.queries), " } shuffle_seed: 1 skip: ", asked,
      " }\nqueries { name: \"asked\" jsonl { file: ", Quoted(answers.queries), " } shuffle_seed: 1 take: ", asked,
      " }\nconstitutions { name: \"principles\" file: ", Quoted(answers.principles),
      " principles_per_constitution: ", each, " }\n", answers.chat ? kPrompts : "",
      "# The model's own responses, to each query under ", each == 1 ? 2 : 4,
      " constitutions.\ndata {\n  name: \"contrast\" queries: \"train\" constitutions: \"principles\"", prompts,
      " generator: \"base\"\n", "  constitutions_per_query: ", each == 1 ? 2 : 4,
      "\n  sampling { temperature: 1 max_new_tokens: 128 }\n  filters { unfinished: true equal_responses: false }\n}\n",
      "arms { name: \"base\" model: \"base\" }  # asked as it is\n", arms_text);
  if (answers.judge != "none") absl::StrAppend(&text, EvaluationText(answers.judge, prompts, arms));
  absl::StrAppend(&text,
                  "# How much of the constitution each arm's responses tell, in nats, exactly.\ninformation { name: "
                  "\"asked\" queries: ",
                  "\"asked\" constitutions: \"principles\"", prompts, " constitutions_per_query: ", each == 1 ? 2 : 4,
                  "\n");
  for (const std::string& arm : arms) {
    absl::StrAppend(&text, "  comparisons { arm: \"", arm, "\" baseline: \"base\" }\n");
  }
  text += "}\n";
  return text;
}

// The text of another spec with another name in its first line "name: ..." at the left margin.
absl::StatusOr<std::string> Renamed(const std::string& text, const std::string& from, const std::string& name) {
  std::vector<std::string> lines = absl::StrSplit(text, '\n');
  const auto line =
      std::find_if(lines.begin(), lines.end(), [](const std::string& one) { return one.rfind("name:", 0) == 0; });
  if (line == lines.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat(from, ": its name does not stand in a line of its own, \"name: ...\""));
  }
  *line = absl::StrCat("name: \"", name, "\"");
  return absl::StrJoin(lines, "\n");
}

absl::StatusOr<std::string> NewText(const std::string& name) {
  if (absl::GetFlag(FLAGS_from).empty()) {
    ASSIGN_OR_RETURN(const Answers answers, Ask());
    return SpecText(name, answers);
  }
  ASSIGN_OR_RETURN(const std::string from, FindSpec(absl::GetFlag(FLAGS_from)));
  RETURN_IF_ERROR(LoadSpec(from).status());
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(from));
  return Renamed(text, from, name);
}

absl::Status Main(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) return absl::InvalidArgumentError("name the new experiment, once: sami new NAME");
  const std::string& name = arguments[0];
  if (name.find_first_of("\"\\\n") != std::string::npos) {
    return absl::InvalidArgumentError("a name has letters, digits, '-' and '_' alone");
  }
  const std::string flag = absl::GetFlag(FLAGS_out);
  const std::string out = base::UserPath(flag.empty() ? name + ".textproto" : flag);
  RETURN_IF_ERROR(base::CheckOutputFile(
      out, {base::UserPath(absl::GetFlag(FLAGS_queries)), base::UserPath(absl::GetFlag(FLAGS_principles))}, ""));
  ASSIGN_OR_RETURN(const std::string text, NewText(name));
  RETURN_IF_ERROR(ParseSpec(text, "the new spec").status());
  RETURN_IF_ERROR(base::WriteFileAtomically(out, text));
  std::printf("%s\n", out.c_str());
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) { return base::RunMain(argc, argv, experiments::kUsage, experiments::Main); }
