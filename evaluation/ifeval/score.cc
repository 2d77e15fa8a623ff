#include "evaluation/ifeval/score.h"

#include <algorithm>
#include <array>

#include "base/status.h"
#include "evaluation/ifeval/instructions.h"
#include "evaluation/python/text.h"

namespace ifeval {
namespace {

Text WithoutStars(Text text) {
  text.erase(std::remove(text.begin(), text.end(), U'*'), text.end());
  return text;
}

std::array<Text, 8> Variants(const Text& text) {
  const size_t first = text.find(U'\n'), last = text.rfind(U'\n');
  const bool one_line = first == Text::npos;
  const View all = text;
  const Text no_first(one_line ? View() : Strip(all.substr(first + 1)));
  const Text no_last(one_line ? View() : Strip(all.substr(0, last)));
  const Text neither(one_line || first == last ? View() : Strip(all.substr(first + 1, last - first - 1)));
  return {text,
          WithoutStars(text),
          no_first,
          no_last,
          neither,
          WithoutStars(no_first),
          WithoutStars(no_last),
          WithoutStars(neither)};
}

}  // namespace

absl::StatusOr<std::vector<Followed>> Score(absl::Span<const datasets::Instruction> instructions,
                                            const std::string& response, const PunktParameters& punkt) {
  const std::array<Text, 8> variants = Variants(Decode(response));
  std::vector<Followed> each;
  for (const datasets::Instruction& instruction : instructions) {
    RETURN_IF_ERROR(CheckInstruction(instruction));
    Followed followed;
    for (size_t v = 0; v < variants.size() && !followed.loose; ++v) {
      if (IsBlank(variants[v])) continue;
      ASSIGN_OR_RETURN(followed.loose, Follows(instruction, {variants[v], punkt}));
      if (v == 0) followed.strict = followed.loose;
    }
    each.push_back(followed);
  }
  return each;
}

Followed FollowedAll(absl::Span<const Followed> each) {
  return {std::all_of(each.begin(), each.end(), [](const Followed& f) { return f.strict; }),
          std::all_of(each.begin(), each.end(), [](const Followed& f) { return f.loose; })};
}

}  // namespace ifeval
