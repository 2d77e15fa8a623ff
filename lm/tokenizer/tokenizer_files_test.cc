#include "lm/tokenizer/tokenizer_files.h"

#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/tokenizer/bpe/bpe_trainer.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::HasSubstr;

std::string Trained() {
  BpeTrainerOptions options;
  options.vocab_size = 300;
  options.special_tokens = {"<|pad|>", "<|endoftext|>"};
  return TrainByteLevelBpe({"some text, some more text"}, options).value();
}

TEST(TokenizerFiles, RolesAreWritten) {
  ASSERT_OK_AND_ASSIGN(const TokenizerFiles files,
                       MakeTokenizerFiles(Trained(), {"", "<|endoftext|>", "<|pad|>", ""}, 512));
  EXPECT_EQ(base::Json::parse(files.special_tokens_map_json),
            base::Json({{"eos_token", "<|endoftext|>"}, {"pad_token", "<|pad|>"}}));
  EXPECT_EQ(base::Json::parse(files.tokenizer_config_json), base::Json({{"tokenizer_class", "PreTrainedTokenizerFast"},
                                                                        {"model_max_length", 512},
                                                                        {"clean_up_tokenization_spaces", false},
                                                                        {"eos_token", "<|endoftext|>"},
                                                                        {"pad_token", "<|pad|>"}}));
  const std::string folder = base::TestFolder();
  ASSERT_OK(WriteTokenizerFiles(files, folder));
  EXPECT_OK(LoadTokenizer(folder + "/tokenizer.json"));
  EXPECT_THAT(base::ReadFile(folder + "/tokenizer_config.json"), IsOkAnd(files.tokenizer_config_json));
  EXPECT_THAT(base::ReadFile(folder + "/special_tokens_map.json"), IsOkAnd(files.special_tokens_map_json));
}

TEST(TokenizerFiles, ARoleNeedsItsToken) {
  EXPECT_THAT(
      MakeTokenizerFiles(Trained(), {"<s>", "", "", ""}, 512),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the bos_token \"<s>\" is not in tokenizer.json")));
}

}  // namespace
}  // namespace lm
