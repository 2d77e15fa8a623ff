// What reading and writing of safetensors files share.
#ifndef LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_
#define LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_

#include <cstddef>

namespace lm {

inline constexpr size_t kLengthBytes = 8;  // before the header: its length
inline constexpr char kMetadataKey[] = "__metadata__";

}  // namespace lm

#endif  // LM_CHECKPOINT_SAFETENSORS_LAYOUT_H_
