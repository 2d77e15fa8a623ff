#include "lm/chat/language_model.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "lm/chat/text_generation.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/testing/checkpoint_testing.h"
#include "lm/tokenizer/bpe/bpe_trainer.h"
#include "lm/tokenizer/tokenizer_files.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

// 256 bytes, merges and two special tokens.
constexpr int64_t kTokens = 270;

// A folder with a random model of this configuration and a tokenizer of kTokens ids.
std::string WriteFolder(const ModelConfig& config) {
  const std::string folder = Folder(absl::StrCat("model_of_", config.vocab_size));
  EXPECT_OK(SaveModel(Decoder::Random(config, 1), "", folder));
  BpeTrainerOptions options;
  options.vocab_size = kTokens;
  options.special_tokens = {"<|pad|>", "<|end|>"};
  const std::vector<std::string> texts(20, "the cat that sat at the mat and the hat that the cat had");
  auto tokenizer = TrainByteLevelBpe(texts, options);
  EXPECT_OK(tokenizer);
  SpecialTokenRoles roles;
  roles.eos = "<|end|>";
  roles.pad = "<|pad|>";
  const auto files = MakeTokenizerFiles(*std::move(tokenizer), roles, config.max_positions);
  EXPECT_OK(files);
  EXPECT_OK(WriteTokenizerFiles(*files, folder));
  return folder;
}

ModelConfig Wide() {
  ModelConfig config = Small();
  config.vocab_size = kTokens;
  return config;
}

TEST(LoadLanguageModel, NeedsNeitherBeginningNorPadding) {
  ModelConfig config = Wide();
  ASSERT_EQ(config.bos_id, -1);
  ASSERT_EQ(config.pad_id, -1);
  ASSERT_OK_AND_ASSIGN(const LanguageModel model, LoadLanguageModel(WriteFolder(config)));
  EXPECT_EQ(model.ends.stop, config.eos_ids);
  TextOptions options;
  options.max_new_tokens = 3;
  // Prompts of different lengths, decoded together.
  EXPECT_OK(GenerateTexts(model, {{"a", 0, 0}, {"the cat", 1, 0}}, options));
}

TEST(LoadLanguageModel, TheTokenizerMustFitTheEmbedding) {
  ModelConfig config = Wide();
  config.vocab_size = kTokens + 50;  // padded, as many are
  EXPECT_OK(LoadLanguageModel(WriteFolder(config)));
  config.vocab_size = kTokens - 1;
  EXPECT_THAT(LoadLanguageModel(WriteFolder(config)),
              StatusIs(StatusCode::kInvalidArgument,
                       HasSubstr(absl::StrCat("its tokenizer knows ", kTokens, " ids, and config.json's vocab_size is ",
                                              kTokens - 1))));
}

TEST(GenerateTexts, APromptThatIsTooLongIsNamed) {
  ASSERT_OK_AND_ASSIGN(const LanguageModel model, LoadLanguageModel(WriteFolder(Wide())));
  TextOptions options;
  options.max_new_tokens = 10;  // of a context of 16
  EXPECT_THAT(GenerateTexts(model, {{"a", 7, 0}, {"zyxwvut", 8, 0}}, options),
              StatusIs(StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("question 8: the prompt has 7 tokens"), HasSubstr("context of 16"))));
}

}  // namespace
}  // namespace lm
