/** Finds the directories that a pull request affects. */

import { ok, type Result } from '@novacron/contract/result';
import { ResourceName } from '@novacron/contract/schema/resource';
import { listTree, readEntries, type TreeEntry } from '../../gitops/git/read-tree.ts';
import { findUsedPaths, isSearched, isWithin } from '../../gitops/source/find-used-paths.ts';
import { followLinks, type Links, linksOf } from '../../gitops/source/follow-links.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';
import type { PullRequest } from '../code-host/code-host.ts';
import { type Checkout, listChanged } from './open-checkout.ts';
import {
  DEFAULT_SETTINGS,
  type PlannedDirectory,
  type PullRequestSettings,
  readSettings,
  SETTINGS_FILE,
} from './read-settings.ts';

/** A directory, with the state that it uses. */
export interface AffectedDirectory extends PlannedDirectory {
  readonly state: string;
}

/** What a pull request plans. */
export interface AffectedDirectories {
  readonly settings: PullRequestSettings;
  /** The commit that the settings and policies are of. */
  readonly trusted: string;
  /** Those that others depend on come first. */
  readonly directories: readonly AffectedDirectory[];
}

/** Finds them. Settings of a fork are those of the target branch. */
export async function findDirectories(
  checkout: Checkout,
  { isFork }: Pick<PullRequest, 'isFork'>,
): Promise<Result<AffectedDirectories, Refusal>> {
  const trusted = isFork ? checkout.base : checkout.commit;
  const settings = await readSettingsAt(checkout, trusted);
  if (!settings.ok) return settings;
  const changed = await listChanged(checkout);
  if (!changed.ok) return changed;
  const tree = await listTree(checkout, checkout.commit);
  if (!tree.ok) return tree;
  const searched = tree.value.filter(({ path, kind }) => kind === 'link' || isSearched(path));
  const texts = await readEntries(checkout, searched);
  if (!texts.ok) return texts;
  const links = linksOf(texts.value);
  const textByPath = new Map(texts.value.map((each) => [each.path, each.content.toString('utf8')]));
  const read = (path: string) => textByPath.get(path) ?? '';
  const paths = tree.value.map(({ path }) => path);
  const isChanged = ({ path }: PlannedDirectory) => {
    const { places } = findUsedPaths(path, { paths, links, read });
    return changed.value.some((each) => places.some((place) => isWithin(place, each)));
  };
  const { directories = directoriesIn(tree.value, read) } = settings.value;
  // Other settings may mean another plan of any directory.
  const isAll = !isFork && changed.value.includes(SETTINGS_FILE);
  const affected = directories.filter((each) => isAll || isChanged(each));
  const found: AffectedDirectory[] = [];
  for (const directory of affected) {
    const linked = checkLinks(directory, links);
    if (!linked.ok) return linked;
    const state = directory.state ?? stateOf(directory.path, tree.value, read);
    if (state === undefined) {
      return refuse(
        `${directory.name} has no state: name it in ${SETTINGS_FILE}, or in the address of a ` +
          'backend "http".',
      );
    }
    found.push({ ...directory, state });
  }
  return ok({ settings: settings.value, trusted, directories: found });
}

async function readSettingsAt(
  checkout: Checkout,
  commit: string,
): Promise<Result<PullRequestSettings, Refusal>> {
  const listed = await checkout.run(['ls-tree', '--full-tree', commit, '--', SETTINGS_FILE]);
  const [mode] = listed.stdout.toString('utf8').split(' ');
  if (listed.code !== 0) return refuse(`Git cannot list ${commit}: ${listed.stderr}`);
  if (mode === '') return ok(DEFAULT_SETTINGS);
  if (!mode?.startsWith('100')) return refuse(`${SETTINGS_FILE} is not a file.`);
  const shown = await checkout.run(['cat-file', 'blob', `${commit}:${SETTINGS_FILE}`]);
  if (shown.code !== 0) return refuse(`Git cannot read ${SETTINGS_FILE}: ${shown.stderr}`);
  return readSettings(shown.stdout.toString('utf8'));
}

function checkLinks({ name, path }: PlannedDirectory, links: Links): Result<void, Refusal> {
  if (followLinks(path, links)?.via.length === 0) return ok(undefined);
  return refuse(`${SETTINGS_FILE}: the path of ${name} leads through a symbolic link.`);
}

/** Directories whose backend is a state of the server. */
function directoriesIn(
  tree: readonly TreeEntry[],
  read: (path: string) => string,
): readonly PlannedDirectory[] {
  const paths = new Set(tree.flatMap(({ path }) => (/\.tf$/.test(path) ? [parentOf(path)] : [])));
  return [...paths]
    .sort()
    .filter((path) => stateOf(path, tree, read) !== undefined)
    .map((path) => ({
      path,
      name: path || '.',
      source: 'terraform',
      variables: {},
      depends_on: [],
    }));
}

function parentOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

const BACKEND = /\bbackend\s+"http"\s*\{[^}]*\baddress\s*=\s*"[^"]*\/terraform-states\/([^"/?]+)"/;

/** The state in the address of a backend. */
function stateOf(
  directory: string,
  tree: readonly TreeEntry[],
  read: (path: string) => string,
): string | undefined {
  for (const { path } of tree) {
    if (parentOf(path) !== directory || !path.endsWith('.tf')) continue;
    const name = ResourceName.safeParse(BACKEND.exec(read(path))?.[1]);
    if (name.success) return name.data;
  }
  return undefined;
}
