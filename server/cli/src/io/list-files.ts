import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Directories that are skipped when a parent directory is listed. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.terraform', 'node_modules']);

/** The files at and below a place, in order of their paths. Rejects like `node:fs`. */
export async function listFiles(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const place = join(path, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) files.push(...(await listFiles(place)));
    if (entry.isFile()) files.push(place);
  }
  return files;
}
