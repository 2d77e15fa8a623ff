#include "datasets/constitutions/constitution_files.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "datasets/records/text_file.h"

namespace datasets {
namespace {

namespace fs = std::filesystem;

// The folder's files by their number.
absl::StatusOr<std::map<int64_t, std::string>> NumberedFiles(const std::string& folder) {
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  if (error) {
    const std::string message = absl::StrCat(folder, ": ", error.message());
    return error == std::errc::no_such_file_or_directory ? absl::NotFoundError(message)
                                                         : absl::InvalidArgumentError(message);
  }
  std::map<int64_t, std::string> files;
  for (; entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() != ".json") continue;
    int64_t number = 0;
    if (!absl::SimpleAtoi(path.stem().string(), &number) || number < 0) {
      return InvalidAt(path.string(), "the files of a folder of constitutions are named 0.json, 1.json, ...");
    }
    const auto [place, added] = files.emplace(number, path.string());
    if (!added) return InvalidAt(path.string(), absl::StrCat("has the number of ", place->second));
  }
  if (error) return absl::UnavailableError(absl::StrCat(folder, ": ", error.message()));
  return files;
}

// Adds one side of a pair to the principles: their texts to those with "pos", their antitheses to those with "neg".
absl::Status AddClauses(const WrittenConstitution& side, std::vector<Principle>& principles) {
  for (size_t i = 0; i < side.ids.size(); ++i) {
    absl::string_view name = side.ids[i];
    const std::string where = absl::StrCat("the identifier \"", Excerpt(name), "\"");
    const bool positive = absl::ConsumePrefix(&name, "pos ");
    if (!positive && !absl::ConsumePrefix(&name, "neg ")) {
      return InvalidAt(where, "must be \"pos NAME\" for a principle, and \"neg NAME\" for its antithesis");
    }
    auto principle =
        std::find_if(principles.begin(), principles.end(), [&](const Principle& p) { return p.id == name; });
    if (principle == principles.end()) {
      principle = principles.insert(principles.end(), {std::string(name), "", {}, {}, {}});
    }
    if (!positive && principle->antitheses.empty()) principle->antitheses.emplace_back();
    std::string& text = positive ? principle->text : principle->antitheses[0];
    if (!text.empty() && text != side.principles[i]) return InvalidAt(where, "stands for two texts");
    text = side.principles[i];
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Principle>> PrinciplesOfPairs(absl::Span<const ConstitutionPair> pairs) {
  std::vector<Principle> principles;
  for (const ConstitutionPair& pair : pairs) {
    RETURN_IF_ERROR(AddClauses(pair.positive, principles));
    RETURN_IF_ERROR(AddClauses(pair.negative, principles));
  }
  for (const Principle& principle : principles) {
    if (principle.text.empty() || principle.antitheses.empty()) {
      return InvalidAt(absl::StrCat("the principle \"", Excerpt(principle.id), "\""),
                       absl::StrCat("no constitution asks for its ", principle.text.empty() ? "positive" : "opposite"));
    }
  }
  return principles;
}

absl::StatusOr<std::vector<ConstitutionPair>> ReadConstitutionFolder(const std::string& folder) {
  ASSIGN_OR_RETURN(const auto files, NumberedFiles(folder));
  std::vector<ConstitutionPair> pairs;
  for (const auto& [number, path] : files) {
    ASSIGN_OR_RETURN(ConstitutionPair pair, ReadConstitutionPair(path));
    pairs.push_back(std::move(pair));
  }
  if (pairs.empty()) return InvalidAt(folder, "there is no constitution in the folder: it needs 0.json, 1.json, ...");
  return pairs;
}

absl::StatusOr<Constitutions> ReadConstitutions(const std::string& path) {
  Constitutions constitutions;
  std::error_code error;
  if (fs::is_directory(path, error)) {
    ASSIGN_OR_RETURN(constitutions.pairs, ReadConstitutionFolder(path));
    return constitutions;
  }
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  if (IsConstitutionPair(text)) {
    ASSIGN_OR_RETURN(ConstitutionPair pair, ReadConstitutionPair(path));
    constitutions.pairs.push_back(std::move(pair));
  } else {
    ASSIGN_OR_RETURN(constitutions.principles, ReadPrinciples(path));
  }
  return constitutions;
}

}  // namespace datasets
