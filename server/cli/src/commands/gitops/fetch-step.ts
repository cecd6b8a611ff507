/** `fetch`: takes a commit out of Git, checks it, and hands on what the application uses. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GitopsFetchResult } from '@novacron/contract/automation/gitops-step';
import { parseRepository, REPOSITORY_WORDS } from '@novacron/contract/gitops/repository';
import { ok, type Result } from '@novacron/contract/result';
import { countOf } from '../../output/count-of.ts';
import { plainLine } from '../../output/plain-text.ts';
import { checkSignature } from './git/check-signature.ts';
import { type FetchedCommit, fetchCommit } from './git/fetch-commit.ts';
import { type Git, openGit } from './git/open-git.ts';
import { readSource } from './read-source.ts';
import { isWithin } from './source/find-used-paths.ts';
import { matchGlob } from './source/match-glob.ts';
import { packSource } from './source/source-archive.ts';
import { wholeList } from './step/fit-result.ts';
import { type Refusal, refuse } from './step/refusal.ts';
import type { StepContext } from './step/step-context.ts';

/** Texts of a commit in the result are cut. Unit: characters. */
const TEXT_LENGTH_MAX = 256;

/**
 * Runs the step.
 * @param bytesMax - most that may be fetched; the limit of `openGit` unless given
 */
export async function fetchStep(
  context: StepContext,
  limits: { readonly bytesMax?: number } = {},
): Promise<Result<GitopsFetchResult, Refusal>> {
  const { settings, artifacts, say } = context;
  const repository = parseRepository(settings.repository);
  if (repository === undefined) return refuse(`The address ${REPOSITORY_WORDS}.`);
  const git = await openGit(context, repository, limits);
  if (!git.ok) return git;
  const fetched = await fetchCommit(context, repository, git.value);
  if (!fetched.ok) return fetched;
  const signer = await checkSignature(context, fetched.value, git.value);
  if (!signer.ok) return signer;
  const source = await readSource(settings, fetched.value.commit, git.value);
  if (!source.ok) return source;
  const { entries, places } = source.value;
  const packed = await packSource(entries);
  if (!packed.ok) return packed;
  const changes = await listChanges(fetched.value, git.value);
  if (!changes.ok) return changes;
  const described = await describeCommit(fetched.value, git.value);
  if (!described.ok) return described;
  const target = join(artifacts, 'save', 'source');
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, packed.value);
  const changed = changes.value.filter((path) => places.some((place) => isWithin(place, path)));
  const guarded = changes.value.filter((path) =>
    settings.protected_paths.some((glob) => matchGlob(glob, path)),
  );
  say(`The application uses ${countOf(entries.length, 'file')}; ${changed.length} changed.`);
  return ok({
    ...described.value,
    signed_by: signer.value,
    changed: fetched.value.last === undefined || changed.length > 0,
    protected: wholeList(guarded),
    files: wholeList(entries.map(({ path }) => path)),
  });
}

/** Paths that differ from the last commit; all paths where there is none. */
async function listChanges(
  { commit, last }: FetchedCommit,
  git: Git,
): Promise<Result<readonly string[], Refusal>> {
  const words =
    last === undefined
      ? ['ls-tree', '-r', '-z', '--full-tree', '--name-only', commit]
      : ['diff-tree', '-r', '-z', '--no-renames', '--name-only', last, commit];
  const listed = await git.run(words);
  if (listed.code !== 0) return refuse(`Git cannot compare the commits: ${listed.stderr}`);
  return ok(listed.stdout.toString('utf8').split('\0').slice(0, -1));
}

async function describeCommit({ commit }: FetchedCommit, git: Git) {
  const format = ['%s', '%an <%ae>', '%cI'].join('%x00');
  const shown = await git.run(['log', '-1', '--no-show-signature', `--format=${format}`, commit]);
  if (shown.code !== 0) return refuse(`Git cannot show ${commit}: ${shown.stderr}`);
  const texts = shown.stdout.toString('utf8').trimEnd().split('\0');
  const [subject = '', author = '', committedAt = ''] = texts.map((text) =>
    plainLine(text).slice(0, TEXT_LENGTH_MAX),
  );
  return ok({ commit, subject, author, committed_at: committedAt });
}
