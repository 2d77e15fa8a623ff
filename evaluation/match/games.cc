#include "evaluation/match/games.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text.h"

namespace evaluation {
namespace {

Winner WinnerOf(const Judgment& judgment, Winner if_first, Winner if_second) {
  if (!judgment.verdict.ok()) return Winner::kError;
  switch (*judgment.verdict) {
    case Verdict::kFirst:
      return if_first;
    case Verdict::kSecond:
      return if_second;
    case Verdict::kTie:
      break;
  }
  return Winner::kTie;
}

std::string Missing(const Match& match, int64_t repeat, int game, const Judgment& judgment) {
  return absl::StrCat("question ", match.contest.question_id, ", ", match.model_1, " against ", match.model_2,
                      ", turn ", match.contest.turns.size(), repeat > 0 ? absl::StrCat(", repeat ", repeat) : "",
                      ", game ", game, ": ", judgment.verdict.status().message());
}

}  // namespace

absl::StatusOr<Games> PlayBothOrders(Judge& judge, absl::Span<const Match> matches, int64_t repeats) {
  std::vector<Contest> contests;  // game 1 and game 2 of each repeat of each match
  for (const Match& match : matches) {
    for (int64_t repeat = 0; repeat < repeats; ++repeat) {
      contests.push_back(match.contest);
      contests.back().repeat = repeat;
      contests.push_back(contests.back());
      std::swap(contests.back().first, contests.back().second);
    }
  }
  ASSIGN_OR_RETURN(const std::vector<Judgment> judged, judge.Compare(contests));
  Games games;
  for (size_t i = 0; i < judged.size(); i += 2) {
    const Match& match = matches[i / 2 / repeats];
    const Judgment& one = judged[i];
    const Judgment& two = judged[i + 1];
    PairJudgment judgment;
    judgment.question_id = match.contest.question_id;
    judgment.model_1 = match.model_1;
    judgment.model_2 = match.model_2;
    judgment.g1_winner = WinnerOf(one, Winner::kModel1, Winner::kModel2);
    judgment.g2_winner = WinnerOf(two, Winner::kModel2, Winner::kModel1);
    judgment.judge_model = judge.name();
    judgment.judge_prompt = one.prompt_name;
    judgment.g1_user_prompt = one.prompt;
    judgment.g1_judgment = one.words;
    judgment.g2_user_prompt = two.prompt;
    judgment.g2_judgment = two.words;
    judgment.g1_decided = one.decided;
    judgment.g2_decided = two.decided;
    judgment.g1_preference = one.preference;
    if (two.preference.has_value()) judgment.g2_preference = 1 - *two.preference;
    judgment.turn = match.contest.turns.size();
    judgment.repeat = contests[i].repeat;
    judgment.category = match.contest.category;
    judgment.setting = match.setting;
    games.judgments.push_back(std::move(judgment));
    if (!one.verdict.ok()) games.missing.push_back(Missing(match, contests[i].repeat, 1, one));
    if (!two.verdict.ok()) games.missing.push_back(Missing(match, contests[i].repeat, 2, two));
  }
  return games;
}

std::vector<Annotation> Annotations(const Games& games, absl::Span<const Match> matches, int64_t repeats) {
  std::vector<Annotation> annotations;
  for (size_t i = 0; i < games.judgments.size(); ++i) {
    const Contest& contest = matches[i / repeats].contest;
    annotations.push_back({games.judgments[i], contest.turns.back(), contest.first.back(), contest.second.back()});
  }
  return annotations;
}

GameCounts CountGames(absl::Span<const PairJudgment> judgments) {
  GameCounts counts;
  for (const PairJudgment& judgment : judgments) {
    counts.games += 2;
    const auto count = [&](Winner winner, Winner if_first) {
      ++(winner == Winner::kError ? counts.missing
         : winner == Winner::kTie ? counts.ties
         : winner == if_first     ? counts.first
                                  : counts.second);
    };
    count(judgment.g1_winner, Winner::kModel1);
    count(judgment.g2_winner, Winner::kModel2);
    if (judgment.g1_winner == Winner::kError || judgment.g2_winner == Winner::kError) continue;
    ++counts.complete;
    counts.flipped += judgment.g1_winner != judgment.g2_winner;
  }
  return counts;
}

std::string MissingWarning(absl::Span<const PairJudgment> judgments) {
  constexpr size_t kShownCharacters = 80;
  const GameCounts counts = CountGames(judgments);
  if (counts.missing == 0) return "";
  std::string said;
  for (const PairJudgment& judgment : judgments) {
    for (const auto& [winner, words] :
         {std::pair(judgment.g1_winner, &judgment.g1_judgment), std::pair(judgment.g2_winner, &judgment.g2_judgment)}) {
      if (winner != Winner::kError || !said.empty()) continue;
      said = absl::StrCat("of question ", judgment.question_id, " it said ", base::Excerpt(*words, kShownCharacters));
    }
  }
  return absl::StrCat(counts.missing, " of ", counts.games,
                      " verdicts are missing, as no reply had one that could be read, and no number counts them; ",
                      said);
}

std::string PositionWarning(const GameCounts& counts) {
  const int64_t verdicts = counts.first + counts.second + counts.ties;
  if (verdicts < 6) return "";
  const char* always = counts.first == verdicts    ? "prefers the answer that it is shown first"
                       : counts.second == verdicts ? "prefers the answer that it is shown second"
                       : counts.ties == verdicts   ? "calls it a tie"
                                                   : nullptr;
  if (always == nullptr) return "";
  return absl::StrCat("in all ", verdicts, " verdicts the judge ", always,
                      ": they say nothing of the answers; look at its replies and prompt");
}

}  // namespace evaluation
