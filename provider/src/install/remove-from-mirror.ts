/** Takes a provider out of a filesystem mirror, and nothing else. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_HOST } from './write-mirror.ts';

/** Provider to remove. */
export interface MirrorRemoval {
  /** Source address without its host: `novacron/novacron`. */
  readonly source: string;
  readonly versions: { readonly kind: 'one'; readonly version: string } | { readonly kind: 'all' };
}

/**
 * Removes versions of a provider, and the folders that are empty then; the mirror itself stays.
 * @returns the versions that were there, in order
 * @throws what the file system throws
 */
export function removeFromMirror(
  directory: string,
  { source, versions }: MirrorRemoval,
): readonly string[] {
  const folder = join(directory, DEFAULT_HOST, source);
  if (!existsSync(folder)) return [];
  const found = readdirSync(folder)
    .filter((name) => versions.kind === 'all' || name === versions.version)
    .sort();
  for (const version of found) rmSync(join(folder, version), { recursive: true, force: true });
  for (let place = folder; place !== directory; place = dirname(place)) {
    if (readdirSync(place).length > 0) break;
    rmdirSync(place);
  }
  return found;
}
