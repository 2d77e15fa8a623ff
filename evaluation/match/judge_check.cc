#include "evaluation/match/judge_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/text.h"
#include "evaluation/match/agreement.h"
#include "evaluation/match/rating_files.h"
#include "evaluation/match/ratings.h"

namespace evaluation {
namespace {

using ::analysis::NumberFormat;
using ::analysis::Table;

// Takes out of a file what is in another setting.
template <typename Judgment>
absl::Status ChooseSetting(const std::string& path, const std::string& setting, std::vector<Judgment>* judgments) {
  std::set<std::string> settings;
  for (const Judgment& judgment : *judgments) settings.insert(judgment.setting);
  if (setting.empty() && settings.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has judgments in the settings ",
                                                   absl::StrJoin(settings, ", "), "; choose one by --setting"));
  }
  const auto is_other = [&](const Judgment& judgment) { return !setting.empty() && judgment.setting != setting; };
  judgments->erase(std::remove_if(judgments->begin(), judgments->end(), is_other), judgments->end());
  if (!judgments->empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": has no judgment", setting.empty() ? "" : absl::StrCat(" in the setting ", setting)));
}

// The judges of a file, in the order of their first judgments; `member` of each gets its own.
template <typename Judgment>
void Divide(std::vector<Judgment> judgments, std::vector<Judgment> CheckedJudge::*member,
            std::vector<CheckedJudge>* judges) {
  const size_t before = judges->size();
  for (Judgment& judgment : judgments) {
    const auto judge = std::find_if(judges->begin() + before, judges->end(),
                                    [&](const CheckedJudge& other) { return other.name == judgment.judge_model; });
    const size_t index = judge - judges->begin();
    if (judge == judges->end()) judges->push_back({judgment.judge_model, {}, {}});
    ((*judges)[index].*member).push_back(std::move(judgment));
  }
}

absl::Status AddJudgments(const std::string& path, const std::string& setting, std::vector<CheckedJudge>* judges) {
  const size_t before = judges->size();
  if (HoldsRatings(path)) {
    auto ratings = ReadRatings(path);
    if (!ratings.ok()) return ratings.status();
    RETURN_IF_ERROR(ChooseSetting(path, setting, &*ratings));
    Divide(*std::move(ratings), &CheckedJudge::ratings, judges);
    for (size_t i = before; i < judges->size(); ++i) (*judges)[i].judgments = ComparedRatings((*judges)[i].ratings);
  } else {
    auto judgments = ReadPairJudgments(path);
    if (!judgments.ok()) return judgments.status();
    RETURN_IF_ERROR(ChooseSetting(path, setting, &*judgments));
    Divide(*std::move(judgments), &CheckedJudge::judgments, judges);
  }
  // One judge's second file is a judge of its own: the same one asked again.
  for (size_t i = before; i < judges->size(); ++i) {
    std::string& name = (*judges)[i].name;
    const bool is_taken =
        std::any_of(judges->begin(), judges->begin() + before, [&](const auto& other) { return other.name == name; });
    if (is_taken) name = absl::StrCat(name, " (", path, ")");
  }
  return absl::OkStatus();
}

absl::Status AddLengths(const std::string& path, const std::string& setting, AnswerLengths* lengths) {
  ASSIGN_OR_RETURN(const std::vector<ModelAnswer> answers, ReadModelAnswers(path));
  for (const ModelAnswer& answer : answers) {
    if (!setting.empty() && answer.setting != setting) continue;
    const std::vector<std::string>& turns = answer.choices[0].turns;
    for (size_t t = 0; t < turns.size(); ++t) {
      (*lengths)[{answer.model_id, answer.question_id, t + 1}] = base::CountCharacters(turns[t]);
    }
  }
  return absl::OkStatus();
}

using PairId = std::tuple<int64_t, int64_t, std::string, std::string>;

// Lengths that the votes know, where no file of answers does.
void AddLengths(const std::vector<HumanVote>& votes, AnswerLengths* lengths) {
  for (const HumanVote& vote : votes) {
    if (vote.length_a < 0 || vote.length_b < 0) continue;
    lengths->emplace(std::tuple(vote.model_a, vote.question_id, vote.turn), vote.length_a);
    lengths->emplace(std::tuple(vote.model_b, vote.question_id, vote.turn), vote.length_b);
  }
}

