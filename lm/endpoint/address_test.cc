#include "lm/endpoint/address.h"

#include "base/testing.h"

namespace lm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Code = absl::StatusCode;

std::string Url(const std::string& address) {
  const auto parsed = ParseApiAddress(address);
  return parsed.ok() ? parsed->Url("/chat/completions") : parsed.status().ToString();
}

TEST(ParseApiAddress, TakesTheFormsThatPeopleWrite) {
  for (const char* url : {"http://h:8000", "http://h:8000/", "http://h:8000/v1", "http://h:8000/v1/", " http://h:8000 ",
                          "http://h:8000/v1/chat/completions", "http://h:8000/v1/completions",
                          "http://h:8000/v1/chat/completions/", "http://h:8000/v1/models"}) {
    EXPECT_EQ(Url(url), "http://h:8000/v1/chat/completions") << url;
  }
  EXPECT_EQ(Url("https://h/api/v3"), "https://h/api/v3/chat/completions");
  EXPECT_EQ(Url("https://[::1]:8"), "https://[::1]:8/v1/chat/completions");
  EXPECT_FALSE(ParseApiAddress("https://h/v1")->is_azure);
}

TEST(ParseApiAddress, KnowsAzure) {
  const std::string deployment = "https://n.openai.azure.com/openai/deployments/d";
  for (const std::string& url : {deployment + "?api-version=2024-10-21", deployment + "/?api-version=2024-10-21",
                                 deployment + "/chat/completions?api-version=2024-10-21"}) {
    EXPECT_EQ(Url(url), deployment + "/chat/completions?api-version=2024-10-21") << url;
    EXPECT_TRUE(ParseApiAddress(url)->is_azure);
  }
  EXPECT_EQ(Url("https://n.openai.azure.com"), "https://n.openai.azure.com/openai/v1/chat/completions");
  EXPECT_THAT(Url(deployment), HasSubstr("needs its version behind it: ?api-version=2024-10-21"));
  EXPECT_TRUE(ParseApiAddress("http://gateway/openai/deployments/d?api-version=1")->is_azure);
}

TEST(ParseApiAddress, RefusesOthersWithoutShowingSecrets) {
  for (const char* url : {"", "h:8000", "ftp://h", "file:///etc/passwd", "http://", "http://h:99999", "http://h h/"}) {
    EXPECT_FALSE(ParseApiAddress(url).ok()) << url;
  }
  for (const char* url : {"https://me:secret@h/v1", "https://secret@h/v1", "https://h/v1?key=secret",
                          "https://h/v1#secret", "https://h/v1?api-version=1&key=secret"}) {
    EXPECT_THAT(ParseApiAddress(url),
                base::StatusIs(Code::kInvalidArgument, AllOf(HasSubstr("address holds"), Not(HasSubstr("secret")))))
        << url;
  }
}

}  // namespace
}  // namespace lm
