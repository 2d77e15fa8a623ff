// Recorded cases of model_golden_test: the folders of --golden_dir, read.
//
// Shapes: B = rows, T = tokens a row, V = vocabulary.
#ifndef LM_MODEL_GOLDEN_TESTING_H_
#define LM_MODEL_GOLDEN_TESTING_H_

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/decoding/generation.h"
#include "lm/model/decoder.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Of --golden_dir, or the repository's own.
const std::string& GoldenFolder();

// A folder, and the file in it that is its config.json.
struct GoldenCase {
  std::string name;
  std::string config;
};

// Of all folders in GoldenFolder(), sorted.
std::vector<GoldenCase> GoldenCases();

// A batch of token ids, its padding, and the logits.
struct RecordedBatch {
  DecoderInput input;
  torch::Tensor is_token_BT;  // bool; false: padding, where the recorded logits mean nothing
  torch::Tensor logits_BTV;   // float32
};

// The tokens of each row, without padding.
std::vector<GenerationRequest> Prompts(const RecordedBatch& batch);

// How many tokens were recorded of each greedy text.
inline constexpr int kGreedyTokens = 16;

// Greedy texts of those prompts.
std::vector<TokenIds> Generated(const Decoder& model, const RecordedBatch& batch, const TokenIds& stop_ids);

// Up to the first stop id, inclusive; transformers pads what follows.
std::vector<TokenIds> UpTo(int32_t stop_id, std::vector<TokenIds> rows);

// One case, loaded.
class GoldenCaseTest : public ::testing::TestWithParam<GoldenCase> {
 protected:
  void SetUp() override;

  // A recorded tensor. What is thrown where it is missing fails the test.
  torch::Tensor Golden(const std::string& name) const;
  bool HasGolden(const std::string& name) const { return golden_.Find(name) != nullptr; }

  // `kind`: "full", "right" (padded) or "left".
  RecordedBatch GoldenBatch(const std::string& kind) const;

  std::optional<Decoder> model_;
  SafetensorsFile golden_;
  base::Json json_;
};

}  // namespace lm

#endif  // LM_MODEL_GOLDEN_TESTING_H_
