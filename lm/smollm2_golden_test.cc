// A real language model against numbers recorded from transformers:
//   bazel test //lm:smollm2_golden_test --test_arg=--model_dir=DIR --test_arg=--golden_dir=DIR
// The model is SmolLM2-135M-Instruct as shared/tools/smollm2_folder writes it, the numbers are those of
// shared/golden/smollm2. Neither is in the repository, hence the tag "manual".
//
// Shapes: T = tokens, V = vocabulary.
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/decoding/generation.h"
#include "lm/model/decoder.h"
#include "lm/scoring/scoring.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {
namespace {

// What was recorded, in float32, lies within 8e-5 of float64's logits, 4e-5 of its log-probabilities and 3e-6 of their
// means. In float32 ours are as far off on their own account.
constexpr double kFloat64LogitTolerance = 1e-4;
constexpr double kLogitTolerance = 1e-3;
constexpr double kLogProbTolerance = 2e-4;
constexpr double kMeanTolerance = 2e-5;

class SmolLm2GoldenTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string model = base::FolderFromFlag("model_dir", "");
    golden_ = new std::string(base::FolderFromFlag("golden_dir", ""));
    ASSERT_FALSE(model.empty() || golden_->empty())
        << "give --test_arg=--model_dir=DIR and --test_arg=--golden_dir=DIR";
    ASSERT_OK_AND_ASSIGN(const std::string hash, base::Sha256HexOfFile(model + "/model.safetensors"));
    ASSERT_EQ(hash, Golden("texts.json").at("weights_sha256").get<std::string>())
        << "the numbers were recorded from other weights";
    absl::StatusOr<Decoder> loaded = LoadModel(model);
    ASSERT_OK(loaded);
    model_ = new Decoder(*std::move(loaded));
  }

  // Where the suite could not be set up, its message says why.
  void SetUp() override { ASSERT_NE(model_, nullptr); }

  static base::Json Golden(const std::string& name) {
    const std::string path = absl::StrCat(*golden_, "/", name);
    const absl::StatusOr<std::string> text = base::ReadFile(path);
    EXPECT_OK(text);
    return base::Json::parse(text.ok() ? *text : "{}");
  }

  static torch::Tensor Logits(const Decoder& model, const TokenIds& ids) {
    const torch::NoGradGuard no_grad;
    const torch::Tensor ids_BT = torch::tensor(ids).to(torch::kInt64).unsqueeze(0);
    const torch::Tensor positions = torch::arange(static_cast<int64_t>(ids.size())).unsqueeze(0);
    return model.Logits(model.Forward({ids_BT, positions, torch::zeros_like(ids_BT)}))[0];
  }

  static std::string* golden_;
  static Decoder* model_;
};

std::string* SmolLm2GoldenTest::golden_ = nullptr;
Decoder* SmolLm2GoldenTest::model_ = nullptr;

// Recorded logits of the most probable tokens of a position, and the logarithm of the sum over all.
void ExpectPosition(const torch::Tensor& logits_V, const base::Json& top, double log_sum_exp) {
  const auto ids = top.at("ids").get<std::vector<int64_t>>();
  const auto recorded = top.at("logits").get<std::vector<double>>();
  ASSERT_EQ(ids.size(), recorded.size());
  for (size_t i = 0; i < ids.size(); ++i) {
    EXPECT_NEAR(logits_V[ids[i]].item<double>(), recorded[i], kLogitTolerance) << "token " << ids[i];
  }
  EXPECT_NEAR(logits_V.to(torch::kFloat64).logsumexp(0).item<double>(), log_sum_exp, kLogitTolerance);
}

