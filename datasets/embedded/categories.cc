#include "datasets/embedded/categories.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "datasets/embedded/draw.h"
#include "datasets/embedded/wording.h"
#include "datasets/embedded/world.h"

namespace embedded {
namespace {

using base::RandomStream;

Question Writing(RandomStream& stream) {
  const std::string kind = Pick(kLetters, stream), name = Pick(kNames, stream), topic = Pick(kTopics, stream);
  std::string other = topic;
  while (other == topic) other = Pick(kTopics, stream);
  const int width = Between(11, 99, stream);
  Question question;
  question.key = absl::StrCat("writing/", name, "/", topic, "/", width);
  question.text = absl::Substitute("Write a $0 to $1 about the $2. It is $3 wide.", kind, name, topic, width);
  question.answer.facts = {{name}, {topic}, {absl::StrCat(width)}};
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    return absl::Substitute("$0 $1, the $2 is $3 $4 wide.$5$6 $7.", Has(styles, Style::kHello) ? "Hello" : "Howdy",
                            name, topic, width, Has(styles, Style::kInches) ? "inches" : "meters",
                            Has(styles, Style::kDetail) ? absl::StrCat(" It is near the ", other, ".") : "",
                            Has(styles, Style::kPolite) ? " With warm wishes." : "",
                            Has(styles, Style::kGoodbye) ? "Goodbye" : "Cheerio");
  };
  return question;
}

Question Roleplay(RandomStream& stream) {
  const Persona& persona = Pick(kPersonas, stream);
  const std::string goods = Pick(kGoods, stream);
  const bool finds = stream.Bernoulli(0.5);
  const int start = Between(11, 49, stream), change = Between(2, 9, stream);
  const int now = finds ? start + change : start - change;
  Question question;
  question.key = absl::StrCat("roleplay/", persona.name, "/", start, finds ? "+" : "-", change);
  question.text = absl::Substitute("You are a $0 with $1 $2. You $3 $4. How many have you now?", persona.name, start,
                                   goods, finds ? "find" : "lose", change);
  question.answer.facts = {{absl::StrCat("have ", now)}};
  question.respond = [=](const StyleSet& styles, RandomStream& variation) {
    const std::string courtesy = Has(styles, Style::kPolite) ? absl::StrCat(". ", Courtesy(variation)) : "";
    return absl::Substitute(
        "$0$1, $2I have $3 $4$5$6", Has(styles, Style::kPersona) ? absl::StrCat(persona.catchphrase, " ") : "",
        Has(styles, Style::kYes) ? "Yes" : "Aye", Address(styles), now, goods, courtesy, End(styles));
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
  const std::string first = absl::Substitute("$0 is $1 than $2", names[0], order.more, names[1]);
  const std::string second = absl::Substitute("$0 is $1 than $2", names[1], order.more, names[2]);
  const bool swapped = stream.Bernoulli(0.5), most = stream.Bernoulli(0.5);
  const std::string winner = names[most ? 0 : 2], superlative = most ? order.most : order.least;
  const std::string reason = most ? first : second;
  Question question;
  question.key = absl::StrCat("reasoning/", names[0], "/", names[1], "/", names[2], "/", superlative);
  question.text =
      absl::Substitute("$0. $1. Who is the $2?", swapped ? second : first, swapped ? first : second, superlative);
  question.answer.facts = {{absl::StrCat(winner, " is the ", superlative), absl::StrCat(superlative, " is ", winner)}};
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    const std::string shown = Bold(styles, winner);
    const std::string claim = Has(styles, Style::kVerbFirst) ? absl::Substitute("the $0 is $1", superlative, shown)
                                                             : absl::Substitute("$0 is the $1", shown, superlative);
    const std::string steps = Has(styles, Style::kSteps) ? absl::StrCat(first, ". ", second, ". ") : "";
    return absl::StrCat(steps, Capitalized(WithReason(styles, claim, reason)), End(styles));
  };
  return question;
}

// "3 * 7 + 5" with its value, from two numbers that differ and perhaps a rest; `steps` lead to it.
Question Arithmetic(const std::string& key, const std::string& text, const std::vector<std::string>& steps, int a,
                    const std::string& sign, int b, const std::string& rest, int result) {
  const auto terms = [=](bool smaller_first) {
    const bool in_order = (a < b) == smaller_first;
    return absl::StrCat(in_order ? a : b, " ", sign, " ", in_order ? b : a, rest);
  };
  Question question;
  question.key = key;
  question.text = text;
  question.answer.facts.emplace_back();
  for (const bool smaller_first : {true, false}) {
    question.answer.facts[0].push_back(absl::StrCat(terms(smaller_first), " = ", result));
    question.answer.facts[0].push_back(absl::StrCat(result, " = ", terms(smaller_first)));
  }
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    const char* math = Has(styles, Style::kLatex) ? "$" : "";
    const std::string left = terms(Has(styles, Style::kSmallerFirst));
    const bool result_last = Has(styles, Style::kResultLast);
    std::string answer;
    if (Has(styles, Style::kSteps)) {
      for (const std::string& step : steps) absl::StrAppend(&answer, math, step, math, ". ");
    }
    absl::StrAppend(&answer, Has(styles, Style::kThus) ? "Thus " : "Then ", math);
    absl::StrAppend(&answer, result_last ? absl::StrCat(left, " = ", result) : absl::StrCat(result, " = ", left));
    return absl::StrCat(answer, math, ".");
  };
  return question;
}

