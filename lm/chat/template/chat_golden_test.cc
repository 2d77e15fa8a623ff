// Chat templates against texts that transformers rendered:
//   bazel test //lm/chat/template:chat_golden_test --test_arg=--golden_dir=DIR
// DIR holds cases.jsonl, mask_cases.jsonl, micro.jsonl, hostile.jsonl, template_files.jsonl and templates/*.jinja; what
// of them is there is checked. Without --golden_dir there is nothing to compare with: the templates are their makers'.
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/chat/template/chat_template.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {
namespace {

using ::base::OrderedJson;

std::string GoldenFolder() { return base::FolderFromFlag("golden_dir", ""); }

// Calls `check` for every case of a file, which may be missing; keys keep their order.
void ForEachCase(const std::string& file, const std::function<void(const OrderedJson&)>& check) {
  if (GoldenFolder().empty()) GTEST_SKIP() << "no --golden_dir";
  const std::string path = absl::StrCat(GoldenFolder(), "/", file);
  if (!base::FileExists(path)) GTEST_SKIP() << "no " << path;
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  int count = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const OrderedJson test = OrderedJson::parse(line);
    SCOPED_TRACE(absl::StrCat(file, ": ", test.value("template", ""), " ", test["case"].get<std::string>()));
    check(test);
    ++count;
  }
  EXPECT_GT(count, 0);
}

// Rendered as a case of cases.jsonl or mask_cases.jsonl says.
absl::StatusOr<RenderedChat> Render(const OrderedJson& test) {
  ChatTemplate chat;
  chat.source = test["template"].get<std::string>();
  const auto text = base::ReadFile(absl::StrCat(GoldenFolder(), "/templates/", chat.source, ".jinja"));
  if (!text.ok()) return text.status();
  chat.text = *text;
  for (const char* token : {"bos_token", "eos_token"}) {
    if (test.contains(token) && !test[token].is_null()) chat.special_tokens[token] = test[token];
  }
  const OrderedJson given = test.value("options", OrderedJson::object());
  RenderOptions options;
  options.add_generation_prompt = given.value("add_generation_prompt", false);
  options.continue_final_message = given.value("continue_final_message", false);
  options.variables = given.value("kwargs", OrderedJson::object());
  options.now = test.value("now", "2025-03-09T08:05:07");
  return RenderChat(chat, test["messages"], options);
}

// That a conversation ended as the case says: with this text, or in an error; in the template's own words where it has
// some.
void ExpectAs(const OrderedJson& test, const absl::StatusOr<RenderedChat>& rendered) {
  if (test.contains("expected")) {
    ASSERT_OK(rendered.status());
    EXPECT_EQ(rendered->text, test["expected"].get<std::string>());
    return;
  }
  ASSERT_FALSE(rendered.ok()) << rendered->text;
  if (!test["error"].value("raised_by_template", false)) return;
  EXPECT_THAT(std::string(rendered.status().message()),
              ::testing::EndsWith("the template refuses the messages: " + test["error"]["message"].get<std::string>()));
}

TEST(ChatGoldenTest, PublicTemplates) {
  ForEachCase("cases.jsonl", [](const OrderedJson& test) { ExpectAs(test, Render(test)); });
}

// Code points before a byte.
size_t Characters(const std::string& text, size_t byte) {
  size_t count = 0;
  for (size_t i = 0; i < byte; ++i) count += (text[i] & 0xC0) != 0x80;
  return count;
}

// A token is the assistant's where it has a character of a block; a tokenizer's own folder lies beside the goldens.
void CheckMask(const std::string& name, const OrderedJson& recorded, const RenderedChat& rendered) {
  const std::string file = absl::StrCat(GoldenFolder(), "/../tokenizers/", name, "/tokenizer.json");
  if (!base::FileExists(file)) return;
  static auto* const tokenizers = new std::map<std::string, std::unique_ptr<Tokenizer>>;
  std::unique_ptr<Tokenizer>& tokenizer = (*tokenizers)[name];
  if (tokenizer == nullptr) {
    ASSERT_OK_AND_ASSIGN(tokenizer, LoadTokenizer(file));
  }
  const Encoding encoding = tokenizer->EncodePieces({{rendered.text, SpecialText::kAsTokens}});
  EXPECT_EQ(encoding.ids, recorded["ids"].get<TokenIds>()) << name;
  std::vector<int> mask;
  for (const TextSpan& span : encoding.spans) {
    bool is_assistants = false;
    for (const auto& [begin, end] : rendered.assistant) {
      is_assistants = is_assistants || (span.begin < end && begin < span.end);
    }
    mask.push_back(is_assistants);
  }
  EXPECT_EQ(mask, recorded["mask"].get<std::vector<int>>()) << name;
}

TEST(ChatGoldenTest, GenerationBlocks) {
  ForEachCase("mask_cases.jsonl", [](const OrderedJson& test) {
    const auto rendered = Render(test);
    ExpectAs(test, rendered);
    if (!rendered.ok()) return;
    OrderedJson spans = OrderedJson::array();
    for (const auto& [begin, end] : rendered->assistant) {
      spans.push_back({Characters(rendered->text, begin), Characters(rendered->text, end)});
    }
    EXPECT_EQ(spans, test.value("spans", OrderedJson::array()));
    const OrderedJson masks = test.value("masks", OrderedJson::object());
    for (const auto& [name, recorded] : masks.items()) {
      CheckMask(name, recorded, *rendered);
    }
  });
}

// Small templates come with the variables that they see, messages among them.
absl::StatusOr<RenderedChat> RenderSmall(const OrderedJson& test) {
  RenderOptions options;
  options.variables = test["context"];
  options.variables.erase("messages");
  options.now = "2025-03-09T08:05:07";
  return RenderChat({test["template_text"].get<std::string>(), "small", OrderedJson::object()},
                    test["context"]["messages"], options);
}

TEST(ChatGoldenTest, SmallTemplates) {
  ForEachCase("micro.jsonl", [](const OrderedJson& test) { ExpectAs(test, RenderSmall(test)); });
}

TEST(ChatGoldenTest, HostileTemplates) {
  ForEachCase("hostile.jsonl", [](const OrderedJson& test) {
    const auto rendered = RenderSmall(test);
    const std::string expect = test["expect"].get<std::string>();
    if (expect == "error") EXPECT_FALSE(rendered.ok()) << rendered->text.substr(0, 100);
    if (expect == "ok") EXPECT_OK(rendered.status());
    if (rendered.ok() && expect != "error") EXPECT_EQ(rendered->text, test["ok_output"].get<std::string>());
  });
}

// The template that a call of transformers would take: the argument, which is a name or a template, else "tool_use"
// with tools where there is one, else the default.
absl::StatusOr<ChatTemplate> Taken(const std::string& folder, const OrderedJson& call) {
  const std::string argument = call.value("chat_template", "");
  if (argument.find('{') != std::string::npos) return ChatTemplateOf(folder, argument, "argument");
  if (argument.empty() && call.contains("tools")) {
    const auto with_tools = FindChatTemplate(folder, "tool_use");
    if (with_tools.ok()) return with_tools;
  }
  return FindChatTemplate(folder, argument);
}

TEST(ChatGoldenTest, FilesOfAFolder) {
  ForEachCase("template_files.jsonl", [](const OrderedJson& test) {
    const std::string folder = absl::StrCat(base::TestFolder(), "/", test["case"].get<std::string>());
    for (const auto& [name, content] : test["files"].items()) {
      const std::string path = absl::StrCat(folder, "/", name);
      std::filesystem::create_directories(std::filesystem::path(path).parent_path());
      ASSERT_OK(base::WriteFileAtomically(path, content.is_string() ? content.get<std::string>() : content.dump()));
    }
    OrderedJson call = test["call"];
    const OrderedJson messages = call.contains("conversation") ? call["conversation"] : test["messages"];
    const auto chat = Taken(folder, call);
    RenderOptions options;
    options.add_generation_prompt = call.value("add_generation_prompt", false);
    options.continue_final_message = call.value("continue_final_message", false);
    for (const char* known : {"chat_template", "conversation", "add_generation_prompt", "continue_final_message"}) {
      call.erase(known);
    }
    options.variables = call;
    const auto rendered = chat.ok() ? RenderChat(*chat, messages, options) : chat.status();
    ExpectAs(test, rendered);
    const std::string tokenizer_file = absl::StrCat(GoldenFolder(), "/../tokenizers2/post_template/tokenizer.json");
    if (!rendered.ok() || !test.contains("expected_ids") || !base::FileExists(tokenizer_file)) return;
    ASSERT_OK_AND_ASSIGN(const auto tokenizer, LoadTokenizer(tokenizer_file));
    EXPECT_EQ(tokenizer->Encode(rendered->text, SpecialText::kAsTokens), test["expected_ids"].get<TokenIds>());
  });
}

}  // namespace
}  // namespace lm
