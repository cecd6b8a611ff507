import { readFile } from 'node:fs/promises';

/**
 * The text of a file in UTF-8. Rejects like `node:fs`, and where the bytes are something else: a
 * text in which characters were replaced is not the one that was written.
 */
export async function readUtf8(path: string): Promise<string> {
  const bytes = await readFile(path);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`not valid UTF-8 (line ${badLineOf(bytes)})`);
  }
}

const LINE_FEED = 0x0a;

/** The first line that cannot be read; no other character has the byte of a line break in it. */
function badLineOf(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_FEED, from);
    const to = end < 0 ? bytes.length : end;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to + 1;
  }
  return line;
}
