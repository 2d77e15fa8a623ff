#include "evaluation/math/expression.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "evaluation/math/number_parser.h"
#include "evaluation/math/spelling.h"

namespace evaluation {
namespace {

using Kind = MathValue::Kind;
using Read = absl::optional<MathValue>;
using Number = absl::optional<Exact>;

constexpr size_t kMaxLength = 1000;

MathValue OfKind(Kind kind, std::vector<MathValue> parts = {}) {
  MathValue value;
  value.kind = kind;
  value.parts = std::move(parts);
  return value;
}

MathValue SetOf(Kind kind, std::vector<MathValue> parts) {
  std::sort(parts.begin(), parts.end());
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  return OfKind(kind, std::move(parts));
}

class Parser : private NumberParser {
 public:
  explicit Parser(std::vector<LatexToken> tokens) : NumberParser(std::move(tokens)) {}

  Read ReadAll() {
    std::vector<MathValue> items;
    do {
      if (!ReadItem(&items)) return absl::nullopt;
      state_.in_list = true;
    } while (ReadComma());
    SkipUnits();
    if (!AtEnd()) return absl::nullopt;
    return items.size() == 1 ? items[0] : SetOf(Kind::kSet, std::move(items));
  }

  const std::set<std::string>& units() const { return units_; }

 private:
  // An item of the answer; with "\\pm" it is two, or a set with the elements of both.
  bool ReadItem(std::vector<MathValue>* items) {
    const State before = state_;
    state_.plus_minus = state_.minus_plus = 0;
    plus_ = true;
    Read item = ReadUnion();
    if (!item) return false;
    const bool is_double = plus_minus_seen_ || state_.plus_minus + state_.minus_plus > 0;
    if (!is_double) {
      items->push_back(*std::move(item));
      return true;
    }
    state_ = before;
    state_.plus_minus = state_.minus_plus = 0;
    plus_ = plus_minus_seen_ = false;
    Read other = ReadUnion();
    plus_minus_seen_ = false;
    if (!other) return false;
    if (item->kind == Kind::kSet && other->kind == Kind::kSet) {
      std::move(other->parts.begin(), other->parts.end(), std::back_inserter(item->parts));
      items->push_back(SetOf(Kind::kSet, std::move(item->parts)));
      return true;
    }
    const bool is_same = *item == *other;
    items->push_back(*std::move(item));
    if (!is_same) items->push_back(*std::move(other));
    return true;
  }

  // "," or "and" between items, or both.
  bool ReadComma() {
    SkipUnits();
    const bool has_comma = Take(",");
    return TakeWord("and") || TakeWord("or") || has_comma;
  }

  Read ReadUnion() {
    std::vector<MathValue> sets;
    do {
      const Read set = ReadSet();
      if (!set) return absl::nullopt;
      sets.push_back(*set);
    } while (Take("\\cup"));
    return sets.size() == 1 ? sets[0] : SetOf(Kind::kUnion, std::move(sets));
  }

  Read ReadSet() {
    if (Take("\\emptyset")) return OfKind(Kind::kSet);
    if (Take("\\{")) {
      std::vector<MathValue> items;
      if (Take("\\}")) return OfKind(Kind::kSet);
      if (!ReadItems(&items, true) || !Take("\\}")) return absl::nullopt;
      return SetOf(Kind::kSet, std::move(items));
    }
    if (Sees("\\begin{matrix}")) return ReadMatrix();
    if (Sees("(") || Sees("[")) {
      const State before = state_;
      const Read tuple = ReadTuple();
      if (tuple) return tuple;
      state_ = before;
    }
    const bool has_sign = Sees("+") || Sees("-");
    if (Sees("\\infty", has_sign)) {
      MathValue infinity = OfKind(Kind::kInfinity);
      infinity.number = Exact(Rational{Sees("-") ? -1 : 1, 1});
      state_.at += has_sign ? 2 : 1;
      return infinity;
    }
    const Number number = ReadSum();
    if (!number) return absl::nullopt;
    MathValue value;
    value.number = *number;
    return value;
  }

  bool ReadItems(std::vector<MathValue>* items, bool is_set) {
    if (++state_.depth > kMaxDepth) return false;
    const bool was_in_list = state_.in_list;
    state_.in_list = true;
    ++state_.list_depth;
    do {
      const Read item = ReadUnion();
      if (!item) return false;
      items->push_back(*item);
      // Elements of a set are independent of each other: with both signs of all of them it has the same elements.
      if (is_set && state_.list_depth == 1 && state_.plus_minus + state_.minus_plus > 0) {
        plus_minus_seen_ = true;
        state_.plus_minus = state_.minus_plus = 0;
      }
    } while (ReadComma());
    --state_.list_depth;
    state_.in_list = was_in_list;
    --state_.depth;
    return true;
  }

  // "(1, 2]"; one number in brackets is no tuple.
  Read ReadTuple() {
    MathValue tuple = OfKind(Kind::kTuple);
    tuple.brackets = tokens_[state_.at++].text;
    if (!ReadItems(&tuple.parts, false) || !(Sees(")") || Sees("]"))) return absl::nullopt;
    tuple.brackets += tokens_[state_.at++].text;
    if (tuple.parts.size() < 2) return absl::nullopt;
    return tuple;
  }

  Read ReadMatrix() {
    Take("\\begin{matrix}");
    MathValue matrix = OfKind(Kind::kMatrix);
    do {
      MathValue row = OfKind(Kind::kTuple);
      do {
        const Number cell = ReadSum();
        if (!cell) return absl::nullopt;
        row.parts.emplace_back();
        row.parts.back().number = *cell;
      } while (Take("&"));
      matrix.parts.push_back(std::move(row));
    } while (Take("\\\\"));
    return Take("\\end{matrix}") ? Read(std::move(matrix)) : absl::nullopt;
  }

  bool plus_minus_seen_ = false;  // within a set
};

}  // namespace

bool operator==(const MathValue& a, const MathValue& b) {
  return a.kind == b.kind && a.number == b.number && a.brackets == b.brackets && a.parts == b.parts;
}

bool operator<(const MathValue& a, const MathValue& b) {
  return std::tie(a.kind, a.number, a.brackets, a.parts) < std::tie(b.kind, b.number, b.brackets, b.parts);
}

absl::optional<MathReading> ReadMath(std::vector<LatexToken> tokens) {
  if (tokens.size() > kMaxLength) return absl::nullopt;
  MathReading reading;
  reading.name = TakeName(&tokens);
  Parser parser(std::move(tokens));
  Read value = parser.ReadAll();
  if (!value) return absl::nullopt;
  reading.value = *std::move(value);
  reading.units = parser.units();
  return reading;
}

}  // namespace evaluation
