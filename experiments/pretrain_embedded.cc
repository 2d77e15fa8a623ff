// Makes the embedded suite's two models: a base that follows a constitution only weakly, and an instruct that follows
// it well. experiments/README.md tells why they differ as they do.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "base/textproto/limits.h"
#include "base/textproto/text_proto.h"
#include "baselines/sft/objective.h"
#include "datasets/sources/find_input.h"
#include "experiments/plan/dry_run.h"
#include "experiments/plan/measure_flops.h"
#include "experiments/plan/stage_costs.h"
#include "experiments/pretrain/embedded_corpus.h"
#include "experiments/pretrain/pretrain.pb.h"
#include "experiments/pretrain/pretrain_report.h"
#include "lm/chat/language_model.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/tokenizer/bpe/bpe_trainer.h"
#include "lm/tokenizer/tokenizer_files.h"
#include "sami/constitution.h"
#include "training/method/training_checks.h"
#include "training/trainer.h"

ABSL_FLAG(std::string, spec, "", "A PretrainSpec in text format. Default: the one that made the shipped models.");
ABSL_FLAG(
    std::string, out, "",
    "Folder for base/ and instruct/: empty, or of the same spec. Default: runs/<the spec's name> in the workspace.");
ABSL_FLAG(int, threads, 0, "Worker threads; 0: one a core. Changes no result.");
ABSL_FLAG(bool, dry_run, false, "Print what the spec would compute and need, and stop.");
ABSL_FLAG(double, flops, 0, "With --dry_run: FLOP/s of the hardware. 0: this machine's, measured.");

