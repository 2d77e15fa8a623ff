// The list of samples, page by page, and what is selected in it.
const kPageRows = 50;

const rows = samples ? allRows() : [];
const listed = { rows: [], page: 0 };
let state = emptyState();

const byId = (id) => document.getElementById(id);

function selectedIndex() {
  return listed.rows.findIndex((row) => rowName(row) === state.at);
}

function remember() {
  history.replaceState(null, "", linkOf(state));
}

// What the list says of a row at its right end.
function rowOutcome(row) {
  if (hasAnswerKeys(row.group)) return { text: accuracyOf(row), mark: "" };
  const judges = row.group.judges.filter((judge) => !state.judge || judge.name === state.judge);
  const outcomes = [...new Set(judges.map((judge) => verdictOf(judge, row.place).outcome))];
  return { text: outcomes.join(" / "), mark: outcomes.length === 1 ? outcomes[0] : "" };
}

function rowLink(row) {
  const question = samples.questions[row.question];
  const outcome = rowOutcome(row);
  const what = element("span", { class: "what", dir: "auto" });
  appendText(what, question.text.slice(0, 120));
  const where = element("span", { class: "where" });
  where.append(element("span", {}, [row.group.comparison, row.group.setting].filter(Boolean).join(", ")));
  where.append(element("span", { class: `outcome-${outcome.mark}` }, outcome.text));
  const link = element("a", { href: linkOf({ ...state, at: rowName(row), attempt: "" }) }, what, where);
  if (rowName(row) === state.at) link.setAttribute("aria-current", "true");
  return element("li", {}, link);
}

function showPage() {
  const pages = Math.max(1, Math.ceil(listed.rows.length / kPageRows));
  const first = listed.page * kPageRows;
  byId("rows").replaceChildren(...listed.rows.slice(first, first + kPageRows).map(rowLink));
  byId("rows").start = first + 1;
  byId("page").textContent = `page ${listed.page + 1} of ${pages}`;
  byId("previous-page").disabled = listed.page === 0;
  byId("next-page").disabled = listed.page + 1 >= pages;
  // Within the list alone: the page itself stays where it is.
  const list = byId("rows");
  const current = list.querySelector("[aria-current]");
  const above = current ? current.offsetTop : 0;
  const below = current ? above + current.offsetHeight - list.clientHeight : 0;
  list.scrollTop = Math.max(Math.min(list.scrollTop, above), below);
}

function showSample() {
  const index = selectedIndex();
  if (index < 0) {
    byId("sample").replaceChildren(element("p", { class: "note" }, "No sample fits these filters."));
    return;
  }
  const row = listed.rows[index];
  byId("sample").replaceChildren(
    ...sampleNodes(row, state, (attempt) => {
      state.attempt = String(attempt);
      remember();
      showSample();
      document.querySelector('.attempts [aria-pressed="true"]')?.focus({ preventScroll: true });
    }),
  );
}

function select(index) {
  if (listed.rows.length === 0) return;
  const row = listed.rows[Math.min(Math.max(index, 0), listed.rows.length - 1)];
  state.at = rowName(row);
  state.attempt = "";
  listed.page = Math.floor(selectedIndex() / kPageRows);
  remember();
  showPage();
  showSample();
}

// Lists what fits the state, with its row selected, or the first.
function list() {
  listed.rows = matchingRows(rows, state);
  byId("count").textContent = `${listed.rows.length} of ${rows.length} samples`;
  let index = selectedIndex();
  if (index < 0) {
    index = 0;
    state.at = listed.rows.length > 0 ? rowName(listed.rows[0]) : "";
    state.attempt = "";
  }
  listed.page = Math.floor(index / kPageRows);
  showPage();
  showSample();
}

function applyForm() {
  state = { ...state, ...stateOfForm() };
  list();
  remember();
}

function applyAddress() {
  if (!location.hash.startsWith(kLinkPrefix)) return;
  state = stateOfAddress();
  showInForm(state);
  list();
  byId("browser").scrollIntoView({ block: "nearest" });
}

function turnPage(by) {
  listed.page += by;
  showPage();
  byId("rows").scrollTop = 0;
}

function startBrowser() {
  byId("browser").hidden = false;
  fillForm();
  let pending = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(pending);
    // While a word is typed, the list waits for its end.
    pending = setTimeout(applyForm, event.target.name === "q" ? 120 : 0);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(applyForm, 0));
  byId("previous-page").addEventListener("click", () => turnPage(-1));
  byId("next-page").addEventListener("click", () => turnPage(1));
  addEventListener("hashchange", applyAddress);
  list();
  applyAddress();
}
