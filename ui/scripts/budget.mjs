/**
 * Fails when the first load of the built page exceeds its budget. Run after `npm run build`.
 *
 * First load is what a reader's browser fetches before the page can be used: the HTML, the entry script with its
 * static imports and styles, English texts, and the Latin typeface; scripts, styles and HTML counted as gzip sends them.
 */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const DIST = resolve(dirname(fileURLToPath(import.meta.url)), '../dist');
/** Kilobytes of 1,000 bytes; `--limit N` sets another one. */
const LIMIT_KB = 400;

/** @typedef {{ file: string, css?: string[], imports?: string[], assets?: string[], src?: string }} Chunk */

/**
 * The files of an entry and all it imports statically.
 * @param {Record<string, Chunk>} manifest
 * @param {string} key
 * @param {Set<string>} [seen]
 * @returns {string[]}
 */
function filesOf(manifest, key, seen = new Set()) {
  const chunk = manifest[key];
  if (!chunk || seen.has(key)) return [];
  seen.add(key);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((next) => filesOf(manifest, next, seen))];
}

/** @param {string} file */
async function transferSize(file) {
  const bytes = await readFile(resolve(DIST, file));
  return file.endsWith('.woff2') ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}

const json = await readFile(resolve(DIST, '.vite/manifest.json'), 'utf8');
const manifest = /** @type {Record<string, Chunk>} */ (JSON.parse(json));
const texts = Object.keys(manifest).find((key) => key.endsWith('messages/all.en.js'));
const font = Object.values(manifest).find(({ file }) => /open-sans-latin-wght.*\.woff2$/.test(file));
if (!texts || !font) throw new Error('The build has no English texts or no typeface: the budget would be wrong.');

const files = [...new Set(['index.html', ...filesOf(manifest, 'index.html'), ...filesOf(manifest, texts), font.file])];
const sizes = await Promise.all(files.map(async (file) => ({ file, kb: (await transferSize(file)) / 1000 })));
const total = sizes.reduce((sum, { kb }) => sum + kb, 0);
const flag = process.argv.indexOf('--limit');
const limit = flag > 0 ? Number(process.argv[flag + 1]) : LIMIT_KB;

for (const { file, kb } of sizes) console.log(`${kb.toFixed(1).padStart(8)} kB  ${file}`);
console.log(`${total.toFixed(1).padStart(8)} kB  first load, of ${limit} kB allowed`);
if (!(total < limit)) process.exitCode = 1;
