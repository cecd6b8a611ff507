/** What an application uses of a commit. */
import type { GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import type { Git } from './git/open-git.ts';
import { listTree, readEntries } from './git/read-tree.ts';
import { checkSource } from './source/check-source.ts';
import { findUsedPaths, isSearched, type UsedPaths } from './source/find-used-paths.ts';
import { linksOf } from './source/follow-links.ts';
import type { SourceEntry } from './source/source-entry.ts';
import { type Refusal, refuse } from './step/refusal.ts';

/** Reads and checks it. Refused: submodules, and what `checkSource` refuses. */
export async function readSource(
  settings: Pick<GitopsStepSettings, 'path' | 'source'>,
  commit: string,
  git: Pick<Git, 'run'>,
): Promise<Result<UsedPaths & { readonly entries: readonly SourceEntry[] }, Refusal>> {
  const tree = await listTree(git, commit);
  if (!tree.ok) return tree;
  const isTerraform = settings.source !== 'manifests';
  const early = tree.value.filter(
    ({ path, kind }) =>
      kind === 'link' || (isTerraform && kind !== 'submodule' && isSearched(path)),
  );
  const texts = await readEntries(git, early);
  if (!texts.ok) return texts;
  const links = linksOf(texts.value);
  const textByPath = new Map(texts.value.map(({ path, content }) => [path, content]));
  const used = findUsedPaths(settings.path, {
    paths: tree.value.map(({ path }) => path),
    links,
    read: (path) => textByPath.get(path)?.toString('utf8') ?? '',
  });
  const wanted = new Set(used.paths);
  const usedEntries = tree.value.filter(({ path }) => wanted.has(path));
  const submodule = usedEntries.find(({ kind }) => kind === 'submodule');
  if (submodule !== undefined) {
    return refuse(`${submodule.path} is a submodule; submodules are not fetched.`);
  }
  const entries = await readEntries(git, usedEntries);
  if (!entries.ok) return entries;
  const checked = checkSource(entries.value, { links, settings });
  return checked.ok ? ok({ ...used, entries: entries.value }) : checked;
}
