/** Policies as they were at a revision in Git. */
import { err, ok, type Result } from '@novacron/contract/result';
import type { CliIo } from '../../cli-io.ts';
import { type Failure, unevaluatedFailure } from '../../failure.ts';

/**
 * Reads the Rego files at and below some places, as a revision has them; a place that it does not
 * have is empty. Failures: nothing evaluated, with Git's own words.
 */
export async function readAtRevision(
  io: Pick<CliIo, 'runGit'>,
  revision: string,
  places: readonly string[],
): Promise<Result<Readonly<Record<string, string>>, Failure>> {
  const listing = [
    'ls-tree',
    '-r',
    '--name-only',
    '-z',
    '--end-of-options',
    revision,
    '--',
    ...places,
  ];
  const listed = await io.runGit(listing);
  if (!listed.ok) return err(gitFailure(revision, listed.error));
  const texts: Record<string, string> = {};
  for (const file of listed.value.split('\0').filter((name) => name.endsWith('.rego'))) {
    const text = await io.runGit(['show', '--end-of-options', `${revision}:./${file}`]);
    if (!text.ok) return err(gitFailure(revision, text.error));
    texts[file] = text.value;
  }
  return ok(texts);
}

function gitFailure(revision: string, words: string): Failure {
  return unevaluatedFailure(`cannot read the policies of ${revision}: ${words}`);
}
