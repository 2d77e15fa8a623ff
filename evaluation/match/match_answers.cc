#include "evaluation/match/match_answers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "datasets/constitutions/numbered.h"
#include "datasets/embedded/style.h"

namespace evaluation {
namespace {

using ::datasets::Constitution;
using ::datasets::MtBenchQuestion;

// The embedded suite's principle or antithesis of this wording; others have no id.
datasets::Clause ToClause(const std::string& text) {
  for (const datasets::Principle& principle : embedded::Principles()) {
    const auto is_among = [&](const std::vector<std::string>& texts) {
      return std::count(texts.begin(), texts.end(), text) > 0;
    };
    if (text == principle.text || is_among(principle.paraphrases)) return {principle.id, true, text};
    if (is_among(principle.antitheses)) return {principle.id, false, text};
  }
  return {"", true, text};
}

Constitution ParseConstitution(const std::string& text) {
  Constitution constitution;
  if (text.empty()) return constitution;
  auto principles = datasets::SplitPrinciples(text);
  if (!principles.ok()) principles = std::vector<std::string>{text};
  for (const std::string& principle : *principles) constitution.clauses.push_back(ToClause(principle));
  return constitution;
}

absl::Status AddFile(const std::string& path, const AnswerFiles& files, Answers* answers) {
  ASSIGN_OR_RETURN(const std::vector<ModelAnswer> read, ReadModelAnswers(path));
  std::set<std::string> models, settings;
  std::map<int64_t, ModelAnswer> by_question;
  for (const ModelAnswer& answer : read) {
    if (!files.setting.empty() && answer.setting != files.setting) continue;
    models.insert(answer.model_id);
    settings.insert(answer.setting);
    by_question[answer.question_id] = answer;
  }
  if (settings.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has answers in the settings ",
                                                   absl::StrJoin(settings, ", "), "; choose one by --setting"));
  }
  if (models.size() != 1) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": a file has one model's answers, and this one has those of ",
                                                   models.empty() ? "none" : absl::StrJoin(models, ", ")));
  }
  if (!answers->answers.emplace(*models.begin(), std::move(by_question)).second) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": another file has answers of ", *models.begin(), " as well"));
  }
  answers->models.push_back(*models.begin());
  return absl::OkStatus();
}

// Takes out questions that not all models answered.
absl::Status CheckComplete(const AnswerFiles& files, Answers* answers) {
  std::vector<MtBenchQuestion> complete;
  for (const MtBenchQuestion& question : answers->questions) {
    std::vector<std::string> without;
    for (const std::string& model : answers->models) {
      if (answers->answers[model].count(question.id) == 0) without.push_back(model);
    }
    if (without.empty()) {
      complete.push_back(question);
    } else {
      answers->notes.push_back(
          absl::StrCat("question ", question.id, " has no answer of ", absl::StrJoin(without, ", ")));
    }
  }
  if (!answers->notes.empty() && (!files.skip_missing || complete.empty())) {
    return absl::InvalidArgumentError(absl::StrCat(answers->notes.size(), " of ", answers->questions.size(),
                                                   " questions are not answered by all models; ", answers->notes[0],
                                                   complete.empty() ? "" : "; --missing=skip leaves them out"));
  }
  answers->questions = std::move(complete);
  return absl::OkStatus();
}

// "81, 82, 83 and 5 more".
std::string SomeOf(const std::vector<int64_t>& ids) {
  constexpr size_t kShown = 3;
  const size_t shown = std::min(kShown, ids.size());
  const std::string text = absl::StrJoin(ids.begin(), ids.begin() + shown, ", ");
  return ids.size() == shown ? text : absl::StrCat(text, " and ", ids.size() - shown, " more");
}

// What a model answered that no question asks for, and what it did not answer, a line a kind.
void NoteUnused(const AnswerFiles& files, const std::map<int64_t, const MtBenchQuestion*>& questions,
                const std::string& model, const std::map<int64_t, ModelAnswer>& of_model,
                std::vector<std::string>* notes) {
  std::vector<int64_t> unknown, choices, turns, one_turn;
  for (const auto& [id, answer] : of_model) {
    const auto question = questions.find(id);
    if (question == questions.end()) {
      unknown.push_back(id);
      continue;
    }
    const size_t answered = answer.choices[0].turns.size();
    if (answer.choices.size() > 1) choices.push_back(id);
    if (answered > question->second->turns.size()) turns.push_back(id);
    if (answered < std::min<size_t>(files.max_turns, question->second->turns.size())) one_turn.push_back(id);
  }
  const auto note = [&](const std::vector<int64_t>& ids, absl::string_view what) {
    if (!ids.empty()) notes->push_back(absl::StrCat(ids.size(), " ", what, " (question ", SomeOf(ids), ")"));
  };
  note(unknown, absl::StrCat("answers of ", model, ", which are to no question of the file"));
  note(choices, absl::StrCat("answers of ", model, " have further choices; the first is judged"));
  note(turns, absl::StrCat("answers of ", model, " have more turns than their question"));
  note(one_turn, absl::StrCat("second turns, which ", model, " did not answer"));
}

