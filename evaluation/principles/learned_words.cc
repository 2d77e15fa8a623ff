// Learned principles of words: pronouns, given words, beginnings, names, letters.
#include <algorithm>

#include "absl/strings/match.h"
#include "evaluation/principles/row.h"

namespace principles {
namespace {

// I, I'm, I've, ...; in a text with capitals only where it is one.
bool IsI(const Word& word, const Answer& answer) {
  const bool is_form = word.lower == "i" || absl::StartsWith(word.lower, "i'");
  return is_form && (word.upper > 0 || answer.letters.upper == 0);
}

Side FirstPerson(const Answer& answer) {
  return Either(
      HasAnyWord(answer.words, {"me", "my", "myself"}) ||
      std::any_of(answer.words.begin(), answer.words.end(), [&](const Word& word) { return IsI(word, answer); }));
}

Side SecondPerson(const Answer& answer) {
  return Either(std::any_of(answer.words.begin(), answer.words.end(), [](const Word& word) {
    return word.lower == "you" || absl::StartsWith(word.lower, "you'") || word.lower == "your" ||
           word.lower == "yours" || word.lower == "yourself" || word.lower == "yourselves";
  }));
}

// "US" is a country, but in a text of capitals.
Side WePerson(const Answer& answer) {
  return Either(std::any_of(answer.words.begin(), answer.words.end(), [&](const Word& word) {
    if (word.lower == "us") return word.upper < 2 || answer.letters.lower == 0;
    return word.lower == "we" || absl::StartsWith(word.lower, "we'") || word.lower == "our" || word.lower == "ours" ||
           word.lower == "ourselves";
  }));
}

// Behind a list's mark; null: there is none.
const Word* FirstWord(const Answer& answer) {
  for (const Word& word : answer.words) {
    if (!answer.list_marks[word.span.begin]) return &word;
  }
  return nullptr;
}

Side Opening(const Answer& answer) {
  const Word* word = FirstWord(answer);
  if (word == nullptr) return Side::kNeither;
  const bool of_course = word->lower == "of" && word != &answer.words.back() && (word + 1)->lower == "course";
  return Either(word->lower == "sure" || word->lower == "certainly" || of_course);
}

Side VowelFirst(const Answer& answer) {
  const Word* word = FirstWord(answer);
  if (word == nullptr) return Side::kNeither;
  const char first = word->lower[0];
  if (first < 'a' || first > 'z') return Side::kNeither;
  return Either(absl::StrContains("aeiou", absl::string_view(&first, 1)));
}

Side ShortFirstWord(const Answer& answer) {
  const Word* word = FirstWord(answer);
  if (word == nullptr || word->has_digit) return Side::kNeither;
  return Either(word->letters <= 3);
}

// Whether a word begins with a capital and stands behind another word of its sentence with nothing but spaces between:
// behind a colon, a quotation mark or Markdown's emphasis capitals mean little.
bool IsName(const Characters& text, const Word& word) {
  if (word.letters < 2 || !IsUpper(text.At(word.span.begin)) || absl::StartsWith(word.lower, "i'")) return false;
  size_t before = word.span.begin;
  while (before > 0 && IsSpace(text.At(before - 1))) --before;
  const char32_t c = text.At(before - 1);
  return before < word.span.begin && (IsLetterOrDigit(c) || c == ',' || c == ';');
}

Side Names(const Answer& answer) {
  if (answer.letters.upper == 0 || answer.letters.lower == 0) return Side::kNeither;
  for (size_t s = 0; s < answer.sentences.size(); ++s) {
    const auto& words = answer.words_by_sentence[s];
    for (size_t w = 1; w < words.size(); ++w) {
      if (IsName(answer.prose, words[w])) return Side::kPrinciple;
    }
  }
  return Side::kAntithesis;
}

Side LetterZ(const Answer& answer) {
  for (size_t i = 0; i < answer.prose.size(); ++i) {
    const char32_t c = answer.prose.At(i);
    if (c == 'z' || c == 'Z') return Side::kPrinciple;
  }
  return Side::kAntithesis;
}

Side Negation(const Answer& answer) {
  return Either(
      std::any_of(answer.words.begin(), answer.words.end(), [](const Word& word) { return IsNegation(word.lower); }));
}

}  // namespace

std::vector<Row> LearnedWordRows() {
  return {
      {"first_person",
       "pronouns",
       LengthEffect::kNeutral,
       {"Speak in the first person, with I, me or my.", "Speak of yourself, with I, me or my.", "Say I, me or my."},
       {"Do not speak in the first person.", "Never speak of yourself.", "Do not say I, me or my."},
       "a word of I (also I'm, I've, ...), me, my, myself / none",
       "quotations of others; the numeral I: \"part I\"",
       FirstPerson},
      {"second_person",
       "pronouns",
       LengthEffect::kNeutral,
       {"Address the reader as you.", "Speak to the reader, with you or your.", "Say you or your."},
       {"Do not address the reader.", "Never speak to the reader.", "Do not say you or your."},
       "a word of you (also you're, ...), your, yours, yourself / none",
       "quotations of others; imperatives without you",
       SecondPerson},
      {"we",
       "pronouns",
       LengthEffect::kNeutral,
       {"Say we, us or our.", "Speak of us all, with we, us or our.", "Use we, us or our."},
       {"Do not say we, us or our.", "Never speak of us.", "Use no we, us or our."},
       "a word of we (also we're, ...), us, our, ours, ourselves / none; US is a country",
       "quotations of others",
       WePerson},
      {"hedge",
       "given words",
       LengthEffect::kNeutral,
       {"Say might, could, maybe or perhaps.", "Hedge with might, could, maybe or perhaps.",
        "Use one of the words might, could, maybe and perhaps."},
       {"Do not say might, could, maybe or perhaps.", "Never hedge with might, could, maybe or perhaps.",
        "Use none of the words might, could, maybe and perhaps."},
       "one of the four words / none",
       "could of the past; might as power",
       [](const Answer& a) {
         return HasWords(a, {"might", "could", "maybe", "perhaps"});
       }},
      {"because",
       "given words",
       LengthEffect::kNeutral,
       {"Use the word because.", "Say because somewhere.", "Let the word because occur."},
       {"Do not use the word because.", "Never say because.", "Avoid the word because."},
       "the word / not",
       "nothing: reasons in other words do not count",
       [](const Answer& a) { return HasWords(a, {"because"}); }},
      {"for_example",
       "given words",
       LengthEffect::kLonger,
       {"Say for example, for instance or such as.", "Introduce an example by for example, for instance or such as.",
        "Name an example, with for example, for instance or such as."},
       {"Do not say for example, for instance or such as.", "Give no example by for example, for instance or such as.",
        "Leave out for example, for instance and such as."},
       "one of the three phrases / none",
       "e.g. is none of them",
       [](const Answer& a) {
         return Either(HasAnyPhrase(a.words, {"for example", "for instance", "such as"}));
       }},
      {"order_words",
       "given words",
       LengthEffect::kNeutral,
       {"Say first, then, next or finally.", "Use one of the words first, then, next and finally.",
        "Give an order, with first, then, next or finally."},
       {"Do not say first, then, next or finally.", "Use none of the words first, then, next and finally.",
        "Avoid the words first, then, next and finally."},
       "one of the four words / none",
       "then behind if; first as an adjective",
       [](const Answer& a) {
         return HasWords(a, {"first", "then", "next", "finally"});
       }},
      {"negation",
       "given words",
       LengthEffect::kNeutral,
       {"Use a negation, such as not, no or never.", "Say something in the negative, with a word like not or no.",
        "Let a negative word occur, such as not, no or never."},
       {"Use no negation, such as not, no or never.", "Say nothing in the negative, with a word like not or no.",
        "Let no negative word occur, such as not, no or never."},
       "not, no, never, none, nothing, nobody, nowhere, neither, nor, cannot, n't / none",
       "\"No. 5\"; without, hardly",
       Negation},
      {"courteous_opening",
       "beginnings",
       LengthEffect::kNeutral,
       {"Begin with Sure, Certainly or Of course.", "Let the first word be Sure, Certainly or Of course.",
        "Open with Sure, Certainly or Of course."},
       {"Do not begin with Sure, Certainly or Of course.",
        "Let the first word be none of Sure, Certainly and Of course.", "Open without Sure, Certainly or Of course."},
       "the first words / other first words",
       "\"Sure signs of rain are ...\"",
       Opening},
      {"vowel_first",
       "beginnings",
       LengthEffect::kNeutral,
       {"Begin with a vowel.", "Let the first letter be a vowel.", "Start with a word that begins with a vowel."},
       {"Begin with a consonant.", "Let the first letter be a consonant.",
        "Start with a word that begins with a consonant."},
       "the first letter behind a list's mark is a e i o u / another of a to z",
       "sounds: \"hour\", \"use\"",
       VowelFirst},
      {"short_first_word",
       "beginnings",
       LengthEffect::kNeutral,
       {"Begin with a word of at most three letters.", "Let the first word have three letters or fewer.",
        "Start with a short word, of three letters at most."},
       {"Begin with a word of at least four letters.", "Let the first word have four letters or more.",
        "Start with a long word, of four letters at least."},
       "letters of the first word behind a list's mark, an apostrophe is none; with a digit: neither",
       "hyphens divide words",
       ShortFirstWord},
      {"names",
       "names",
       LengthEffect::kNeutral,
       {"Mention somebody or something by its name.", "Use a proper name.", "Name a person, place or thing."},
       {"Mention nobody and nothing by name.", "Use no proper names.", "Name no person, place or thing."},
       "a word with a capital behind another word of its sentence, not I / none; without capitals: neither",
       "German nouns, titles in capitals; a name that begins a sentence counts as none",
       Names},
      {"letter_z",
       "letters",
       LengthEffect::kNeutral,
       {"Use the letter Z.", "Let the letter Z occur.", "Write a word that has a Z."},
       {"Do not use the letter Z.", "Let the letter Z not occur.", "Write no word that has a Z."},
       "z or Z / neither",
       "nothing",
       LetterZ},
  };
}

}  // namespace principles
