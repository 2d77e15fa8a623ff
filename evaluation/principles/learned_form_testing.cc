#include "evaluation/principles/cases_testing.h"

namespace principles {
namespace {

std::string Repeated(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

}  // namespace

std::vector<Cases> LearnedFormCases() {
  return {
      {"numbered_list",
       {"1. Wash it.\n2. Dry it.", "**1.** Wash\n**2.** Dry", "Do so:\r\n\r\n1) Wash\r\n2) Dry",
        "**1. Wash:** well.\n\n**2. Dry:** in the sun.", "  (1) wash\n  (2) dry"},
       {"Wash it, then dry it.", "In 1999. 2 pans were dry.", "```\n1. a\n2. b\n```\nThat is a list in code.",
        "3.5 of 10 were dry.\n2,000 were wet.", "1999. A dry year.\n2001. A wet one.", "1.Wash\n2.Dry"},
       {"1. Wash it.", "- Wash\n- Dry", "* * *\n1. Wash only."}},
      {"bullet_list",
       {"- Wash\n- Dry", "* Wash\r\n* Dry", "Do:\n\n  \u2022 wash\n  \u2022 dry", "+ wash\n\n+ dry"},
       {"-5 degrees\n-6 degrees", "---\nA rule.\n---", "* * *\nStars.\n- - -", "Well-known - and liked.",
        "```\n- a\n- b\n```\nIn code.", "**Bold**\n**Bolder**", "1. Wash\n2. Dry"},
       {"- Wash it.", "Text\n* one item"}},
      {"one_sentence",
       {"Pi is about 3.14 or so.", "Mr. Hill met Dr. J. Smith, e.g. at 5 p.m. on Monday.", "\"Stop!\" he said.",
        "so it is", "See Yahoo.com for more.\n", "Wait... what?", "\u304a\u306f\u3088\u3046\u3002",
        "A line that\nwraps is one."},
       {"One. Two. Three.", "- wash\n- dry\n- iron", "Wash! Dry? Iron.", "\u4e00\u3002\u4e8c\u3002\u4e09\u3002",
        "hello there. how are you. fine.", "# Title\n\nText.\n\nMore",
        "He said \"Go.\" Then (all.) We went. So be it."},
       {"\"Stop! Now!\" he said.", "One. Two.", "Really?! Yes.", "It costs 3.5. Buy it.", "..."}},
      {"few_words",
       {"Short.", Repeated("word ", 50), "state-of-the-art"},
       {Repeated("word ", 100), Repeated("a-b ", 50), Repeated("\u5b57", 100)},
       {Repeated("word ", 51), Repeated("word ", 99), Repeated("- ", 200)}},
      {"short_sentences",
       {"One two. Three.", Repeated("word ", 15), "- a b c\n- d e f"},
       {Repeated("word ", 26), Repeated("word ", 26) + ". End.", Repeated("word\n", 30)},
       {Repeated("word ", 16), Repeated("word ", 25), "!!!"}},
      {"end_question",
       {"It is Rome. Is it not?", "Why?\n", "He asked: why? (Do you know?)", "**Is it?**", "\"Is it Rome?\"",
        "Is it? \U0001f600", "\u662f\u5417\uff1f"},
       {"It is Rome.", "He asked \"Why?\"", "He asked \u201cWhy?\u201d", "See a.org/b?c=d for it.", "Ask him about it",
        "```\nis it?\n```\nThat was code."},
       {"Is it? It is.", "Is it?\n- Rome", "What is it? He said \"Why?\""}},
      {"full_stop",
       {"It is Rome.", "It is Rome.\"", "It is (Rome.)", "Rome, etc.", "It is **Rome.**",
        "\u304a\u306f\u3088\u3046\u3002", "It is. \U0001f600", "It is. \n"},
       {"It is Rome", "Rome!", "Is it?", "It is Rome. Or\n- Paris", "It is:"},
       {"It is...", "It is\u2026", "So.."}},
      {"long_last_word",
       {"It is Berlin", "It is London.", "(the \u00e9l\u00e8ves)", "I like it, however!", "A strange word: shouldn't"},
       {"It is Rome.", "well-known at last-ly", "Berlin is old.", "that isn't", "\u5317\u4eac\u5e02\u5927\u5b66\u751f"},
       {"It is 1999999", "COVID19123"}},
      {"postscript",
       {"It is Rome.\n\nP.S. Go there.", "Rome.\nPS: go.", "Rome\r\np.p.s. or not", "Bye.\nP. P. S. Go.",
        "It is.\n**P.S.** Bring a hat.", "It is.\n\nP. S. Go\nthere"},
       {"It is Rome.", "A PS5 is a toy.", "The ups. and downs.\npsalms: many", "U.P.S. brought it."},
       {"P.S. Go there.", "Add a p.s. at the end.", "It is.\nP.S."}},
      {"no_commas",
       {"It is Rome.", "Rome; or Paris.", "`a;b`"},
       {"Rome, Paris, Bonn", "1,000,000", "\u4e00\u3001\u4e8c\uff0c\u4e09", "a\u060c b\u060c"},
       {"Rome, or Paris.", "1,000", "```\na,b,c\n```", "```\na,b\n```\nOne, only."}},
      {"parentheses",
       {"It is (I think) Rome.", "f(x) = 2", "((deep))", "(a) or b", "(1) and then (2)"},
       {"It is Rome.", "[It] is {Rome}.", "1) wash\n2) dry", "(1) wash\n(2) dry", "```\nf(x)\n```\nCode."},
       {"A smile :)", "( ) or ()", "(never closed", ")a("}},
      {"square_brackets",
       {"Dear [name]", "[a](b)", "a[0]", "[[x]]"},
       {"It is Rome.", "(round) {curly}", "```\na[0]\n```\nCode."},
       {"- [ ] a task", "[] and [!]", "]a[", "[open"}},
      {"plain_ascii",
       {"It is 'Rome' - \"yes\".", "a\tb", "x\r\ny"},
       {"caf\u00e9", "It\u2019s", "A \u2013 B", "Hi \U0001f600", "5\u00b0", "a\u00a0b"},
       {"\U0001f600", "```\ncafe\n```"}},
      {"other_script",
       {"The word \u0434\u0430 is Russian.", "\u5317", "\u03b1\u03b2", "\u0645\u0631\u062d\u0628\u0627"},
       {"It is Rome.", "caf\u00e9 na\u00efve \u0153uvre", "5 \u00b0C, 3 \u00d7 4", "Hi \U0001f600",
        "stra\u00dfe \u0142\u00f3d\u017a"},
       {"The angle \u03b1 is small.", "\u00b5 or \u03bc m"}},
  };
}

}  // namespace principles
