// Keys of the sample browser. None while a text is typed, or with a modifier, so that the browser's own stay.
function stepAttempt(by) {
  const row = listed.rows[selectedIndex()];
  if (!row) return;
  const attempt = (Number(state.attempt) || 0) + by;
  if (attempt < 0 || attempt >= countAttempts(row)) return;
  state.attempt = String(attempt);
  remember();
  showSample();
}

const kKeys = {
  j: () => select(selectedIndex() + 1),
  k: () => select(selectedIndex() - 1),
  "]": () => stepAttempt(1),
  "[": () => stepAttempt(-1),
  "/": () => form.elements.q.focus(),
  "?": () => byId("help").showModal(),
};

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  if (event.target.closest("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const action = Object.hasOwn(kKeys, event.key) ? kKeys[event.key] : null;
  if (!action) return;
  event.preventDefault();
  action();
}

if (samples) {
  startBrowser();
  document.addEventListener("keydown", onKey);
  byId("help-button").addEventListener("click", () => byId("help").showModal());
}
