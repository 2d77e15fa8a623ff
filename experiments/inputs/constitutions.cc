#include "experiments/inputs/constitutions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/status.h"
#include "datasets/constitutions/constitution_files.h"
#include "datasets/constitutions/constitutions.h"
#include "datasets/embedded/style.h"
#include "datasets/sources/find_input.h"
#include "datasets/sources/pinned.h"
#include "experiments/run/layout.h"
#include "experiments/spec/nodes.h"
#include "sami/constitution.h"

namespace experiments {
namespace {

using ::datasets::Principle;
using ::sami_harness::Constitutions;

// States the principle in the set's wording; what was its text is a paraphrase then, so that none is lost.
absl::Status Reword(const Constitutions& set, Principle* principle) {
  const int64_t number = set.wording();
  if (number == 0) return absl::OkStatus();
  if (number > static_cast<int64_t>(principle->paraphrases.size())) {
    return absl::InvalidArgumentError(
        absl::StrCat("constitutions \"", set.name(), "\": wording is ", number, ", and principle \"", principle->id,
                     "\" has ", principle->paraphrases.size(), " paraphrases; add some, or take a smaller wording"));
  }
  std::swap(principle->text, principle->paraphrases[number - 1]);
  const size_t last = principle->antitheses.size() - 1;
  std::swap(principle->antitheses[0], principle->antitheses[std::min<size_t>(number, last)]);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Principle>> AllPrinciples(const Constitutions& set) {
  if (set.file().empty()) return embedded::Principles();
  const auto path = datasets::FindInput(absl::StrCat("constitutions \"", set.name(), "\": file"), set.file());
  if (!path.ok()) {
    // The files of a pinned folder lie apart.
    ASSIGN_OR_RETURN(const std::vector<std::string> files, datasets::PinnedFolder(set.file()));
    if (files.empty()) return path.status();
    std::vector<datasets::ConstitutionPair> pairs;
    for (const std::string& file : files) {
      ASSIGN_OR_RETURN(pairs.emplace_back(), datasets::ReadConstitutionPair(file));
    }
    return datasets::PrinciplesOfPairs(pairs);
  }
  ASSIGN_OR_RETURN(datasets::Constitutions read, datasets::ReadConstitutions(*path));
  // Whole constitutions and their opposites: the principles that they are made of.
  if (!read.pairs.empty()) return datasets::PrinciplesOfPairs(read.pairs);
  return std::move(read.principles);
}

}  // namespace

absl::StatusOr<std::vector<Principle>> LoadPrinciples(const Constitutions& set) {
  ASSIGN_OR_RETURN(const std::vector<Principle> all, AllPrinciples(set));
  return ChosenPrinciples(set, all);
}

absl::StatusOr<std::vector<Principle>> ChosenPrinciples(const Constitutions& set, const std::vector<Principle>& all) {
  std::vector<std::string> ids;
  for (const Principle& principle : all) ids.push_back(principle.id);
  for (const auto* named : {&set.only(), &set.without()}) {
    for (const std::string& id : *named) {
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) continue;
      return absl::InvalidArgumentError(absl::StrCat("constitutions \"", set.name(), "\" name principle \"", id,
                                                     "\", which is none of ", absl::StrJoin(ids, ", ")));
    }
  }
  const std::set<std::string> only(set.only().begin(), set.only().end());
  const std::set<std::string> without(set.without().begin(), set.without().end());
  std::vector<Principle> chosen;
  for (const Principle& principle : all) {
    if ((only.empty() || only.count(principle.id) > 0) && without.count(principle.id) == 0) chosen.push_back(principle);
  }
  const int64_t left = static_cast<int64_t>(chosen.size()) - set.skip();
  const int64_t take = set.has_take() ? set.take() : std::max<int64_t>(left, 1);
  if (left <= 0 && !set.has_take()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "constitutions \"", set.name(), "\": only, without and skip leave none of all ", all.size(),
        all.size() == 1 ? " principle" : " principles", "; name others in only, fewer in without, or lower skip"));
  }
  if (take > left) {
    return absl::InvalidArgumentError(absl::StrCat(
        "constitutions \"", set.name(), "\" takes ", take, take == 1 ? " principle" : " principles", ", and of all ",
        all.size(), " only, without and skip leave ", std::max<int64_t>(left, 0), "; lower skip or take"));
  }
  chosen = std::vector<Principle>(chosen.begin() + set.skip(), chosen.begin() + set.skip() + take);
  for (Principle& principle : chosen) RETURN_IF_ERROR(Reword(set, &principle));
  return chosen;
}

void AddConstitutions(const Pipeline& pipeline, const std::string& set, std::vector<std::string>* inputs) {
  inputs->push_back(absl::StrCat("constitutions/", set));
  if (FindNode(pipeline.spec.constitutions(), set)->has_written_by()) inputs->push_back(PrinciplesFile(set));
}

std::string PrinciplesHash(const Constitutions& set, const std::vector<Principle>& principles) {
  std::string text = absl::StrCat("principles_per_constitution: ", set.principles_per_constitution(), "\n");
  const auto add = [&](const char* field, const std::string& value) {
    absl::StrAppend(&text, field, " ", value.size(), " ", value, "\n");
  };
  for (const Principle& principle : principles) {
    add("id", principle.id);
    add("text", principle.text);
    for (const std::string& paraphrase : principle.paraphrases) add("paraphrase", paraphrase);
    for (const std::string& antithesis : principle.antitheses) add("antithesis", antithesis);
    for (const std::string& category : principle.relevant_for) add("category", category);
  }
  return base::Sha256Hex(text);
}

absl::StatusOr<std::vector<Principle>> DrawPrinciples(const Pipeline& pipeline, const std::string& set,
                                                      absl::string_view category, base::RandomStream& stream) {
  const Constitutions& node = *FindNode(pipeline.spec.constitutions(), set);
  const auto principles = pipeline.principles.find(set);
  if (principles == pipeline.principles.end()) {
    return absl::FailedPreconditionError(absl::StrCat("constitutions \"", set, "\" are not written yet: model \"",
                                                      node.written_by().model(), "\" does so when the run begins"));
  }
  auto drawn =
      sami::DrawPrinciples(principles->second, category, static_cast<int>(node.principles_per_constitution()), stream);
  if (!drawn.ok()) return base::Annotate(drawn.status(), absl::StrCat("constitutions \"", set, "\""));
  return drawn;
}

}  // namespace experiments
