/** Measures what the pages of the dashboard load, by the bundler's manifest. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Scripts that the first page needs, compressed. Unit: bytes. */
const FIRST_PAGE_MAX = 150_000;

/** Size budget of each further page: that of policies has all their fields. Unit: bytes. */
const PAGE_MAX = 65_000;
/**
 * State and view of the editor: CodeMirror alone is 66 kB without gutter, and cannot be divided. A
 * field is there until it is loaded.
 */
const EDITOR_MAX = 70_000;

/** All style sheets together. Unit: bytes. */
const STYLES_MAX = 12_000;

/** Throws where a page has become too large. */
export function checkBudgets(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const sizeOf = (file) => gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
  const filesOf = (key) => {
    const found = new Set();
    const walk = (each) => {
      const chunk = manifest[each];
      if (chunk === undefined || found.has(chunk.file)) return;
      found.add(chunk.file);
      for (const next of chunk.imports ?? []) walk(next);
    };
    walk(key);
    return found;
  };
  const sum = (files) => [...files].reduce((total, file) => total + sizeOf(file), 0);
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
  const shared = filesOf(entry);
  const overview = filesOf('src/pages/overview/overview-page.tsx');
  const first = new Set([...shared, ...overview]);
  const styles = new Set(Object.values(manifest).flatMap(({ css = [] }) => css));
  const lines = [
    { name: 'first page', size: sum(first), max: FIRST_PAGE_MAX },
    { name: 'styles', size: sum(styles), max: STYLES_MAX },
  ];
  /**
   * Returns the files loaded before a part is requested: those that all its importers have loaded.
   */
  const filesBefore = (key) => {
    const askers = Object.keys(manifest).filter((each) =>
      manifest[each].dynamicImports?.includes(key),
    );
    const [first, ...others] = askers.map(filesOf);
    return [...(first ?? [])].filter((file) => others.every((files) => files.has(file)));
  };
  for (const [key, { isDynamicEntry }] of Object.entries(manifest)) {
    if (!isDynamicEntry) continue;
    const before = new Set([...shared, ...filesBefore(key)]);
    const own = [...filesOf(key)].filter((file) => !before.has(file));
    const max = key.endsWith('/rich-editor.tsx') ? EDITOR_MAX : PAGE_MAX;
    lines.push({ name: key, size: sum(own), max });
  }
  const over = lines.filter(({ size, max }) => size > max);
  for (const { name, size, max } of process.env.SIZES ? lines : over) {
    process.stdout.write(`${name}: ${(size / 1000).toFixed(1)} of ${max / 1000} kB, gzip\n`);
  }
  if (over.length > 0) throw new Error('The dashboard is larger than its budget.');
}
