// Makes small tokenizers that use every supported component, and records what the Rust tokenizers do with them:
//   npm install --prefix DIR @anush008/tokenizers@0.6.0
//   NODE_PATH=DIR/node_modules node lm/testdata/tokenizers/record.mjs lm/testdata/tokenizers
import fs from 'node:fs';
import { createRequire } from 'node:module';

const { Tokenizer } = createRequire(process.env.NODE_PATH + '/')('@anush008/tokenizers');
const mark = '\u2581';

function bytesAsCharacters() {
  const printable = (b) => (b > 0x20 && b < 0x7f) || (b > 0xa0 && b !== 0xad);
  let next = 0x100;
  return [...Array(256).keys()].map((b) => String.fromCharCode(printable(b) ? b : next++));
}

function model(symbols, merges, rest) {
  const vocab = {};
  const add = (token) => { vocab[token] ??= Object.keys(vocab).length; };
  symbols.forEach(add);
  merges.forEach(([left, right]) => add(left + right));
  return { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null,
           fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab, merges, ...rest };
}

const marked = [['t', 'h'], ['i', 'n'], ['th', 'e'], [mark, 'the'], ['in', 'g'], ['e', 'r'], [mark, mark], [mark, 'a'],
                [mark + mark, mark + mark], ['r', 'e'], ['\u00e9', 't']];
const letters = [mark, ...'theingra.,x<>', '\u00e9', '\u65e5', '\n'];
const byteTokens = [...Array(256).keys()].map((b) => '<0x' + b.toString(16).toUpperCase().padStart(2, '0') + '>');
const token = (content, flags = {}) =>
  ({ content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...flags });
const sequence = (type, key, steps) => ({ type, [key]: steps });
const replace = (from, to) => ({ type: 'Replace', pattern: { String: from }, content: to });
const template = (before, after, ids) => ({
  type: 'TemplateProcessing',
  single: [...before.map((id) => ({ SpecialToken: { id, type_id: 0 } })), { Sequence: { id: 'A', type_id: 0 } },
           ...after.map((id) => ({ SpecialToken: { id, type_id: 0 } }))],
  pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 1 } }],
  special_tokens: Object.fromEntries(Object.entries(ids).map(([id, n]) => [id, { id, ids: [n], tokens: [id] }])),
});
const fallbackDecoder = sequence('Sequence', 'decoders', [
  replace(mark, ' '), { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }]);
const metaspace = (scheme, split) => ({ type: 'Metaspace', replacement: mark, prepend_scheme: scheme, split });
const specials = ['<unk>', '<s>', '</s>'];
const control = specials.map((content) => token(content));
const spaced = [replace(' ', mark)];

const tokenizers = {
  prepend_fallback: {
    normalizer: sequence('Sequence', 'normalizers', [{ type: 'Prepend', prepend: mark }, ...spaced]),
    pre_tokenizer: null, post_processor: template(['<s>'], [], { '<s>': 1 }), decoder: fallbackDecoder,
    added_tokens: control,
    model: model([...specials, ...byteTokens, ...letters], marked,
                 { unk_token: '<unk>', byte_fallback: true, fuse_unk: true }) },
  metaspace_always: {
    normalizer: null, pre_tokenizer: metaspace('always', true), decoder: metaspace('always', true),
    post_processor: template(['<s>'], ['</s>'], { '<s>': 1, '</s>': 2 }), added_tokens: control,
    model: model([...specials, ...letters], marked, { unk_token: '<unk>', fuse_unk: true }) },
  metaspace_first: {
    normalizer: null, pre_tokenizer: metaspace('first', false), decoder: fallbackDecoder,
    post_processor: template(['<s>'], [], { '<s>': 1 }), added_tokens: control,
    model: model([...specials, ...byteTokens, ...letters], marked, { byte_fallback: true, ignore_merges: true }) },
  metaspace_never: {
    normalizer: null, pre_tokenizer: metaspace('never', true), decoder: metaspace('never', true),
    post_processor: null, added_tokens: control,
    model: model([...specials, ...letters], marked, { unk_token: '<unk>' }) },
  added_flags: {
    normalizer: sequence('Sequence', 'normalizers', spaced), pre_tokenizer: null, post_processor: null,
    decoder: fallbackDecoder,
    added_tokens: [...control, token('<l>', { lstrip: true }), token('<r>', { rstrip: true }),
                   token('<b>', { lstrip: true, rstrip: true, special: false }),
                   token('the', { single_word: true, special: false }),
                   token('x x', { normalized: true, special: false }),
                   token('in', { single_word: true, normalized: true, lstrip: true, special: false })],
    model: model([...specials, ...letters], marked, { unk_token: '<unk>', fuse_unk: true }) },
  nfc_bytes: {
    normalizer: { type: 'NFC' },
    pre_tokenizer: sequence('Sequence', 'pretokenizers', [
      { type: 'Split', pattern: { Regex: "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+" +
                                         '[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+' },
        behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false }]),
    post_processor: sequence('Sequence', 'processors', [
      { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false, use_regex: true },
      template(['<s>'], ['</s>'], { '<s>': 264, '</s>': 265 })]),
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    added_tokens: [token('<s>'), token('</s>'), token('e\u0301t', { normalized: true, special: false })],
    model: model(bytesAsCharacters(), [['t', 'h'], ['i', 'n'], ['th', 'e'], ['\u0120', 'the'], ['\u00c3', '\u00a9'],
                                       ['1', '2'], ['\u0120', '\u0120'], ['\u0120', 'a']], { ignore_merges: true }) },
};

