// A real model's conversations: smollm2_golden_test's other half, of texts alone.
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/chat/chat_format.h"
#include "lm/chat/end_tokens.h"
#include "lm/config/config.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

TEST(SmolLm2ChatGoldenTest, ConversationsBecomeTheirIds) {
  const std::string model = base::FolderFromFlag("model_dir", "");
  const std::string path = absl::StrCat(base::FolderFromFlag("golden_dir", ""), "/dialogues.json");
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(TokenizerPath(model)));
  ASSERT_OK_AND_ASSIGN(const auto found, FindChatFormat(model, ChatFormatChoice()));
  ASSERT_NE(found, nullptr);
  // As transformers does: what a message spells is taken for tokens.
  ChatFormat format = *found;
  format.content = SpecialText::kAsTokens;
  const base::OrderedJson golden = base::OrderedJson::parse(text);
  for (const base::OrderedJson& dialogue : golden["dialogues"]) {
    if (!dialogue["add_generation_prompt"].get<bool>()) continue;  // we always let the assistant begin
    SCOPED_TRACE(dialogue["name"].get<std::string>());
    ASSERT_OK_AND_ASSIGN(const PromptText prompt, RenderPrompt(format, *tokenizer, dialogue["messages"]));
    EXPECT_EQ(prompt.Text(), dialogue["rendered"].get<std::string>());
    EXPECT_EQ(EncodePrompt(*tokenizer, prompt), dialogue["prompt_ids"].get<TokenIds>());
  }
  ASSERT_OK_AND_ASSIGN(const std::string config_text, base::ReadFile(model + "/config.json"));
  ASSERT_OK_AND_ASSIGN(const ModelConfig config, ParseModelConfig(config_text, model));
  ASSERT_OK_AND_ASSIGN(const EndTokens ends, FindEndTokens(model, config, *tokenizer, &format));
  EXPECT_EQ(ends.stop, std::vector<int32_t>{golden["eos_token_id"].get<int32_t>()});
  EXPECT_EQ(ends.taught, golden["eos_token_id"].get<int32_t>());
}

}  // namespace
}  // namespace lm
