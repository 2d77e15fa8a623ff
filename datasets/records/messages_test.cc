#include "datasets/records/messages.h"

#include "base/testing.h"

namespace datasets {
namespace {

using ::base::IsOk;
using ::base::IsOkAnd;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<Message>> Messages(const std::string& list, Notes* notes = nullptr) {
  Notes unseen;
  return GetMessages({base::Json::parse("{\"m\": " + list + "}"), "f:7"}, "m", notes != nullptr ? *notes : unseen);
}

// One letter a message: s, u, a; a capital letter says nothing.
std::vector<Message> Dialogue(const std::string& roles) {
  std::vector<Message> messages;
  for (const char c : roles) {
    const char role = static_cast<char>(std::tolower(c));
    messages.push_back({role == 's' ? "system" : role == 'u' ? "user" : "assistant", role == c ? "text" : " \n"});
  }
  return messages;
}

TEST(MessagesTest, AreRead) {
  Notes notes;
  ASSERT_OK_AND_ASSIGN(const auto messages,
                       Messages(R"([{"role": "user", "content": "Hi.", "name": "x", "tool_calls": null},
                                    {"content": "", "role": "assistant"}])",
                                &notes));
  EXPECT_THAT(messages, ElementsAre(Message{"user", "Hi."}, Message{"assistant", ""}));
  EXPECT_THAT(notes.Lines(), ElementsAre("f:7: m[0]: the key \"name\" of messages is passed over"));
}

TEST(MessagesTest, OthersAreRefused) {
  EXPECT_THAT(Messages("\"Hi.\""), StatusIs(kInvalid, "f:7: \"m\" must be a list of messages, and is a string"));
  EXPECT_THAT(Messages("[]"), StatusIs(kInvalid, HasSubstr("\"m\" must have at least one message")));
  EXPECT_THAT(Messages("[\"Hi.\"]"), StatusIs(kInvalid, HasSubstr("f:7: m[0]: a message must be")));
  EXPECT_THAT(Messages(R"([{"from": "human", "value": "Hi."}])"),
              StatusIs(kInvalid, HasSubstr("\"from\" and \"value\" are not read")));
  EXPECT_THAT(Messages(R"([{"role": "user"}])"), StatusIs(kInvalid, HasSubstr("\"content\" is missing")));
  EXPECT_THAT(Messages(R"([{"role": "user", "content": [{"type": "text", "text": "Hi."}]}])"),
              StatusIs(kInvalid, "f:7: m[0]: \"content\" must be a string, and is a list"));
  EXPECT_THAT(Messages(R"([{"role": "tool", "content": "4"}])"),
              StatusIs(kInvalid, HasSubstr("must be system, user or assistant, and is \"tool\"")));
  EXPECT_THAT(Messages(R"([{"role": "assistant", "content": "", "tool_calls": [{"id": 1}]}])"),
              StatusIs(kInvalid, HasSubstr("tools are not supported")));
}

TEST(MessagesTest, APromptEndsWithTheUser) {
  for (const char* good : {"u", "su", "uau", "suauau"}) EXPECT_THAT(CheckPromptMessages(Dialogue(good), "f"), IsOk());
  for (const char* bad : {"", "s", "a", "ua", "sua", "uu", "usu", "ssu", "au", "uaau"}) {
    EXPECT_THAT(CheckPromptMessages(Dialogue(bad), "f"), StatusIs(kInvalid, HasSubstr("f: "))) << bad;
  }
  EXPECT_THAT(CheckPromptMessages(Dialogue("uaau"), "f"),
              StatusIs(kInvalid, HasSubstr("message 3 must be the user's, and is the assistant's")));
  EXPECT_THAT(CheckPromptMessages(Dialogue("ua"), "f"),
              StatusIs(kInvalid, HasSubstr("the last message must be the user's, and is the assistant's")));
  EXPECT_THAT(CheckPromptMessages(Dialogue("uAu"), "f"), StatusIs(kInvalid, "f: message 2 is empty"));
  EXPECT_THAT(CheckPromptMessages(Dialogue("Su"), "f"), StatusIs(kInvalid, "f: message 1 is empty"));
}

TEST(MessagesTest, AReplyBeginsAndEndsWithTheAssistant) {
  for (const char* good : {"a", "A", "aua", "auaua"}) EXPECT_THAT(CheckReplyMessages(Dialogue(good), "f"), IsOk());
  for (const char* bad : {"", "u", "sa", "au", "ua", "aa", "aUa"}) {
    EXPECT_THAT(CheckReplyMessages(Dialogue(bad), "f"), StatusIs(kInvalid, HasSubstr("f: "))) << bad;
  }
}

}  // namespace
}  // namespace datasets
