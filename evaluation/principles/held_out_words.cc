// Held-out principles of words: numbers, contractions, courtesy, repetition, sentences' beginnings, forms of words.
#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "absl/strings/match.h"
#include "evaluation/principles/row.h"

namespace principles {
namespace {

bool AnyWord(const Answer& answer, bool (*is_one)(absl::string_view lower)) {
  return std::any_of(answer.words.begin(), answer.words.end(), [&](const Word& word) { return is_one(word.lower); });
}

Side Digits(const Answer& answer) {
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    if (IsDigit(answer.prose.At(i)) && !answer.list_marks[i]) return Side::kPrinciple;
  }
  return Side::kAntithesis;
}

// "one" is a pronoun as often: it is none of the numbers, and what has no other follows neither.
Side NumberWords(const Answer& answer) {
  return Between(AnyWord(answer, IsNumberWord), !HasAnyWord(answer.words, {"one"}));
}

Side Apologizes(const Answer& answer) {
  const bool apologizes = HasAnyWord(answer.words, {"sorry", "apologize", "apologise", "apologizes", "apologises",
                                                    "apology", "apologies"}) ||
                          HasAnyPhrase(answer.words, {"forgive me", "pardon me", "excuse me"});
  return apologizes ? Side::kAntithesis : Side::kPrinciple;
}

Side OffersHelp(const Answer& answer) {
  return Either(HasAnyPhrase(
      answer.words,
      {"let me know", "feel free", "happy to help", "glad to help", "hope this helps", "hope that helps",
       "other questions", "more questions", "further questions", "any questions", "can i help", "help you with",
       "need help", "more help", "further help", "anything else", "assist you", "further assistance", "here to help"}));
}

// The first word of each sentence that has words.
Side VariedOpenings(const Answer& answer) {
  std::set<std::string> seen;
  int sentences = 0;
  bool repeats = false;
  for (const auto& words : answer.words_by_sentence) {
    if (words.empty()) continue;
    ++sentences;
    repeats = !seen.insert(words[0].lower).second || repeats;
  }
  return Between(sentences >= 2 && !repeats, repeats);
}

Side ConjunctionStart(const Answer& answer) {
  return Either(std::any_of(answer.words_by_sentence.begin(), answer.words_by_sentence.end(), [](const auto& words) {
    return !words.empty() && (words[0].lower == "and" || words[0].lower == "but" || words[0].lower == "so");
  }));
}

Side VariedWords(const Answer& answer) {
  std::map<std::string, int> times;
  int most = 0;
  for (const Word& word : answer.words) {
    if (word.letters >= 6) most = std::max(most, ++times[word.lower]);
  }
  return Between(most <= 1, most >= 3);
}

Side ShortWords(const Answer& answer) {
  return Either(
      std::all_of(answer.words.begin(), answer.words.end(), [](const Word& word) { return word.letters <= 10; }));
}

}  // namespace

