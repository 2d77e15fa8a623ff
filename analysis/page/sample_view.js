// One sample in full: the question, both answers side by side, and what the judges said.
function armName(group, side) {
  return samples.columns[group[side]].arm;
}

// What a verdict says, in the arms' names.
function gameWords(group, code) {
  if (code === "w") return `${armName(group, "a")} won`;
  if (code === "l") return `${armName(group, "b")} won`;
  return code === "t" ? "tie" : "no verdict";
}

function questionPart(row, state) {
  const question = samples.questions[row.question];
  const where = [question.category, row.group.setting, `question ${question.id}`].filter(Boolean).join(" · ");
  const nodes = [element("h3", {}, row.group.comparison), element("p", { class: "note" })];
  appendText(nodes[1], where);
  nodes[1].append(" · ", element("a", { href: linkOf({ ...state, at: rowName(row) }) }, "link to this"));
  nodes.push(element("h4", {}, "Question"), textBlock(question.text));
  const asked = columnTexts(row.group.a).asked?.[row.question];
  if (asked != null) nodes.push(element("h4", {}, "Constitution"), textBlock(samples.strings[asked]));
  if (question.gold) nodes.push(element("h4", {}, "Right answer"), textBlock(question.gold));
  return nodes;
}

// Buttons for the attempts of one arm, each with its number and whether it was right.
function attemptButtons(column, question, shown, choose) {
  const right = column.right[question] ?? "";
  const list = element("div", { class: "attempts", role: "group", "aria-label": `Attempts of ${column.arm}` });
  [...right].forEach((mark, attempt) => {
    const isRight = mark === "1";
    const button = element(
      "button",
      {
        type: "button",
        class: isRight ? "outcome-won" : "outcome-lost",
        "aria-pressed": String(attempt === shown),
        "aria-label": `Attempt ${attempt}, ${isRight ? "right" : "wrong"}`,
      },
      `${attempt} ${isRight ? "✓" : "✗"}`,
    );
    button.addEventListener("click", () => choose(attempt));
    list.append(button);
  });
  return list;
}

function answerNote(texts, question, attempt, column) {
  const parts = [];
  if (column.right) parts.push(attempt === 0 ? "attempt at temperature 0" : `sampled attempt ${attempt}`);
  const tokenCount = texts.tokens?.[question]?.[attempt];
  if (tokenCount >= 0) parts.push(`${tokenCount} tokens`);
  if (texts.cut?.[question]?.[attempt] === "1") parts.push("cut off at the length limit");
  if (column.right?.[question]?.[attempt] !== undefined) {
    parts.push(column.right[question][attempt] === "1" ? "right" : "wrong");
    const all = column.right[question].slice(1);
    if (all) parts.push(`${[...all].filter((mark) => mark === "1").length} of ${all.length} samples right`);
  }
  return parts.join(" · ");
}

function answersPart(row, attempt, choose) {
  const sides = ["a", "b"].filter((side) => row.group[side] !== null);
  const texts = sides.map((side) => columnTexts(row.group[side]));
  const shown = texts.map((column) => column.texts[row.question]?.[attempt]);
  let compared = true;
  let blocks = shown.map((text) => textBlock(text ?? "(no answer in the run folder)"));
  if (shown.length === 2 && shown.every((text) => text !== undefined)) {
    [blocks[0], blocks[1], compared] = comparedBlocks(...shown);
  }
  const cards = sides.map((side, i) => {
    const column = samples.columns[row.group[side]];
    const card = element("section", { class: `answer ${side}`, "aria-label": `Answer of ${column.arm}` });
    card.append(element("h4", {}, column.arm));
    card.append(element("p", { class: "note" }, answerNote(texts[i], row.question, attempt, column)));
    if (column.right) card.append(attemptButtons(column, row.question, attempt, choose));
    card.append(blocks[i]);
    return card;
  });
  const note = compared ? "Underlined: words that the other answer does not have there." : "Too long to compare.";
  return [element("div", { class: "pair" }, ...cards), ...(sides.length === 2 ? [element("p", { class: "note" }, note)] : [])];
}

function verdictsPart(row) {
  if (row.group.judges.length === 0) return [];
  const table = element("table", {}, element("caption", {}, "Verdicts"));
  const head = ["Judge", "Shown first", "Verdict", "In its words"];
  table.append(element("thead", {}, element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)))));
  const body = element("tbody");
  for (const judge of row.group.judges) {
    judge.games.forEach((codes, game) => {
      const code = codes[row.place];
      const words = element("td");
      words.append(textBlock(samples.strings[judge.words[game]?.[row.place]] ?? ""));
      const line = element("tr");
      line.append(element("th", { scope: "row" }, judge.name), element("td", {}, armName(row.group, game ? "b" : "a")));
      line.append(element("td", {}, gameWords(row.group, code)), words);
      body.append(line);
    });
  }
  table.append(body);
  return [element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Verdicts" }, table)];
}

// The nodes of a sample. `choose` is called with the number of an attempt to show instead.
function sampleNodes(row, state, choose) {
  const attempt = Number(state.attempt) || 0;
  return [...questionPart(row, state), ...answersPart(row, attempt, choose), ...verdictsPart(row)];
}

function countAttempts(row) {
  return Math.max(...["a", "b"].map((side) => samples.columns[row.group[side]]?.right?.[row.question]?.length ?? 1));
}
