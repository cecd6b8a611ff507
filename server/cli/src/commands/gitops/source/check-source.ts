/** Checks what an application uses of a commit: that it is there, is whole, and has no secrets. */
import type { GitopsStepSettings } from '@novacron/contract/automation/gitops-step';
import { ok, type Result } from '@novacron/contract/result';
import { plainLine } from '../../../output/plain-text.ts';
import { type Refusal, refuse } from '../step/refusal.ts';
import { findSecrets } from './find-secrets.ts';
import { isWithin } from './find-used-paths.ts';
import { followLinks, type Links } from './follow-links.ts';
import { isUnsafePath } from './source-archive.ts';
import type { SourceEntry } from './source-entry.ts';

/** Names of files that a source is made of, in its directory. */
const CONFIGURATION = {
  terraform: { form: /^[^/]+\.tf(\.json)?$/, words: '.tf files' },
  opentofu: { form: /^[^/]+\.(tf|tofu)(\.json)?$/, words: '.tf or .tofu files' },
  manifests: { form: /\.(ya?ml|json)$/, words: 'YAML or JSON files' },
} as const;

/** Secrets that a refusal lists. */
const LISTED_MAX = 10;

const STATE = /(^|\/)terraform\.tfstate(\.backup)?$/;

const LFS_POINTER = 'version https://git-lfs.github.com/spec/';

/** @param links - all links of the commit */
export function checkSource(
  entries: readonly SourceEntry[],
  {
    links,
    settings: { path, source },
  }: {
    readonly links: Links;
    readonly settings: Pick<GitopsStepSettings, 'path' | 'source'>;
  },
): Result<void, Refusal> {
  const there = checkDirectory(entries, { path, source, links });
  if (!there.ok) return there;
  for (const entry of entries) {
    if (isUnsafePath(entry.path) || !isPlain(entry.path)) {
      return refuse(`The commit has a file with an unusable name: ${JSON.stringify(entry.path)}.`);
    }
    if (entry.kind === 'link' && followLinks(entry.path, links) === undefined) {
      const target = JSON.stringify(entry.content.toString('utf8'));
      return refuse(
        `${entry.path} is a symbolic link that leaves the repository or leads in a circle: ${target}.`,
      );
    }
    if (STATE.test(entry.path)) {
      return refuse(`${entry.path} is a state of Terraform, which contains secrets. Remove it.`);
    }
    if (entry.content.subarray(0, LFS_POINTER.length).toString('latin1') === LFS_POINTER) {
      return refuse(`${entry.path} is in Git LFS, which is not fetched.`);
    }
  }
  const secrets = entries.flatMap(findSecrets);
  if (secrets.length === 0) return ok(undefined);
  const lines = secrets
    .slice(0, LISTED_MAX)
    .map(({ path: file, line, what, masked }) => `${file}:${line}: ${what} (${masked})`);
  const more = secrets.length - lines.length;
  return refuse(
    `Secrets do not belong in Git: ${lines.join(', ')}${more > 0 ? ` and ${more} more` : ''}. ` +
      'Replace them, because history keeps them, and pass them in another way.',
  );
}

/** Whether a name is UTF-8 without control characters. */
function isPlain(path: string): boolean {
  return path === plainLine(path) && !path.includes('\ufffd');
}

/** An empty directory never means that everything is to be deleted. */
function checkDirectory(
  entries: readonly SourceEntry[],
  {
    path,
    source,
    links,
  }: {
    readonly path: string;
    readonly source: GitopsStepSettings['source'];
    readonly links: Links;
  },
): Result<void, Refusal> {
  const shown = path === '' ? 'The repository' : `The directory ${path}`;
  if (entries.some((entry) => entry.path === path)) {
    return refuse(`${path} is ${links.has(path) ? 'a symbolic link' : 'a file'}, not a directory.`);
  }
  const own = entries.filter((entry) => isWithin(path, entry.path));
  if (own.length === 0) return refuse(`${shown} is not in the commit, or is empty.`);
  const { form, words } = CONFIGURATION[source];
  const begin = path === '' ? 0 : path.length + 1;
  if (own.some((entry) => form.test(entry.path.slice(begin)))) return ok(undefined);
  return refuse(`${shown} has no ${words}.`);
}
