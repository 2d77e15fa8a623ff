#include "datasets/embedded/categories.h"

#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "datasets/embedded/draw.h"
#include "datasets/embedded/world.h"

namespace embedded {
namespace {

using base::RandomStream;
using Rule = AnswerKey::Rule;

std::string Capitalized(std::string text) {
  text[0] = absl::ascii_toupper(text[0]);
  return text;
}

// What a polite answer begins with.
std::string Courtesy(RandomStream& variation) {
  return PickText({"I am glad to help. ", "It is my pleasure. "}, variation);
}

// A fact that can be asked for in three wordings.
struct Fact {
  std::string key;
  std::string question;
  std::string answer;
  std::string expected;
  std::string detail;
  std::string example;
};

Fact CapitalFact(RandomStream& stream) {
  const Country& country = Pick(kCountries, stream);
  const int wording = stream.Below(3);
  const std::string question = wording == 0   ? absl::StrCat("What is the capital of ", country.name, "?")
                               : wording == 1 ? absl::StrCat("Which city is the capital of ", country.name, "?")
                                              : absl::StrCat("Name the capital of ", country.name, ".");
  return {absl::StrCat(country.name, "/", wording),
          question,
          absl::Substitute("The capital of $0 is $1.", country.name, country.capital),
          country.capital,
          absl::Substitute("$0 lies in $1.", country.name, country.continent),
          ""};
}

Fact KindFact(RandomStream& stream) {
  const int index = stream.Below(kThings.size());
  const Thing& thing = kThings[index];
  const int wording = stream.Below(3);
  const std::string question = wording == 0   ? absl::StrCat("What is ", thing.name, "?")
                               : wording == 1 ? absl::StrCat("What kind of thing is ", thing.name, "?")
                                              : absl::StrCat("Say what ", thing.name, " is.");
  // Four things a kind stand together in kThings: the next of the four is the example.
  const Thing& other = kThings[index / 4 * 4 + (index + 1) % 4];
  const Kind& kind = kKinds[thing.kind];
  return {absl::StrCat(thing.name, "/", wording),
          question,
          Capitalized(absl::Substitute("$0 is $1.", thing.name, kind.name)),
          absl::StrCat("is ", kind.name),
          kind.remark,
          absl::Substitute("Another example is $0.", other.name)};
}

Question Writing(RandomStream& stream) {
  const std::string kind = Pick(kLetters, stream), name = Pick(kNames, stream), topic = Pick(kTopics, stream);
  const std::string mood = Pick(kMoods, stream), other = Pick(kTopics, stream);
  Question question;
  question.key = absl::StrCat("writing/", kind, "/", name, "/", topic);
  question.text = absl::Substitute("Write a $0 to $1 about the $2.", kind, name, topic);
  question.answer = {Rule::kContainsAll, {name, topic}, {}};
  question.respond = [=](bool polite, bool detail, RandomStream&) {
    const std::string body = absl::Substitute("he $0 is $1 today.", topic, mood);
    return absl::StrCat(polite ? absl::StrCat("Dear ", name, "! T") : absl::StrCat(name, ", t"), body,
                        detail ? absl::StrCat(" It is near the ", other, ".") : "", polite ? " With warm wishes." : "");
  };
  return question;
}

Question Roleplay(RandomStream& stream) {
  const Persona& persona = Pick(kPersonas, stream);
  const Fact fact = stream.Bernoulli(0.5) ? CapitalFact(stream) : KindFact(stream);
  Question question;
  question.key = absl::StrCat("roleplay/", persona.name, "/", fact.key);
  question.text = absl::Substitute("You are a $0. $1", persona.name, fact.question);
  question.answer = {Rule::kContainsAll, {fact.expected}, {}};
  question.respond = [=](bool in_persona, bool polite, RandomStream& variation) {
    return absl::StrCat(in_persona ? absl::StrCat(persona.catchphrase, " ") : "", polite ? Courtesy(variation) : "",
                        fact.answer);
  };
  return question;
}

Question Reasoning(RandomStream& stream) {
  struct Order {
    const char* more;
    const char* most;
    const char* least;
  };
  constexpr Order kOrders[] = {
      {"taller", "tallest", "shortest"}, {"older", "oldest", "youngest"}, {"faster", "fastest", "slowest"}};
  const Order& order = kOrders[stream.Below(3)];
  std::vector<std::string> names(kNames.begin(), kNames.end());
  stream.Shuffle(names);
  const std::string first = absl::Substitute("$0 is $1 than $2.", names[0], order.more, names[1]);
  const std::string second = absl::Substitute("$0 is $1 than $2.", names[1], order.more, names[2]);
  const bool swapped = stream.Bernoulli(0.5), most = stream.Bernoulli(0.5);
  const std::string winner = names[most ? 0 : 2], superlative = most ? order.most : order.least;
  Question question;
  question.key = absl::StrCat("reasoning/", names[0], "/", names[1], "/", names[2], "/", superlative);
  question.text =
      absl::Substitute("$0 $1 Who is the $2?", swapped ? second : first, swapped ? first : second, superlative);
  question.answer = {Rule::kLastOf, {winner}, {names[0], names[1], names[2]}};
  question.respond = [=](bool steps, bool markdown, RandomStream&) {
    const std::string shown = markdown ? absl::StrCat("**", winner, "**") : winner;
    return absl::Substitute("$0The $1 is $2.", steps ? absl::StrCat(first, " ", second, " ") : "", superlative, shown);
  };
  return question;
}

// Two-step arithmetic: first `left`, then with the rest `right`; each a formula "a op b" with its value.
Question Arithmetic(const std::string& key, const std::string& text, const std::vector<std::string>& steps,
                    int result) {
  const auto write = [](std::string formula, bool latex) {
    if (latex) return absl::StrCat("$", formula, "$");
    const std::pair<const char*, const char*> words[] = {{"+", "plus"}, {"*", "times"}, {"=", "is"}};
    for (const auto& [sign, word] : words) {
      const size_t at = formula.find(sign);
      if (at != std::string::npos) formula.replace(at, 1, word);
    }
    return formula;
  };
  Question question;
  question.key = key;
  question.text = text;
  question.answer = {Rule::kLastNumber, {absl::StrCat(result)}, {}};
  question.respond = [=](bool explain, bool latex, RandomStream&) {
    std::string answer;
    if (explain) {
      for (const std::string& step : steps) absl::StrAppend(&answer, write(step, latex), ". ");
    }
    return absl::StrCat(answer, "The answer is ", write(absl::StrCat(result), latex), ".");
  };
  return question;
}

Question Math(RandomStream& stream) {
  if (stream.Bernoulli(0.5)) {
    const int a = Between(11, 89, stream), b = Between(3, 9, stream), tens = a / 10 * 10, ones = a % 10;
    const std::string text = absl::Substitute(PickText({"What is $0 plus $1?", "Add $0 and $1."}, stream), a, b);
    return Arithmetic(
        absl::StrCat("math/add/", a, "/", b), text,
        {absl::Substitute("$0 + $1 = $2", ones, b, ones + b), absl::Substitute("$0 + $1 = $2", tens, ones + b, a + b)},
        a + b);
  }
  const int a = Between(2, 9, stream), b = Between(2, 9, stream), c = Between(1, 9, stream);
  const std::string text =
      absl::Substitute(PickText({"What is $0 times $1 plus $2?", "Multiply $0 by $1 and add $2."}, stream), a, b, c);
  return Arithmetic(
      absl::StrCat("math/multiply/", a, "/", b, "/", c), text,
      {absl::Substitute("$0 * $1 = $2", a, b, a * b), absl::Substitute("$0 + $1 = $2", a * b, c, a * b + c)},
      a * b + c);
}

Question Coding(RandomStream& stream) {
  struct Operation {
    const char* request;
    const char* comment;
    const char* sign;
  };
  constexpr Operation kOperations[] = {{"adds $1 to $0", "Adds $1.", "+"},
                                       {"subtracts $1 from $0", "Subtracts $1.", "-"},
                                       {"multiplies $0 by $1", "Multiplies by $1.", "*"}};
  const Operation& operation = kOperations[stream.Below(3)];
  const std::string name = Pick(kFunctions, stream), variable = Pick(kVariables, stream);
  const int number = Between(2, 19, stream);
  const std::string head = absl::Substitute("def $0($1):", name, variable);
  const std::string body = absl::Substitute("return $0 $1 $2", variable, operation.sign, number);
  const std::string remark = absl::Substitute(operation.comment, variable, number);
  Question question;
  question.key = absl::StrCat("coding/", name, "/", variable, "/", operation.sign, "/", number);
  question.text = absl::Substitute("Write a Python function $0 that $1.", name,
                                   absl::Substitute(operation.request, variable, number));
  question.answer = {Rule::kContainsAll, {head, body}, {}};
  question.respond = [=](bool comment, bool markdown, RandomStream&) {
    const std::string code =
        absl::Substitute("$0\n$1    $2", head, comment ? absl::StrCat("    # ", remark, "\n") : "", body);
    return markdown ? absl::StrCat("```python\n", code, "\n```") : code;
  };
  return question;
}

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
  question.answer = {Rule::kContainsAll, {answer}, {}};
  question.respond = [=](bool quote, bool markdown, RandomStream&) {
    return absl::Substitute("$0The answer is $1.", quote ? absl::StrCat("The text says \"", text, "\" ") : "",
                            markdown ? absl::StrCat("**", answer, "**") : answer);
  };
  return question;
}

// "Ann asks: What is an owl?"
Question AskedBySomeone(const char* category, const Fact& fact, RandomStream& stream) {
  const std::string name = Pick(kNames, stream);
  Question question;
  question.key = absl::StrCat(category, "/", name, "/", fact.key);
  question.text = absl::Substitute("$0 asks: $1", name, fact.question);
  question.answer = {Rule::kContainsAll, {fact.expected}, {}};
  return question;
}

Question Stem(RandomStream& stream) {
  const Fact fact = KindFact(stream);
  Question question = AskedBySomeone("stem", fact, stream);
  question.respond = [=](bool detail, bool example, RandomStream&) {
    return absl::StrCat(fact.answer, detail ? " " : "", detail ? fact.detail : "", example ? " " : "",
                        example ? fact.example : "");
  };
  return question;
}

Question Humanities(RandomStream& stream) {
  const Fact fact = CapitalFact(stream);
  Question question = AskedBySomeone("humanities", fact, stream);
  question.respond = [=](bool polite, bool detail, RandomStream& variation) {
    return absl::StrCat(polite ? Courtesy(variation) : "", fact.answer, detail ? " " : "", detail ? fact.detail : "");
  };
  return question;
}

}  // namespace

Question DrawQuestion(Category category, RandomStream& stream) {
  constexpr Question (*kGenerators[])(RandomStream&) = {Writing, Roleplay,   Reasoning, Math,
                                                        Coding,  Extraction, Stem,      Humanities};
  Question question = kGenerators[static_cast<int>(category)](stream);
  question.category = category;
  return question;
}

}  // namespace embedded
