/** Fetches the commit of a revision, and the history that leads to the last one. */
import type { Repository } from '@novacron/contract/gitops/repository';
import { ok, type Result } from '@novacron/contract/result';
import { type Refusal, refuse } from '../step/refusal.ts';
import type { StepContext } from '../step/step-context.ts';
import type { Git } from './open-git.ts';

/** What was fetched. */
export interface FetchedCommit {
  readonly commit: string;
  /** What the revision names: the commit itself, or a tag of it. */
  readonly tip: string;
  /** Commit to compare with; undefined where there is none, or it is not there any more. */
  readonly last: string | undefined;
}

const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'] as const;

/** What servers say whose SSH drops `GIT_PROTOCOL`: version 0 gives out no commit by its id. */
const UNADVERTISED = /unadvertised object/;

/** Everything that such a server names. */
const REFS = ['+refs/heads/*:refs/novacron/heads/*', '+refs/tags/*:refs/novacron/tags/*'] as const;

const TIP = 'refs/novacron/tip';
const LAST = 'refs/novacron/last';

/** Commits of history that are fetched, step by step, until the last commit is among them. */
const DEPTHS = ['--depth=50', '--depth=500', '--depth=5000', '--unshallow'] as const;

/**
 * Fetches it. Refused: a revision that is not there or is both branch and tag, a commit that does
 * not descend from the last one.
 */
export async function fetchCommit(
  { settings, say }: Pick<StepContext, 'settings' | 'say'>,
  address: Repository,
  git: Git,
): Promise<Result<FetchedCommit, Refusal>> {
  const { revision, last_commit: last, rewind } = settings;
  const ref = await findRef(revision, address, git);
  if (!ref.ok) return ref;
  const fetch = (flags: readonly string[], refspec: string) =>
    git.reach([...FETCH, ...flags, '--end-of-options', address.url, refspec]);
  const direct = await fetch(['--depth=1'], `${ref.value}${TIP}`);
  const isHidden = !direct.ok && UNADVERTISED.test(direct.error.reason);
  const fetched = isHidden ? await fetchThroughRefs(revision, address, git) : direct;
  if (!fetched.ok) return fetched;
  const tip = await parse(git, TIP);
  const commit = await parse(git, `${TIP}^{commit}`);
  if (tip === undefined || commit === undefined) return refuse(`${revision} is not a commit.`);
  say(`Fetched ${revision} at ${commit}.`);
  if (last === null) return ok({ commit, tip, last: undefined });
  if (commit === last) return ok({ commit, tip, last });
  // Into another name: the branch may have moved meanwhile. To compare, names are enough.
  const deepen = (depth: string) =>
    fetch([depth, '--filter=blob:none'], `${ref.value}refs/novacron/deeper`);
  const descends = rewind ? ok(true) : await deepenUntil({ commit, last }, { git, deepen });
  if (!descends.ok) return descends;
  if (!descends.value) {
    return refuse(
      `${revision} does not contain the commit of the last sync any more: it is at ${commit}, ` +
        `which does not descend from ${last}. If this is intended, such as after a force push, ` +
        'set the target revision of the application again, also to what it is, and sync; to go ' +
        'back to a commit of its history, roll back to it by its id.',
    );
  }
  if (rewind) await fetch(['--depth=1'], `${last}:${LAST}`);
  return ok({ commit, tip, last: await parse(git, `${last}^{commit}`) });
}

/** The beginning of a refspec for a revision. */
async function findRef(
  revision: string,
  { url }: Repository,
  git: Git,
): Promise<Result<string, Refusal>> {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) return ok(`${revision}:`);
  const wanted =
    revision === 'HEAD' || revision.startsWith('refs/')
      ? [revision]
      : [`refs/heads/${revision}`, `refs/tags/${revision}`];
  const flags = revision === 'HEAD' ? [] : ['--refs'];
  const listed = await git.reach(['ls-remote', ...flags, '--end-of-options', url, ...wanted]);
  if (!listed.ok) return listed;
  // Git matches the ends of names, too.
  const names = listed.value.split('\n').map((line) => line.split('\t')[1] ?? '');
  const [found, other] = wanted.filter((name) => names.includes(name));
  if (other !== undefined) {
    return refuse(`${revision} is both a branch and a tag. Write ${wanted.join(' or ')}.`);
  }
  if (found !== undefined) return ok(`+${found}:`);
  const isShort = /^[0-9a-f]{4,63}$/.test(revision);
  return refuse(
    `${url} has no branch or tag ${revision}.${isShort ? ' Write ids of commits in full.' : ''}`,
  );
}

/** Fetches a commit with the whole history of all branches and tags. Refused: it is not in it. */
async function fetchThroughRefs(
  commit: string,
  { url }: Repository,
  git: Git,
): Promise<Result<string, Refusal>> {
  const all = await git.reach([...FETCH, '--end-of-options', url, ...REFS]);
  if (!all.ok) return all;
  const named = await git.run(['update-ref', TIP, commit]);
  if (named.code === 0) return all;
  return refuse(`${url} has no branch or tag with the commit ${commit}.`);
}

/** The id of a name; undefined for one that is not there. */
async function parse(git: Git, name: string): Promise<string | undefined> {
  const { code, stdout } = await git.run(['rev-parse', '--quiet', '--verify', name]);
  return code === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** Whether a commit descends from another one; history is fetched until that is known. */
async function deepenUntil(
  { commit, last }: { readonly commit: string; readonly last: string },
  {
    git,
    deepen,
  }: {
    readonly git: Git;
    readonly deepen: (depth: string) => Promise<Result<string, Refusal>>;
  },
): Promise<Result<boolean, Refusal>> {
  const isAncestor = async () => {
    const { code } = await git.run(['merge-base', '--is-ancestor', last, commit]);
    return code === 0;
  };
  for (const depth of DEPTHS) {
    if (await isAncestor()) return ok(true);
    const { stdout } = await git.run(['rev-parse', '--is-shallow-repository']);
    if (stdout.toString('utf8').trim() !== 'true') return ok(false);
    const fetched = await deepen(depth);
    if (!fetched.ok) return fetched;
  }
  return ok(await isAncestor());
}