// All that the files hold and nobody judges, besides questions that are left out.
std::vector<std::string> Unused(const AnswerFiles& files, const Answers& answers) {
  std::vector<std::string> notes;
  std::map<int64_t, const MtBenchQuestion*> questions;
  std::vector<int64_t> longer, references;
  for (const MtBenchQuestion& question : answers.questions) {
    questions[question.id] = &question;
    if (static_cast<int64_t>(question.turns.size()) > files.max_turns) longer.push_back(question.id);
  }
  for (const auto& [id, turns] : answers.references) {
    if (questions.count(id) == 0) references.push_back(id);
  }
  for (const std::string& model : answers.models) {
    NoteUnused(files, questions, model, answers.answers.at(model), &notes);
  }
  if (!longer.empty()) {
    notes.push_back(absl::StrCat("turns behind the first ", files.max_turns, " of ", longer.size(),
                                 " questions (question ", SomeOf(longer), ")"));
  }
  if (!references.empty()) {
    notes.push_back(absl::StrCat(references.size(),
                                 " reference answers, which are to no question of the file (question ",
                                 SomeOf(references), ")"));
  }
  return notes;
}

const std::vector<std::string>& TurnsOf(const Answers& answers, const std::string& model, int64_t question) {
  return answers.answers.at(model).at(question).choices[0].turns;
}

// The first `turns` turns of a question; nothing where somebody has answered fewer.
bool FillContest(const Answers& answers, const MtBenchQuestion& question, size_t turns,
                 const std::vector<std::string>& models, Contest* contest) {
  if (question.turns.size() < turns) return false;
  const auto first = [&](const std::vector<std::string>& texts) {
    return std::vector<std::string>(texts.begin(), texts.begin() + std::min(turns, texts.size()));
  };
  for (const std::string& model : models) {
    if (TurnsOf(answers, model, question.id).size() < turns) return false;
  }
  contest->question_id = question.id;
  contest->category = question.category;
  contest->turns = first(question.turns);
  const auto reference = answers.references.find(question.id);
  contest->reference = first(reference != answers.references.end() ? reference->second : question.reference);
  contest->first = first(TurnsOf(answers, models[0], question.id));
  if (models.size() > 1) contest->second = first(TurnsOf(answers, models[1], question.id));
  return true;
}

absl::Status SetConstitution(const Answers& answers, const std::vector<std::string>& models, Match* match) {
  const int64_t id = match->contest.question_id;
  const ModelAnswer& first = answers.answers.at(models[0]).at(id);
  for (const std::string& model : models) {
    if (answers.answers.at(model).at(id).constitution == first.constitution) continue;
    return absl::InvalidArgumentError(absl::StrCat("question ", id, ": ", models[0], " and ", model,
                                                   " were asked to follow different constitutions"));
  }
  match->contest.constitution = ParseConstitution(first.constitution);
  match->setting = first.setting;
  return absl::OkStatus();
}

absl::Status AddMatches(const Answers& answers, const AnswerFiles& files, const std::vector<std::string>& models,
                        std::vector<Match>* matches) {
  for (int64_t turns = 1; turns <= files.max_turns; ++turns) {
    for (const MtBenchQuestion& question : answers.questions) {
      Match match{models[0], models.size() > 1 ? models[1] : "", "", {}};
      if (!FillContest(answers, question, turns, models, &match.contest)) continue;
      RETURN_IF_ERROR(SetConstitution(answers, models, &match));
      matches->push_back(std::move(match));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Answers> ReadAnswers(const AnswerFiles& files) {
  Answers answers;
  ASSIGN_OR_RETURN(answers.questions, datasets::ReadMtBenchQuestions(files.questions));
  if (!files.references.empty()) {
    ASSIGN_OR_RETURN(const auto references, datasets::ReadMtBenchReferenceAnswers(files.references));
    for (const auto& reference : references) answers.references[reference.question_id] = reference.turns;
  }
  for (const std::string& path : files.answers) RETURN_IF_ERROR(AddFile(path, files, &answers));
  std::vector<std::string> unused = Unused(files, answers);
  RETURN_IF_ERROR(CheckComplete(files, &answers));
  answers.notes.insert(answers.notes.end(), unused.begin(), unused.end());
  return answers;
}

absl::StatusOr<std::vector<Match>> MakeMatches(const Answers& answers, const AnswerFiles& files,
                                               const std::string& baseline) {
  const std::vector<std::string>& models = answers.models;
  if (!baseline.empty() && std::count(models.begin(), models.end(), baseline) == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--baseline=", baseline, " is none of the models: ", absl::StrJoin(models, ", ")));
  }
  std::vector<Match> matches;
  for (size_t i = 0; i < models.size(); ++i) {
    if (!baseline.empty()) {
      if (models[i] != baseline) RETURN_IF_ERROR(AddMatches(answers, files, {models[i], baseline}, &matches));
      continue;
    }
    for (size_t j = i + 1; j < models.size(); ++j) {
      RETURN_IF_ERROR(AddMatches(answers, files, {models[i], models[j]}, &matches));
    }
  }
  return matches;
}

absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> SuiteAnswerKeys(const std::vector<MtBenchQuestion>& questions) {
  std::vector<int64_t> ids;
  for (const MtBenchQuestion& question : questions) ids.push_back(question.id);
  ASSIGN_OR_RETURN(const std::vector<embedded::Question> suite, embedded::SuiteQuestions(ids));
  std::map<int64_t, embedded::AnswerKey> keys;
  for (size_t i = 0; i < questions.size(); ++i) {
    if (questions[i].turns != std::vector<std::string>{suite[i].text}) {
      return absl::InvalidArgumentError(absl::StrCat(
          "question ", ids[i], " has another text than the embedded suite's of this id, \"", suite[i].text, "\""));
    }
    keys[ids[i]] = suite[i].answer;
  }
  return keys;
}

absl::StatusOr<std::vector<Match>> MakeSingles(const Answers& answers, const AnswerFiles& files) {
  std::vector<Match> matches;
  for (const std::string& model : answers.models) {
    RETURN_IF_ERROR(AddMatches(answers, files, {model}, &matches));
  }
  return matches;
}

}  // namespace evaluation
