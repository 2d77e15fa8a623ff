#include "lm/endpoint/api/request.h"

#include "base/testing.h"
#include "lm/endpoint/api/advice.h"

namespace lm {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

ChatRequest Chat() {
  ChatRequest request;
  request.messages = {{"system", "Be \"brief\"."}, {"user", "Hi\n\xff"}};
  request.stop = {"A, B"};
  request.seed = 7;
  return request;
}

ChatRequest Text() {
  ChatRequest request;
  request.prompt = "Once";
  return request;
}

TEST(RequestBody, HasTheApisFields) {
  EXPECT_EQ(RequestPath(Chat()), "/chat/completions");
  EXPECT_EQ(RequestPath(Text()), "/completions");
  const base::Json chat = base::Json::parse(RequestBody(Chat(), "m", base::Json::object()));
  EXPECT_EQ(chat, base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "seed": 7,
                  "stop": ["A, B"], "messages": [{"role": "system", "content": "Be \"brief\"."},
                                                 {"role": "user", "content": "Hi\n\ufffd"}]})"));
  const base::Json text = base::Json::parse(RequestBody(Text(), "m", base::Json::object()));
  EXPECT_EQ(text,
            base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "prompt": "Once"})"));
}

// What OpenAI's own API does not know is sent only where it is asked for; a stream is never sent.
TEST(RequestBody, HasFurtherSamplingOptionsIfTheyAreGiven) {
  ChatRequest request = Text();
  request.top_k = 0;
  request.min_p = 0.25;
  request.repetition_penalty = 1;
  request.stream = ReplyStream{1, "s", 2, 3};
  EXPECT_EQ(base::Json::parse(RequestBody(request, "m", {{"min_p", 0.5}})),
            base::Json::parse(R"({"model": "m", "temperature": 0, "top_p": 1, "max_tokens": 256, "prompt": "Once",
                                  "top_k": 0, "min_p": 0.5, "repetition_penalty": 1})"));
}

TEST(RequestBody, TakesExtraFieldsInAndOthersOut) {
  const base::Json extra = {{"top_k", 20}, {"max_tokens", nullptr}, {"max_completion_tokens", 9}, {"seed", nullptr}};
  const base::Json body = base::Json::parse(RequestBody(Chat(), "m", extra));
  EXPECT_EQ(body["top_k"], 20);
  EXPECT_EQ(body["max_completion_tokens"], 9);
  EXPECT_FALSE(body.contains("max_tokens") || body.contains("seed"));
}

TEST(RequestBody, FoldsTheSystemsMessageIntoTheFirstUsers) {
  const base::Json body = RequestJson(Chat(), "m", {{"fold_system", true}, {"top_k", 3}});
  EXPECT_FALSE(body.contains("fold_system"));
  EXPECT_EQ(body["top_k"], 3);
  ASSERT_EQ(body["messages"].size(), 1);
  EXPECT_EQ(body["messages"][0]["role"], "user");
  EXPECT_EQ(body["messages"][0]["content"], "Be \"brief\".\n\nHi\n\xff");
}

// What a server says of a field, and the line that helps.
std::string Advice(const std::string& words, const base::Json& extra = base::Json::object(),
                   const std::string& field = "") {
  ApiError error;
  error.message = words;
  error.field = field;
  return FieldAdvice(RequestJson(Chat(), "m", extra), extra, error);
}

TEST(FieldAdvice, WritesTheLineThatHelps) {
  EXPECT_EQ(Advice("Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
                   "instead.",
                   {{"top_k", 3}}, "max_tokens"),
            "to send max_completion_tokens in the place of max_tokens: write endpoint { model: \"m\" extra: "
            "'{\"max_completion_tokens\":256,\"max_tokens\":null,\"top_k\":3}' } (or "
            "--extra_body='{\"max_completion_tokens\":"
            "256,\"max_tokens\":null,\"top_k\":3}')");
  EXPECT_THAT(Advice("Unsupported value: 'temperature' does not support 0 with this model."),
              HasSubstr("to leave out temperature: write endpoint { model: \"m\" extra: '{\"temperature\":null}' }"));
  EXPECT_THAT(Advice("`temperature` and `top_p` cannot both be specified for this model. Please use only one."),
              HasSubstr("to leave out top_p: "));
  EXPECT_THAT(Advice("Unsupported parameter: seed"), HasSubstr("'{\"seed\":null}'"));
  EXPECT_THAT(Advice("seed: extra fields not permitted", base::Json::object(), "seed"), HasSubstr("'{\"seed\":null}'"));
  EXPECT_THAT(Advice("'logprobs' is not supported", {{"logprobs", true}, {"top_k", 3}}), HasSubstr("'{\"top_k\":3}'"));
  EXPECT_THAT(Advice("'stop' is not supported with this model"), HasSubstr("'{\"stop\":null}'"));
  for (const char* words : {"System role not supported", "Developer instruction is not enabled for models/gemma",
                            "Conversation roles must alternate user/assistant/user/assistant/...",
                            "'messages[0].role' does not support 'system' with this model."}) {
    EXPECT_THAT(Advice(words), HasSubstr("'{\"fold_system\":true}'")) << words;
  }
}

TEST(FieldAdvice, IsSilentWhereNoFieldIsMeant) {
  EXPECT_THAT(Advice("The model will stop here."), IsEmpty());
  EXPECT_THAT(Advice("Something went wrong."), IsEmpty());
  EXPECT_EQ(Advice("max_tokens is too large: 256. This model supports at most 128."), "lower max_tokens");
  EXPECT_EQ(Advice("This model's maximum context length is 512 tokens."),
            "lower max_tokens, or ask a model that takes more");
}

}  // namespace
}  // namespace lm
