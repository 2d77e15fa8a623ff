#include "base/textproto/text_proto.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "experiments/spec/spec.pb.h"
#include "experiments/spec/spec_testing.h"

namespace experiments {
namespace {

using ::base::StatusIs;
using ::sami_harness::ExperimentSpec;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// The error of a text that must not parse.
std::string ErrorOf(const std::string& text) {
  ExperimentSpec spec;
  const absl::Status status = base::ParseTextProto(text, "x", &spec);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(TextProtoErrorTest, UnknownFieldListsTheNearestFirst) {
  EXPECT_THAT(ErrorOf("name: 'a'\n  sede: 3"),
              StartsWith("x:2:3: there is no field \"sede\"; ExperimentSpec has seed, "));
}

TEST(TextProtoErrorTest, WhatATerminalObeysIsShownByItsCode) {
  EXPECT_EQ(ErrorOf("name: 'a'\n\x7f"), "x:2:1: Expected identifier, got: \\x7f");
}

TEST(TextProtoErrorTest, UnknownFieldOfASubMessageNamesThatMessage) {
  EXPECT_THAT(ErrorOf("models { folder: 'm' }\narms { name: 'a' }\narms {\n  parnt: 'b'\n}"),
              StartsWith("x:4:3: arms[1] has no field \"parnt\"; Arm has parent, "));
}

TEST(TextProtoErrorTest, UnknownEnumValueListsTheValues) {
  EXPECT_EQ(ErrorOf("arms { sft { training { optimizer {\n  algorithm: ADAM\n}}}}"),
            "x:2:14: arms[0].sft.training.optimizer.algorithm is ADAM; it must be one of ADAMW, RMSPROP");
}

TEST(TextProtoErrorTest, UnknownEnumValueInAList) {
  EXPECT_EQ(ErrorOf("evaluations { judges: [PRINCIPLE, CONTNT] }"),
            "x:1:35: evaluations[0].judges is CONTNT; it must be one of PRINCIPLE, CONTENT");
}

TEST(TextProtoErrorTest, TextForANumberSaysTheRange) {
  EXPECT_EQ(ErrorOf("arms { sft { training { batch_size: 'many' } } }"),
            "x:1:37: Expected integer, got: 'many'; arms[0].sft.training.batch_size must be a whole number >= 1");
}

TEST(TextProtoErrorTest, FractionForAWholeNumber) {
  EXPECT_THAT(ErrorOf("data { constitutions_per_query: 2.5 }"), HasSubstr("must be a whole number from 2 to 16"));
}

TEST(TextProtoErrorTest, NegativeSeed) {
  EXPECT_THAT(ErrorOf("seed: -1"), HasSubstr("seed must be a whole number >= 0"));
}

TEST(TextProtoErrorTest, NumberTooLarge) {
  EXPECT_THAT(ErrorOf("seed: 18446744073709551616"), HasSubstr("seed must be a whole number >= 0"));
}

TEST(TextProtoErrorTest, WordForANumber) {
  EXPECT_THAT(ErrorOf("arms { dpo { beta: small } }"), HasSubstr("arms[0].dpo.beta must be a number > 0 and <= 100"));
}

TEST(TextProtoErrorTest, WordForABool) {
  EXPECT_THAT(ErrorOf("data { filters { unfinished: yes } }"), HasSubstr("filters.unfinished must be true or false"));
}

TEST(TextProtoErrorTest, TextWithoutQuotes) {
  EXPECT_EQ(ErrorOf("name: small"), "x:1:7: Expected string, got: small; name must be a text in quotes, not empty");
}

TEST(TextProtoErrorTest, NumberForAMessage) {
  EXPECT_THAT(ErrorOf("statistics: 3"), HasSubstr("statistics must be StatisticsSpec { ... }"));
}

TEST(TextProtoErrorTest, FieldGivenTwice) {
  EXPECT_EQ(ErrorOf("seed: 1\nseed: 2"), "x:2:1: seed is given twice; it may be given once");
}

TEST(TextProtoErrorTest, TwoMethods) {
  EXPECT_THAT(ErrorOf("arms { sft {} dpo {} }"), AllOf(StartsWith("x:1:"), HasSubstr("dpo"), HasSubstr("method")));
}

TEST(TextProtoErrorTest, MissingBrace) {
  EXPECT_EQ(ErrorOf("arms {\n  name: 'a'\n"), "x:3:1: the text ends, but arms[0] is open; a '}' is missing");
}

TEST(TextProtoErrorTest, OneBraceTooMany) { EXPECT_THAT(ErrorOf("seed: 1\n}"), StartsWith("x:2:1: ")); }

TEST(TextProtoErrorTest, OpenQuote) { EXPECT_THAT(ErrorOf("name: 'a\n"), StartsWith("x:1:9: ")); }

TEST(TextProtoErrorTest, BracesInCommentsAndTextsDoNotMislead) {
  EXPECT_THAT(ErrorOf("# arms { \nname: 'a { '\ndata { filters { forbidden: ['}', \"{\" ] } x: 1 }"),
              StartsWith("x:3:43: data[0] has no field \"x\""));
}

TEST(TextProtoErrorTest, TabReachesToColumnEight) { EXPECT_THAT(ErrorOf("\tx: 1"), StartsWith("x:1:9: ")); }

// Texts that were cut off, or lack one character, or have one too many: read, or refused with a place in them.
TEST(TextProtoErrorTest, DamagedTextsAreReadOrRefused) {
  const std::string whole = kSmallSpec;
  std::vector<std::string> texts;
  for (size_t i = 0; i < whole.size(); ++i) {
    texts.push_back(whole.substr(0, i));
    texts.push_back(whole.substr(0, i) + whole.substr(i + 1));
    for (char c : {'{', '}', '[', '"', ':', '\0'}) texts.push_back(whole.substr(0, i) + c + whole.substr(i));
  }
  for (const std::string& text : texts) {
    ExperimentSpec spec;
    base::FieldLocations locations;
    const absl::Status status = base::ParseTextProto(text, "x", &spec, &locations);
    if (status.ok()) continue;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_THAT(std::string(status.message()), ContainsRegex("^x:[0-9]+:[0-9]+: .")) << text;
  }
}

TEST(TextProtoTest, MissingFileIsNamed) {
  ExperimentSpec spec;
  EXPECT_THAT(base::ReadTextProto("/no/such", &spec), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such")));
}

TEST(TextProtoTest, LocationsOfFieldsAndElements) {
  ExperimentSpec spec;
  base::FieldLocations at;
  ASSERT_OK(
      base::ParseTextProto("seed: 1 arms {\n  name: 'a' }\narms: [ { name: 'b' },\n  { name: 'c' sft {} } ]\n"
                           "data { filters { forbidden: [ 'x' 'y', 'z' ]\n forbidden: 'w' } }",
                           "x", &spec, &at));
  EXPECT_EQ(at.Where("seed"), "x:1:1");
  EXPECT_EQ(at.Where("arms[0]"), "x:1:9");
  EXPECT_EQ(at.Where("arms[0].name"), "x:2:3");
  EXPECT_EQ(at.Where("arms[1].name"), "x:3:11");
  EXPECT_EQ(at.Where("arms[2]"), "x:4:3");
  EXPECT_EQ(at.Where("data[0].filters.forbidden[1]"), "x:5:40");
  EXPECT_EQ(at.Where("data[0].filters.forbidden[2]"), "x:6:2");
  // Not written: the nearest message around it, and at last the text.
  EXPECT_EQ(at.Where("arms[2].sft.training.batch_size"), "x:4:15");
  EXPECT_EQ(at.Where("evaluations[0].judges[0]"), "x");
}

// A parser that goes down by recursion would exhaust the stack.
TEST(TextProtoTest, DeepNestingIsAnError) {
  std::string text;
  for (int i = 0; i < 1000000; ++i) text += "data {";
  EXPECT_THAT(ErrorOf(text), HasSubstr("x:1:"));
  ExperimentSpec spec;
  base::ParseKnownFields("name: 'a' " + text, &spec);
  EXPECT_EQ(spec.name(), "a");
  text.clear();
  for (int i = 0; i < 1000000; ++i) text += "unknown {";
  base::ParseKnownFields("name: 'a' " + text, &spec);
  EXPECT_EQ(spec.name(), "a");
}

TEST(TextProtoTest, KnownFieldsOfAnotherVersionAreRead) {
  ExperimentSpec spec;
  base::ParseKnownFields("name: 'a' quantum { x: [1, 2] } seed: 7", &spec);
  EXPECT_EQ(spec.name(), "a");
  EXPECT_EQ(spec.seed(), 7);
  base::ParseKnownFields("seed: 3 evaluations { judges: TELEPATHY } name: 'b'", &spec);
  EXPECT_EQ(spec.seed(), 3);
  EXPECT_EQ(spec.name(), "");
}

TEST(TextProtoTest, PrintsUtf8AndReadsItBack) {
  ExperimentSpec spec;
  spec.set_name("naïve \"π\"\n");
  const std::string text = base::PrintTextProto(spec);
  EXPECT_EQ(text, "name: \"naïve \\\"π\\\"\\n\"\n");
  ExperimentSpec again;
  ASSERT_OK(base::ParseTextProto(text, "x", &again));
  EXPECT_EQ(again.name(), spec.name());
}

TEST(FieldLocationsTest, SetReplacesWhatIsBelowAndNothingBeside) {
  base::FieldLocations at("x");
  at.Set("a.b[0]", "1");
  at.Set("a.b[1].c", "2");
  at.Set("a.bc", "3");
  at.Set("a.b", "4");
  EXPECT_EQ(at.Where("a.b[1].c"), "4");
  EXPECT_EQ(at.Where("a.bc"), "3");
}

}  // namespace
}  // namespace experiments
