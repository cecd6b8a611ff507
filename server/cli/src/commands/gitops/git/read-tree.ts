/** Reads files of a commit without a working tree: no filters, no attributes, no links followed. */
import { ok, type Result } from '@novacron/contract/result';
import type { SourceEntry } from '../source/source-entry.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { Git } from './open-git.ts';

/** An entry of a commit. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: SourceEntry['kind'] | 'submodule';
  readonly object: string;
  /** Unit: bytes. */
  readonly size: number;
}

/** Most that is read of a commit, uncompressed. Unit: bytes. */
const READ_BYTES_MAX = 64 * 2 ** 20;

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '120000': 'link',
  '100755': 'executable',
  '160000': 'submodule',
};

/** Lists all entries of a commit, at any depth. */
export async function listTree(
  git: Pick<Git, 'run'>,
  commit: string,
): Promise<Result<readonly TreeEntry[], Refusal>> {
  const listed = await git.run(['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  if (listed.code !== 0) {
    const why = listed.endedBy === 'output' ? 'there are too many' : listed.stderr;
    return refuse(`Git cannot list the files of ${commit}: ${why || listed.endedBy}`);
  }
  const lines = listed.stdout.toString('utf8').split('\0').slice(0, -1);
  return ok(
    lines.map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , object = '', size = ''] = line.slice(0, tab).split(/ +/);
      const kind = KINDS[mode] ?? 'file';
      return { path: line.slice(tab + 1), kind, object, size: Number(size) || 0 };
    }),
  );
}

/** Reads the content of entries, in their order. Refused: more than fits into an artifact. */
export async function readEntries(
  git: Pick<Git, 'run'>,
  entries: readonly TreeEntry[],
): Promise<Result<readonly SourceEntry[], Refusal>> {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0);
  if (bytes > READ_BYTES_MAX) {
    return refuse(
      `The files that the application uses have ${Math.ceil(bytes / 2 ** 20)} MiB; ` +
        `${READ_BYTES_MAX / 2 ** 20} MiB is the maximum.`,
    );
  }
  const stdin = entries.map(({ object }) => `${object}\n`).join('');
  const { code, stdout, stderr, endedBy } = await git.run(['cat-file', '--batch'], { stdin });
  if (code !== 0) return refuse(`Git cannot read the files: ${stderr || endedBy}`);
  let at = 0;
  const read = entries.flatMap(({ path, kind, size }): SourceEntry[] => {
    // The content is behind a line with its size, and before a line break.
    const begin = stdout.indexOf(0x0a, at) + 1;
    at = begin + size + 1;
    return kind === 'submodule' ? [] : [{ path, kind, content: stdout.subarray(begin, at - 1) }];
  });
  return ok(read);
}
