/**
 * Refuses circles of folders and folders that are too full; a part of `make check`. With a folder
 * as argument it prints which of its subfolders import which, for FOLDERS in
 * `.dependency-cruiser.cjs`: node test/tidy/check-folders.mjs server/src/app
 */
import { register } from 'node:module';

register('../simulation/load-typescript.mjs', import.meta.url);

const { findFolderCircles, findFullFolders, listFolderPairs } = await import('./folders.ts');
const { listFindings } = await import('./finding.ts');
const { listTrackedFiles } = await import('./tracked-file.ts');

const files = listTrackedFiles();
const folders = process.argv.slice(2);
for (const folder of folders) {
  const rows = Object.entries(listFolderPairs(files, folder)).map(([from, to]) => {
    const name = /^\w+$/.test(from) ? from : `'${from}'`;
    return `    ${name}: [${to.map((each) => `'${each}'`).join(', ')}],\n`;
  });
  process.stdout.write(`  '${folder}': {\n${rows.join('')}  },\n`);
}
if (folders.length === 0) {
  const findings = [...findFolderCircles(files), ...findFullFolders(files)];
  if (findings.length > 0) process.stderr.write(`${listFindings(findings)}\n`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
