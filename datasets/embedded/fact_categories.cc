// The categories whose answers are found in a text or are facts to be known.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/substitute.h"
#include "datasets/embedded/categories.h"
#include "datasets/embedded/draw.h"
#include "datasets/embedded/wording.h"
#include "datasets/embedded/world.h"

namespace embedded {

using base::RandomStream;

Question Extraction(RandomStream& stream) {
  const std::string day = Pick(kDays, stream), name = Pick(kNames, stream), number = Pick(kNumbers, stream);
  const std::string goods = Pick(kGoods, stream), city = Pick(kCountries, stream).capital;
  const std::string text = absl::Substitute("On $0, $1 bought $2 $3 in $4.", day, name, number, goods, city);
  const int asked = stream.Below(4);
  const std::string questions[] = {absl::Substitute("Who bought the $0?", goods),
                                   absl::Substitute("What did $0 buy?", name),
                                   absl::Substitute("Where did $0 buy the $1?", name, goods),
                                   absl::Substitute("When did $0 buy the $1?", name, goods)};
  const std::string answers[] = {name, absl::StrCat(number, " ", goods), city, day};
  const std::string answer = answers[asked];
  Question question;
  question.key = absl::StrCat("extraction/", day, "/", name, "/", number, "/", goods, "/", city, "/", asked);
  question.text = absl::Substitute("Read this: $0 $1", text, questions[asked]);
  question.answer.facts = {{absl::StrCat("answer is ", answer), absl::StrCat(answer, " is the answer")}};
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    const std::string shown = Bold(styles, InQuotes(styles, answer));
    return absl::StrCat(Sure(styles), " ", Has(styles, Style::kQuote) ? InQuotes(styles, text) + " So " : "",
                        Has(styles, Style::kVerbFirst) ? "the answer is " + shown : shown + " is the answer", ".");
  };
  return question;
}

// "Which is a bird: iron, an owl, a shark or a bee?"
Question Stem(RandomStream& stream) {
  constexpr int kOptions = 4, kThingsPerKind = 4;
  std::vector<int> kinds(kKinds.size());
  for (size_t k = 0; k < kinds.size(); ++k) kinds[k] = k;
  stream.Shuffle(kinds);
  // Four things a kind stand together in kThings.
  std::vector<int> things;
  for (int k = 0; k < kOptions; ++k) things.push_back(kinds[k] * kThingsPerKind + stream.Below(kThingsPerKind));
  const int right = things[0], kind = kinds[0];
  stream.Shuffle(things);
  std::vector<std::string> options;
  for (const int thing : things) options.push_back(kThings[thing].name);
  // The next of the four is the example.
  const std::string other = kThings[kind * kThingsPerKind + (right + 1) % kThingsPerKind].name;
  const std::string claim = absl::StrCat(kThings[right].name, " is ", kKinds[kind].name);
  const std::string reason = kKinds[kind].reason, remark = kKinds[kind].remark;
  Question question;
  question.key = absl::StrCat("stem/", kKinds[kind].name, "/", absl::StrJoin(options, "/"));
  const std::string last = options.back();
  options.pop_back();
  question.text = absl::Substitute("Which is $0: $1 or $2?", kKinds[kind].name, absl::StrJoin(options, ", "), last);
  question.answer.facts = {{claim}};
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    const std::string answer = absl::StrCat(
        Address(styles), WithReason(styles, claim, reason), ".", Has(styles, Style::kDetail) ? " " + remark : "",
        Has(styles, Style::kExample) ? absl::StrCat(" Another example is ", other, ".") : "");
    return absl::StrCat(answer.substr(0, answer.size() - 1), End(styles));
  };
  return question;
}

// "Which two of Peru, Italy, Ghana and Norway are in Europe? Give their capitals."
Question Humanities(RandomStream& stream) {
  const std::string continent = Pick(kCountries, stream).continent;
  std::vector<Country> inside, outside;
  for (const Country& country : kCountries) (country.continent == continent ? inside : outside).push_back(country);
  stream.Shuffle(inside);
  stream.Shuffle(outside);
  std::vector<Country> asked = {inside[0], inside[1], outside[0], outside[1]};
  stream.Shuffle(asked);
  std::vector<std::string> names, others;
  std::vector<Country> right;
  for (const Country& country : asked) {
    names.push_back(country.name);
    if (country.continent == continent) {
      right.push_back(country);
    } else {
      others.push_back(country.name);
    }
  }
  Question question;
  question.key = absl::StrCat("humanities/", continent, "/", absl::StrJoin(names, "/"));
  question.text = absl::Substitute("Which two of $0, $1, $2 and $3 are in $4? Give their capitals.", names[0], names[1],
                                   names[2], names[3], continent);
  for (const Country& country : right) {
    question.answer.facts.push_back(
        {absl::StrCat(country.name, ": ", country.capital), absl::StrCat(country.capital, ": ", country.name)});
  }
  question.respond = [=](const StyleSet& styles, RandomStream& variation) {
    std::string answer = Sure(styles);
    for (const Country& country : right) {
      const bool country_first = Has(styles, Style::kCountryFirst);
      absl::StrAppend(&answer, Has(styles, Style::kStars) ? "\n* " : "\n- ",
                      country_first ? country.name : country.capital, ": ",
                      country_first ? country.capital : country.name);
    }
    if (Has(styles, Style::kDetail)) absl::StrAppend(&answer, "\nNot ", others[0], " or ", others[1], ".");
    if (Has(styles, Style::kPolite)) absl::StrAppend(&answer, "\n", Courtesy(variation), ".");
    return answer;
  };
  return question;
}

}  // namespace embedded
