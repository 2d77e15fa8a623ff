#include "evaluation/principles/suite.h"

#include <algorithm>
#include <utility>

#include "evaluation/principles/answer.h"
#include "evaluation/principles/row.h"

namespace principles {
namespace {

std::vector<Row> JoinedRows(std::vector<Row> rows, const std::vector<Row>& more) {
  rows.insert(rows.end(), more.begin(), more.end());
  return rows;
}

SuitePrinciple FromRow(const Row& row, bool held_out) {
  datasets::Principle principle;
  principle.id = row.id;
  principle.text = row.principle[0];
  principle.paraphrases = {row.principle[1], row.principle[2]};
  principle.antitheses = {row.antithesis.begin(), row.antithesis.end()};
  return {std::move(principle), row.kind, held_out, row.length_effect, row.reads, row.fooled};
}

struct Built {
  std::vector<Row> rows;
  std::vector<SuitePrinciple> principles;  // as many, in the same order
};

const Built& TheSuite() {
  static const Built* const built = [] {
    auto* made = new Built;
    const std::vector<Row> learned = JoinedRows(LearnedFormRows(), LearnedWordRows());
    made->rows = JoinedRows(JoinedRows(learned, HeldOutFormRows()), HeldOutWordRows());
    for (size_t i = 0; i < made->rows.size(); ++i) {
      made->principles.push_back(FromRow(made->rows[i], i >= learned.size()));
    }
    return made;
  }();
  return *built;
}

const Row* FindRow(absl::string_view id) {
  for (const Row& row : TheSuite().rows) {
    if (id == row.id) return &row;
  }
  return nullptr;
}

Side SideOf(const Row& row, const Answer& answer) {
  const bool says_something = row.reads_code ? answer.says_something : answer.prose_says_something;
  return says_something ? row.check(answer) : Side::kNeither;
}

}  // namespace

absl::string_view LengthEffectName(LengthEffect effect) {
  switch (effect) {
    case LengthEffect::kLonger:
      return "longer";
    case LengthEffect::kShorter:
      return "shorter";
    case LengthEffect::kNeutral:
      break;
  }
  return "neutral";
}

const std::vector<SuitePrinciple>& Suite() { return TheSuite().principles; }

std::vector<datasets::Principle> Principles() {
  std::vector<datasets::Principle> principles;
  for (const SuitePrinciple& row : Suite()) principles.push_back(row.principle);
  return principles;
}

const SuitePrinciple* FindPrinciple(absl::string_view id) {
  for (const SuitePrinciple& row : Suite()) {
    if (row.principle.id == id) return &row;
  }
  return nullptr;
}

bool IsWording(const datasets::Principle& principle, absl::string_view text) {
  const std::vector<std::string>& others = principle.paraphrases;
  return text == principle.text || std::find(others.begin(), others.end(), text) != others.end();
}

absl::optional<Side> Follows(absl::string_view id, absl::string_view text) {
  const Row* row = FindRow(id);
  if (row == nullptr) return absl::nullopt;
  return SideOf(*row, Answer(text));
}

std::vector<Side> Sides(absl::string_view text) {
  const Answer answer(text);
  std::vector<Side> sides;
  for (const Row& row : TheSuite().rows) sides.push_back(SideOf(row, answer));
  return sides;
}

bool SaysSomething(absl::string_view answer) {
  const Characters characters(answer);
  return FirstLetterOrDigit(characters) < characters.size();
}

}  // namespace principles
