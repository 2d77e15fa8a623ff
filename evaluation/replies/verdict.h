// A judge's verdict, and what became of the reply that should give one.
#ifndef EVALUATION_REPLIES_VERDICT_H_
#define EVALUATION_REPLIES_VERDICT_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace evaluation {

// On two answers, by the places in which the judge sees them.
enum class Verdict { kFirst, kSecond, kTie };

// What words of a grammar stand for: a verdict on two answers, or a rating of one.
struct Value {
  Verdict verdict = Verdict::kTie;
  int strength = 1;   // 2: by far (Arena-Hard's ">>")
  double rating = 0;  // of one answer
  // How probable it was that the judge preferred the first, in [0, 1], where that is known (TokenPreference,
  // grammar.h).
  std::optional<double> preference;

  friend bool operator==(const Value& a, const Value& b) {
    return a.verdict == b.verdict && a.strength == b.strength && a.rating == b.rating && a.preference == b.preference;
  }
};

struct Reading {
  enum class Kind {
    kRead,        // `value` and the place of the words that decided
    kUnreadable,  // a whole reply, without a verdict that its grammar allows
    kRefused,     // such a reply that declines to judge, or one that the server filtered
    kEmpty,       // nothing was said, but perhaps thought
    kCut,         // it ended at the length limit or in its thinking, before its verdict was complete
  };
  Kind kind = Kind::kUnreadable;
  Value value;
  size_t begin = 0, end = 0;  // bytes of the reply
  std::string why;            // of the other kinds, for people
};

// "unreadable", "refused", "empty", "cut"; "read".
absl::string_view KindName(Reading::Kind kind);

// For files: "105-110: [[B]]", the place in bytes and the words, or their first 80 characters on one line; "none: " and
// the kind's name where there is no verdict.
std::string WhatDecided(const Reading& reading, absl::string_view reply);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_VERDICT_H_
