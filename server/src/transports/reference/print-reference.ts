/**
 * Writes the generated files of the reference into a folder:
 * `node server/dist/transports/reference/print-reference.js docs/reference`
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFiles } from './reference-files.ts';

const [, , folder = 'docs/reference'] = process.argv;
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(referenceFiles())) {
  writeFileSync(join(folder, name), text);
}
