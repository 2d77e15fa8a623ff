// Vocabulary and facts of the embedded suite's questions: our own words; facts that a child knows.
#ifndef DATASETS_EMBEDDED_WORLD_H_
#define DATASETS_EMBEDDED_WORLD_H_

#include <array>

namespace embedded {

struct Country {
  const char* name;
  const char* capital;
  const char* continent;
};

struct Thing {
  const char* name;  // with its article, if it takes one
  int kind;          // index into kKinds
};

struct Kind {
  const char* name;
  const char* reason;  // a true clause about each of the kind, "it"
  const char* remark;  // a true sentence about all of the kind
};

struct Persona {
  const char* name;
  const char* catchphrase;
};

constexpr std::array<const char*, 24> kNames = {"Ann",  "Ben",  "Cleo", "Dan", "Eva",  "Finn", "Gina", "Hugo",
                                                "Iris", "Jack", "Kira", "Leo", "Mia",  "Nils", "Olga", "Paul",
                                                "Rosa", "Sam",  "Tina", "Uwe", "Vera", "Will", "Yara", "Zoe"};

constexpr std::array<Country, 24> kCountries = {{
    {"France", "Paris", "Europe"},       {"Italy", "Rome", "Europe"},
    {"Spain", "Madrid", "Europe"},       {"Germany", "Berlin", "Europe"},
    {"Austria", "Vienna", "Europe"},     {"Poland", "Warsaw", "Europe"},
    {"Norway", "Oslo", "Europe"},        {"Greece", "Athens", "Europe"},
    {"Portugal", "Lisbon", "Europe"},    {"Ireland", "Dublin", "Europe"},
    {"Japan", "Tokyo", "Asia"},          {"China", "Beijing", "Asia"},
    {"Thailand", "Bangkok", "Asia"},     {"Nepal", "Kathmandu", "Asia"},
    {"Iran", "Tehran", "Asia"},          {"Korea", "Seoul", "Asia"},
    {"Egypt", "Cairo", "Africa"},        {"Kenya", "Nairobi", "Africa"},
    {"Ghana", "Accra", "Africa"},        {"Senegal", "Dakar", "Africa"},
    {"Peru", "Lima", "South America"},   {"Chile", "Santiago", "South America"},
    {"Cuba", "Havana", "North America"}, {"Canada", "Ottawa", "North America"},
}};

constexpr std::array<Kind, 8> kKinds = {{
    {"a mammal", "it drinks milk when young", "Mammals have warm blood."},
    {"a bird", "it has feathers", "Birds lay eggs."},
    {"a fish", "it has gills", "Fish live in water."},
    {"an insect", "it has six legs", "Insects have no bones."},
    {"a metal", "it conducts well", "Metals shine."},
    {"a gas", "it fills any space", "Gases weigh little."},
    {"a planet", "it circles the sun", "Planets are round."},
    {"a tree", "it has a trunk", "Trees need light."},
}};

constexpr std::array<Thing, 32> kThings = {{
    {"a whale", 0}, {"a dog", 0},   {"a bat", 0},   {"a horse", 0},  {"an owl", 1},  {"an eagle", 1}, {"a duck", 1},
    {"a swan", 1},  {"a shark", 2}, {"a tuna", 2},  {"a salmon", 2}, {"a trout", 2}, {"an ant", 3},   {"a bee", 3},
    {"a moth", 3},  {"a wasp", 3},  {"iron", 4},    {"gold", 4},     {"zinc", 4},    {"copper", 4},   {"helium", 5},
    {"oxygen", 5},  {"neon", 5},    {"argon", 5},   {"Mars", 6},     {"Venus", 6},   {"Saturn", 6},   {"Jupiter", 6},
    {"an oak", 7},  {"a pine", 7},  {"a maple", 7}, {"a birch", 7},
}};

constexpr std::array<Persona, 6> kPersonas = {{
    {"pirate", "Arr, matey!"},
    {"knight", "By my sword!"},
    {"wizard", "By my wand!"},
    {"robot", "Beep, boop!"},
    {"ghost", "Boo, mortal!"},
    {"cowboy", "Howdy, partner!"},
}};

constexpr std::array<const char*, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                              "Friday", "Saturday", "Sunday"};
constexpr std::array<const char*, 8> kNumbers = {"two", "three", "four", "five", "six", "seven", "eight", "nine"};
constexpr std::array<const char*, 12> kGoods = {"lamps", "chairs", "books", "pens",  "plates", "cups",
                                                "boots", "hats",   "maps",  "drums", "kites",  "clocks"};
constexpr std::array<const char*, 16> kTopics = {"garden", "river",  "market",  "bakery", "library", "harbor",
                                                 "forest", "museum", "bridge",  "castle", "meadow",  "school",
                                                 "island", "tower",  "theater", "station"};
constexpr std::array<const char*, 4> kLetters = {"note", "letter", "card", "message"};
constexpr std::array<const char*, 10> kFunctions = {"shift", "scale", "change", "apply",  "update",
                                                    "move",  "next",  "step",   "adjust", "convert"};
constexpr std::array<const char*, 4> kVariables = {"x", "n", "k", "value"};

}  // namespace embedded

#endif  // DATASETS_EMBEDDED_WORLD_H_
