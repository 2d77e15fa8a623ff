#include "evaluation/math/expression.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "evaluation/math/latex.h"
#include "evaluation/math/number_parser.h"

namespace evaluation {
namespace {

using ::absl::string_view;
using Kind = MathValue::Kind;
using Read = absl::optional<MathValue>;
using Number = absl::optional<Exact>;

constexpr size_t kMaxLength = 1000;
constexpr string_view kMatrices[] = {"pmatrix", "bmatrix", "vmatrix", "matrix", "Bmatrix"};

MathValue OfKind(Kind kind, std::vector<MathValue> parts = {}) {
  MathValue value;
  value.kind = kind;
  value.parts = std::move(parts);
  return value;
}

// Recursive descent over plain LaTeX; nothing where the text goes on otherwise.
class Parser : private NumberParser {
 public:
  explicit Parser(string_view text) : NumberParser(text) {}

  Read ReadAll() {
    std::vector<MathValue> items;
    do {
      const Read item = ReadUnion();
      if (!item) return absl::nullopt;
      items.push_back(*item);
    } while (ReadComma());
    SkipUnits();
    if (!rest_.empty()) return absl::nullopt;
    return items.size() == 1 ? items[0] : OfKind(Kind::kSet, std::move(items));
  }

 private:
  // "," or "\text{ and }" between items.
  bool ReadComma() {
    SkipUnits();
    for (const string_view joint : {"\x01 and \x02", "\x01 or \x02",
                                    "\x01"
                                    "and\x02",
                                    "\x01or\x02"}) {
      if (Take(joint)) return true;
    }
    if (!Take(",")) return false;
    for (const string_view joint : {"\x01 and \x02", "\x01 or \x02",
                                    "\x01"
                                    "and\x02",
                                    "\x01or\x02"}) {
      if (Take(joint)) return true;
    }
    return true;
  }

  Read ReadUnion() {
    std::vector<MathValue> sets;
    do {
      const Read set = ReadSet();
      if (!set) return absl::nullopt;
      sets.push_back(*set);
    } while (Take("\\cup"));
    return sets.size() == 1 ? sets[0] : OfKind(Kind::kUnion, std::move(sets));
  }

  Read ReadSet() {
    if (Take("\\emptyset") || Take("\\varnothing")) return OfKind(Kind::kSet);
    if (Take("\\{")) {
      std::vector<MathValue> items;
      if (Take("\\}")) return OfKind(Kind::kSet);
      if (!ReadItems(&items) || !Take("\\}")) return absl::nullopt;
      return OfKind(Kind::kSet, std::move(items));
    }
    if (Sees("\\begin{")) return ReadMatrix();
    if (Sees("(") || Sees("[")) {
      const string_view before = rest_;
      const int depth = depth_;
      const bool in_list = in_list_;
      const Read tuple = ReadTuple();
      if (tuple) return tuple;
      rest_ = before;
      depth_ = depth;
      in_list_ = in_list;
    }
    const bool negative = Sees("-\\infty");
    if (negative || Sees("\\infty") || Sees("+\\infty")) {
      Take("-") || Take("+");
      Take("\\infty");
      MathValue infinity = OfKind(Kind::kInfinity);
      infinity.number = Exact(Rational{negative ? -1 : 1, 1});
      return infinity;
    }
    const Number number = ReadSum();
    if (!number) return absl::nullopt;
    MathValue value;
    value.number = *number;
    return value;
  }

  bool ReadItems(std::vector<MathValue>* items) {
    if (++depth_ > kMaxDepth) return false;
    const bool was_in_list = in_list_;
    in_list_ = true;
    do {
      const Read item = ReadUnion();
      if (!item) return false;
      items->push_back(*item);
    } while (ReadComma());
    in_list_ = was_in_list;
    --depth_;
    return true;
  }

  // "(1, 2]"; one number in brackets is no tuple.
  Read ReadTuple() {
    MathValue tuple = OfKind(Kind::kTuple);
    tuple.brackets = std::string(rest_.substr(0, 1));
    rest_.remove_prefix(1);
    if (!ReadItems(&tuple.parts) || !(Sees(")") || Sees("]"))) return absl::nullopt;
    tuple.brackets += rest_[0];
    rest_.remove_prefix(1);
    if (tuple.parts.size() < 2) return absl::nullopt;
    return tuple;
  }

  Read ReadMatrix() {
    for (const string_view name : kMatrices) {
      const std::string begin = "\\begin{" + std::string(name) + "}", end = "\\end{" + std::string(name) + "}";
      if (!absl::ConsumePrefix(&rest_, begin)) continue;
      MathValue matrix = OfKind(Kind::kMatrix);
      do {
        if (Sees(end)) break;  // behind a last "\\"
        MathValue row = OfKind(Kind::kTuple);
        do {
          const Number cell = ReadSum();
          if (!cell) return absl::nullopt;
          row.parts.emplace_back();
          row.parts.back().number = *cell;
        } while (absl::ConsumePrefix(&rest_, "&"));
        matrix.parts.push_back(std::move(row));
      } while (absl::ConsumePrefix(&rest_, "\\\\"));
      if (!absl::ConsumePrefix(&rest_, end)) return absl::nullopt;
      return matrix;
    }
    return absl::nullopt;
  }
};

// "x = 5", "f(x) = 5" and "x \in [0, 1]" without what stands before.
string_view WithoutName(string_view text) {
  size_t at = 0;
  if (at < text.size() && absl::ascii_isalpha(text[at])) ++at;
  if (at > 0 && absl::StartsWith(text.substr(at), "(x)")) at += 3;
  string_view rest = text.substr(at);
  if (at > 0 && (absl::ConsumePrefix(&rest, "=") || absl::ConsumePrefix(&rest, "\\in "))) return rest;
  return text;
}

bool HasEqual(const std::vector<MathValue>& values, const MathValue& wanted) {
  return std::any_of(values.begin(), values.end(), [&](const MathValue& value) { return value == wanted; });
}

bool SameElements(const std::vector<MathValue>& a, const std::vector<MathValue>& b) {
  return std::all_of(a.begin(), a.end(), [&](const MathValue& value) { return HasEqual(b, value); }) &&
         std::all_of(b.begin(), b.end(), [&](const MathValue& value) { return HasEqual(a, value); });
}

}  // namespace

bool operator==(const MathValue& a, const MathValue& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::kNumber:
    case Kind::kInfinity:
      return a.number == b.number;
    case Kind::kTuple:
    case Kind::kMatrix:
      return a.brackets == b.brackets && a.parts == b.parts;
    case Kind::kSet:
    case Kind::kUnion:
      return SameElements(a.parts, b.parts);
  }
  return false;
}

absl::optional<MathValue> ReadMath(string_view text) {
  if (text.size() > kMaxLength) return absl::nullopt;
  const std::string plain = PlainLatex(text);
  return Parser(WithoutName(plain)).ReadAll();
}

}  // namespace evaluation
