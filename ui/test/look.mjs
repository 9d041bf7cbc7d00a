/**
 * Takes pictures of the built page in its main states, against the fake of the tests, in a real browser:
 * `npm run build && npm run look [-- FOLDER [PART-OF-A-NAME]]`. For a person to look at; `CHROMIUM` names the browser to use.
 */
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const pictures = resolve(import.meta.dirname, 'look/pictures.ts');
const { module } = /** @type {{ module: unknown }} */ (await runnerImport(pictures, { configFile: false }));
const { takePictures } = /** @type {typeof import('./look/pictures.ts')} */ (module);
await takePictures(resolve(process.argv[2] ?? 'pictures'), process.argv[3]);
