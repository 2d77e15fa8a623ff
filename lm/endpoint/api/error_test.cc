#include "lm/endpoint/api/error.h"

#include <tuple>

#include "base/testing.h"

namespace lm {
namespace {

TEST(ParseError, FindsTheServersWords) {
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "code": "insufficient_quota"}})").message, "no");
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "code": "insufficient_quota"}})").code, "insufficient_quota");
  EXPECT_EQ(ParseError(R"({"error": "no", "code": 7})").message, "no");
  EXPECT_EQ(ParseError(R"({"object": "error", "message": "no"})").message, "no");
  EXPECT_EQ(ParseError(R"({"detail": "Not Found"})").message, "Not Found");
  EXPECT_EQ(ParseError(R"({"errors": [{"code": 7, "message": "no"}]})").message, "no");
  EXPECT_EQ(ParseError(R"([{"error": {"message": "no", "status": "INVALID_ARGUMENT"}}])").message, "no");
  EXPECT_EQ(ParseError(R"({"choices": [{"error": {"message": "no", "code": 502}}]})").message, "no");
  EXPECT_EQ(ParseError("data: {\"error\": {\"message\": \"no\"}}\n\n").message, "no");
  EXPECT_EQ(ParseError("<html>Bad Gateway</html>").message, "<html>Bad Gateway</html>");
  EXPECT_EQ(ParseError("<!DOCTYPE html><HEAD><Title> 502\n</TITLE>").message, "502 (an HTML page)");
  EXPECT_EQ(ParseError("\"no\"").message, "no");
  EXPECT_EQ(ParseError("").message, "");
  EXPECT_EQ(ParseError(R"({"choices": 7})").message, R"({"choices":7})");
}

TEST(ParseError, ShowsWhoWasAskedAndWhatItSaid) {
  EXPECT_EQ(ParseError(R"({"error": {"message": "Provider returned error", "code": 400, "metadata":
                {"provider_name": "P", "raw": "no such field"}}})")
                .message,
            "Provider returned error (P: no such field)");
}

TEST(ParseError, NamesTheField) {
  const ApiError list = ParseError(R"({"detail": [{"loc": ["body", "seed"], "msg": "extra fields not permitted"},
                                                  {"loc": ["body", "stop", 0], "msg": "too long"}]})");
  EXPECT_EQ(list.message, "seed: extra fields not permitted; stop.0: too long");
  EXPECT_EQ(list.field, "seed");
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "param": "top_p"}})").field, "top_p");
}

TEST(ParseError, KnowsTheStatusThatIsMeant) {
  for (const auto& [body, status] :
       {std::pair(R"({"error": {"message": "No auth credentials found", "code": 401}})", 401),
        {R"({"error": {"message": "no", "code": "invalid_api_key"}})", 401},
        {R"({"error": {"message": "no", "type": "authentication_error"}})", 401},
        {R"({"object": "error", "message": "no", "code": 404})", 404},
        {R"({"error": {"message": "no", "type": "overloaded_error"}})", 529},
        {R"({"error": {"message": "no", "code": "rate_limit_exceeded"}})", 429},
        {R"({"error": {"message": "no", "type": "BadRequestError"}})", 400},
        {R"({"detail": "Invalid API key"})", 401},
        {R"({"error": {"message": "no", "status": "402"}})", 402},
        {R"({"error": "something else"})", 0}}) {
    EXPECT_EQ(ParseError(body).status, status) << body;
  }
  // The one that came counts.
  EXPECT_EQ(ParseError(R"({"error": {"message": "no", "code": 401}})", 503).status, 503);
}

}  // namespace
}  // namespace lm