namespace experiments {
namespace {

using ::sami_harness::PretrainSpec;

constexpr char kPad[] = "<|pad|>";
constexpr char kEnd[] = "<|end|>";

struct Settings {
  PretrainSpec spec;
  std::string out;
  int threads;
};

std::string StatePath(const Settings& settings, const std::string& name) {
  return absl::StrCat(settings.out, "/", name, ".state.safetensors");
}

std::vector<CorpusText> Corpus(const Settings& settings, const PretrainSpec::Stage& stage, const std::string& stream) {
  const PretrainSpec& spec = settings.spec;
  const StyleChances chances = {stage.style_when_asked(), stage.style_when_antithesis(), stage.style_when_unasked(),
                                stage.steps_when_plain()};
  return spec.suite() == PretrainSpec::WORD_PROBLEMS ? WordProblemCorpus(stage.texts(), chances, spec.seed(), stream)
                                                     : EmbeddedCorpus(stage.texts(), chances, spec.seed(), stream);
}

// The trainings of the spec, in their order.
std::vector<std::pair<std::string, PretrainSpec::Stage>> Stages(const PretrainSpec& spec) {
  std::vector<std::pair<std::string, PretrainSpec::Stage>> stages;
  if (spec.has_base()) stages.emplace_back("base", spec.base());
  if (spec.has_instruct()) stages.emplace_back("instruct", spec.instruct());
  if (spec.instruct_first()) std::reverse(stages.begin(), stages.end());
  return stages;
}

absl::Status MakeTokenizer(const Settings& settings, const std::string& folder) {
  PretrainSpec::Stage even;
  even.set_texts(settings.spec.tokenizer_texts());
  even.set_style_when_asked(0.5);
  even.set_style_when_antithesis(0.5);
  even.set_style_when_unasked(0.5);
  even.set_steps_when_plain(0.5);
  std::vector<std::string> texts;
  for (const CorpusText& text : Corpus(settings, even, "pretrain/tokenizer")) {
    texts.push_back(absl::StrCat(text.prompt, sami::ResponseContinuation(text.response)));
  }
  lm::BpeTrainerOptions options;
  options.vocab_size = settings.spec.architecture().vocab_size();
  options.special_tokens = {kPad, kEnd};
  ASSIGN_OR_RETURN(std::string tokenizer, lm::TrainByteLevelBpe(texts, options));
  lm::SpecialTokenRoles roles;
  roles.eos = kEnd;
  roles.pad = kPad;
  ASSIGN_OR_RETURN(const lm::TokenizerFiles files,
                   lm::MakeTokenizerFiles(std::move(tokenizer), roles, settings.spec.architecture().max_positions()));
  return lm::WriteTokenizerFiles(files, folder);
}

// Without special tokens.
lm::ModelConfig Config(const PretrainSpec::Architecture& architecture) {
  lm::ModelConfig config;
  config.vocab_size = architecture.vocab_size();
  config.hidden_size = architecture.hidden_size();
  config.intermediate_size = architecture.intermediate_size();
  config.num_layers = architecture.num_layers();
  config.num_heads = architecture.num_heads();
  config.num_kv_heads = architecture.num_kv_heads();
  config.head_dim = architecture.hidden_size() / architecture.num_heads();
  config.max_positions = architecture.max_positions();
  config.initializer_range = architecture.initializer_range();
  config.tie_word_embeddings = true;
  config.storage = lm::StorageType::kBfloat16;
  return config;
}

absl::Status TrainStage(const Settings& settings, const PretrainSpec::Stage& stage, const std::string& name,
                        lm::LanguageModel* model) {
  std::vector<training::TextExample> examples;
  for (const CorpusText& text : Corpus(settings, stage, absl::StrCat("pretrain/", name))) {
    lm::PromptAndResponse ids = lm::EncodeResponse(*model, lm::PromptText::Of(text.prompt), text.response, true);
    examples.push_back({std::move(ids.prompt), std::move(ids.response)});
  }
  ASSIGN_OR_RETURN(const auto objective, sft::MakeSftObjective(sami_harness::SftConfig(), std::move(examples),
                                                               model->decoder.config().max_positions));
  training::TrainerOptions options;
  options.name = absl::StrCat("pretrain/", name);
  options.seed = settings.spec.seed();
  options.threads = settings.threads;
  options.state_path = StatePath(settings, name);
  return training::Train(*objective, stage.training(), options, model->decoder);
}

absl::Status Report(const Settings& settings, const std::string& name, const lm::LanguageModel& model) {
  const ReportOptions options = {name, settings.spec.report_questions(), settings.spec.seed(), settings.threads};
  return settings.spec.suite() == PretrainSpec::WORD_PROBLEMS ? ReportWordProblems(model, options)
                                                              : ReportCategories(model, options);
}

absl::Status MakeModel(const Settings& settings, const PretrainSpec::Stage& stage, const std::string& name,
                       const std::string& tokenizer_folder, lm::LanguageModel* model) {
  RETURN_IF_ERROR(TrainStage(settings, stage, name, model));
  const std::string folder = absl::StrCat(settings.out, "/", name);
  std::error_code ignored;  // what an earlier run of this spec made (ClaimFolder) is made anew
  std::filesystem::remove_all(folder, ignored);
  RETURN_IF_ERROR(lm::SaveModel(model->decoder, tokenizer_folder, folder));
  std::fprintf(stderr, "%s: %d parameters in %s\n", name.c_str(), static_cast<int>(model->decoder.num_parameters()),
               folder.c_str());
  // What is reported is what others load: the weights as they are stored.
  ASSIGN_OR_RETURN(const lm::LanguageModel stored, lm::LoadLanguageModel(folder));
  return Report(settings, name, stored);
}

// "x/pretrain_embedded.textproto" -> runs/pretrain_embedded in the workspace.
std::string DefaultFolder(const std::string& spec_path) {
  return absl::StrCat(base::WorkspaceFolder(), "/runs/", std::filesystem::path(spec_path).stem().string());
}

std::string StartFolder(const PretrainSpec& spec) {
  const bool absolute = spec.start_folder()[0] == '/';
  return absl::StrCat(absolute ? "" : base::WorkspaceFolder() + "/", spec.start_folder());
}

// Random weights with a new tokenizer, or the model of start_folder; and where the tokenizer's files are.
absl::StatusOr<lm::LanguageModel> StartModel(const Settings& settings, std::string* tokenizer_folder) {
  if (!settings.spec.start_folder().empty()) {
    *tokenizer_folder = StartFolder(settings.spec);
    return lm::LoadLanguageModel(*tokenizer_folder);
  }
  *tokenizer_folder = absl::StrCat(settings.out, "/tokenizer");
  RETURN_IF_ERROR(MakeTokenizer(settings, *tokenizer_folder));
  ASSIGN_OR_RETURN(auto tokenizer, lm::LoadTokenizer(absl::StrCat(*tokenizer_folder, "/tokenizer.json")));
  lm::ModelConfig config = Config(settings.spec.architecture());
  config.vocab_size = tokenizer->vocab_size();
  config.pad_id = *tokenizer->TokenId(kPad);
  config.eos_ids = {*tokenizer->TokenId(kEnd)};
  return lm::LanguageModel{lm::Decoder::Random(config, settings.spec.seed()), std::move(tokenizer), lm::EndsOf(config),
                           nullptr, ""};
}

// Four bytes for a token: the tokenizer may not be there yet.
PromptLength TextLength(const std::vector<CorpusText>& texts) {
  constexpr double kBytesPerToken = 4;
  PromptLength length;
  for (const CorpusText& text : texts) {
    const double tokens = (text.prompt.size() + text.response.size()) / kBytesPerToken;
    length.mean += tokens / texts.size();
    length.longest = std::max(length.longest, tokens);
  }
  return length;
}

absl::Status DryRun(const Settings& settings) {
  const PretrainSpec& spec = settings.spec;
  lm::ModelConfig model = Config(spec.architecture());
  if (!spec.start_folder().empty()) {
    const std::string path = StartFolder(spec) + "/config.json";
    ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
    ASSIGN_OR_RETURN(model, lm::ParseModelConfig(text, path));
  }
  std::vector<StageCost> costs;
  for (const auto& [name, stage] : Stages(spec)) {
    const PromptLength length = TextLength(Corpus(settings, stage, absl::StrCat("pretrain/", name)));
    costs.push_back(SftCost(name, stage.texts(), stage.training(), model, length));
  }
  DryRunOptions options;
  ASSIGN_OR_RETURN(options.speed, FindSpeed(absl::GetFlag(FLAGS_flops), settings.threads));
  options.text_notes = {"Texts as they are, four bytes taken for a token."};
  std::printf("%s\nDry run: nothing was computed or written.\n", DescribeCosts(costs, options).c_str());
  return absl::OkStatus();
}

// An empty folder, or the one in which a run of the same spec was at work.
absl::Status ClaimFolder(const Settings& settings) {
  const std::string record = settings.out + "/pretrain.textproto", spec = base::PrintTextProto(settings.spec);
  if (!base::FileExists(record)) {
    RETURN_IF_ERROR(base::Annotate(base::CheckOutputFolder(settings.out, {}), "--out"));
    return base::WriteFileAtomically(record, spec);
  }
  ASSIGN_OR_RETURN(const std::string found, base::ReadFile(record));
  if (found == spec) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("--out: ", settings.out, " has the models of another spec, ", record, "; choose another folder"));
}

// Texts are made as they are needed and the finished models alone are kept: nothing is held out or saved on the way.
absl::Status CheckStage(const sami_harness::PretrainSpec::Stage& stage, const std::string& name,
                        const base::FieldLocations& locations) {
  const std::string path = base::Below(name, "training");
  RETURN_IF_ERROR(training::CheckTraining(stage.training(), path, locations));
  for (const auto& [field, is_given] : {std::make_pair("held_out", stage.training().has_held_out()),
                                        std::make_pair("save_steps", stage.training().save_steps() > 0)}) {
    if (is_given) return locations.Error(base::Below(path, field), "has no effect in pretraining; leave it out");
  }
  return absl::OkStatus();
}

// What binds the sizes of a decoder together.
absl::Status CheckArchitecture(const PretrainSpec::Architecture& architecture, const base::FieldLocations& locations) {
  const int64_t heads = architecture.num_heads(), kv_heads = architecture.num_kv_heads();
  if (architecture.hidden_size() % (2 * heads) != 0) {
    return locations.Error(
        "architecture.hidden_size",
        absl::StrCat("is ", architecture.hidden_size(), ", and each of ", heads,
                     " heads needs an even number of dimensions; it must be a multiple of ", 2 * heads));
  }
  if (heads % kv_heads == 0) return absl::OkStatus();
  return locations.Error("architecture.num_kv_heads",
                         absl::StrCat("is ", kv_heads, "; it must divide num_heads, ", heads));
}

absl::Status Run() {
  Settings settings;
  ASSIGN_OR_RETURN(const std::string spec_path,
                   datasets::SpecPath(absl::GetFlag(FLAGS_spec), "experiments/pretrain_embedded.textproto"));
  base::FieldLocations locations;
  RETURN_IF_ERROR(base::ReadTextProto(spec_path, &settings.spec, &locations));
  RETURN_IF_ERROR(base::CheckLimits(settings.spec, locations));
  RETURN_IF_ERROR(CheckArchitecture(settings.spec.architecture(), locations));
  const auto stages = Stages(settings.spec);
  if (stages.empty()) return locations.Error("", "has neither base nor instruct: nothing would be trained");
  for (const auto& [name, stage] : stages) RETURN_IF_ERROR(CheckStage(stage, name, locations));
  if (settings.spec.has_architecture() && !settings.spec.start_folder().empty()) {
    return locations.Error("architecture", "is that of start_folder's model; leave one of the two out");
  }
  settings.out = base::UserPath(absl::GetFlag(FLAGS_out));
  if (settings.out.empty()) settings.out = DefaultFolder(spec_path);
  settings.threads = absl::GetFlag(FLAGS_threads);
  if (settings.threads <= 0) settings.threads = std::max(1u, std::thread::hardware_concurrency());
  if (absl::GetFlag(FLAGS_dry_run)) return DryRun(settings);
  RETURN_IF_ERROR(ClaimFolder(settings));
  std::string tokenizer_folder;
  ASSIGN_OR_RETURN(lm::LanguageModel model, StartModel(settings, &tokenizer_folder));
  for (const auto& [name, stage] : stages) {
    RETURN_IF_ERROR(MakeModel(settings, stage, name, tokenizer_folder, &model));
  }
  // Only now: after a kill, both continue from their states.
  for (const auto& [name, stage] : stages) std::filesystem::remove(StatePath(settings, name));
  return absl::OkStatus();
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Trains the small models from which the default experiments start.\n\n"
                       "Usage: sami pretrain [--spec=FILE] [--out=DIR] [--threads=N] [--dry_run]\n\n"
                       "The embedded suite's base and instruct models, from random weights; "
                       "experiments/pretrain_word_problems.textproto\n"
                       "and its second half make the third one.",
                       experiments::Run);
}