PairId IdOf(int64_t question, int64_t turn, const std::string& a, const std::string& b) {
  return {question, turn, std::min(a, b), std::max(a, b)};
}

// Votes on what no judge has judged, and second votes of one person.
void NoteVotes(JudgeCheckInputs* inputs) {
  std::set<PairId> judged;
  for (const CheckedJudge& judge : inputs->judges) {
    for (const PairJudgment& j : judge.judgments) judged.insert(IdOf(j.question_id, j.turn, j.model_1, j.model_2));
  }
  std::set<std::pair<PairId, std::string>> given;
  int64_t unused = 0, again = 0;
  for (const HumanVote& vote : inputs->votes) {
    const PairId pair = IdOf(vote.question_id, vote.turn, vote.model_a, vote.model_b);
    unused += judged.count(pair) == 0;
    again += !given.insert({pair, vote.judge}).second;
  }
  const auto note = [&](int64_t count, absl::string_view what) {
    if (count > 0) inputs->notes.push_back(absl::StrCat(count, " of ", inputs->votes.size(), " votes are ", what));
  };
  note(unused, "on pairs that no judge has judged, and are compared with none");
  note(again, "further ones of a person on the same pair; they count, too");
}

Table MeasuresTable() {
  Table table;
  table.caption = "Judges, measured";
  table.columns = {{"measure", "measure"},
                   {"judge", "judge"},
                   {"items", "items"},
                   {"questions", "questions"},
                   {"value", "share %", NumberFormat::kPercent, 1},
                   {"low", "CI low", NumberFormat::kPercent, 1},
                   {"high", "CI high", NumberFormat::kPercent, 1},
                   {"level", "level", NumberFormat::kFixed, 3, false, true},
                   {"method", "method", NumberFormat::kFixed, 3, false, true}};
  return table;
}

struct Measure {
  const char* name;
  Share JudgeMeasures::*share;
  const char* note;
};
constexpr Measure kMeasures[] = {
    {"agreement with people", &JudgeMeasures::people, "votes that the verdict of both orders equals, ties among them"},
    {"agreement, no ties", &JudgeMeasures::people_decided, "the same where neither is a tie; a coin has 50"},
    {"orders agree", &JudgeMeasures::orders, "pairs of games whose order did not decide"},
    {"repeats agree", &JudgeMeasures::repeats, "pairs of repeats of a game with the same verdict"},
    {"first place", &JudgeMeasures::first_place, "verdicts for the answer that is shown first; 50 is no preference"},
    {"longer answer", &JudgeMeasures::longer, "verdicts for the longer answer, in characters"},
};

// Mean ratings of every judge that rates.
absl::StatusOr<Table> RatingsTable(const std::vector<CheckedJudge>& judges, double level) {
  Table table;
  table.caption = "Mean ratings, with intervals over questions";
  table.columns = {{"judge", "judge"},        {"model", "model"}, {"turn", "turn"},    {"questions", "questions"},
                   {"rating", "mean rating"}, {"low", "CI low"},  {"high", "CI high"}, {"missing", "missing"}};
  for (const CheckedJudge& judge : judges) {
    std::map<std::pair<std::string, int64_t>, int64_t> missing;
    for (const SingleJudgment& rating : judge.ratings) missing[{rating.model, rating.turn}] += !rating.score;
    for (const auto& [place, count] : missing) {
      ASSIGN_OR_RETURN(const analysis::Estimate mean, MeanRating(judge.ratings, place.first, place.second, level));
      table.rows.push_back({judge.name, place.first, place.second, mean.n, mean.value, mean.low, mean.high, count});
    }
  }
  return table;
}

Table AgreementTable() {
  Table table;
  table.caption = "Judges with one another, game by game";
  table.columns = {{"judge_1", "judge"},
                   {"judge_2", "and judge"},
                   {"games", "games"},
                   {"questions", "questions"},
                   {"share", "share %", NumberFormat::kPercent, 1},
                   {"share_low", "CI low", NumberFormat::kPercent, 1},
                   {"share_high", "CI high", NumberFormat::kPercent, 1},
                   {"kappa", "kappa"},
                   {"kappa_low", "CI low"},
                   {"kappa_high", "CI high"}};
  return table;
}

}  // namespace

