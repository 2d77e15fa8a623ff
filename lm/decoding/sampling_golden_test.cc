// Compares the cuts of the next token's distribution with those of transformers' logits warpers.
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/decoding/sampling.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {
namespace {

constexpr double kTolerance = 1e-6;

// The recorded file, in the folder that the flag names or in its models/.
std::string GoldenPath() {
  const std::string folder = base::FolderFromFlag("golden_dir", "lm/decoding/testdata");
  const std::string path = folder + "/sampling_warpers.json";
  return base::FileExists(path) ? path : folder + "/models/sampling_warpers.json";
}

// "temp0.7_topk8_topp0.9": what a case's name says. `min1` (at least one token is kept) is always so here.
void ParseCase(const std::string& name, SamplingOptions& options) {
  options.temperature = 1;
  for (absl::string_view part : absl::StrSplit(name, '_')) {
    double number = 0;
    const auto is = [&](const char* prefix) {
      absl::string_view rest = part;
      return absl::ConsumePrefix(&rest, prefix) && absl::SimpleAtod(rest, &number);
    };
    if (is("temp")) {
      options.temperature = number;
    } else if (is("topk")) {
      options.top_k = static_cast<int64_t>(number);
    } else if (is("topp")) {
      options.top_p = number;
    } else if (is("minp")) {
      options.min_p = number;
    } else if (is("rep")) {
      options.repetition_penalty = number;
    } else {
      EXPECT_EQ(part, "min1") << "of case " << name << ": unknown setting";
    }
  }
}

TEST(SamplingGoldenTest, KeepsTransformersTokensWithTheirProbabilities) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(GoldenPath()));
  ASSERT_OK_AND_ASSIGN(const base::Json golden, base::ParseJson(text, GoldenPath()));
  ASSERT_FALSE(golden.at("cases").empty());
  for (const base::Json& recorded : golden.at("cases")) {
    const std::string name = recorded.at("name");
    auto logits = recorded.at("logits").get<std::vector<float>>();
    SCOPED_TRACE(absl::StrCat(name, ", ", logits.size(), " logits"));
    SamplingOptions options;
    ParseCase(name, options);
    ASSERT_OK(CheckSamplingOptions(options));
    PenalizeRepetition(options.repetition_penalty, recorded.at("history").get<TokenIds>(), absl::MakeSpan(logits));
    std::vector<double> probabilities(logits.size());
    std::vector<bool> kept(logits.size());
    for (const auto& [id, probability] : SamplingDistribution(logits, options)) {
      kept[id] = true;
      probabilities[id] = probability;
    }
    const auto expected = recorded.at("probs").get<std::vector<double>>();
    std::vector<bool> expected_kept(logits.size());
    for (const int32_t id : recorded.at("kept").get<TokenIds>()) expected_kept[id] = true;
    EXPECT_EQ(kept, expected_kept);
    for (size_t id = 0; id < logits.size(); ++id) EXPECT_NEAR(probabilities[id], expected[id], kTolerance) << id;
  }
}

}  // namespace
}  // namespace lm
