// Texts that models wrote, shown as they are: never as markup, and what is invisible made visible.

// Control characters but line feed and tab, and what changes the direction of text or has no width. The joiners
// U+200C and U+200D are left: Persian, Indic scripts and emoji need them.
const kInvisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/u;
const kInvisibleRuns = new RegExp(`(${kInvisible.source})`, "u");

function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

function appendText(node, text) {
  if (!kInvisible.test(text)) {
    node.append(text);
    return;
  }
  for (const part of text.split(kInvisibleRuns)) {
    if (part.length === 1 && kInvisible.test(part)) {
      const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      node.append(element("span", { class: "control" }, `U+${code}`));
    } else if (part) {
      node.append(part);
    }
  }
}

// A block of such a text. `dir` is the text's own, and isolates it from what is around.
function textBlock(text) {
  const block = element("p", { class: "text", dir: "auto" });
  appendText(block, text);
  return block;
}
