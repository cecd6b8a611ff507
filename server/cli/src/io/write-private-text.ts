import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Writes a file that only its user may read, in a directory that only they may enter unless that
 * is to stay as it is. The file is there as a whole or not at all: a new one takes the place of the
 * old one. Rejects like `node:fs`.
 */
export async function writePrivateText(
  path: string,
  text: string,
  access: 'private' | 'as-it-is' = 'private',
): Promise<void> {
  const directory = dirname(path);
  await mkdir(directory, { recursive: true, mode: DIRECTORY_MODE });
  // The mode above is for new directories only, less what the umask takes.
  if (access === 'private') await chmod(directory, DIRECTORY_MODE);
  const draft = `${path}.${randomUUID()}`;
  try {
    const file = await open(draft, 'wx', FILE_MODE);
    try {
      await file.chmod(FILE_MODE);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}
