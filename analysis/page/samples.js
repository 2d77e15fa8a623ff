// The samples of a run: what was asked, what two arms answered and what the judges said.
//
// #samples-data holds what filters need (experiments/report/samples.h has the format); the texts of column i, an arm in
// a setting, are in #column-i and are parsed when they are first shown or searched.

function embeddedJson(id) {
  const script = document.getElementById(id);
  return script ? JSON.parse(script.textContent) : null;
}

const samples = embeddedJson("samples-data");
const parsedColumns = new Map();

function columnTexts(index) {
  if (!parsedColumns.has(index)) parsedColumns.set(index, embeddedJson(`column-${index}`));
  return parsedColumns.get(index);
}

// One row: a comparison in a setting, at a question. `place` is its position in the group's verdicts.
function allRows() {
  return samples.groups.flatMap((group) => group.questions.map((question, place) => ({ group, question, place })));
}

// A deep link's name for the row: by what it is, so that it stays when the order changes.
function rowName(row) {
  return [row.group.comparison, row.group.setting, samples.questions[row.question].id].join("/");
}

const kPoints = { w: 1, t: 0.5, l: 0 };

// A judge's verdict over both orders: won, tied, lost or missing, from the first-named arm's side; and whether the
// orders disagree. A question with a game missing is missing as a whole, as in the tables.
function verdictOf(judge, place) {
  const games = judge.games.map((codes) => codes[place]);
  if (games.some((code) => !(code in kPoints))) return { outcome: "missing", score: null, disagree: false };
  const score = games.reduce((sum, code) => sum + kPoints[code], 0) / games.length;
  const outcome = score > 0.5 ? "won" : score < 0.5 ? "lost" : "tied";
  return { outcome, score, disagree: games.some((code) => code !== games[0]) };
}

function judgesDisagree(row) {
  const outcomes = row.group.judges.map((judge) => verdictOf(judge, row.place).outcome).filter((o) => o !== "missing");
  return outcomes.some((outcome) => outcome !== outcomes[0]);
}

// At problems with known answers: which arm was right at the first attempt (temperature 0).
function accuracyOf(row) {
  const right = [row.group.a, row.group.b].map(
    (index) => index !== null && samples.columns[index].right?.[row.question]?.[0] === "1",
  );
  return ["none right", "only first right", "only second right", "both right"][right[0] + 2 * right[1]];
}

function hasAnswerKeys(group) {
  return samples.columns[group.a].right !== undefined;
}
