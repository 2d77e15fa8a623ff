// Typed fields of a config.json: the members of the JSON object that a model's configuration is read from.
#ifndef LM_CONFIG_CONFIG_FIELDS_H_
#define LM_CONFIG_CONFIG_FIELDS_H_

#include <cmath>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

// What a value of a config looks like in a message: one line of ASCII, not too long.
inline std::string Shown(const base::Json& value) {
  // JSON leaves one control character as it is.
  return absl::StrReplaceAll(value.dump(-1, ' ', /*ensure_ascii=*/true), {{"\x7f", "\\u007f"}}).substr(0, 100);
}

// The members of one JSON object. An absent or null member is the default, if there is one. Remembers which members
// were asked for.
class Fields {
 public:
  // `prefix`: of the object's members in messages ("rope_scaling.").
  Fields(const base::Json& object, absl::string_view where, absl::string_view prefix)
      : object_(object), where_(where), prefix_(prefix) {}

  const base::Json* Find(const char* key) const {
    asked_.insert(key);
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }
  bool IsWrittenAsNull(const char* key) const { return object_.contains(key) && object_[key].is_null(); }
  bool IsAbsent(const char* key) const { return !object_.contains(key); }
  // The members that nobody asked for.
  std::vector<std::string> Unasked() const {
    std::vector<std::string> keys;
    for (const auto& item : object_.items()) {
      if (asked_.count(item.key()) == 0) keys.push_back(item.key());
    }
    return keys;
  }

  absl::Status Invalid(const char* key, absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(where_, ": \"", prefix_, absl::Utf8SafeCEscape(key), "\" ", what));
  }
  absl::Status Wrong(const char* key, absl::string_view expected) const {
    return Invalid(key, absl::StrCat("must be ", expected, ", and is ", Shown(*Find(key))));
  }
  absl::Status Unsupported(const char* key, absl::string_view supported) const {
    return absl::UnimplementedError(absl::StrCat(where_, ": \"", prefix_, absl::Utf8SafeCEscape(key), "\": ",
                                                 Shown(*Find(key)), " is not supported; supported is ", supported));
  }

  // An integer in [1, max].
  absl::StatusOr<int64_t> Size(const char* key, int64_t max = std::numeric_limits<int32_t>::max()) const {
    const base::Json* value = Find(key);
    if (value == nullptr) return Invalid(key, "is missing");
    if (!value->is_number_unsigned() || value->get<uint64_t>() < 1 || value->get<uint64_t>() > max) {
      return Wrong(key, absl::StrCat("an integer from 1 to ", max));
    }
    return value->get<int64_t>();
  }
  absl::StatusOr<int64_t> SizeOr(const char* key, int64_t fallback) const {
    return Find(key) == nullptr ? fallback : Size(key);
  }

  // A finite number >= min.
  absl::StatusOr<double> Number(const char* key, double min) const {
    const base::Json* value = Find(key);
    if (value == nullptr) return Invalid(key, "is missing");
    if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() < min) {
      return Wrong(key, absl::StrCat("a number >= ", min));
    }
    return value->get<double>();
  }
  absl::StatusOr<double> NumberOr(const char* key, double min, double fallback) const {
    return Find(key) == nullptr ? fallback : Number(key, min);
  }

  absl::StatusOr<bool> BoolOr(const char* key, bool fallback) const {
    const base::Json* value = Find(key);
    if (value == nullptr) return fallback;
    if (!value->is_boolean()) return Wrong(key, "true or false");
    return value->get<bool>();
  }

  absl::StatusOr<std::string> StringOr(const char* key, const char* fallback) const {
    const base::Json* value = Find(key);
    if (value == nullptr) return std::string(fallback);
    if (!value->is_string()) return Wrong(key, "a text");
    return value->get<std::string>();
  }

 private:
  const base::Json& object_;
  const absl::string_view where_;
  const absl::string_view prefix_;
  mutable std::set<std::string> asked_;
};

}  // namespace lm

#endif  // LM_CONFIG_CONFIG_FIELDS_H_
