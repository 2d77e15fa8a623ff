#include "experiments/spec/json_schema.h"

#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"

namespace experiments {
namespace {

using ::base::OrderedJson;
using ::base::StatusIs;
using ::testing::HasSubstr;

OrderedJson SchemaOf(const std::string& message) {
  const auto text = base::ReadFile(base::Runfile("experiments/spec/descriptors.binpb"));
  EXPECT_OK(text);
  const auto schema = JsonSchema(*text, message);
  EXPECT_OK(schema);
  return schema.value_or(OrderedJson());
}

TEST(JsonSchemaTest, FieldsHaveTheirMeaningLimitsAndDefaults) {
  const OrderedJson schema = SchemaOf("sami_harness.ExperimentSpec");
  EXPECT_EQ(schema["$ref"], "#/$defs/sami_harness.ExperimentSpec");
  const OrderedJson& spec = schema["$defs"]["sami_harness.ExperimentSpec"];
  EXPECT_EQ(spec["additionalProperties"], false);
  EXPECT_EQ(spec["required"].dump(), R"(["name","models","arms"])");
  EXPECT_EQ(spec["properties"]["seed"]["default"], 42);
  EXPECT_THAT(spec["properties"]["seed"]["description"].get<std::string>(), HasSubstr("every random stream derives"));
  EXPECT_EQ(spec["properties"]["arms"]["type"], "array");
  EXPECT_EQ(spec["properties"]["arms"]["minItems"], 1);
  const OrderedJson& sampling = schema["$defs"]["sami_harness.SamplingSpec"]["properties"];
  EXPECT_EQ(sampling["temperature"]["maximum"], 10.0);
  EXPECT_EQ(sampling["top_p"]["exclusiveMinimum"], 0.0);
  EXPECT_EQ(sampling["max_new_tokens"]["minimum"], 1);
  EXPECT_EQ(sampling["max_new_tokens"]["type"], "integer");
  const OrderedJson& schedule = schema["$defs"]["sami_harness.ScheduleConfig"]["properties"]["shape"];
  EXPECT_EQ(schedule["enum"].dump(), R"(["CONSTANT","LINEAR","COSINE"])");
  EXPECT_EQ(schedule["default"], "CONSTANT");
  // Of an arm's methods one, or none.
  EXPECT_EQ(schema["$defs"]["sami_harness.Arm"]["allOf"][0]["oneOf"].size(), 8u);
}

// Every reference leads somewhere.
void ExpectDefined(const OrderedJson& part, const OrderedJson& schema) {
  if (part.is_object() && part.contains("$ref")) {
    const std::string name = part["$ref"].get<std::string>().substr(std::string("#/$defs/").size());
    EXPECT_TRUE(schema["$defs"].contains(name)) << name;
  }
  EXPECT_FALSE(part.is_null());
  if (!part.is_structured()) return;
  for (const auto& item : part.items()) ExpectDefined(item.value(), schema);
}

TEST(JsonSchemaTest, NothingIsUndefined) {
  for (const char* message : {"sami_harness.ExperimentSpec", "sami_harness.Deployment"}) {
    const OrderedJson schema = SchemaOf(message);
    ExpectDefined(schema, schema);
  }
}

TEST(JsonSchemaTest, WhatIsNoDescriptorIsRefused) {
  EXPECT_THAT(JsonSchema("nonsense", "M"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no set of")));
  EXPECT_THAT(JsonSchema("", "M"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no message M")));
}

}  // namespace
}  // namespace experiments
