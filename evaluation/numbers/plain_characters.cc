#include "evaluation/numbers/plain_characters.h"

#include <algorithm>
#include <iterator>

namespace evaluation {
namespace {

struct Replacement {
  uint32_t code;
  absl::string_view plain;
};
// Ascending by code. Superscripts (\x01 and the digit) and vulgar fractions (\x05 and the fraction) need what stands
// before.
constexpr Replacement kCharacters[] = {{0xA0, "\v"},
                                       {0xA2, " cents"},
                                       {0xA3, "\x06"},
                                       {0xA5, "\x06"},
                                       {0xAD, ""},
                                       {0xB0, " degrees"},
                                       {0xB2, "\x01\x32"},
                                       {0xB3, "\x01\x33"},
                                       {0xB7, "*"},
                                       {0xB9, "\x01\x31"},
                                       {0xBC,
                                        "\x05"
                                        "1/4"},
                                       {0xBD,
                                        "\x05"
                                        "1/2"},
                                       {0xBE,
                                        "\x05"
                                        "3/4"},
                                       {0xD7, "*"},
                                       {0xF7, " / "},
                                       {0x60C, ","},
                                       {0x66A, "%"},
                                       {0x66B, "."},
                                       {0x66C, ","},
                                       {0x6D4, ". "},
                                       {0x964, ". "},
                                       {0x2002, " "},
                                       {0x2003, " "},
                                       {0x2004, "\v"},
                                       {0x2005, "\v"},
                                       {0x2006, "\v"},
                                       {0x2007, "\v"},
                                       {0x2008, "\v"},
                                       {0x2009, "\v"},
                                       {0x200A, "\v"},
                                       {0x200B, ""},
                                       {0x200C, ""},
                                       {0x200D, ""},
                                       {0x200E, ""},
                                       {0x200F, ""},
                                       {0x2010, "-"},
                                       {0x2011, "-"},
                                       {0x2012, "-"},
                                       {0x2013, "-"},
                                       {0x2014, " -- "},
                                       {0x2018, "'"},
                                       {0x2019, "'"},
                                       {0x201C, "\""},
                                       {0x201D, "\""},
                                       {0x2026, "... "},
                                       {0x202A, ""},
                                       {0x202B, ""},
                                       {0x202C, ""},
                                       {0x202D, ""},
                                       {0x202E, ""},
                                       {0x202F, "\v"},
                                       {0x2044, "/"},
                                       {0x205F, "\v"},
                                       {0x2060, ""},
                                       {0x2061, ""},
                                       {0x2062, ""},
                                       {0x2063, ""},
                                       {0x2066, ""},
                                       {0x2067, ""},
                                       {0x2068, ""},
                                       {0x2069, ""},
                                       {0x2070, "\x01\x30"},
                                       {0x2074, "\x01\x34"},
                                       {0x2075, "\x01\x35"},
                                       {0x2076, "\x01\x36"},
                                       {0x2077, "\x01\x37"},
                                       {0x2078, "\x01\x38"},
                                       {0x2079, "\x01\x39"},
                                       {0x207B, "\x01-"},
                                       {0x2103, " degrees c"},
                                       {0x2109, " degrees f"},
                                       {0x2150,
                                        "\x05"
                                        "1/7"},
                                       {0x2151,
                                        "\x05"
                                        "1/9"},
                                       {0x2152,
                                        "\x05"
                                        "1/10"},
                                       {0x2153,
                                        "\x05"
                                        "1/3"},
                                       {0x2154,
                                        "\x05"
                                        "2/3"},
                                       {0x2155,
                                        "\x05"
                                        "1/5"},
                                       {0x2156,
                                        "\x05"
                                        "2/5"},
                                       {0x2157,
                                        "\x05"
                                        "3/5"},
                                       {0x2158,
                                        "\x05"
                                        "4/5"},
                                       {0x2159,
                                        "\x05"
                                        "1/6"},
                                       {0x215A,
                                        "\x05"
                                        "5/6"},
                                       {0x215B,
                                        "\x05"
                                        "1/8"},
                                       {0x215C,
                                        "\x05"
                                        "3/8"},
                                       {0x215D,
                                        "\x05"
                                        "5/8"},
                                       {0x215E,
                                        "\x05"
                                        "7/8"},
                                       {0x2190, " : "},
                                       {0x2192, " : "},
                                       {0x21D2, " : "},
                                       {0x2212, "-"},
                                       {0x2215, "/"},
                                       {0x2217, "*"},
                                       {0x2234, " so "},
                                       {0x2243, "="},
                                       {0x2245, "="},
                                       {0x2248, "="},
                                       {0x224B, "="},
                                       {0x2261, "="},
                                       {0x22C5, "*"},
                                       {0x2715, "*"},
                                       {0x2716, "*"},
                                       {0x27A1, " : "},
                                       {0x3000, " "},
                                       {0x3001, ", "},
                                       {0x3002, ". "},
                                       {0xFE0F, ""},
                                       {0xFE63, "-"},
                                       {0xFEFF, ""},
                                       {0xFFE1, "\x06"},
                                       {0xFFE5, "\x06"}};

// LaTeX's commands that leave something. Those of fonts, sizes and brackets leave nothing, all others a space.
struct Command {
  absl::string_view name, plain;
};
constexpr Command kCommands[] = {
    {"frac", "\x02"},      {"dfrac", "\x02"},     {"tfrac", "\x02"},      {"cfrac", "\x02"},     {"nicefrac", "\x02"},
    {"boxed", "\x03"},     {"fbox", "\x03"},      {"framebox", "\x03"},   {"sqrt", "\x04"},      {"times", "*"},
    {"cdot", "*"},         {"ast", "*"},          {"div", " / "},         {"approx", "="},       {"simeq", "="},
    {"equiv", "="},        {"circ", " degrees"},  {"degree", " degrees"}, {"pi", "\xCF\x80"},    {"implies", " : "},
    {"Rightarrow", " : "}, {"rightarrow", " : "}, {"to", " : "},          {"therefore", " so "}, {"percent", "%"},
    {"pounds", "\x06"},    {"euro", "\x06"},      {"ldots", "... "},      {"dots", "... "}};
constexpr absl::string_view kSilent[] = {
    "text",       "textbf", "textit", "textrm", "textsf",       "texttt",       "emph",      "underline",
    "mathrm",     "mathbf", "mathit", "mathsf", "mathtt",       "mathbb",       "mbox",      "hbox",
    "boldsymbol", "bm",     "bf",     "rm",     "operatorname", "displaystyle", "textstyle", "left",
    "right",      "big",    "Big",    "bigl",   "bigr",         "Bigl",         "Bigr",      "bigg",
    "Bigg",       "large",  "Large",  "huge",   "Huge",         "mathord"};

}  // namespace

absl::optional<absl::string_view> PlainCharacter(uint32_t code) {
  const Replacement* found = std::lower_bound(std::begin(kCharacters), std::end(kCharacters), code,
                                              [](const Replacement& r, uint32_t wanted) { return r.code < wanted; });
  if (found == std::end(kCharacters) || found->code != code) return absl::nullopt;
  return found->plain;
}

absl::string_view PlainCommand(absl::string_view name) {
  for (const Command& command : kCommands) {
    if (command.name == name) return command.plain;
  }
  return std::find(std::begin(kSilent), std::end(kSilent), name) == std::end(kSilent) ? " " : "";
}

}  // namespace evaluation
