import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { readUtf8 } from './read-utf8.ts';

/**
 * Reads files, and standard input as `-`. What can be read only once, such as standard input or a
 * pipe, is kept: a command checks a text and then sends it.
 */
export function createTextReader(stdin: Readable): (path: string) => Promise<string> {
  const kept = new Map<string, Promise<string>>();
  return async (path) => {
    const known = kept.get(path);
    if (known !== undefined) return known;
    if (path !== '-' && (await stat(path)).isFile()) return readUtf8(path);
    const read = path === '-' ? text(stdin) : readUtf8(path);
    kept.set(path, read);
    return read;
  };
}
