// The Rust tokenizers, for tokenizer_benchmark: rust_tokenizer.mjs NODE_MODULES TOKENIZER.json DOCUMENTS.json
// For every line of standard input all documents are encoded once, on one thread (RAYON_NUM_THREADS=1), one by one and
// as a batch; a line of output has the seconds of the quicker way, the number of ids and a checksum of them.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import readline from 'node:readline';

const [, , modules, file, documentsFile] = process.argv;
const { Tokenizer } = createRequire(modules + '/')('@anush008/tokenizers');
const tokenizer = Tokenizer.fromFile(file);
const documents = JSON.parse(fs.readFileSync(documentsFile, 'utf8'));
const options = { addSpecialTokens: false };

async function timed(encode) {
  const start = process.hrtime.bigint();
  const encodings = await encode();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, encodings };
}

for await (const _ of readline.createInterface({ input: process.stdin })) {
  const single = await timed(async () => {
    const encodings = [];
    for (const text of documents) encodings.push(await tokenizer.encode(text, null, options));
    return encodings;
  });
  const batch = await timed(() => tokenizer.encodeBatch(documents, options));
  let ids = 0;
  let checksum = 2166136261;
  for (const encoding of single.encodings) {
    for (const id of encoding.getIds()) {
      checksum = Math.imul(checksum ^ id, 16777619) >>> 0;
      ids++;
    }
  }
  console.log(JSON.stringify({ seconds: Math.min(single.seconds, batch.seconds), ids, checksum }));
}