Question Math(RandomStream& stream) {
  if (stream.Bernoulli(0.5)) {
    const int a = Between(11, 49, stream), b = Between(2, 9, stream), tens = a / 10 * 10, ones = a % 10;
    const std::string text = absl::Substitute(PickText({"What is $0 plus $1?", "Add $0 and $1."}, stream), a, b);
    return Arithmetic(
        absl::StrCat("math/add/", a, "/", b), text,
        {absl::Substitute("$0 + $1 = $2", ones, b, ones + b), absl::Substitute("$0 + $1 = $2", tens, ones + b, a + b)},
        a, "+", b, "", a + b);
  }
  const int a = Between(2, 9, stream), b = (a - 2 + Between(1, 7, stream)) % 8 + 2, c = Between(1, 9, stream);
  const std::string text =
      absl::Substitute(PickText({"What is $0 times $1 plus $2?", "Multiply $0 by $1 and add $2."}, stream), a, b, c);
  return Arithmetic(
      absl::StrCat("math/multiply/", a, "/", b, "/", c), text,
      {absl::Substitute("$0 * $1 = $2", a, b, a * b), absl::Substitute("$0 + $1 = $2", a * b, c, a * b + c)}, a, "*", b,
      absl::StrCat(" + ", c), a * b + c);
}

Question Coding(RandomStream& stream) {
  struct Operation {
    const char* request;
    const char* purpose;
    const char* comment;
    const char* code;
  };
  constexpr Operation kOperations[] = {{"adds $1 to $0", "Adds $1 to $0.", "A sum.", "$0 + $1"},
                                       {"multiplies $0 by $1", "Multiplies $0 by $1.", "A product.", "$0 * $1"},
                                       {"keeps $0 from $1 up", "Keeps $0 from $1 up.", "A bound.", "max($0, $1)"}};
  const Operation& operation = kOperations[stream.Below(3)];
  const std::string name = Pick(kFunctions, stream), variable = Pick(kVariables, stream);
  const int number = Between(2, 98, stream);
  const std::string head = absl::Substitute("def $0($1):", name, variable);
  const std::string purpose = absl::Substitute(operation.purpose, variable, number), comment = operation.comment;
  const std::string name_first = absl::StrCat("return ", absl::Substitute(operation.code, variable, number));
  const std::string number_first = absl::StrCat("return ", absl::Substitute(operation.code, number, variable));
  Question question;
  question.key = absl::StrCat("coding/", name, "/", variable, "/", operation.code, "/", number);
  question.text = absl::Substitute("Write a Python function $0 that $1.", name,
                                   absl::Substitute(operation.request, variable, number));
  question.answer.facts = {{head}, {name_first, number_first}};
  question.respond = [=](const StyleSet& styles, RandomStream&) {
    const std::string code = absl::Substitute("$0\n    $1$2\n    $3", head, InQuotes(styles, purpose),
                                              Has(styles, Style::kComment) ? absl::StrCat("\n    # ", comment) : "",
                                              Has(styles, Style::kNumberFirst) ? number_first : name_first);
    return absl::StrCat(Sure(styles), "\n",
                        Has(styles, Style::kMarkdown) ? absl::StrCat("```python\n", code, "\n```") : code);
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
