import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {readonly string[]} programs - names of programs that a check starts
 * @returns {string | undefined} why the check cannot run here: it needs root and these programs
 */
export function findMissing(programs) {
  if (process.getuid?.() !== 0) return 'only root can make a Debian root and run containers';
  const folders = (process.env.PATH ?? '').split(':');
  const absent = programs.filter((name) => folders.every((each) => !existsSync(join(each, name))));
  return absent.length === 0 ? undefined : `these programs are missing: ${absent.join(', ')}`;
}
