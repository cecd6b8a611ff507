/** Finds the directories that a pull request affects. */

import { ok, type Result } from '@novacron/contract/result';
import { ResourceName } from '@novacron/contract/schema/resource';
import { listTree, readEntries } from '../../gitops/git/read-tree.ts';
import {
  findUsedPaths,
  isSearched,
  isWithin,
  type SearchedTree,
} from '../../gitops/source/find-used-paths.ts';
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

/**
 * Finds them. Settings of a fork are those of the target branch, and so are its states: another one
 * would show its content.
 */
export async function findDirectories(
  checkout: Checkout,
  { isFork }: Pick<PullRequest, 'isFork'>,
): Promise<Result<AffectedDirectories, Refusal>> {
  const trusted = isFork ? checkout.target : checkout.commit;
  const settings = await readSettingsAt(checkout, trusted);
  if (!settings.ok) return settings;
  const changed = await listChanged(checkout);
  if (!changed.ok) return changed;
  const own = await readTexts(checkout, checkout.commit);
  if (!own.ok) return own;
  const texts = isFork ? await readTexts(checkout, trusted) : own;
  if (!texts.ok) return texts;
  const isChanged = ({ path }: PlannedDirectory) => {
    const { places } = findUsedPaths(path, own.value);
    return changed.value.some((each) => places.some((place) => isWithin(place, each)));
  };
  const { directories = directoriesIn(texts.value) } = settings.value;
  // Other settings may mean another plan of any directory.
  const isAll = !isFork && changed.value.includes(SETTINGS_FILE);
  const affected = directories.filter((each) => isAll || isChanged(each));
  const names = new Map<string, string>();
  const found: AffectedDirectory[] = [];
  for (const directory of directories) {
    const state = directory.state ?? stateOf(directory.path, texts.value);
    const other = state === undefined ? undefined : names.get(state);
    if (other !== undefined) {
      return refuse(
        `${other} and ${directory.name} have the same state, ${state}: each would remove what ` +
          'the other one creates. Give one of them another state.',
      );
    }
    if (state !== undefined) names.set(state, directory.name);
    if (!affected.includes(directory)) continue;
    const linked = checkLinks(directory, own.value.links);
    if (!linked.ok) return linked;
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

/** The configurations and links of a commit. */
async function readTexts(
  checkout: Checkout,
  commit: string,
): Promise<Result<SearchedTree, Refusal>> {
  const tree = await listTree(checkout, commit);
  if (!tree.ok) return tree;
  const searched = tree.value.filter(
    ({ path, kind }) => kind === 'link' || (kind !== 'submodule' && isSearched(path)),
  );
  const entries = await readEntries(checkout, searched);
  if (!entries.ok) return entries;
  const texts = new Map(entries.value.map((each) => [each.path, each.content.toString('utf8')]));
  return ok({
    paths: tree.value.map(({ path }) => path),
    links: linksOf(entries.value),
    read: (path) => texts.get(path) ?? '',
  });
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
function directoriesIn(tree: SearchedTree): readonly PlannedDirectory[] {
  const paths = new Set(tree.paths.filter((path) => path.endsWith('.tf')).map(parentOf));
  return [...paths]
    .sort()
    .filter((path) => stateOf(path, tree) !== undefined)
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
function stateOf(directory: string, { paths, read }: SearchedTree): string | undefined {
  for (const path of paths) {
    if (parentOf(path) !== directory || !/\.(tf|tofu)$/.test(path)) continue;
    const name = ResourceName.safeParse(BACKEND.exec(read(path))?.[1]);
    if (name.success) return name.data;
  }
  return undefined;
}
