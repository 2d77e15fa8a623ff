#include "evaluation/judges/judge.h"

namespace evaluation {

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFirst:
      return "A";
    case Verdict::kSecond:
      return "B";
    case Verdict::kTie:
      return "tie";
  }
  return "tie";
}

}  // namespace evaluation
