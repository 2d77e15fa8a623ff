// Where generation ends, against what transformers' generate() did with the same files:
//   bazel test //lm/chat:end_tokens_golden_test --test_arg=--golden_dir=DIR
// DIR has eos/cases.json and eos/<folder>/config.json, with or without generation_config.json; the weights are
// DIR/../models/llama_base's. By default DIR is lm/testdata/stops.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/chat/language_model.h"
#include "lm/chat/text_generation.h"
#include "lm/tokenizer/tokenizer_testing.h"

namespace lm {
namespace {

namespace fs = std::filesystem;

// Settings of generation_config.json that a request says here.
constexpr const char* kOfRequests[] = {"min_new_tokens", "max_new_tokens", "max_length", "repetition_penalty"};

class EndTokensGoldenTest : public ::testing::Test {
 protected:
  // A model's folder: the case's configs, the weights, and a byte a token.
  std::string Folder(const std::string& name) const {
    const fs::path folder = fs::path(base::TestFolder()) / name;
    fs::create_directories(folder);
    for (const auto& entry : fs::directory_iterator(golden_ / "eos" / name)) {
      fs::copy_file(entry.path(), folder / entry.path().filename(), fs::copy_options::overwrite_existing);
    }
    const fs::path weights = folder / "model.safetensors";
    if (!fs::exists(weights))
      fs::create_symlink(fs::canonical(golden_.parent_path() / "models/llama_base/model.safetensors"), weights);
    EXPECT_OK(base::WriteFileAtomically((folder / "tokenizer.json").string(), TinyTokenizer({}).dump()));
    return folder.string();
  }

  const fs::path golden_ = fs::absolute(base::FolderFromFlag("golden_dir", "lm/testdata/stops"));
};

// Generated tokens of a prompt, greedily, with the token that ended them.
TokenIds Generated(const LanguageModel& model, const TokenIds& prompt, int64_t max_tokens) {
  ChatRequest request;
  request.prompt_ids = prompt;
  request.max_tokens = max_tokens;
  TokenIds ids;
  GenerateReplies(model, {request}, {}, [&](size_t, absl::StatusOr<ChatReply> reply) {
    EXPECT_OK(reply.status());
    if (reply.ok()) ids = reply->ids;
    return true;
  });
  return ids;
}

TEST_F(EndTokensGoldenTest, EndsAsTransformersDoes) {
  const std::string path = (golden_ / "eos/cases.json").string();
  ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(path));
  int checked = 0;
  const base::Json golden = base::Json::parse(text);
  for (const base::Json& test : golden["cases"]) {
    SCOPED_TRACE(test["folder"].get<std::string>());
    if (test["arguments"].contains("eos_token_id")) continue;  // an argument of the call, which we have none of
    ASSERT_OK_AND_ASSIGN(const LanguageModel model, LoadLanguageModel(Folder(test["folder"].get<std::string>())));
    const base::Json& eos = test["effective_eos"];
    EXPECT_EQ(model.ends.stop, eos.is_null() ? std::vector<int32_t>() : eos.get<std::vector<int32_t>>());
    ++checked;
    const std::string config =
        absl::StrCat(golden_.string(), "/eos/", test["folder"].get<std::string>(), "/generation_config.json");
    const base::Json generation = base::Json::parse(base::ReadFile(config).value_or("{}"));
    bool is_ours = test["arguments"].contains("max_new_tokens");
    for (const char* key : kOfRequests) is_ours = is_ours && !generation.contains(key);
    if (!is_ours) continue;
    for (const base::Json& single : test["single"]) {
      TokenIds expected = single["generated"].get<TokenIds>();
      const auto& stop = model.ends.stop;
      if (std::find(stop.begin(), stop.end(), expected.back()) != stop.end()) expected.pop_back();
      EXPECT_EQ(Generated(model, single["prompt"].get<TokenIds>(), test["arguments"]["max_new_tokens"].get<int64_t>()),
                expected);
    }
  }
  EXPECT_GT(checked, 0);
}

}  // namespace
}  // namespace lm
