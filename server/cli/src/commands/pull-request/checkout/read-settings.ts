/** Reads `.novacron.yaml`, which says what pull requests plan. */
import { RepositoryPath } from '@novacron/contract/automation/gitops-step';
import { JsonObject } from '@novacron/contract/json';
import { ok, type Result } from '@novacron/contract/result';
import { ResourceName } from '@novacron/contract/schema/resource';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { messageOf } from '../../../io/message-of.ts';
import { type Refusal, refuse } from '../../gitops/step/refusal.ts';

/** Name of the file, in the root of a repository. */
export const SETTINGS_FILE = '.novacron.yaml';

/** Unit: bytes. */
const FILE_BYTES_MAX = 256 * 1_024;
/** The marker of a comment names all of them. */
const DIRECTORIES_MAX = 100;
const NAMES_MAX = 50;

/** Texts on one line. */
const Line = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}+$/u, 'must have no control characters');

const Path = Line.transform((path) => (path === '.' ? '' : path)).pipe(RepositoryPath);

const Directory = z.strictObject({
  path: Path,
  name: Line.optional(),
  source: z.enum(['terraform', 'opentofu']).default('terraform'),
  state: ResourceName.optional(),
  variables: JsonObject.default({}),
  depends_on: z.array(z.string()).max(NAMES_MAX).default([]),
});

const Settings = z.strictObject({
  directories: z.array(Directory).min(1).max(DIRECTORIES_MAX).optional(),
  providers: z.record(z.string(), z.array(z.string()).max(NAMES_MAX)).default({}),
  programs: z.enum(['refuse', 'allow']).default('refuse'),
  policies: z.array(Path).max(NAMES_MAX).default([]),
});

/** A directory with a configuration. */
export type PlannedDirectory = Omit<z.infer<typeof Directory>, 'name'> & { readonly name: string };

/** What pull requests plan; without `directories`, those that have a state on the server. */
export type PullRequestSettings = Omit<z.infer<typeof Settings>, 'directories'> & {
  /** Those that others depend on come first. */
  readonly directories: readonly PlannedDirectory[] | undefined;
};

/** Settings of a repository without the file. */
export const DEFAULT_SETTINGS: PullRequestSettings = {
  ...Settings.parse({}),
  directories: undefined,
};

/** Reads the file. Refused: mistakes, with their line. */
export function readSettings(text: string): Result<PullRequestSettings, Refusal> {
  if (Buffer.byteLength(text) > FILE_BYTES_MAX) {
    return refuse(`${SETTINGS_FILE} is larger than ${FILE_BYTES_MAX / 1_024} KiB.`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const at = (offset: number) => `${SETTINGS_FILE}:${lines.linePos(offset).line}`;
  const [mistake] = document.errors;
  if (mistake !== undefined) return refuse(`${at(mistake.pos[0])}: ${firstLine(mistake.message)}`);
  const placeOf = (path: readonly PropertyKey[]): string => {
    const node = path.length === 0 ? document.contents : document.getIn(path.map(String), true);
    if (isNode(node) && node.range) return at(node.range[0]);
    return path.length === 0 ? SETTINGS_FILE : placeOf(path.slice(0, -1));
  };
  let value: unknown;
  try {
    value = document.toJS();
  } catch (cause) {
    // Of aliases that would grow without end.
    return refuse(`${SETTINGS_FILE}: ${messageOf(cause)}`);
  }
  const parsed = Settings.safeParse(value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    return refuse(`${placeOf(path)}: ${path.join('.')}: ${issue?.message}`);
  }
  const { directories, ...rest } = parsed.data;
  if (directories === undefined) return ok({ ...rest, directories });
  const named = directories.map((each) => ({ ...each, name: each.name ?? (each.path || '.') }));
  const ordered = orderDirectories(named, (index) => placeOf(['directories', index]));
  return ordered.ok ? ok({ ...rest, directories: ordered.value }) : ordered;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

/** Orders directories. Refused: unknown names, names and paths that occur twice, circles. */
function orderDirectories(
  directories: readonly PlannedDirectory[],
  placeOf: (index: number) => string,
): Result<readonly PlannedDirectory[], Refusal> {
  const names = new Map<string, number>();
  const paths = new Set<string>();
  for (const [index, { name, path }] of directories.entries()) {
    if (names.has(name)) return refuse(`${placeOf(index)}: the name ${name} occurs twice.`);
    if (paths.has(path)) return refuse(`${placeOf(index)}: the path ${path} occurs twice.`);
    names.set(name, index);
    paths.add(path);
  }
  for (const [index, { name, depends_on }] of directories.entries()) {
    const unknown = depends_on.find((each) => !names.has(each));
    if (unknown === undefined) continue;
    return refuse(
      `${placeOf(index)}: ${name} depends on ${unknown}, which is not a directory here.`,
    );
  }
  const ordered: PlannedDirectory[] = [];
  const isOrdered = (name: string) => ordered.some((each) => each.name === name);
  while (ordered.length < directories.length) {
    const next = directories.filter(
      ({ name, depends_on }) => !isOrdered(name) && depends_on.every(isOrdered),
    );
    if (next.length === 0) {
      const left = directories.filter(({ name }) => !isOrdered(name)).map(({ name }) => name);
      const place = placeOf(names.get(left[0] ?? '') ?? 0);
      return refuse(`${place}: depends_on has a circle among ${left.join(', ')}.`);
    }
    ordered.push(...next);
  }
  return ok(ordered);
}