std::vector<Row> HeldOutWordRows() {
  return {
      {"digits",
       "numbers",
       LengthEffect::kNeutral,
       {"Use a number in digits.", "Write a digit somewhere.", "Let the answer have a number, in digits."},
       {"Use no digits.", "Write no digit anywhere.", "Let the answer have no number in digits."},
       "a digit / none; a list's own numbers are none",
       "names with digits",
       Digits},
      {"number_words",
       "numbers",
       LengthEffect::kNeutral,
       {"Write a number as a word, such as two.", "Spell a number out, such as two.", "Use a word that is a number."},
       {"Write no number as a word.", "Spell no number out.", "Use no word that is a number."},
       "two to ninety, hundred, thousand, million, billion, dozen / none, and no \"one\"",
       "\"twenty-one\" counts by twenty",
       NumberWords},
      {"contractions",
       "contractions",
       LengthEffect::kNeutral,
       {"Use a contraction, such as don't.", "Contract some words, as in it's.",
        "Write don't, it's or another short form."},
       {"Use no contractions, such as don't.", "Write do not, not don't.", "Write all words out, never as in it's."},
       "n't 're 've 'll 'm 'd, and 's behind it, that, there, ... / none",
       "\"John's here\"; contractions without apostrophe",
       [](const Answer& a) { return Either(AnyWord(a, IsContraction)); }},
      {"no_apology",
       "courtesy",
       LengthEffect::kShorter,
       {"Do not apologize.", "Never say sorry.", "Make no apology."},
       {"Apologize.", "Say sorry.", "Make an apology."},
       "none / a word of sorry, apologize, apology, or forgive, pardon or excuse me",
       "\"a sorry state\"",
       Apologizes},
      {"offer_help",
       "courtesy",
       LengthEffect::kLonger,
       {"Offer further help.", "Say that you can help further.", "Let the reader know that you are there to help."},
       {"Offer no further help.", "Do not say that you can help further.", "Leave out offers of help."},
       "one of 19 phrases: let me know, feel free, hope this helps, ... / none",
       "offers in other words",
       OffersHelp},
      {"please",
       "courtesy",
       LengthEffect::kNeutral,
       {"Say please, thanks or thank you.", "Use please, thanks or thank you.", "Be polite, with please or thanks."},
       {"Say neither please nor thanks.", "Use no please, thanks or thank you.", "Leave out please and thanks."},
       "a word of please, thanks, thank / none",
       "please as a verb; thanks to",
       [](const Answer& a) {
         return HasWords(a, {"please", "thanks", "thank"});
       }},
      {"varied_openings",
       "repetition",
       LengthEffect::kNeutral,
       {"Begin every sentence with another word.", "Let no two sentences begin with the same word.",
        "Start each sentence with a different word."},
       {"Begin two sentences with the same word.", "Let two sentences or more begin with the same word.",
        "Start several sentences with one and the same word."},
       "two sentences or more, whose first words all differ / some are equal",
       "as one_sentence",
       VariedOpenings},
      {"varied_words",
       "repetition",
       LengthEffect::kShorter,
       {"Use no long word twice.", "Repeat no word of six letters or more.",
        "Let each word of at least six letters occur once."},
       {"Use a long word three times.", "Repeat a word of six letters or more twice.",
        "Let a word of at least six letters occur three times."},
       "no word of six letters or more occurs twice / one occurs three times or more",
       "other forms of a word",
       VariedWords},
      {"conjunction_start",
       "sentences' beginnings",
       LengthEffect::kNeutral,
       {"Begin a sentence with And, But or So.", "Let a sentence start with And, But or So.",
        "Put And, But or So at the head of a sentence."},
       {"Begin no sentence with And, But or So.", "Let no sentence start with And, But or So.",
        "Put no And, But or So at the head of a sentence."},
       "a sentence's first word / none",
       "as one_sentence",
       ConjunctionStart},
      {"short_words",
       "forms of words",
       LengthEffect::kNeutral,
       {"Use only words of at most ten letters.", "Use no word of more than ten letters.",
        "Let all words have ten letters or fewer."},
       {"Use a word of more than ten letters.", "Let some word have eleven letters or more.",
        "Put in a long word, of over ten letters."},
       "letters of each word; hyphens divide words / one has more",
       "links",
       ShortWords},
      {"ly_words",
       "forms of words",
       LengthEffect::kNeutral,
       {"Use a word that ends in -ly.", "Write a word with the ending -ly.", "Let some word end in -ly."},
       {"Use no word that ends in -ly.", "Write no word with the ending -ly.", "Let no word end in -ly."},
       "a word of three letters or more that ends in ly / none",
       "nothing: family and July count",
       [](const Answer& a) {
         return Either(
             AnyWord(a, [](absl::string_view lower) { return lower.size() > 2 && absl::EndsWith(lower, "ly"); }));
       }},
  };
}

}  // namespace principles
