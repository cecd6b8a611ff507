/** Opens files in directories of a user whom the agent does not trust. */
import { constants, fstatSync, openSync } from 'node:fs';

/** Opens a file of any kind but a link, a pipe or a device; throws where it is one of them. */
export function openOwnFile(path: string, mode: 'read' | 'write'): number {
  const access = mode === 'read' ? constants.O_RDONLY : constants.O_RDWR;
  const file = openSync(path, access | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(file).isFile()) return file;
  throw new Error(`${path} is not a file`);
}
