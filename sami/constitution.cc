#include "sami/constitution.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "datasets/constitutions/constitutions.h"

namespace sami {
namespace {

using ::datasets::Clause;
using ::datasets::Constitution;
using ::datasets::Principle;

// Bit k of `antitheses` asks for the antithesis of principle k.
Constitution FromBits(const std::vector<Principle>& principles, uint64_t antitheses, base::RandomStream& stream) {
  Constitution constitution;
  for (size_t k = 0; k < principles.size(); ++k) {
    const bool positive = (antitheses >> k & 1) == 0;
    constitution.clauses.push_back(
        {principles[k].id, positive, positive ? principles[k].text : principles[k].antitheses[0]});
  }
  return Reordered(std::move(constitution), stream);
}

}  // namespace

absl::StatusOr<std::vector<Principle>> DrawPrinciples(const std::vector<Principle>& principles,
                                                      absl::string_view category, int count,
                                                      base::RandomStream& stream) {
  ASSIGN_OR_RETURN(std::vector<Principle> relevant, datasets::RelevantPrinciples(principles, category));
  if (static_cast<int>(relevant.size()) < count) {
    return absl::InvalidArgumentError(absl::StrCat(
        "category \"", category, "\" has ", relevant.size(), " relevant principles, and a constitution needs ", count,
        ": add principles with \"relevant_for\": [\"", category, "\"] or lower data.principles_per_constitution"));
  }
  stream.Shuffle(relevant);
  relevant.resize(count);
  return relevant;
}

absl::StatusOr<std::vector<Constitution>> ContrastingConstitutions(const std::vector<Principle>& principles, int n,
                                                                   Draw draw, base::RandomStream& stream) {
  const uint64_t all = (uint64_t{1} << principles.size()) - 1;
  if (principles.size() < 31 && static_cast<uint64_t>(n) > all + 1) {
    return absl::InvalidArgumentError(absl::StrCat(principles.size(), " principles make only ", all + 1,
                                                   " different constitutions, and ", n,
                                                   " are asked for: lower constitutions_per_query"));
  }
  if (draw == Draw::kFirstDiffers && n != 2) {
    return absl::InvalidArgumentError(
        absl::StrCat("draw FIRST_DIFFERS makes 2 constitutions, and constitutions_per_query is ", n));
  }
  std::vector<uint64_t> patterns;
  if (draw == Draw::kPoles) patterns = {0, all};
  if (draw == Draw::kPositiveAndAny) patterns = {0};
  if (draw == Draw::kFirstDiffers) patterns = {stream.Below(all + 1) & ~uint64_t{1}, stream.Below(all + 1) | 1};
  while (static_cast<int>(patterns.size()) < n) {
    const uint64_t pattern = stream.Below(all + 1);
    if (std::find(patterns.begin(), patterns.end(), pattern) == patterns.end()) patterns.push_back(pattern);
  }
  std::vector<Constitution> constitutions;
  for (int i = 0; i < n; ++i) constitutions.push_back(FromBits(principles, patterns[i], stream));
  return constitutions;
}

Constitution PositiveConstitution(const std::vector<Principle>& principles, base::RandomStream& stream) {
  return FromBits(principles, 0, stream);
}

Constitution MixedConstitution(const std::vector<Principle>& principles, base::RandomStream& stream) {
  return FromBits(principles, stream.NextUint64(), stream);
}

Constitution Reordered(Constitution constitution, base::RandomStream& stream) {
  stream.Shuffle(constitution.clauses);
  return constitution;
}

std::string ConstitutionText(const Constitution& constitution) {
  std::string text;
  for (size_t i = 0; i < constitution.clauses.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? "" : "\n", i + 1, ". ", constitution.clauses[i].text);
  }
  return text;
}

std::string BuildPrompt(const Constitution& constitution, absl::string_view query, absl::string_view wording) {
  return absl::StrReplaceAll(wording, {{"{constitution}", ConstitutionText(constitution)}, {"{query}", query}});
}

std::string ResponseContinuation(absl::string_view response) { return absl::StrCat(" ", response); }

}  // namespace sami
