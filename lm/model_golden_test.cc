// The decoder, its gradients and its decoding against numbers recorded from Hugging Face transformers:
//   bazel test //lm:model_golden_test --test_arg=--golden_dir=DIR
// checks every folder in DIR (default: testdata/models), each with its config.json and, where there is one, with
// config_v4.json in its place, each reported as one test. lm/README.md says what a case's folder holds.
//
// Shapes: B = rows, T = tokens a row, V = vocabulary.
#include <torch/torch.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/decoding/generation.h"
#include "lm/model/attention/rotary.h"
#include "lm/model/decoder.h"
#include "lm/model_golden_testing.h"
#include "lm/scoring/scoring.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {
namespace {

using torch::indexing::None;
using torch::indexing::Slice;

// The reference itself, float32, lies within 2e-5 of a float64 computation of the same logits.
constexpr double kLogitTolerance = 1e-4;
constexpr double kLossTolerance = 5e-6;
constexpr double kSequenceTolerance = 1e-4;  // of a row's summed log-probabilities
constexpr double kRouterTolerance = 1e-5;    // of the auxiliary loss
constexpr double kGradientAbsolute = 1e-5;
constexpr double kGradientRelative = 1e-4;
// bfloat16 has 8 bits: logits near 8 lie 1/32 apart, and every layer rounds in its own order.
constexpr double kBfloat16MaxTolerance = 0.25;
constexpr double kBfloat16MeanTolerance = 0.04;

constexpr int kIgnoredLabel = -100;

TEST(ModelGoldenTest, FolderHoldsCases) {
  EXPECT_FALSE(GoldenCases().empty()) << "--golden_dir: there is no case folder in \"" << GoldenFolder() << "\"";
}

class ModelGoldenCaseTest : public GoldenCaseTest {
 protected:
  void CheckLogits() const;
  void CheckOtherLogits() const;
  void CheckLossAndGradients();
  void CheckScoring();
  void CheckGradients();
  void CheckSavedAndLoaded() const;
  void CheckRouterLoss(const char* kind, const char* recorded) const;
  void CheckGreedyDecoding() const;
  void CheckBfloat16() const;
};

// |logits - recorded| where there are tokens.
torch::Tensor Differences(const torch::Tensor& logits_BTV, const torch::Tensor& recorded_BTV,
                          const torch::Tensor& is_token_BT) {
  return (logits_BTV.to(torch::kFloat32) - recorded_BTV.to(torch::kFloat32)).abs().index({is_token_BT});
}

void ModelGoldenCaseTest::CheckLogits() const {
  torch::NoGradGuard no_grad;
  for (const char* kind : {"full", "right", "left"}) {
    SCOPED_TRACE(kind);
    const RecordedBatch batch = GoldenBatch(kind);
    const torch::Tensor logits_BTV = model_->Logits(model_->Forward(batch.input));
    ASSERT_EQ(logits_BTV.sizes(), batch.logits_BTV.sizes());
    ASSERT_GT(batch.is_token_BT.sum().item<int64_t>(), 0);
    EXPECT_LE(Differences(logits_BTV, batch.logits_BTV, batch.is_token_BT).max().item<double>(), kLogitTolerance);
  }
}

// Of longrope: batches whose rows are short, and rows alone.
void ModelGoldenCaseTest::CheckOtherLogits() const {
  torch::NoGradGuard no_grad;
  for (const TensorView& view : golden_.tensors()) {
    const bool is_alone = absl::StartsWith(view.name, "alone.");
    if (!absl::EndsWith(view.name, ".logits") || !(is_alone || absl::StartsWith(view.name, "short."))) continue;
    const torch::Tensor recorded_BTV = ToTensor(view);
    const int64_t rows = recorded_BTV.size(0), tokens = recorded_BTV.size(1);
    torch::Tensor ids_BT;
    if (is_alone) {
      const int64_t row = std::stoll(view.name.substr(6));
      ids_BT = Golden("right.input_ids").narrow(0, row, 1).narrow(1, 0, tokens);
    } else {
      ids_BT = Golden("short.input_ids");
    }
    const DecoderInput input = {ids_BT, torch::arange(tokens).expand({rows, tokens}), torch::zeros_like(ids_BT)};
    const torch::Tensor difference = (model_->Logits(model_->Forward(input)) - recorded_BTV).abs().max();
    EXPECT_LE(difference.item<double>(), kLogitTolerance) << view.name;
  }
}

void ExpectGradientsNear(double value, double recorded) {
  EXPECT_LE(std::abs(value - recorded), kGradientAbsolute + kGradientRelative * std::abs(recorded))
      << value << ", recorded as " << recorded;
}

void ModelGoldenCaseTest::CheckLossAndGradients() {
  const RecordedBatch batch = GoldenBatch("right");
  const torch::Tensor labels_BT = Golden("right.labels");
  model_->SetRequiresGrad(true);
  // Position t predicts label t + 1.
  const torch::Tensor logits_BTV = model_->Logits(model_->Forward(batch.input));
  const torch::Tensor loss = torch::nn::functional::cross_entropy(
      logits_BTV.index({Slice(), Slice(None, -1)}).flatten(0, 1), labels_BT.index({Slice(), Slice(1, None)}).flatten(),
      torch::nn::functional::CrossEntropyFuncOptions().ignore_index(kIgnoredLabel));
  EXPECT_NEAR(loss.item<double>(), Golden("right.loss").item<double>(), kLossTolerance);
  EXPECT_NEAR(loss.item<double>(), json_.at("loss_right").get<double>(), kLossTolerance);
  loss.backward();
  CheckGradients();
  if (!HasGolden("right.seq_logps")) return;
  const torch::Tensor log_probs_BTV =
      torch::log_softmax(logits_BTV.detach().to(torch::kFloat64), -1).index({Slice(), Slice(None, -1)});
  const torch::Tensor targets_BT = labels_BT.index({Slice(), Slice(1, None)}), is_target_BT = targets_BT >= 0;
  const torch::Tensor sums_B =
      (log_probs_BTV.gather(2, targets_BT.clamp_min(0).unsqueeze(2)).squeeze(2) * is_target_BT).sum(1);
  EXPECT_LE((sums_B - Golden("right.seq_logps")).abs().max().item<double>(), kSequenceTolerance);
  EXPECT_TRUE(torch::equal(is_target_BT.sum(1), Golden("right.seq_ntok")));
}

// The same by what objectives are built on, through recomputed layers. Where rotary factors depend on the batch
// (longrope) rows are scored alone, and have the recorded sums if they are long.
void ModelGoldenCaseTest::CheckScoring() {
  if (!HasGolden("right.seq_logps")) return;
  const RecordedBatch batch = GoldenBatch("right");
  const torch::Tensor labels_BT = Golden("right.labels"), recorded_B = Golden("right.seq_logps");
  const int64_t border = RotaryBorder(model_->config());
  model_->SetRequiresGrad(true);
  model_->SetRecomputation(true);
  torch::Tensor sum;
  for (int64_t row = 0; row < labels_BT.size(0); ++row) {
    const auto tokens = [&](const torch::Tensor& places) {
      const torch::Tensor ids = batch.input.ids_BT[row].index({places}).to(torch::kInt32).contiguous();
      return TokenIds(ids.data_ptr<int32_t>(), ids.data_ptr<int32_t>() + ids.numel());
    };
    ScoringBatch scored;
    scored.prompts = {tokens(batch.is_token_BT[row] & (labels_BT[row] < 0))};
    scored.responses = {tokens(labels_BT[row] >= 0)};
    scored.pairs = {{0, 0}};
    const torch::Tensor row_sum = ScorePairs(*model_, scored).sum_P[0];
    sum = sum.defined() ? sum + row_sum : row_sum;
    if (static_cast<int64_t>(scored.prompts[0].size() + scored.responses[0].size()) <= border) continue;
    EXPECT_NEAR(row_sum.item<double>(), recorded_B[row].item<double>(), kSequenceTolerance) << row;
  }
  if (border == 0) {
    (-sum / Golden("right.seq_ntok").sum()).backward();
    CheckGradients();
  }
  model_->SetRecomputation(false);
  model_->SetRequiresGrad(false);
}

// Of the parameters, which then have none.
void ModelGoldenCaseTest::CheckGradients() {
  const base::Json& norms = json_.at("grad_norms");
  EXPECT_EQ(norms.size(), model_->parameters().size());
  double sum_of_squares = 0;
  for (const auto& [name, value] : model_->parameters()) {
    SCOPED_TRACE(name);
    const double norm = value.grad().to(torch::kFloat64).norm().item<double>();
    ExpectGradientsNear(norm, norms.at(name).get<double>());
    sum_of_squares += norm * norm;
    if (HasGolden("grad." + name)) {
      const torch::Tensor recorded = Golden("grad." + name);
      ASSERT_EQ(value.grad().sizes(), recorded.sizes());
      const torch::Tensor slack = kGradientAbsolute + kGradientRelative * recorded.abs();
      EXPECT_LE(((value.grad() - recorded).abs() / slack).max().item<double>(), 1) << "share of the tolerance";
    }
  }
  ExpectGradientsNear(std::sqrt(sum_of_squares), json_.at("global_grad_norm").get<double>());
  for (const TensorView& view : golden_.tensors()) {
    if (absl::StartsWith(view.name, "grad.")) EXPECT_TRUE(norms.contains(view.name.substr(5))) << view.name;
  }
  for (const Parameter& parameter : model_->parameters())
    torch::Tensor(parameter.value).mutable_grad() = torch::Tensor();
}

// transformers gives the auxiliary loss of all layers' routers, padding left out.
void ModelGoldenCaseTest::CheckRouterLoss(const char* kind, const char* recorded) const {
  if (!json_.contains(recorded)) {
    EXPECT_EQ(model_->config().num_experts, 0) << recorded << " is missing";
    return;
  }
  torch::NoGradGuard no_grad;
  RouterLoad load;
  load.keeps_logits = true;
  Decoder observed = *model_;
  observed.ObserveRouters(&load);
  observed.Forward(GoldenBatch(kind).input);
  ASSERT_FALSE(load.empty());
  EXPECT_NEAR(load.Loss().item<double>(), json_.at(recorded).get<double>(), kRouterTolerance) << kind;
  for (size_t n = 0; HasGolden(absl::StrCat(kind, ".router_logits.", n)); ++n) {
    ASSERT_LT(n, load.logits.size());
    const torch::Tensor recorded_NE = Golden(absl::StrCat(kind, ".router_logits.", n));
    EXPECT_LE((load.logits[n] - recorded_NE).abs().max().item<double>(), kLogitTolerance) << n;
  }
}

// What SaveModel writes is the same model.
void ModelGoldenCaseTest::CheckSavedAndLoaded() const {
  const std::string folder = absl::StrCat(base::TestFolder(), "/saved");
  ASSERT_OK(SaveModel(*model_, "", folder));
  ASSERT_OK_AND_ASSIGN(const Decoder loaded, LoadModel(folder));
  EXPECT_EQ(ModelConfigToJson(loaded.config()), ModelConfigToJson(model_->config()));
  const DecoderInput input = GoldenBatch("left").input;
  torch::NoGradGuard no_grad;
  EXPECT_TRUE(torch::equal(loaded.Logits(loaded.Forward(input)), model_->Logits(model_->Forward(input))));
}

// The same without a cache: the most probable next token of the padded batch, appended, again and again.
std::vector<TokenIds> GreedyFromScratch(const Decoder& model, const RecordedBatch& batch) {
  DecoderInput input = batch.input;
  std::vector<TokenIds> ids(input.ids_BT.size(0));
  for (int step = 0; step < kGreedyTokens; ++step) {
    const torch::Tensor next_B1 = model.Logits(model.Forward(input).index({Slice(), -1})).argmax(-1, /*keepdim=*/true);
    for (size_t row = 0; row < ids.size(); ++row) ids[row].push_back(next_B1[row][0].item<int32_t>());
    input.ids_BT = torch::cat({input.ids_BT, next_B1}, 1);
    input.positions_BT = torch::cat({input.positions_BT, input.positions_BT.index({Slice(), Slice(-1, None)}) + 1}, 1);
    input.segments_BT = torch::cat({input.segments_BT, torch::zeros_like(next_B1)}, 1);
  }
  return ids;
}

void ModelGoldenCaseTest::CheckGreedyDecoding() const {
  torch::NoGradGuard no_grad;
  const RecordedBatch left = GoldenBatch("left");
  const auto recorded = json_.at("greedy_16_from_left_batch").get<std::vector<TokenIds>>();
  EXPECT_EQ(GreedyFromScratch(*model_, left), recorded);
  // Longrope: a text is generated as if it were alone, so that it does not depend on its batch.
  const bool is_alone = json_.contains("greedy_16_row_alone");
  const auto texts = is_alone ? json_["greedy_16_row_alone"].get<std::vector<TokenIds>>() : recorded;
  // In float64 the texts are decoded by the linear algebra library, in float32 row by row.
  for (const Decoder& model : {*model_, model_->ComputingIn(torch::kFloat64)}) {
    EXPECT_EQ(Generated(model, left, /*stop_ids=*/{}), texts);
    if (!json_.contains("hf_generate_eos2_pad0")) continue;
    const auto stopped = is_alone ? texts : json_["hf_generate_eos2_pad0"].get<std::vector<TokenIds>>();
    EXPECT_EQ(Generated(model, left, /*stop_ids=*/{2}), UpTo(2, stopped));
  }
}

void ModelGoldenCaseTest::CheckBfloat16() const {
  if (!HasGolden("full.logits_bf16_compute")) return;
  torch::NoGradGuard no_grad;
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : model_->parameters()) parameters.push_back({name, value.to(torch::kBFloat16)});
  const Decoder model(model_->config(), std::move(parameters));
  const RecordedBatch batch = GoldenBatch("full");
  const torch::Tensor logits_BTV = model.Logits(model.Forward(batch.input));
  EXPECT_EQ(logits_BTV.scalar_type(), torch::kBFloat16);
  const torch::Tensor differences = Differences(logits_BTV, Golden("full.logits_bf16_compute"), batch.is_token_BT);
  EXPECT_LE(differences.max().item<double>(), kBfloat16MaxTolerance);
  EXPECT_LE(differences.mean().item<double>(), kBfloat16MeanTolerance);
}

TEST_P(ModelGoldenCaseTest, AgreesWithTransformers) {
  EXPECT_EQ(model_->num_parameters(), json_.at("params").get<int64_t>());
  CheckLogits();
  CheckOtherLogits();
  CheckLossAndGradients();
  CheckScoring();
  CheckRouterLoss("right", "aux_loss_right");
  CheckRouterLoss("full", "aux_loss_full_no_mask");
  CheckGreedyDecoding();
  CheckBfloat16();
  CheckSavedAndLoaded();
}

// A folder's name as GoogleTest allows it.
std::string TestName(const ::testing::TestParamInfo<GoldenCase>& info) {
  std::string name = info.param.name + (info.param.config == "config.json" ? "" : "_v4");
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ModelGoldenCaseTest);  // FolderHoldsCases says it better
INSTANTIATE_TEST_SUITE_P(Case, ModelGoldenCaseTest, ::testing::ValuesIn(GoldenCases()), TestName);

}  // namespace
}  // namespace lm
