#include "datasets/embedded/word_problems.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "datasets/embedded/draw.h"
#include "datasets/embedded/world.h"

namespace embedded {
namespace {

using base::RandomStream;

constexpr int kMostEvents = 5;
constexpr int kFewestEventsAsked = 4;
constexpr int kLargest = 99;  // of any number in a problem
// Draws in a row that give nothing new before a split counts as used up.
constexpr int kPatience = 2000;

// "20 + 12" with its value.
struct Formula {
  std::string text;
  int value;
};

// One thing that happens to the number of goods.
struct Event {
  std::string key;       // "+8"
  std::string sentence;  // "Ann buys 8 more."
  std::string lead;      // what an explanation calls it: "Buying"
  std::vector<Formula> formulas;
  int after = 0;
};

struct Story {
  std::string name, other, goods, container;
};

Formula Combine(int a, const char* sign, int b, int value) { return {absl::StrCat(a, " ", sign, " ", b), value}; }

Event Buy(int now, const Story& story, RandomStream& stream) {
  const int more = Between(2, 39, stream);
  return {absl::StrCat("+", more),
          absl::Substitute("$0 buys $1 more.", story.name, more),
          "Buying",
          {Combine(now, "+", more, now + more)},
          now + more};
}

Event BuyPacked(int now, const Story& story, RandomStream& stream) {
  const int packs = Between(2, 9, stream), each = Between(2, 9, stream), more = packs * each;
  return {absl::StrCat("+", packs, "*", each),
          absl::Substitute("$0 finds $1 $2 of $3.", story.name, packs, story.container, each),
          "Finding",
          {Combine(packs, "*", each, more), Combine(now, "+", more, now + more)},
          now + more};
}

Event Give(int now, const Story& story, RandomStream& stream) {
  const int less = Between(2, 39, stream);
  return {absl::StrCat("-", less),
          absl::Substitute("$0 gives $1 to $2.", story.name, less, story.other),
          "Giving",
          {Combine(now, "-", less, now - less)},
          now - less};
}

Event GivePacked(int now, const Story& story, RandomStream& stream) {
  const int people = Between(2, 9, stream), each = Between(2, 9, stream), less = people * each;
  return {absl::StrCat("-", people, "*", each),
          absl::Substitute("$0 sends $1 to each of $2 friends.", story.name, each, people),
          "Sending",
          {Combine(people, "*", each, less), Combine(now, "-", less, now - less)},
          now - less};
}

Event Double(int now, const Story& story, RandomStream&) {
  return {"*2",
          absl::Substitute("$0 doubles the number.", story.other),
          "Doubling",
          {Combine(2, "*", now, 2 * now)},
          2 * now};
}

Event Halve(int now, const Story& story, RandomStream&) {
  return {"/2",
          absl::Substitute("$0 sells half of them.", story.name),
          "Selling",
          {Combine(now, "/", 2, now / 2)},
          now % 2 == 0 ? now / 2 : 0};
}

// An event after which the number is from 1 to kLargest. There is always one: of 2 to 39, some can be bought
// or given.
Event DrawEvent(int now, const Story& story, RandomStream& stream) {
  constexpr Event (*kKinds[])(int, const Story&, RandomStream&) = {Buy, BuyPacked, Give, GivePacked, Double, Halve};
  while (true) {
    Event event = kKinds[stream.Below(6)](now, story, stream);
    if (event.after >= 1 && event.after <= kLargest) return event;
  }
}

std::string Explain(const Event& event, bool latex) {
  std::vector<std::string> formulas;
  for (const Formula& formula : event.formulas) {
    formulas.push_back(absl::StrCat(latex ? "$" : "", formula.text, " = ", formula.value, latex ? "$" : ""));
  }
  return absl::StrCat(event.lead, ": ", absl::StrJoin(formulas, ", "), ". ");
}

// GSM-8K's: "Buying: 20 + 12 = <<20+12=32>>32".
std::string GoldLine(const Event& event) {
  std::string line = absl::StrCat(event.lead, ": ");
  for (size_t i = 0; i < event.formulas.size(); ++i) {
    const Formula& formula = event.formulas[i];
    std::string note;
    for (char c : formula.text) {
      if (c != ' ') note.push_back(c);
    }
    absl::StrAppend(&line, i > 0 ? ", " : "", formula.text, " = <<", note, "=", formula.value, ">>", formula.value);
  }
  return absl::StrCat(line, "\n");
}

WordProblem Draw(int fewest_events, RandomStream& stream) {
  Story story;
  story.name = Pick(kNames, stream);
  do {
    story.other = Pick(kNames, stream);
  } while (story.other == story.name);
  story.goods = Pick(kGoods, stream);
  story.container = PickText({"boxes", "bags", "packs"}, stream);
  const int start = Between(3, 60, stream), length = Between(fewest_events, kMostEvents, stream);
  std::vector<Event> events;
  int now = start;
  for (int i = 0; i < length; ++i) {
    events.push_back(DrawEvent(now, story, stream));
    now = events.back().after;
  }
  WordProblem problem;
  problem.key = absl::StrCat("word_problem/", start);
  problem.question = absl::Substitute("$0 has $1 $2.", story.name, start, story.goods);
  for (const Event& event : events) {
    absl::StrAppend(&problem.key, "/", event.key);
    absl::StrAppend(&problem.question, " ", event.sentence);
    absl::StrAppend(&problem.answer, GoldLine(event));
  }
  problem.gold = absl::StrCat(now);
  absl::StrAppend(&problem.question, absl::Substitute(" How many $0 does $1 have?", story.goods, story.name));
  absl::StrAppend(&problem.answer, "#### ", problem.gold);
  problem.respond = [=](bool steps, bool latex) {
    std::string answer;
    for (const Event& event : events) {
      if (steps) absl::StrAppend(&answer, Explain(event, latex));
    }
    const std::string sign = latex ? "$" : "";
    return absl::StrCat(answer, story.name, " has ", sign, now, sign, " ", story.goods, ".\n#### ", now);
  };
  return problem;
}

}  // namespace

int64_t FirstWordProblemId(Split split) { return 3000000 + FirstId(split); }

WordProblem DrawWordProblem(Split split, int fewest_events, RandomStream& stream) {
  while (true) {
    WordProblem problem = Draw(fewest_events, stream);
    if (SplitOfKey(problem.key) == split) return problem;
  }
}

absl::StatusOr<std::vector<WordProblem>> DrawWordProblems(Split split, int64_t count, uint64_t seed) {
  RandomStream stream(seed, "embedded/word_problems", static_cast<uint64_t>(split));
  std::set<std::string> seen;
  std::vector<WordProblem> problems;
  for (int tries = 0; static_cast<int64_t>(problems.size()) < count; ++tries) {
    if (tries == kPatience) {
      return absl::OutOfRangeError(absl::StrCat("the embedded suite has only about ", problems.size(),
                                                " different word problems in this split; ask for fewer than ", count));
    }
    WordProblem problem = DrawWordProblem(split, kFewestEventsAsked, stream);
    if (!seen.insert(problem.key).second) continue;
    problem.id = FirstWordProblemId(split) + problems.size();
    problems.push_back(std::move(problem));
    tries = -1;
  }
  return problems;
}

}  // namespace embedded
