// For tests of the reader of config.json: small files, and what is refused of them.
#ifndef LM_CONFIG_CONFIG_TESTING_H_
#define LM_CONFIG_CONFIG_TESTING_H_

#include <string>
#include <utility>

#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/config/config.h"

namespace lm {

// The fields that have no default.
inline base::Json Minimal() {
  return {{"model_type", "llama"},         {"vocab_size", 300},      {"hidden_size", 48},
          {"intermediate_size", 96},       {"num_hidden_layers", 2}, {"num_attention_heads", 4},
          {"max_position_embeddings", 128}};
}

inline base::Json With(const char* key, base::Json value) {
  base::Json json = Minimal();
  json[key] = std::move(value);
  return json;
}

inline base::Json WithAll(const char* family, const base::Json& fields) {
  base::Json json = With("model_type", family);
  json["num_key_value_heads"] = 2;  // some families' default is more than Minimal's heads
  json.update(fields);
  return json;
}

inline absl::StatusOr<ModelConfig> Parsed(const base::Json& json) {
  return ParseModelConfig(json.dump(), "m/config.json");
}

inline void ExpectRefused(const base::Json& json, absl::StatusCode code, const std::string& field,
                          const std::string& what = "") {
  SCOPED_TRACE(json.dump());
  EXPECT_THAT(Parsed(json), base::StatusIs(code, ::testing::AllOf(::testing::HasSubstr("m/config.json"),
                                                                  ::testing::HasSubstr("\"" + field + "\""),
                                                                  ::testing::HasSubstr(what))));
}

}  // namespace lm

#endif  // LM_CONFIG_CONFIG_TESTING_H_
