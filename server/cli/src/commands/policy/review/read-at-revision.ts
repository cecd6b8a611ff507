/** Policies as they were at a revision in Git. */
import { err, ok, type Result } from '@novacron/contract/result';
import {
  type BundleContents,
  type BundleResult,
  isBundleFile,
  openBundle,
  openBundleFiles,
} from '@novacron/rego/read-bundle';
import { type Failure, unevaluatedFailure } from '../../../failures/failure.ts';
import type { CliIo } from '../../../io/cli-io.ts';
import type { Archive } from '../files/open-archives.ts';

type GitIo = Pick<CliIo, 'runGit'>;

/**
 * Reads the Rego files at and below some places, as a revision has them; a place that it does not
 * have is empty. Failures: nothing evaluated, with Git's own words.
 */
export async function readAtRevision(
  io: GitIo,
  revision: string,
  places: readonly string[],
): Promise<Result<Readonly<Record<string, string>>, Failure>> {
  const listed = await listTree(io, revision, places);
  if (!listed.ok) return err(gitFailure(revision, listed.error));
  const texts: Record<string, string> = {};
  for (const file of listed.value.filter((name) => name.endsWith('.rego'))) {
    const bytes = await showFile(io, revision, file);
    const text = bytes.ok ? decode(bytes.value) : bytes;
    if (!text.ok) return err(gitFailure(revision, text.error));
    texts[file] = text.value;
  }
  return ok(texts);
}

/**
 * Reads bundles as a revision has them. One that Git keeps now and did not then is not there; one
 * that Git does not keep, such as a pipeline builds, is the same at both. Failures: nothing
 * evaluated, where the revision or a bundle of it cannot be read.
 */
export async function readArchivesAtRevision(
  io: GitIo,
  revision: string,
  archives: readonly Archive[],
): Promise<Result<readonly Archive[], Failure>> {
  const known = await io.runGit([
    'rev-parse',
    '--verify',
    '--end-of-options',
    `${revision}^{tree}`,
  ]);
  if (!known.ok) return err(gitFailure(revision, known.error));
  const earlier: Archive[] = [];
  for (const archive of archives) {
    const then = await listTree(io, revision, [archive.file]);
    // Git refuses to look outside of its repository.
    const [file] = then.ok ? then.value : [];
    if (file !== undefined) {
      const listed = then.ok ? then.value : [];
      const read = await readBundle(io, revision, { place: archive.file, listed });
      if (!read.ok) return err(gitFailure(revision, read.error));
      const opened = read.value;
      if (!opened.ok) return err(gitFailure(revision, `${file}: ${opened.message}`));
      earlier.push({ file: archive.file, contents: opened.value });
      continue;
    }
    const now = await listNames(io, ['ls-files', '-z', '--', archive.file]);
    if (!now.ok || now.value.length === 0) earlier.push(archive);
  }
  return ok(earlier);
}

/** An archive, or the files of a directory. */
async function readBundle(
  io: GitIo,
  revision: string,
  { place, listed }: { readonly place: string; readonly listed: readonly string[] },
): Promise<Result<BundleResult<BundleContents>, string>> {
  const [first = ''] = listed;
  const base = `${place.replace(/^\.\//, '').replace(/\/+$/, '')}/`;
  if (!first.startsWith(base)) {
    const bytes = await showFile(io, revision, first);
    return bytes.ok ? ok(openBundle(bytes.value)) : bytes;
  }
  const files = new Map<string, Uint8Array>();
  for (const file of listed) {
    const path = file.slice(base.length);
    if (!isBundleFile(path)) continue;
    const bytes = await showFile(io, revision, file);
    if (!bytes.ok) return bytes;
    files.set(path, bytes.value);
  }
  return ok(openBundleFiles(files));
}

/** Lists the files of a revision at some places. */
function listTree(io: GitIo, revision: string, places: readonly string[]) {
  const words = ['ls-tree', '-r', '--name-only', '-z', '--end-of-options', revision, '--'];
  return listNames(io, [...words, ...places]);
}

async function listNames(
  io: GitIo,
  words: readonly string[],
): Promise<Result<readonly string[], string>> {
  const listed = await io.runGit(words);
  if (!listed.ok) return listed;
  const names = new TextDecoder().decode(listed.value).split('\0');
  return ok(names.filter((name) => name !== ''));
}

function showFile(io: GitIo, revision: string, file: string) {
  return io.runGit(['show', '--end-of-options', `${revision}:./${file}`]);
}

function decode(bytes: Uint8Array): Result<string, string> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return err('a policy is not UTF-8');
  }
}

function gitFailure(revision: string, words: string): Failure {
  return unevaluatedFailure(`cannot read the policies of ${revision}: ${words}`);
}
