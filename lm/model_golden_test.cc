// The decoder, its gradients and its decoding against numbers recorded from Hugging Face transformers:
//   bazel test //lm:model_golden_test --test_arg=--golden_dir=DIR
// checks every folder in DIR (default: testdata/models), each reported as one test. lm/README.md says what a case's
// folder holds.
//
// Shapes: B = rows, T = tokens a row, V = vocabulary.
#include <torch/torch.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
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
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {
namespace {

using torch::indexing::None;
using torch::indexing::Slice;

// The reference itself, float32, lies within 2e-5 of a float64 computation of the same logits.
constexpr double kLogitTolerance = 1e-4;
constexpr double kLossTolerance = 5e-6;
constexpr double kGradientAbsolute = 1e-5;
constexpr double kGradientRelative = 1e-4;
// bfloat16 has 8 bits: logits near 8 lie 1/32 apart, and every layer rounds in its own order.
constexpr double kBfloat16MaxTolerance = 0.25;
constexpr double kBfloat16MeanTolerance = 0.04;

constexpr int kGreedyTokens = 16;
constexpr int kIgnoredLabel = -100;

const std::string& GoldenFolder() {
  static const std::string* folder = new std::string(base::FolderFromFlag("golden_dir", "lm/testdata/models"));
  return *folder;
}

// The names of the folders in GoldenFolder(), sorted.
std::vector<std::string> CaseNames() {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder(), error)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(ModelGoldenTest, FolderHoldsCases) {
  EXPECT_FALSE(CaseNames().empty()) << "--golden_dir: there is no case folder in \"" << GoldenFolder() << "\"";
}

// A recorded batch of token ids, its padding, and the logits.
struct Batch {
  DecoderInput input;
  torch::Tensor is_token_BT;  // bool; false: padding, where the recorded logits mean nothing
  torch::Tensor logits_BTV;   // float32
};

class ModelGoldenCaseTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string folder = absl::StrCat(GoldenFolder(), "/", GetParam());
    absl::StatusOr<Decoder> model = LoadModel(folder);
    ASSERT_OK(model);
    model_ = *std::move(model);
    ASSERT_OK_AND_ASSIGN(golden_, SafetensorsFile::Open(folder + "/golden.safetensors"));
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(folder + "/golden.json"));
    ASSERT_OK_AND_ASSIGN(json_, base::ParseJson(text, folder + "/golden.json"));
  }

  // A recorded tensor. What is thrown where it is missing fails the test.
  torch::Tensor Golden(const std::string& name) const {
    const TensorView* view = golden_.Find(name);
    if (view == nullptr) throw std::runtime_error(absl::StrCat(golden_.path(), ": tensor ", name, " is missing"));
    return ToTensor(*view);
  }

  // `kind`: "full", "right" (padded) or "left".
  Batch GoldenBatch(const std::string& kind) const {
    Batch batch;
    batch.input.ids_BT = Golden(kind + ".input_ids");
    batch.is_token_BT = Golden(kind + ".attention_mask").to(torch::kBool);
    batch.logits_BTV = Golden(kind + ".logits");
    batch.input.segments_BT = batch.is_token_BT.to(torch::kInt64) - 1;  // tokens are shared, padding is -1
    batch.input.positions_BT =
        golden_.Find(kind + ".position_ids") != nullptr
            ? Golden(kind + ".position_ids")
            : torch::arange(batch.input.ids_BT.size(1)).expand_as(batch.input.ids_BT).contiguous();
    return batch;
  }

  void CheckLogits() const;
  void CheckLossAndGradients();
  void CheckRouterLoss(const char* kind, const char* recorded) const;
  void CheckGreedyDecoding() const;
  void CheckBfloat16() const;

  std::optional<Decoder> model_;
  SafetensorsFile golden_;
  base::Json json_;
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
    const Batch batch = GoldenBatch(kind);
    const torch::Tensor logits_BTV = model_->Logits(model_->Forward(batch.input));
    ASSERT_EQ(logits_BTV.sizes(), batch.logits_BTV.sizes());
    ASSERT_GT(batch.is_token_BT.sum().item<int64_t>(), 0);
    EXPECT_LE(Differences(logits_BTV, batch.logits_BTV, batch.is_token_BT).max().item<double>(), kLogitTolerance);
  }
}

void ExpectGradientsNear(double value, double recorded) {
  EXPECT_LE(std::abs(value - recorded), kGradientAbsolute + kGradientRelative * std::abs(recorded))
      << value << ", recorded as " << recorded;
}