let state = 1;
const below = (n) => { state = (state * 48271) % 2147483647; return state % n; };
const parts = ['the', 'thing', 'er', ' ', '  ', ' a', 't', '\n', '\t', '<s>', '</s>', '<unk>', '<l>', '<r>', '<b>', 'x',
               '.', ',', '\u00e9', 'e\u0301', '\u65e5', '\u{1F642}', mark, 'q', 'in', '12', "'s", '\u00a0', '\u3000',
               '\u1100\u1161\u11a8', 'a\u0323\u0302', '\u212b', '_', 'x x', '<0x41>', '\u0e01'];

async function record(name, json) {
  // The ids that the crate gives: the vocabulary's, else the next ones.
  let next = Object.keys(json.model.vocab).length;
  json.added_tokens = json.added_tokens.map((t) => ({ id: json.model.vocab[t.content] ?? next++, ...t }));
  const text = JSON.stringify({ version: '1.0', truncation: null, padding: null, ...json });
  const tokenizer = Tokenizer.fromString(text);
  const encode = async (s, addSpecialTokens) =>
    s === '' && !addSpecialTokens ? { getIds: () => [] } : tokenizer.encode(s, null, { addSpecialTokens });
  const decode = (ids, skip) => tokenizer.decode(ids, skip);
  const golden = { reference: 'tokenizers crate 0.22 via @anush008/tokenizers 0.6.0', cases: [], random_decodes: [],
                   streaming: [], vocab_size_with_added: 0 };
  const known = Object.values(tokenizer.getVocab(true));
  golden.vocab_size_with_added = Math.max(...known) + 1;
  for (let i = 0; i < 80; i++) {
    let s = '';
    for (let n = i === 0 ? 0 : 1 + below(i < 40 ? 4 : 14); n > 0; n--) s += parts[below(parts.length)];
    const plain = await encode(s, false);
    const ids = Array.from(plain.getIds());
    const full = Array.from((await encode(s, true)).getIds());
    golden.cases.push({ kind: `text ${i}`, text: s, ids, ids_with_special: full, tokens: ids.map((id) => tokenizer.idToToken(id)),
                        decoded: await decode(ids, false), decoded_skip_special: await decode(ids, true),
                        decoded_with_special: await decode(full, false) });
    if (i % 20 === 19) {
      const prefixes = [];
      for (let size = 1; size <= ids.length; size++) prefixes.push(await decode(ids.slice(0, size), false));
      golden.streaming.push({ ids, prefix_decodes: prefixes });
    }
  }
  for (let i = 0; i < 40; i++) {
    const ids = Array.from({ length: 1 + below(8) }, () => known[below(known.length)]);
    golden.random_decodes.push({ ids, decoded: await decode(ids, false), decoded_skip_special: await decode(ids, true) });
  }
  const folder = `${process.argv[2]}/${name}`;
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(`${folder}/tokenizer.json`, text + '\n');
  fs.writeFileSync(`${folder}_golden.json`, JSON.stringify(golden) + '\n');
}

for (const [name, json] of Object.entries(tokenizers)) await record(name, json);
