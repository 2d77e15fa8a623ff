#include "evaluation/replies/verdict.h"

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace evaluation {

absl::string_view KindName(Reading::Kind kind) {
  constexpr absl::string_view kNames[] = {"read", "unreadable", "refused", "empty", "cut"};
  return kNames[static_cast<int>(kind)];
}

std::string WhatDecided(const Reading& reading, absl::string_view reply) {
  if (reading.kind != Reading::Kind::kRead) return absl::StrCat("none: ", KindName(reading.kind));
  constexpr int64_t kShownCharacters = 80;
  const absl::string_view words = reply.substr(reading.begin, reading.end - reading.begin);
  return absl::StrCat(reading.begin, "-", reading.end, ": ",
                      base::OneLine(base::FirstCharacters(words, kShownCharacters)));
}

}  // namespace evaluation
