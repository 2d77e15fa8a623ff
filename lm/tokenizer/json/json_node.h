// JSON nodes with paths: a place in a JSON document that knows its path, for messages such as
//   tokenizer.json: pre_tokenizer.pretokenizers[1].type must be a string, not null or missing
#ifndef LM_TOKENIZER_JSON_JSON_NODE_H_
#define LM_TOKENIZER_JSON_JSON_NODE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

// Refers to the document, which must outlive it.
class JsonNode {
 public:
  // The root. `where` names the file.
  JsonNode(const base::Json& value, absl::string_view where) : value_(&value), where_(where) {}

  // The member `key`; a null when there is none or this is no object.
  JsonNode operator[](absl::string_view key) const;

  bool IsNull() const { return value_->is_null(); }
  const base::Json& value() const { return *value_; }

  // kInvalidArgument when the value is of another type.
  absl::StatusOr<std::string> String() const;
  absl::StatusOr<int64_t> Int() const;
  absl::StatusOr<bool> BoolOr(bool if_null) const;
  absl::StatusOr<std::vector<JsonNode>> Items() const;

  // "<file>: <path> <message>".
  absl::Status Invalid(absl::string_view message) const;
  absl::Status Unimplemented(absl::string_view message) const;

 private:
  JsonNode(const base::Json* value, absl::string_view where, std::string path)
      : value_(value), where_(where), path_(std::move(path)) {}
  absl::Status WrongType(absl::string_view expected) const;
  std::string Message(absl::string_view message) const;

  const base::Json* value_;
  std::string where_;
  std::string path_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_JSON_JSON_NODE_H_
