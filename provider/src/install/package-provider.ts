/**
 * Writes the files of a release into a folder:
 * `node provider/dist/install/package-provider.js [provider/dist/release]`
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { releaseFiles } from './release-files.ts';

const dist = dirname(dirname(fileURLToPath(import.meta.url)));
const [, , folder = join(dist, 'release')] = process.argv;

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(join(dist, '..', 'package.json'), 'utf8'),
);
const executable = readFileSync(join(dist, 'terraform-provider-novacron'));

// What an earlier build left would be published as well.
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of releaseFiles({ version, executable })) {
  writeFileSync(join(folder, name), content);
  process.stdout.write(`${join(folder, name)}\n`);
}
