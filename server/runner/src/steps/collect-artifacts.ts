/** Collects the files that a step has saved, as the script of its isolation writes them. */
import { createHash, type Hash } from 'node:crypto';
import { ARTIFACT_BYTES_MAX, ARTIFACTS_BYTES_MAX } from '@novacron/contract/automation/runner';
import { ARTIFACTS_DIR } from '../isolation/isolate.ts';

/** A file that a step has saved. */
export interface SavedFile {
  readonly bytes: Buffer;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** The files by name, or why there are none. */
export type SavedFiles =
  | { readonly kind: 'saved'; readonly files: ReadonlyMap<string, SavedFile> }
  | { readonly kind: 'fault'; readonly message: string };

/** Collector of them. */
export interface ArtifactCollector {
  readonly push: (part: Buffer) => void;
  /** To be called once, at the end. */
  readonly end: () => SavedFiles;
}

const MIB = 1_048_576;

/** A file that is being read. */
interface OpenFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sum: Hash;
  filled: number;
}

/** Makes a collector. @param names - the files, in the order in which they come */
export function collectArtifacts(names: readonly string[]): ArtifactCollector {
  const files = new Map<string, SavedFile>();
  let fault: string | undefined;
  let line = '';
  let open: OpenFile | undefined;
  let total = 0;

  const begin = (header: string): void => {
    const name = names[files.size] ?? '';
    const [word = '', size = '0'] = header.split(' ');
    total += Number(size);
    fault = faultOf(name, word, total);
    if (fault !== undefined) return;
    open = { name, bytes: Buffer.alloc(Number(size)), sum: createHash('sha256'), filled: 0 };
    closeFilled();
  };

  const closeFilled = (): void => {
    if (open === undefined || open.filled < open.bytes.length) return;
    const { name, bytes, sum } = open;
    files.set(name, { bytes, sha256: sum.digest('hex') });
    open = undefined;
  };

  const takeBytes = (file: OpenFile, part: Buffer): Buffer => {
    const own = part.subarray(0, file.bytes.length - file.filled);
    own.copy(file.bytes, file.filled);
    file.sum.update(own);
    file.filled += own.length;
    closeFilled();
    return part.subarray(own.length);
  };

  const takeLine = (part: Buffer): Buffer => {
    const end = part.indexOf('\n');
    line += part.subarray(0, end === -1 ? undefined : end).toString('latin1');
    if (end === -1) return part.subarray(part.length);
    begin(line);
    line = '';
    return part.subarray(end + 1);
  };

  return {
    push: (part) => {
      let rest = part;
      while (rest.length > 0 && fault === undefined) {
        rest = open === undefined ? takeLine(rest) : takeBytes(open, rest);
      }
    },
    end: () => {
      if (fault !== undefined) return { kind: 'fault', message: fault };
      const missing = names.find((name) => !files.has(name));
      if (missing === undefined) return { kind: 'saved', files };
      return { kind: 'fault', message: `its artifact ${missing} could not be read` };
    },
  };
}

function faultOf(name: string, word: string, total: number): string | undefined {
  const path = `${ARTIFACTS_DIR}/save/${name}`;
  switch (word) {
    case 'saved':
      if (total <= ARTIFACTS_BYTES_MAX) return undefined;
      return `its artifacts have more than ${ARTIFACTS_BYTES_MAX / MIB} MiB together: save less`;
    case 'missing':
      return `it has not saved its artifact ${name}: write it to ${path}`;
    case 'link':
      return `its artifact ${name} is a symbolic link: write a file to ${path}`;
    case 'long':
      return `its artifact ${name} has more than ${ARTIFACT_BYTES_MAX / MIB} MiB: save less`;
    default:
      return `its artifact ${name} is not a file that it can read: write one to ${path}`;
  }
}