TEST_F(SmolLm2GoldenTest, TextsHaveTheirProbabilities) {
  ASSERT_OK_AND_ASSIGN(const SafetensorsFile last, SafetensorsFile::Open(*golden_ + "/last_logits.safetensors"));
  const base::Json texts = Golden("texts.json").at("texts");
  const Decoder exact = model_->ComputingIn(torch::kFloat64);
  ASSERT_FALSE(texts.empty());
  for (const base::Json& text : texts) {
    const std::string name = text.at("name");
    SCOPED_TRACE(name);
    const auto ids = text.at("ids").get<TokenIds>();
    const torch::Tensor logits_TV = Logits(*model_, ids);
    ExpectPosition(logits_TV[-1], text.at("last_top50"), text.at("last_logsumexp"));
    ASSERT_NE(last.Find(name), nullptr);
    const torch::Tensor recorded_V = ToTensor(*last.Find(name)).flatten();
    EXPECT_LE((logits_TV[-1] - recorded_V).abs().max().item<double>(), kLogitTolerance);
    const torch::Tensor exact_V = Logits(exact, ids)[-1];
    EXPECT_LE((exact_V - recorded_V).abs().max().item<double>(), kFloat64LogitTolerance);
    for (size_t t = 0; text.contains("top50") && t < text["top50"].size(); ++t) {
      ExpectPosition(logits_TV[t], text["top50"][t], text.at("logsumexp")[t]);
    }
    const auto recorded = text.at("token_logprobs").get<std::vector<double>>();
    ASSERT_EQ(recorded.size() + 1, ids.size());
    if (recorded.empty()) continue;
    const torch::Tensor log_probs_TV = torch::log_softmax(logits_TV.to(torch::kFloat64), -1);
    for (size_t t = 0; t < recorded.size(); ++t) {
      EXPECT_NEAR(log_probs_TV[t][ids[t + 1]].item<double>(), recorded[t], kLogProbTolerance) << "token " << t + 1;
    }
    // What objectives are built on: the first token is the prompt, the others are the response.
    ScoringBatch batch;
    batch.prompts = {{ids[0]}};
    batch.responses = {{ids.begin() + 1, ids.end()}};
    batch.pairs = {{0, 0}};
    const torch::NoGradGuard no_grad;
    const double mean = ScorePairs(*model_, batch).sum_P[0].item<double>() / static_cast<double>(recorded.size());
    EXPECT_NEAR(mean, text.at("mean_logprob").get<double>(), kMeanTolerance);
  }
}

TEST_F(SmolLm2GoldenTest, AnswersAreTheSame) {
  const base::Json golden = Golden("dialogues.json");
  std::vector<GenerationRequest> requests;
  for (const base::Json& dialogue : golden.at("dialogues")) {
    requests.push_back({dialogue.at("prompt_ids").get<TokenIds>(), requests.size(), 0});
  }
  ASSERT_FALSE(requests.empty());
  GenerationOptions options;
  options.max_new_tokens = golden.at("max_new_tokens");
  options.stop_ids = {golden.at("eos_token_id").get<int32_t>()};
  options.batch_size = 16;
  options.threads = 2;
  ASSERT_OK_AND_ASSIGN(const std::vector<Generation> answers, Generate(*model_, requests, options));
  for (size_t i = 0; i < requests.size(); ++i) {
    const base::Json& dialogue = golden["dialogues"][i];
    SCOPED_TRACE(dialogue.at("name").get<std::string>());
    const auto recorded = dialogue.at("answer_ids").get<TokenIds>();
    TokenIds ids = answers[i].ids;
    // Some recordings end before the first token that was chosen by a hair.
    if (dialogue.at("stopped") == "margin") ids.resize(std::min(ids.size(), recorded.size()));
    EXPECT_EQ(ids, recorded);
    const bool stops = dialogue.at("stopped") == "eos";
    if (stops) EXPECT_EQ(answers[i].finish_reason, FinishReason::kStop);
  }
}

TEST_F(SmolLm2GoldenTest, AnswersHaveTheirProbabilities) {
  const base::Json golden = Golden("dialogues.json");
  for (const base::Json& dialogue : golden.at("dialogues")) {
    SCOPED_TRACE(dialogue.at("name").get<std::string>());
    const auto prompt = dialogue.at("prompt_ids").get<TokenIds>(), answer = dialogue.at("answer_ids").get<TokenIds>();
    TokenIds ids = prompt;
    ids.insert(ids.end(), answer.begin(), answer.end());
    const torch::Tensor log_probs_TV = torch::log_softmax(Logits(*model_, ids).to(torch::kFloat64), -1);
    const auto recorded = dialogue.at("answer_token_logprobs").get<std::vector<double>>();
    ASSERT_EQ(recorded.size(), answer.size());
    for (size_t t = 0; t < answer.size(); ++t) {
      const int64_t predictor = static_cast<int64_t>(prompt.size() + t) - 1;
      EXPECT_NEAR(log_probs_TV[predictor][answer[t]].item<double>(), recorded[t], kLogProbTolerance) << t;
    }
  }
}

}  // namespace
}  // namespace lm