absl::StatusOr<JudgeCheckInputs> ReadJudgeCheckInputs(const JudgeCheckFiles& files) {
  JudgeCheckInputs inputs;
  for (const std::string& path : files.judgments) {
    RETURN_IF_ERROR(AddJudgments(path, files.setting, &inputs.judges));
  }
  if (inputs.judges.empty()) return absl::InvalidArgumentError("there are no judgments to check");
  for (const std::string& path : files.answers) RETURN_IF_ERROR(AddLengths(path, files.setting, &inputs.lengths));
  if (!files.votes.empty()) {
    ASSIGN_OR_RETURN(inputs.votes, ReadHumanVotes(files.votes));
    AddLengths(inputs.votes, &inputs.lengths);
    NoteVotes(&inputs);
  }
  return inputs;
}

absl::StatusOr<JudgeCheckReport> CheckJudges(const JudgeCheckInputs& inputs, double level) {
  std::vector<CheckedJudge> judges = inputs.judges;
  if (judges.size() > 1) {
    std::vector<std::vector<PairJudgment>> all;
    for (const CheckedJudge& judge : judges) all.push_back(judge.judgments);
    judges.push_back({absl::StrCat("panel of ", all.size(), ", majority"), PanelJudgments(all), {}});
  }
  JudgeCheckReport report;
  report.measures = MeasuresTable();
  std::vector<std::pair<std::string, JudgeMeasures>> measured;
  for (const CheckedJudge& judge : judges) {
    ASSIGN_OR_RETURN(JudgeMeasures measures, MeasureJudge(judge.judgments, inputs.votes, inputs.lengths, level));
    std::vector<std::string> warnings = JudgeWarnings(judge.judgments, measures);
    if (2 * measures.missing >= measures.games && measures.games > 0) {
      warnings.insert(warnings.begin(), MissingWarning(judge.judgments));
    }
    if (!judge.ratings.empty()) {
      measures.orders = measures.first_place = {};  // a rating knows no place
      const std::string same = SameRatingWarning(judge.ratings);
      if (!same.empty()) warnings.push_back(same);
    }
    for (const std::string& warning : warnings) report.warnings.push_back(absl::StrCat(judge.name, ": ", warning));
    report.measures.notes.push_back(
        absl::StrCat(judge.name, ": ", measures.games, " games, ", measures.missing, " without a verdict."));
    measured.emplace_back(judge.name, std::move(measures));
  }
  if (!inputs.votes.empty()) {
    ASSIGN_OR_RETURN(JudgeMeasures people, MeasurePeople(inputs.votes, inputs.lengths, level));
    measured.emplace_back("people, with one another", std::move(people));
  }
  for (const Measure& measure : kMeasures) {
    bool is_there = false;
    for (const auto& [name, measures] : measured) {
      const Share& share = measures.*measure.share;
      if (share.items == 0) continue;
      is_there = true;
      const analysis::Estimate& e = share.estimate;
      report.measures.rows.push_back({measure.name, name, share.items, e.n, e.value, e.low, e.high, level, e.method});
    }
    if (is_there) report.measures.notes.push_back(absl::StrCat(measure.name, ": ", measure.note, "."));
  }
  report.measures.notes.push_back(
      absl::StrFormat("Intervals: %g%%, over questions, all of whose items stay together.", 100 * level));
  ASSIGN_OR_RETURN(report.ratings, RatingsTable(judges, level));
  report.agreement = AgreementTable();
  for (size_t i = 0; i < inputs.judges.size(); ++i) {
    for (size_t j = i + 1; j < inputs.judges.size(); ++j) {
      ASSIGN_OR_RETURN(const AgreementEstimates both,
                       EstimateAgreement(inputs.judges[i].judgments, inputs.judges[j].judgments, level));
      report.agreement.rows.push_back({inputs.judges[i].name, inputs.judges[j].name, both.games, both.share.n,
                                       both.share.value, both.share.low, both.share.high, both.kappa.value,
                                       both.kappa.low, both.kappa.high});
    }
  }
  return report;
}

}  // namespace evaluation
