import { readFile } from 'node:fs/promises';

/**
 * The text of a file in UTF-8. Rejects like `node:fs`, and where the bytes are something else: a
 * text in which characters were replaced is not the one that somebody wrote.
 */
export async function readUtf8(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error('it is not UTF-8');
  }
}
