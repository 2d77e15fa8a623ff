#include "absl/strings/str_split.h"
#include "evaluation/python/punkt.h"

namespace ifeval {
namespace {

// What Punkt learned to be abbreviations, and words that often start sentences, from the newspaper texts that nltk's
// English model was trained on (Kiss and Strunk 2006). Which they are is part of what IFEval measures: "e.g." is none
// of them, so a sentence ends there.
constexpr absl::string_view kAbbreviations =
    "a.a a.c a.d a.g a.h a.m a.m.e a.s a.t adm ala ariz aug ave b.f b.v bros c c.i.t c.o.m.b c.v calif chg cie co "
    "col colo conn corp cos ct d d.c d.h d.w dec dr e e.f e.h e.l e.m f f.g f.j feb fla fri ft g g.d g.f g.k ga "
    "gen h h.c h.f h.m i.m.s ill inc j.b j.c j.j j.k j.p j.r jan jr k kan ky l l.a l.f l.p lt ltd m m.b.a m.d.c "
    "m.j maj messrs mg mich minn mr mrs ms n n.c n.d n.h n.j n.m n.v n.y nev nov oct ok okla ore p p.a.m p.m pa "
    "ph.d prof r r.a r.h r.i r.j r.k r.t rep reps s s.a s.a.y s.c s.g s.p.a s.s sen sep sept sr st sw t t.j tenn "
    "tues u.k u.n u.s u.s.a u.s.s.r v va vs vt w w.c w.r w.va w.w wash wed wis yr ";
constexpr absl::string_view kSentenceStarters =
    "according although among both but despite even he however i if in indeed instead it many meanwhile moreover "
    "most nevertheless nonetheless nor sales separately similarly since so some the there these they this though "
    "thus under when while yet ";

// Common words of English: they were seen in lower case and in capitals, at sentences' starts and within, so how they
// are written tells nothing.
constexpr absl::string_view kCommonWords =
    "a about above after again all also although always am among an and another any anyone are as at back be "
    "because been before being below best better between big both but by call called can come could day days did "
    "do does done down during each early either else end enough even ever every everyone everything few find "
    "first for four from get give given go going good got great had has have having he help her here hers high "
    "him his home house how however i if important in indeed instead into is it its just keep know large last "
    "later least leave left less let life like little long look made make many may me mean meanwhile might more "
    "moreover most much must my name near need neither never nevertheless new next no nobody none nor not nothing "
    "now of off often old on once one only open or other others our out over own part people perhaps please put "
    "rather right same saw say says see seen set several she should show similarly since small so some someone "
    "something sometimes soon still such take tell than that the their them then there therefore these they thing "
    "things think this those though three through thus time to today together tomorrow too toward two under until "
    "up upon us use used very want was way we well went were what whatever when where whether which while who "
    "whole whose why will with within without work world would year years yes yesterday yet you young your ";

std::vector<std::string> Words(absl::string_view text) { return absl::StrSplit(text, ' ', absl::SkipEmpty()); }

PunktParameters Make() {
  PunktParameters parameters;
  for (const std::string& word : Words(kAbbreviations)) parameters.abbreviations.insert(Decode(word));
  for (const std::string& word : Words(kSentenceStarters)) parameters.sentence_starters.insert(Decode(word));
  for (const std::string& word : Words(kCommonWords)) parameters.orthography[word] = 2 | 4 | 16 | 32;
  return parameters;
}

}  // namespace

const PunktParameters& CarriedPunktParameters() {
  static const PunktParameters& parameters = *new PunktParameters(Make());
  return parameters;
}

}  // namespace ifeval
