// What the files beside a tokenizer.json or a tokenizer.model say of it.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "lm/tokenizer/encode_turns.h"
#include "lm/tokenizer/tokenizer.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

using ::base::Json;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A folder of these files, empty but for them.
std::string Folder(const std::vector<std::pair<std::string, std::string>>& files) {
  const std::string folder = absl::StrCat(base::TestFolder(), "/model");
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  for (const auto& [name, content] : files) {
    EXPECT_OK(base::WriteFileAtomically(absl::StrCat(folder, "/", name), content));
  }
  return folder;
}

absl::StatusOr<std::unique_ptr<Tokenizer>> Load(const std::string& folder) {
  return LoadTokenizer(TokenizerPath(folder));
}

Json Config(const Json& tokens) { return {{"added_tokens_decoder", tokens}}; }

TEST(TokenizerFolder, AddedTokensDecoderAddsWhatTheFileLacks) {
  Json json = TinyTokenizer({});
  json["added_tokens"] = Json::array({SpecialToken("<s>", 256)});
  Json end = SpecialToken("<|im_end|>", 0), start = SpecialToken("<s>", 0);
  end.erase("id"), start.erase("id");
  const std::string folder = Folder(
      {{"tokenizer.json", json.dump()}, {"tokenizer_config.json", Config({{"256", start}, {"257", end}}).dump()}});
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(folder));
  EXPECT_THAT(tokenizer->Encode("a<|im_end|>", SpecialText::kAsTokens), ElementsAre('a', 257));
  EXPECT_EQ(tokenizer->vocab_size(), 258);
  EXPECT_EQ(tokenizer->Decode({'a', 257}), "a") << "it is special";
}

TEST(TokenizerFolder, AddedTokensThatClashAreRefused) {
  const auto status = [](const Json& tokens) {
    return Load(
               Folder({{"tokenizer.json", TinyTokenizer({}).dump()}, {"tokenizer_config.json", Config(tokens).dump()}}))
        .status();
  };
  EXPECT_OK(status(Json()));
  EXPECT_THAT(status({{"65", {{"content", "<x>"}}}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("tokenizer_config.json: added_tokens_decoder"), HasSubstr("which is that of"))));
  EXPECT_THAT(status(Json::array({1})), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must be an object")));
  EXPECT_THAT(status({{"x", {{"content", "<x>"}}}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("must be an object from ids to tokens")));
}

TEST(TokenizerFolder, SavedTruncationAndPaddingAreTheCallersBusiness) {
  Json json = TinyTokenizer({});
  json["truncation"] = {{"max_length", 2}, {"strategy", "LongestFirst"}, {"stride", 0}, {"direction", "Right"}};
  json["padding"] = {{"strategy", {{"Fixed", 8}}}, {"pad_id", 0}};
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(Folder({{"tokenizer.json", json.dump()}})));
  EXPECT_THAT(tokenizer->Encode("abc"), ElementsAre('a', 'b', 'c'));
}

TEST(TokenizerFolder, TekkenAloneIsNamed) {
  const std::string folder = Folder({{"tekken.json", "{}"}});
  EXPECT_THAT(Load(folder), StatusIs(absl::StatusCode::kUnimplemented,
                                     AllOf(HasSubstr(folder + "/tekken.json"), HasSubstr("save_pretrained"))));
}

TEST(TokenizerFolder, ASentencePieceModelTakesAddedTokens) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "libsentencepiece is not loaded into programs with the address sanitizer";
#endif
  const Json vocab = TinyMetaspaceTokenizer({{"\u2581", "a"}}, {"\u2581", "a", "b"});
  const std::string model = SentencePieceModelOf(vocab);
  const Json end = {{"content", "<|im_end|>"}, {"special", true}};
  for (const auto& file : {std::make_pair("tokenizer_config.json", Config({{"263", end}}).dump()),
                           std::make_pair("added_tokens.json", std::string("{\"<|im_end|>\": 263}"))}) {
    ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(Folder({{"tokenizer.model", model}, file})));
    EXPECT_THAT(tokenizer->Encode("a<|im_end|>", SpecialText::kAsTokens), ElementsAre(259, 263)) << file.first;
    EXPECT_EQ(tokenizer->Token(263), "<|im_end|>");
    EXPECT_EQ(tokenizer->Decode({259, 263}, {/*skip_special_tokens=*/false}), "a<|im_end|>");
    EXPECT_EQ(tokenizer->vocab_size(), 264);
  }
}

TEST(TokenizerFolder, ASentencePieceModelsTurnsAreTheJointText) {
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "libsentencepiece is not loaded into programs with the address sanitizer";
#endif
  const Json vocab = TinyMetaspaceTokenizer({{"\u2581", "a"}, {"b", "b"}}, {"\u2581", "a", "b"});
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, Load(Folder({{"tokenizer.model", SentencePieceModelOf(vocab)}})));
  const int32_t mark = 261, b = 263, bb = 260;
  const PromptAndResponse turns = EncodePromptAndResponse(*tokenizer, {{"a"}}, {{"b a"}});
  EXPECT_THAT(turns.prompt, ElementsAre(1, 259));
  EXPECT_THAT(turns.response, ElementsAre(b, 259));
  const PromptAndResponse across = EncodePromptAndResponse(*tokenizer, {{"a  \u00E9b"}}, {{"b"}});
  EXPECT_THAT(across.prompt, ElementsAre(1, 259, mark, mark, 3 + 0xC3, 3 + 0xA9));
  EXPECT_THAT(across.response, ElementsAre(bb));
}

}  // namespace
}  // namespace lm
