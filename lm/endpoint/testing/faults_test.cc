#include "lm/endpoint/testing/faults.h"

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "lm/endpoint/testing/replies.h"

namespace lm {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

auto Invalid(const char* text) { return base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(text)); }

TEST(ParseFaults, TakesNamesAndAll) {
  ASSERT_OK_AND_ASSIGN(const FaultRates rates, ParseFaults("all:0.2,huge:0,cut:1"));
  EXPECT_EQ(rates[static_cast<int>(Fault::kDrip)], 0.2);
  EXPECT_EQ(rates[static_cast<int>(Fault::kHuge)], 0);
  EXPECT_EQ(rates[static_cast<int>(Fault::kCut)], 1);
  ASSERT_OK_AND_ASSIGN(const FaultRates none, ParseFaults(""));
  EXPECT_EQ(none, FaultRates{});
  EXPECT_THAT(ParseFaults("drop:0.2"), Invalid("\"drop\" is no fault; there are all, rate_limit"));
  for (const char* text : {"drip", "drip:", "drip:2", "drip:-1", "drip:nan", "drip:x"}) {
    EXPECT_THAT(ParseFaults(text), Invalid("NAME:PROBABILITY")) << text;
  }
}

TEST(DrawFault, IsAFunctionOfItsArgumentsWithTheRatesThatWereAskedFor) {
  ASSERT_OK_AND_ASSIGN(const FaultRates rates, ParseFaults("cut:0.3"));
  int cuts = 0, others = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto fault = DrawFault(rates, 1, absl::StrCat("body ", i), 0);
    EXPECT_EQ(fault, DrawFault(rates, 1, absl::StrCat("body ", i), 0));
    if (fault.has_value()) EXPECT_EQ(*fault, Fault::kCut);
    cuts += fault.has_value();
    others += fault != DrawFault(rates, 1, absl::StrCat("body ", i), 1);
  }
  // 2000 x 0.3 with a standard deviation of 20.5: six of them; the draws are the same in every run.
  EXPECT_NEAR(cuts, 600, 123);
  EXPECT_GT(others, 500);  // another try is another draw: 840 expected
}

FakeReply Reply(const Responder& responder, const std::string& prompt) {
  FakeRequest request;
  request.prompt = prompt;
  return responder(request);
}

TEST(MarkJudge, PrefersTheLargerSum) {
  EXPECT_THAT(QualityMarks("quality=3, quality=x quality=12."), ElementsAre(3, 12));
  const Responder judge = MarkJudge();
  EXPECT_THAT(Reply(judge, "a quality=3 b quality=2").text, HasSubstr("[[A]]"));
  EXPECT_THAT(Reply(judge, "a quality=2 b quality=3").text, HasSubstr("[[B]]"));
  EXPECT_THAT(Reply(judge, "a quality=2 b quality=2").text, HasSubstr("[[C]]"));
  EXPECT_THAT(Reply(judge, "quality=2 quality=5 quality=6 quality=0").text, HasSubstr("[[A]]"));
  EXPECT_THAT(Reply(judge, "quality=8").text, HasSubstr("Rating: [[8]]"));
  EXPECT_EQ(Reply(judge, "nothing").text, "I cannot say.");
  EXPECT_EQ(Reply(judge, "quality=1 quality=2 quality=3").text, "I cannot say.");
  EXPECT_THAT(Reply(MarkJudge({"first", "second", "none"}), "quality=2 quality=1").text, HasSubstr("first"));
}

TEST(Script, TakesTheFirstLineThatFits) {
  ASSERT_OK_AND_ASSIGN(const Responder script, Script("{\"contains\": \"x\", \"reply\": \"1\", \"status\": 400}\n"
                                                      "{\"contains\": \"xy\", \"reply\": \"2\"}\n"
                                                      "{\"contains\": \"y\", \"reply\": \"3\"}",
                                                      "s", Always("else")));
  EXPECT_EQ(Reply(script, "axy").text, "1");
  EXPECT_EQ(Reply(script, "axy").status, 400);
  EXPECT_EQ(Reply(script, "y").text, "3");
  EXPECT_EQ(Reply(script, "").text, "else");
  EXPECT_THAT(Script("{\"contains\": \"x\"}", "s", Echo()), Invalid("s:1: the key \"reply\" is missing"));
  EXPECT_THAT(Script("{\"contains\": \"\", \"reply\": \"\", \"status\": 99}", "s", Echo()), Invalid("s:1: status"));
}

}  // namespace
}  // namespace lm
