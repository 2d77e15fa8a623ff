// Which samples are listed: the form, its state in the address, and the rows that fit.
//
// State: {comparison, setting, category, judge, verdict, disagree, q, at, attempt}; "" is no restriction. `at` names
// the row that is shown. The address ends in "#samples?" and the state as a query, so that it can be sent to others.
const kLinkPrefix = "#samples?";
const kStateKeys = ["comparison", "setting", "category", "judge", "verdict", "disagree", "q", "at", "attempt"];
const kFilterKeys = kStateKeys.slice(0, 7);

const form = document.getElementById("filters");

function emptyState() {
  return Object.fromEntries(kStateKeys.map((key) => [key, ""]));
}

function stateOfAddress() {
  const state = emptyState();
  if (!location.hash.startsWith(kLinkPrefix)) return state;
  const query = new URLSearchParams(location.hash.slice(kLinkPrefix.length));
  for (const key of kStateKeys) state[key] = query.get(key) ?? "";
  return state;
}

function linkOf(state) {
  const query = new URLSearchParams();
  for (const key of kStateKeys) if (state[key] !== "") query.set(key, state[key]);
  return kLinkPrefix + query;
}

function stateOfForm() {
  const data = new FormData(form);
  return Object.fromEntries(kFilterKeys.map((key) => [key, data.get(key) ?? ""]));
}

function showInForm(state) {
  for (const key of kFilterKeys) {
    const control = form.elements[key];
    if (control.type === "checkbox") control.checked = state[key] === "1";
    else control.value = state[key];
    // What a link names and this page does not have.
    if (control.value === "" && state[key] !== "") state[key] = "";
  }
}

// Options in order of appearance; a filter with nothing to choose is hidden.
function fillSelect(name, values) {
  const select = form.elements[name];
  const different = [...new Set(values)].filter((value) => value !== "");
  select.append(new Option("all", ""), ...different.map((value) => new Option(value, value)));
  select.closest("label").hidden = different.length < 2;
}

function fillForm() {
  const { groups, questions } = samples;
  fillSelect("comparison", groups.map((group) => group.comparison));
  fillSelect("setting", groups.map((group) => group.setting));
  fillSelect("category", questions.map((question) => question.category));
  const judges = groups.flatMap((group) => group.judges.map((judge) => judge.name));
  fillSelect("judge", judges);
  const verdicts = [];
  if (judges.length > 0) verdicts.push("won", "tied", "lost", "orders disagree", "missing");
  if (groups.some(hasAnswerKeys)) {
    verdicts.push("only first right", "only second right", "both right", "none right");
  }
  fillSelect("verdict", verdicts);
  form.elements.disagree.closest("label").hidden = new Set(judges).size < 2;
}

function hasVerdict(row, judgeName, wanted) {
  if (wanted.endsWith(" right")) return hasAnswerKeys(row.group) && accuracyOf(row) === wanted;
  return row.group.judges.some((judge) => {
    if (judgeName && judge.name !== judgeName) return false;
    const { outcome, disagree } = verdictOf(judge, row.place);
    return wanted === "orders disagree" ? disagree : outcome === wanted;
  });
}

// Whether a question or a column's texts at it hold the words searched for. Each is looked at once a search, however
// many comparisons it is in.
function textMatcher(search) {
  const literal = search.trim().replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace(/\s+/g, "\\s+");
  const pattern = new RegExp(literal, "iu");
  const seen = new Map();
  const lookup = (column, question, find) => {
    const key = column * samples.questions.length + question;
    if (!seen.has(key)) seen.set(key, find());
    return seen.get(key);
  };
  const inTexts = (column, question) =>
    column !== null &&
    lookup(column, question, () => (columnTexts(column).texts[question] ?? []).some((text) => pattern.test(text)));
  return ({ group, question }) =>
    lookup(-1, question, () => pattern.test(samples.questions[question].text)) ||
    inTexts(group.a, question) ||
    inTexts(group.b, question);
}

function matchingRows(rows, state) {
  const hasText = state.q.trim() ? textMatcher(state.q) : () => true;
  return rows.filter(
    (row) =>
      (!state.comparison || row.group.comparison === state.comparison) &&
      (!state.setting || row.group.setting === state.setting) &&
      (!state.category || samples.questions[row.question].category === state.category) &&
      (!state.judge || row.group.judges.some((judge) => judge.name === state.judge)) &&
      (!state.verdict || hasVerdict(row, state.judge, state.verdict)) &&
      (!state.disagree || judgesDisagree(row)) &&
      hasText(row),
  );
}
