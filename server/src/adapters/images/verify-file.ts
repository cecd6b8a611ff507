/**
 * Verifies stored files by the checksum in their names. Disks and people change files after they
 * were complete, and a file that is wrong stays wrong: nodes would refuse it for ever, and an
 * upload of the same content would be answered as one that is there already.
 */
import { statSync } from 'node:fs';
import type { VerifiedFile } from '../../ports/image-store.ts';
import { checksumFile } from './checksum-file.ts';

/** A file to verify. */
export interface NamedFile {
  readonly path: string;
  /** SHA-256 that it has to have: hexadecimal digits. */
  readonly digits: string;
  /** Removes it. */
  readonly drop: () => void;
}

/** Verifies files: reads all of them, and removes those whose content is not what it has to be. */
export type FileVerifier = (file: NamedFile) => Promise<VerifiedFile>;

/** Creates it. Requests that ask for one file at the same time wait for the same reading. */
export function createFileVerifier(): FileVerifier {
  const running = new Map<string, Promise<VerifiedFile>>();
  return (file) => {
    const known = running.get(file.path);
    if (known !== undefined) return known;
    const found = verify(file).finally(() => running.delete(file.path));
    running.set(file.path, found);
    return found;
  };
}

async function verify({ path, digits, drop }: NamedFile): Promise<VerifiedFile> {
  const before = identityOf(path);
  if (before === undefined) return 'absent';
  const found = await checksumFile(path).catch((cause: unknown) => {
    if (Object(cause).code === 'ENOENT') return undefined;
    throw cause;
  });
  if (found === undefined) return 'absent';
  if (found === digits) return 'intact';
  // Another upload may have replaced it meanwhile.
  if (identityOf(path) === before) drop();
  return 'damaged';
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found?.isFile() === true ? `${found.dev}/${found.ino}` : undefined;
}
