// Preference losses, rewards and response log-probabilities against recorded numbers:
//   bazel test //baselines/dpo:loss_golden_test --test_arg=--golden_dir=DIR
// runs every case of the files that it knows in DIR instead of baselines/dpo/testdata.
#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/testing.h"
#include "baselines/dpo/loss.h"
#include "lm/checkpoint/safetensors.h"
#include "training/labels/label_log_probs.h"
#include "training/testing/golden_testing.h"

namespace dpo {
namespace {

using training::FileTensor;
using training::JsonTensor;
using training::LossTolerance;
using training::TensorsAgree;
using training::Tolerance;

std::vector<std::string> Files(absl::string_view prefix, absl::string_view suffix) {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", "baselines/dpo/testdata"));
  return training::GoldenFiles(*folder, prefix, suffix);
}

std::vector<std::string> PreferenceFiles() { return Files("preference_loss", ".json"); }
std::vector<std::string> LogitsFiles() { return Files("logps_path", ".safetensors"); }
std::vector<std::string> MetricFiles() { return Files("trl_compute_loss_metrics", ".json"); }

TEST(DpoGoldenTest, FolderHasCases) {
  EXPECT_GT(PreferenceFiles().size() + LogitsFiles().size(), 0u)
      << "no preference_loss*.json or logps_path*.safetensors in --golden_dir";
}

// Cases of eric-mitchell's trainer say "ipo": true; those of TRL name the loss.
LossKind KindOf(const base::Json& c) {
  static const std::map<std::string, LossKind> kinds = {{"sigmoid", LossKind::kSigmoid},
                                                        {"ipo", LossKind::kIpo},
                                                        {"hinge", LossKind::kHinge},
                                                        {"robust", LossKind::kRobust}};
  if (c.contains("loss_type")) return kinds.at(c["loss_type"].get<std::string>());
  return c.at("ipo").get<bool>() ? LossKind::kIpo : LossKind::kSigmoid;
}

void CheckPreferenceCase(const base::Json& c) {
  const torch::ScalarType dtype = training::JsonDtype(c.at("dtype"));
  const auto tensor = [&](const char* key) { return JsonTensor(c.at(key)).to(dtype); };
  const PairLogProbs policy{tensor("policy_chosen").set_requires_grad(true),
                            tensor("policy_rejected").set_requires_grad(true)};
  const PairLogProbs reference{tensor("ref_chosen"), tensor("ref_rejected")};
  LossOptions options;
  options.kind = KindOf(c);
  options.beta = c.at("beta").get<double>();
  options.label_smoothing = c.at("label_smoothing").get<double>();
  options.reference_free = c.at("reference_free").get<bool>();

  const torch::Tensor losses = PreferenceLoss(policy, reference, options);
  const Tolerance tolerance = LossTolerance(dtype);
  EXPECT_TRUE(TensorsAgree(losses, JsonTensor(c.at("losses")), tolerance)) << "losses";
  EXPECT_TRUE(TensorsAgree(losses.mean(), JsonTensor(c.at("mean_loss")), tolerance)) << "mean";
  const auto grads = torch::autograd::grad({losses.mean()}, {policy.chosen_P, policy.rejected_P});
  EXPECT_TRUE(TensorsAgree(grads[0], JsonTensor(c.at("grad_mean_wrt_policy_chosen")), tolerance)) << "gradient";
  EXPECT_TRUE(TensorsAgree(grads[1], JsonTensor(c.at("grad_mean_wrt_policy_rejected")), tolerance)) << "gradient";

  const Rewards rewards = ComputeRewards(policy, reference, options.beta);
  EXPECT_TRUE(TensorsAgree(rewards.chosen_P, JsonTensor(c.at("chosen_rewards")), tolerance)) << "rewards";
  EXPECT_TRUE(TensorsAgree(rewards.rejected_P, JsonTensor(c.at("rejected_rewards")), tolerance)) << "rewards";
  if (c.contains("reward_accuracies")) {
    EXPECT_TRUE(TensorsAgree(rewards.accuracy_P, JsonTensor(c["reward_accuracies"]), {0, 0})) << "accuracies";
  }
}

TEST(DpoGoldenTest, PreferenceLosses) {
  for (const std::string& path : PreferenceFiles()) {
    const base::Json document = training::ReadGoldenJson(path);
    int64_t index = 0;
    for (const base::Json& c : training::CasesOf(document, "cases")) {
      SCOPED_TRACE(absl::StrCat(path, ": case ", index++, ", ", c.value("source", "?"), " ", c.value("kind", "?")));
      CheckPreferenceCase(c);
    }
  }
}

void CheckLogpsCase(const lm::SafetensorsFile& file, const std::string& name, const std::string& dtype) {
  const std::string prefix = absl::StrCat(name, ".", dtype, ".");
  if (file.Find(prefix + "logits") == nullptr) return;  // recorded in the other type only
  SCOPED_TRACE(prefix);
  const torch::Tensor logits = FileTensor(file, prefix + "logits").set_requires_grad(true);
  const auto scores = training::SumLabelLogProbs(logits, FileTensor(file, name + ".labels"));
  const Tolerance tolerance = LossTolerance(logits.scalar_type());
  EXPECT_TRUE(TensorsAgree(scores.sum_B, FileTensor(file, prefix + "sum_logps"), tolerance)) << "sums";
  EXPECT_TRUE(TensorsAgree(scores.Mean(), FileTensor(file, prefix + "avg_logps"), tolerance)) << "averages";
  const auto gradient = [&](const torch::Tensor& value) {
    return torch::autograd::grad({value.sum()}, {logits}, {}, /*retain_graph=*/true)[0];
  };
  EXPECT_TRUE(TensorsAgree(gradient(scores.sum_B), FileTensor(file, prefix + "grad_sum"), tolerance)) << "gradient";
  EXPECT_TRUE(TensorsAgree(gradient(scores.Mean()), FileTensor(file, prefix + "grad_avg"), tolerance)) << "gradient";
}

TEST(DpoGoldenTest, ResponseLogProbs) {
  for (const std::string& path : LogitsFiles()) {
    ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
    ASSERT_TRUE(file.metadata().count("cases")) << path << ": no case list in the metadata";
    ASSERT_OK_AND_ASSIGN(const base::Json cases, base::ParseJson(file.metadata().at("cases"), path));
    ASSERT_FALSE(cases.empty()) << path;
    for (const base::Json& c : cases) {
      const std::string name = c.at("name").get<std::string>();
      EXPECT_TRUE(file.Find(name + ".f32.logits") || file.Find(name + ".f64.logits")) << path << ": " << name;
      for (const char* dtype : {"f32", "f64"}) CheckLogpsCase(file, name, dtype);
    }
    if (file.Find("all_masked_row.logits") == nullptr) continue;
    const auto scores = training::SumLabelLogProbs(FileTensor(file, "all_masked_row.logits"),
                                                   FileTensor(file, "all_masked_row.labels"));
    EXPECT_TRUE(TensorsAgree(scores.sum_B, FileTensor(file, "all_masked_row.sum_logps"), {1e-5, 1e-6})) << path;
    EXPECT_TRUE(TensorsAgree(scores.Mean(), FileTensor(file, "all_masked_row.avg_logps"), {1e-5, 1e-6})) << path;
  }
}

// A batch of TRL's trainer: the first half of the rows are chosen, the second half rejected responses.
struct TrlBatch {
  torch::Tensor policy_logits;
  PairLogProbs policy, reference;  // summed
  torch::Tensor chosen_tokens_P, rejected_tokens_P;
};

TrlBatch ReadTrlBatch(const lm::SafetensorsFile& file, const std::string& name) {
  const torch::Tensor completion = FileTensor(file, name + ".completion_mask");
  const torch::Tensor labels =
      FileTensor(file, name + ".input_ids").masked_fill(completion == 0, training::kIgnoredLabel);
  TrlBatch batch;
  batch.policy_logits = FileTensor(file, name + ".policy_logits").set_requires_grad(true);
  const auto halves = [&](const torch::Tensor& rows) {
    const int64_t pairs = rows.size(0) / 2;
    return PairLogProbs{rows.narrow(0, 0, pairs), rows.narrow(0, pairs, pairs)};
  };
  batch.policy = halves(training::SumLabelLogProbs(batch.policy_logits, labels).sum_B);
  batch.reference = halves(training::SumLabelLogProbs(FileTensor(file, name + ".ref_logits"), labels).sum_B);
  const PairLogProbs tokens = halves(completion.sum(1).to(batch.policy_logits.scalar_type()));
  batch.chosen_tokens_P = tokens.chosen_P;
  batch.rejected_tokens_P = tokens.rejected_P;
  return batch;
}

// "trl0.sigmoid_norm.beta0.5" -> batch "trl0", kind "sigmoid_norm", beta 0.5.
struct TrlName {
  std::string batch, kind;
  double beta = 0;
};

bool ParseTrlName(absl::string_view name, TrlName& parsed) {
  const std::vector<std::string> parts = absl::StrSplit(name, absl::MaxSplits('.', 2));
  if (parts.size() != 3 || !absl::StartsWith(parts[2], "beta")) return false;
  parsed.batch = parts[0];
  parsed.kind = parts[1];
  return absl::SimpleAtod(parts[2].substr(4), &parsed.beta);
}

torch::Tensor TrlLoss(const TrlBatch& batch, const TrlName& name) {
  const auto per_token = [&](const PairLogProbs& sums) {
    return PairLogProbs{sums.chosen_P / batch.chosen_tokens_P, sums.rejected_P / batch.rejected_tokens_P};
  };
  LossOptions options;
  options.beta = name.beta;
  if (name.kind == "ipo") options.kind = LossKind::kIpo;
  if (name.kind == "hinge") options.kind = LossKind::kHinge;
  // Its current IPO and sigmoid_norm work on per-token averages; the others on sums.
  const bool normalised = name.kind == "ipo" || name.kind == "sigmoid_norm";
  return (normalised ? PreferenceLoss(per_token(batch.policy), per_token(batch.reference), options)
                     : PreferenceLoss(batch.policy, batch.reference, options))
      .mean();
}

TEST(DpoGoldenTest, TrlLossesFromLogits) {
  for (const std::string& path : LogitsFiles()) {
    ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
    for (const lm::TensorView& tensor : file.tensors()) {
      absl::string_view case_name = tensor.name;
      TrlName name;
      if (!absl::ConsumeSuffix(&case_name, ".loss") || !ParseTrlName(case_name, name)) continue;
      SCOPED_TRACE(absl::StrCat(path, ": ", case_name));
      ASSERT_TRUE(name.kind == "sigmoid" || name.kind == "sigmoid_norm" || name.kind == "ipo" || name.kind == "hinge");
      const TrlBatch batch = ReadTrlBatch(file, name.batch);
      const torch::Tensor loss = TrlLoss(batch, name);
      const Tolerance tolerance = LossTolerance(batch.policy_logits.scalar_type());
      EXPECT_TRUE(TensorsAgree(loss, FileTensor(file, tensor.name), tolerance));
      const std::string gradient_name = absl::StrCat(case_name, ".grad_policy_logits");
      if (file.Find(gradient_name) == nullptr) continue;
      const torch::Tensor gradient = torch::autograd::grad({loss}, {batch.policy_logits})[0];
      EXPECT_TRUE(TensorsAgree(gradient, FileTensor(file, gradient_name), tolerance)) << "gradient";
    }
  }
}

// The metrics that this harness reports too; TRL's entropies, logit means and token counts are not among them.
void CheckTrlMetrics(const lm::SafetensorsFile& file, const TrlName& name, const base::Json& metrics) {
  const TrlBatch batch = ReadTrlBatch(file, name.batch);
  const Rewards rewards = ComputeRewards(batch.policy, batch.reference, name.beta);
  const std::map<std::string, torch::Tensor> ours = {
      {"rewards/chosen", rewards.chosen_P},       {"rewards/rejected", rewards.rejected_P},
      {"rewards/accuracies", rewards.accuracy_P}, {"rewards/margins", rewards.chosen_P - rewards.rejected_P},
      {"logps/chosen", batch.policy.chosen_P},    {"logps/rejected", batch.policy.rejected_P}};
  for (const auto& [key, values_P] : ours) {
    EXPECT_TRUE(TensorsAgree(values_P.mean(), JsonTensor(metrics.at(key)), LossTolerance(torch::kFloat32))) << key;
  }
}

TEST(DpoGoldenTest, TrlMetrics) {
  for (const std::string& path : MetricFiles()) {
    const base::Json document = training::ReadGoldenJson(path);
    for (const base::Json& c : training::CasesOf(document, "cases")) {
      const std::string case_name = c.at("name").get<std::string>();
      SCOPED_TRACE(absl::StrCat(path, ": ", case_name));
      TrlName name;
      ASSERT_TRUE(ParseTrlName(case_name, name));
      int64_t found = 0;
      for (const std::string& logits_path : LogitsFiles()) {
        ASSERT_OK_AND_ASSIGN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(logits_path));
        if (file.Find(name.batch + ".policy_logits") == nullptr) continue;
        ++found;
        CheckTrlMetrics(file, name, c.at("metrics"));
      }
      EXPECT_GT(found, 0) << "no logps_path*.safetensors has its logits";
    }
  }
}

}  // namespace
}  // namespace dpo
