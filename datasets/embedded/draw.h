// Random draws from lists and ranges, for the suite's question generators. Private to them.
#ifndef DATASETS_EMBEDDED_DRAW_H_
#define DATASETS_EMBEDDED_DRAW_H_

#include <initializer_list>
#include <string>

#include "base/random.h"

namespace embedded {

template <typename Array>
auto Pick(const Array& items, base::RandomStream& stream) -> decltype(items[0]) {
  return items[stream.Below(items.size())];
}

inline std::string PickText(std::initializer_list<const char*> texts, base::RandomStream& stream) {
  return texts.begin()[stream.Below(texts.size())];
}

// Uniform on {low, ..., high}.
inline int Between(int low, int high, base::RandomStream& stream) {
  return low + static_cast<int>(stream.Below(high - low + 1));
}

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_DRAW_H_
