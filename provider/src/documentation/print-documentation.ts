/**
 * Writes the pages of the provider for registries, and the mocks for tests:
 * `node provider/dist/documentation/print-documentation.js docs/provider`
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSources } from './read-sources.ts';
import { renderMocks } from './render-mocks.ts';
import { renderPages } from './render-pages.ts';

const topLevel = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const [, , folder = join(topLevel, 'docs', 'provider')] = process.argv;

const sources = readSources(topLevel);
const pages = renderPages(sources);
// What was renamed or removed leaves no page behind; people write the guides.
for (const name of readdirSync(folder)) {
  if (name !== 'guides') rmSync(join(folder, name), { recursive: true });
}
for (const [path, text] of Object.entries(pages)) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
writeFileSync(join(topLevel, 'provider/mocks/novacron.tfmock.hcl'), renderMocks(sources.provider));
