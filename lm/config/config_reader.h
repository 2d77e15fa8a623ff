// The parts of ParseModelConfig (config.h), each reading some keys of a config.json into a ModelConfig.
#ifndef LM_CONFIG_CONFIG_READER_H_
#define LM_CONFIG_CONFIG_READER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/config/config.h"
#include "lm/config/config_fields.h"
#include "lm/config/families.h"

namespace lm {

// rope.cc: positions, from all the places where transformers has written them. After the sizes.
absl::Status ParseRope(const Fields& fields, absl::string_view where, const FamilyTraits& traits, ModelConfig* config);

// layer_kinds.cc: sliding windows, layers without positions, layers without experts. After the sizes.
absl::Status ParseLayers(const Fields& fields, const FamilyTraits& traits, ModelConfig* config);

// keys.cc: refuses the keys whose value would change what is computed, and those that nobody knows. The last of all.
absl::Status CheckOtherKeys(const Fields& fields, const FamilyTraits& traits);

// Whether a value says that something is not there: null, false, 0, "", [] or {}.
bool IsOff(const base::Json& value);

}  // namespace lm

#endif  // LM_CONFIG_CONFIG_READER_H_
