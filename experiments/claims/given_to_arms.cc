#include "experiments/claims/given_to_arms.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/run/records.h"
#include "experiments/spec/given.h"

namespace experiments {

absl::optional<GivenToArm> FindGiven(const RunFiles& run, const std::string& arm) {
  const auto chain = TrainedChain(run.spec(), arm);
  if (chain.empty()) return absl::nullopt;
  GivenToArm given;
  given.texts = absl::StrJoin(TextsSeen(run.spec(), arm), " and ");
  given.settings_tried = SettingsTried(run.spec(), arm);
  std::set<std::string> seen;
  for (const sami_harness::Arm* one : chain) {
    const std::string file = TrainingCostFile(one->name());
    if (!run.Has(file)) return absl::nullopt;
    run.ForEach<TrainingCost>(file, ParseTrainingCost, [&](const TrainingCost& cost) {
      if (seen.insert(one->data()).second) given.prompts += cost.rows;
      given.examples += cost.examples;
      given.steps += cost.steps;
      given.tokens += cost.tokens;
      given.flops += cost.flops;
    });
  }
  return given;
}

std::string GivenInWords(const absl::optional<GivenToArm>& given) {
  if (!given.has_value()) return "not trained";
  std::string text = absl::StrFormat("%d prompts, %d steps, %.2g tokens, %.2g FLOPs", given->prompts, given->steps,
                                     static_cast<double>(given->tokens), given->flops);
  if (given->settings_tried > 0) absl::StrAppend(&text, ", best of ", given->settings_tried);
  return text;
}

base::OrderedJson ToJson(const absl::optional<GivenToArm>& given) {
  if (!given.has_value()) return nullptr;
  base::OrderedJson json;
  json["texts"] = given->texts;
  json["prompts"] = given->prompts;
  json["examples"] = given->examples;
  json["steps"] = given->steps;
  json["tokens"] = given->tokens;
  json["flops"] = given->flops;
  json["settings_tried"] = given->settings_tried;
  return json;
}

analysis::Table GivenTable(const RunFiles& run) {
  using analysis::NumberFormat;
  analysis::Table table;
  table.caption = "What trained arms were given, those that they were trained from among it";
  table.columns = {{"arm", "arm"},
                   {"texts", "texts"},
                   {"prompts", "prompts"},
                   {"examples", "examples"},
                   {"steps", "steps"},
                   {"tokens", "tokens"},
                   {"flops", "FLOPs", NumberFormat::kGeneral},
                   {"settings_tried", "settings tried"}};
  for (const sami_harness::Arm& arm : run.spec().arms()) {
    const absl::optional<GivenToArm> given = FindGiven(run, arm.name());
    if (!given.has_value()) continue;
    table.rows.push_back({arm.name(), given->texts, given->prompts, given->examples, given->steps, given->tokens,
                          given->flops, given->settings_tried});
  }
  if (table.rows.empty()) return table;
  table.notes = {
      "Tokens and FLOPs of training, a prefix that texts share computed once; without what was held out, and without "
      "the writing of the data."};
  return table;
}

}  // namespace experiments
