import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';

/**
 * Replaces the text of a file that exists; its permissions stay. Readers see the old text or the
 * new one. Rejects like `node:fs`.
 */
export async function replaceText(path: string, text: string): Promise<void> {
  const { mode } = await stat(path);
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { flag: 'wx', mode });
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}
