// What two texts have in common, word by word: a longest common subsequence.

// Beyond so many pairs of words nothing is marked: it would take a noticeable time.
const kMaxPairs = 2e7;

// Words, runs of spaces, and other characters one by one. Joined, they are the text.
function tokens(text) {
  return text.match(/[\p{L}\p{M}\p{N}_]+|\s+|[^\p{L}\p{M}\p{N}_\s]/gu) ?? [];
}

// For each token of a and of b whether it is in the common subsequence; null where the texts are too long.
function commonTokens(a, b) {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) ++start;
  let aEnd = a.length;
  let bEnd = b.length;
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    --aEnd;
    --bEnd;
  }
  const n = aEnd - start;
  const m = bEnd - start;
  if (n * m > kMaxPairs) return null;
  // length[i * (m + 1) + j]: of the longest one of the last n - i and m - j tokens between start and end.
  const length = new Uint16Array((n + 1) * (m + 1));
  for (let i = n - 1; i >= 0; --i) {
    for (let j = m - 1; j >= 0; --j) {
      length[i * (m + 1) + j] =
        a[start + i] === b[start + j]
          ? length[(i + 1) * (m + 1) + j + 1] + 1
          : Math.max(length[(i + 1) * (m + 1) + j], length[i * (m + 1) + j + 1]);
    }
  }
  const inA = a.map((_, i) => i < start || i >= aEnd);
  const inB = b.map((_, j) => j < start || j >= bEnd);
  for (let i = 0, j = 0; i < n && j < m; ) {
    if (a[start + i] === b[start + j]) {
      inA[start + i++] = true;
      inB[start + j++] = true;
    } else if (length[(i + 1) * (m + 1) + j] >= length[i * (m + 1) + j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return [inA, inB];
}

// Appends the tokens to `node`, those that are not common within <mark>. Spaces between marked words are marked too.
function appendMarked(node, words, common) {
  for (let i = 0; i < words.length; ) {
    const from = i;
    while (i < words.length && common[i] === common[from]) ++i;
    const text = words.slice(from, i).join("");
    const place = common[from] || !text.trim() ? node : node.appendChild(element("mark"));
    appendText(place, text);
  }
}

// Both texts as blocks with their differences marked, and whether they were compared.
function comparedBlocks(a, b) {
  const aTokens = tokens(a);
  const bTokens = tokens(b);
  const common = commonTokens(aTokens, bTokens);
  if (!common) return [textBlock(a), textBlock(b), false];
  const blocks = [aTokens, bTokens].map((words, side) => {
    const block = element("p", { class: "text", dir: "auto" });
    appendMarked(block, words, common[side]);
    return block;
  });
  return [...blocks, true];
}
