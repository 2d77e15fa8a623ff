// Whole training runs of the published trainers, repeated:
//   bazel test //conformance:trajectory_golden_test --test_arg=--golden_dir=DIR
// runs every DIR/train/*.json from the model of DIR/models that it names, instead of those of testdata. A file of an
// unknown kind fails, as does a folder without any.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "baselines/dpo/objective.h"
#include "baselines/responses/reference.h"
#include "baselines/sft/objective.h"
#include "sami/objective.h"
#include "sami/semantics.h"
#include "training/testing/golden_testing.h"
#include "training/testing/recorded_run.h"

namespace training {
namespace {

using ::sami_harness::SamiConfig;
using ::sami_harness::SftConfig;

// "trainer" in a run's configuration begins with who trained.
constexpr char kSamiExtension[] = "sami-extension";

// Accumulation of single queries, the last group divided by the full count.
void RepeatSami(const RecordedRun& run) {
  const base::Json& recorded = run.json.at("config");
  std::vector<ContrastiveExample> examples;
  for (const base::Json& e : run.json.at("examples")) {
    examples.emplace_back();
    for (const base::Json& ids : e.at("prompts")) examples.back().prompts.push_back(JsonTokens(ids));
    for (const base::Json& ids : e.at("responses")) examples.back().responses.push_back(JsonTokens(ids));
  }
  const bool extension = absl::StartsWith(recorded.at("trainer").get<std::string>(), kSamiExtension);
  SamiConfig config;
  config.set_semantics(extension ? SamiConfig::SAMI_EXT : SamiConfig::SAMI_REF);
  *config.mutable_training() = RecordedConfig(run, recorded.at("acc").get<int64_t>(), 1);
  // What the semantics ask for, the spec need not say.
  config.mutable_training()->mutable_optimizer()->clear_decay_norms();
  sami::SamiOptions options;
  options.semantics = config.semantics();
  options.eos = recorded.at("pad_token_id").get<int32_t>();
  ASSERT_OK_AND_ASSIGN(const auto objective, sami::MakeSamiObjective(std::move(examples), 128, options));
  ExpectRecordedTraining(run, *objective, sami::EffectiveTraining(config));
}

void RepeatDpo(const RecordedRun& run) {
  const base::Json& recorded = run.json.at("config");
  std::vector<PreferenceExample> examples;
  for (const base::Json& e : run.json.at("examples")) {
    examples.push_back({JsonTokens(e.at("prompt")), JsonTokens(e.at("chosen")), JsonTokens(e.at("rejected"))});
  }
  sami_harness::DpoConfig config;
  config.set_beta(recorded.at("beta").get<double>());
  config.set_label_smoothing(recorded.at("ls").get<double>());
  config.set_reference_free(recorded.at("rf").get<bool>());
  const lm::Decoder start = StartModel(run);
  const std::vector<responses::Item> items = responses::PairItems(examples);
  ASSERT_OK_AND_ASSIGN(const torch::Tensor references,
                       responses::ReferenceSums(start, items, std::nullopt, "pair", 2, nullptr));
  EXPECT_OK(responses::CheckStartsAtReference(start, items, references, std::nullopt, "pair"));
  ASSERT_OK_AND_ASSIGN(const auto objective, dpo::MakeDpoObjective(config, examples, references, 128));
  const int64_t batch = recorded.at("bs").get<int64_t>();
  ExpectRecordedTraining(run, *objective, RecordedConfig(run, batch, batch / recorded.at("acc").get<int64_t>()));
}

void RepeatSft(const RecordedRun& run, SftConfig::Reduction reduction) {
  const base::Json& recorded = run.json.at("config");
  std::vector<TextExample> examples;
  for (const base::Json& e : run.json.at("examples")) {
    const char* response = e.contains("response") ? "response" : "chosen";
    examples.push_back({JsonTokens(e.at("prompt")), JsonTokens(e.at(response))});
  }
  SftConfig config;
  config.set_reduction(reduction);
  ASSERT_OK_AND_ASSIGN(const auto objective, sft::MakeSftObjective(config, std::move(examples), 128));
  const int64_t batch = recorded.at("bs").get<int64_t>();
  ExpectRecordedTraining(run, *objective, RecordedConfig(run, batch, batch / recorded.value("acc", 1)));
}

void Repeat(const RecordedRun& run) {
  const std::string name = run.json.at("name").get<std::string>();
  if (absl::StartsWith(name, "sami_")) return RepeatSami(run);
  if (absl::StartsWith(name, "dpo_") || absl::StartsWith(name, "cdpo_")) return RepeatDpo(run);
  if (absl::StartsWith(name, "sft_sumnll_")) return RepeatSft(run, SftConfig::EXAMPLE_SUM);
  if (absl::StartsWith(name, "sft_tokenmean_")) return RepeatSft(run, SftConfig::TOKEN_MEAN);
  FAIL() << "a run of unknown kind: " << name;
}

TEST(TrajectoryGoldenTest, EveryRunIsRepeated) {
  const std::string root = base::FolderFromFlag("golden_dir", "conformance/testdata");
  const bool given = root != base::Runfile("conformance/testdata");
  const std::string runs = root + "/train";
  const std::string models = given ? root + "/models" : base::Runfile("lm/testdata/models");
  const std::vector<std::string> paths = GoldenFiles(runs, "", ".json");
  ASSERT_FALSE(paths.empty()) << "no train/*.json in --golden_dir";
  std::set<std::string> finals;
  for (const std::string& path : GoldenFiles(runs, "", ".final.safetensors")) finals.insert(path);
  for (const std::string& path : paths) {
    SCOPED_TRACE(path);
    RecordedRun run = {std::string(absl::StripSuffix(path, ".json")), "", ReadGoldenJson(path)};
    ASSERT_TRUE(run.json.is_object());
    const std::string start = run.json.at("start_model").get<std::string>();
    run.model_folder = absl::StrCat(models, "/", std::vector<std::string>(absl::StrSplit(start, '/')).back());
    ASSERT_TRUE(base::FileExists(run.model_folder + "/config.json")) << run.model_folder;
    Repeat(run);
    EXPECT_EQ(finals.erase(run.path + ".final.safetensors"), 1u) << "no final weights";
  }
  EXPECT_TRUE(finals.empty()) << *finals.begin() << " has no run";
}

}  // namespace
}  // namespace training