void ModelGoldenCaseTest::CheckLossAndGradients() {
  const Batch batch = GoldenBatch("right");
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

  const base::Json& norms = json_.at("grad_norms");
  EXPECT_EQ(norms.size(), model_->parameters().size());
  double sum_of_squares = 0;
  for (const auto& [name, value] : model_->parameters()) {
    SCOPED_TRACE(name);
    const double norm = value.grad().to(torch::kFloat64).norm().item<double>();
    ExpectGradientsNear(norm, norms.at(name).get<double>());
    sum_of_squares += norm * norm;
    if (golden_.Find("grad." + name) != nullptr) {
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
  model_->SetRequiresGrad(false);
}

// transformers gives the auxiliary loss of all layers' routers, padding left out.
void ModelGoldenCaseTest::CheckRouterLoss(const char* kind, const char* recorded) const {
  if (!json_.contains(recorded)) {
    EXPECT_EQ(model_->config().num_experts, 0) << recorded << " is missing";
    return;
  }
  torch::NoGradGuard no_grad;
  RouterLoad load;
  Decoder observed = *model_;
  observed.ObserveRouters(&load);
  observed.Forward(GoldenBatch(kind).input);
  ASSERT_FALSE(load.empty());
  EXPECT_NEAR(load.Loss().item<double>(), json_.at(recorded).get<double>(), kLossTolerance) << kind;
}

// The tokens of each row, without padding.
std::vector<GenerationRequest> Prompts(const Batch& batch) {
  std::vector<GenerationRequest> requests;
  for (int64_t row = 0; row < batch.input.ids_BT.size(0); ++row) {
    const torch::Tensor ids = batch.input.ids_BT[row].index({batch.is_token_BT[row]}).to(torch::kInt32).contiguous();
    requests.push_back(
        {TokenIds(ids.data_ptr<int32_t>(), ids.data_ptr<int32_t>() + ids.numel()), static_cast<uint64_t>(row), 0});
  }
  return requests;
}

std::vector<TokenIds> Generated(const Decoder& model, const Batch& batch, const TokenIds& stop_ids) {
  GenerationOptions options;
  options.max_new_tokens = kGreedyTokens;
  options.stop_ids = stop_ids;
  const auto results = Generate(model, Prompts(batch), options);
  EXPECT_OK(results);
  std::vector<TokenIds> ids;
  if (results.ok()) {
    for (const Generation& result : *results) ids.push_back(result.ids);
  }
  return ids;
}

// The same without a cache: the most probable next token of the padded batch, appended, again and again.
std::vector<TokenIds> GreedyFromScratch(const Decoder& model, const Batch& batch) {
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

// Up to the first stop id, inclusive; transformers pads what follows.
std::vector<TokenIds> UpTo(int32_t stop_id, std::vector<TokenIds> rows) {
  for (TokenIds& ids : rows) {
    const auto stop = std::find(ids.begin(), ids.end(), stop_id);
    if (stop != ids.end()) ids.erase(stop + 1, ids.end());
  }
  return rows;
}

void ModelGoldenCaseTest::CheckGreedyDecoding() const {
  torch::NoGradGuard no_grad;
  const Batch left = GoldenBatch("left");
  const auto recorded = json_.at("greedy_16_from_left_batch").get<std::vector<TokenIds>>();
  EXPECT_EQ(GreedyFromScratch(*model_, left), recorded);
  EXPECT_EQ(Generated(*model_, left, /*stop_ids=*/{}), recorded);
  if (json_.contains("hf_generate_eos2_pad0")) {
    EXPECT_EQ(Generated(*model_, left, /*stop_ids=*/{2}),
              UpTo(2, json_["hf_generate_eos2_pad0"].get<std::vector<TokenIds>>()));
  }
}

void ModelGoldenCaseTest::CheckBfloat16() const {
  if (golden_.Find("full.logits_bf16_compute") == nullptr) return;
  torch::NoGradGuard no_grad;
  std::vector<Parameter> parameters;
  for (const auto& [name, value] : model_->parameters()) parameters.push_back({name, value.to(torch::kBFloat16)});
  const Decoder model(model_->config(), std::move(parameters));
  const Batch batch = GoldenBatch("full");
  const torch::Tensor logits_BTV = model.Logits(model.Forward(batch.input));
  EXPECT_EQ(logits_BTV.scalar_type(), torch::kBFloat16);
  const torch::Tensor differences = Differences(logits_BTV, Golden("full.logits_bf16_compute"), batch.is_token_BT);
  EXPECT_LE(differences.max().item<double>(), kBfloat16MaxTolerance);
  EXPECT_LE(differences.mean().item<double>(), kBfloat16MeanTolerance);
}

TEST_P(ModelGoldenCaseTest, AgreesWithTransformers) {
  EXPECT_EQ(model_->num_parameters(), json_.at("params").get<int64_t>());
  CheckLogits();
  CheckLossAndGradients();
  CheckRouterLoss("right", "aux_loss_right");
  CheckRouterLoss("full", "aux_loss_full_no_mask");
  CheckGreedyDecoding();
  CheckBfloat16();
}

// A folder's name as GoogleTest allows it.
std::string TestName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ModelGoldenCaseTest);  // FolderHoldsCases says it better
INSTANTIATE_TEST_SUITE_P(Case, ModelGoldenCaseTest, ::testing::ValuesIn(CaseNames()), TestName);

}  // namespace
}  // namespace lm
