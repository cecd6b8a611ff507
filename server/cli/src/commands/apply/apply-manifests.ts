/** `novacron apply`: creates and updates resources until they are as documents say. */
import { listNames } from '@novacron/contract/formats/list-names';
import type { Result } from '@novacron/contract/result';
import type { TableCommand } from '../../arguments/command-table.ts';
import type { Session } from '../../client/session.ts';
import { EXIT_CODES, exitCodeOf, type Failure, findingsFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { previewOf } from '../../operations/preview-writes.ts';
import { sendWrite, settleWrite } from '../../operations/write-command.ts';
import type { Fields } from '../../output/fields.ts';
import { plainLine } from '../../output/plain-text.ts';
import { renderFailure } from '../../output/render-failure.ts';
import { titleOf } from './manifest.ts';
import { type OrderedManifest, orderManifests } from './order-manifests.ts';
import { type ManifestPlan, planManifest } from './plan-manifest.ts';
import { readManifests } from './read-manifests.ts';

/** Manifests to apply, and the options. */
export interface ApplyRequest {
  /** Files, directories, or `-`. */
  readonly places: readonly string[];
  readonly mode: 'apply' | 'dry-run';
  /** `wait: false`, `waitTimeout` in seconds, as for every write. */
  readonly options: Fields;
  /**
   * Called between two waves with the titles of the earlier ones; after a failure the later ones
   * are not tried. Absent: they follow at once.
   */
  readonly betweenWaves?: (titles: ReadonlySet<string>) => Promise<Result<unknown, Failure>>;
}

/** Result for a document. */
type Ending = 'created' | 'updated' | 'unchanged' | 'failed' | 'skipped';

const ENDINGS: Readonly<Record<ManifestPlan['action'], Ending>> = {
  create: 'created',
  update: 'updated',
  none: 'unchanged',
};

/**
 * Applies documents one after another, those that others refer to first. A document that fails does
 * not keep the others of its wave from being applied, but those that refer to it; a server that is
 * unreachable does.
 * Failures: wrong usage, a count of the documents that failed, and `unavailable`.
 */
export async function applyManifests(session: Session, request: ApplyRequest): Promise<Outcome> {
  const read = await readManifests(session.io, request.places);
  if (!read.ok) return { failure: read.error };
  const ordered = orderManifests(read.value);
  if (!ordered.ok) return { failure: ordered.error };
  const endings = new Map<string, Ending>();
  const lines: string[] = [];
  const values: Fields[] = [];
  let gone: Failure | undefined;
  let wave = ordered.value[0]?.wave;
  for (const manifest of ordered.value) {
    const title = titleOf(manifest);
    if (gone === undefined && manifest.wave !== wave) {
      gone = await endWave(wave, endings, request);
      wave = manifest.wave;
    }
    if (gone !== undefined) {
      values.push({ kind: manifest.noun, name: manifest.name, result: 'skipped' });
      continue;
    }
    const ended = await applyOne(session, { manifest, endings, request, turn: 1 });
    if (ended.failure?.kind === 'interrupted') return { failure: ended.failure };
    if (ended.failure !== undefined && exitCodeOf(ended.failure) === EXIT_CODES.unreachable) {
      gone = ended.failure;
    } else if (ended.failure !== undefined) {
      session.io.stderr.write(`${title}:\n${renderFailure(ended.failure, session.output)}`);
    }
    endings.set(title, ended.ending);
    lines.push(`${title} ${ended.text}`, ...(ended.lines ?? []));
    values.push({ kind: manifest.noun, name: manifest.name, ...ended.value, result: ended.ending });
  }
  return report(session, request, { values, lines, endings, gone });
}

/** The results of all documents, and what keeps the command from succeeding. */
function report(
  { io }: Session,
  { mode }: ApplyRequest,
  ended: {
    readonly values: readonly Fields[];
    readonly lines: readonly string[];
    readonly endings: ReadonlyMap<string, Ending>;
    readonly gone: Failure | undefined;
  },
): Outcome {
  const { values, lines, endings, gone } = ended;
  const left = values.length - endings.size;
  const more = left > 0 ? [`${left} more not tried`] : [];
  const text = [...lines, ...more].map((line) => `${plainLine(line)}\n`).join('');
  const document = { kind: 'report', value: values, text } as const;
  const all = [...endings.values()];
  const failed = all.filter((ending) => ending === 'failed' || ending === 'skipped').length;
  if (mode === 'dry-run') io.stderr.write('Dry run: nothing was changed\n');
  if (gone !== undefined) return { document, failure: gone };
  if (failed === 0) return { document };
  return { document, failure: findingsFailure(`${failed} of ${all.length} were not applied`) };
}

/** Why the next wave does not begin; undefined: it does. */
async function endWave(
  wave: number | undefined,
  endings: ReadonlyMap<string, Ending>,
  { mode, betweenWaves }: ApplyRequest,
): Promise<Failure | undefined> {
  const missing = [...endings].filter(([, ending]) => isMissing(ending)).map(([title]) => title);
  if (missing.length > 0) {
    const names = listNames(missing, NAMED_MAX);
    return findingsFailure(`Later waves were not tried: wave ${wave} was not applied: ${names}`);
  }
  if (mode === 'dry-run' || betweenWaves === undefined) return undefined;
  const ended = await betweenWaves(new Set(endings.keys()));
  return ended.ok ? undefined : ended.error;
}

/** Documents that a failure names. */
const NAMED_MAX = 5;

interface One {
  readonly manifest: OrderedManifest;
  /** Results of the manifests before it. */
  readonly endings: ReadonlyMap<string, Ending>;
  readonly request: ApplyRequest;
  /** Number of comparisons, including this one. */
  readonly turn: number;
}

/** Maximum number of attempts while another client keeps changing the same resource. */
const TURNS_MAX = 5;

interface Ended {
  readonly ending: Ending;
  /** Behind its title. */
  readonly text: string;
  readonly lines?: readonly string[];
  readonly value?: Fields;
  readonly failure?: Failure;
}

async function applyOne(session: Session, one: One): Promise<Ended> {
  const { manifest, endings, request, turn } = one;
  const missing = manifest.needs.filter((title) => isMissing(endings.get(title)));
  if (missing.length > 0) {
    return { ending: 'skipped', text: `skipped: it refers to ${missing.join(', ')}` };
  }
  const isDry = request.mode === 'dry-run';
  // In a dry run, what would be created has no id yet.
  const isPending = isDry && manifest.needs.some((title) => endings.get(title) === 'created');
  const pending = isPending ? manifest.referring : [];
  const planned = await planManifest(session, manifest, pending);
  if (!planned.ok) return { ending: 'failed', text: 'failed', failure: planned.error };
  const { action, changes, command, input } = planned.value;
  const ending = ENDINGS[action];
  const fields = action === 'update' ? ` (${changes.map(({ field }) => field).join(', ')})` : '';
  const value = { changed: changes.map(({ field }) => field) };
  if (action === 'none') return { ending, text: ending, value };
  if (isDry) {
    const tried = await tryOne(session, command, { input, pending });
    if (tried.failure !== undefined) {
      return { ending: 'failed', text: 'would be refused', ...tried };
    }
    return { ending, text: `would be ${ending}${fields}`, value, lines: tried.lines };
  }
  const sent = await sendWrite(session, command, input);
  if (!sent.ok) {
    const isRepeated = turn < TURNS_MAX && isOutdated(sent.error, action);
    if (isRepeated) return applyOne(session, { ...one, turn: turn + 1 });
    return { ending: 'failed', text: 'failed', failure: sent.error };
  }
  const settled = await settleWrite(session, command, sent.value, request.options);
  if (settled.failure !== undefined) {
    return { ending: 'failed', text: 'failed', failure: settled.failure };
  }
  // The first key of a tenant: no later answer contains it.
  const { secret } = sent.value.value;
  if (typeof secret !== 'string') return { ending, text: `${ending}${fields}`, value };
  return {
    ending,
    text: `${ending}${fields}`,
    value: { ...value, secret },
    lines: [`  secret: ${secret}`],
  };
}

/** Whether another run has created or changed the resource since it was compared. */
function isOutdated(failure: Failure, action: ManifestPlan['action']): boolean {
  if (failure.kind !== 'problem') return false;
  const { code } = failure.problem;
  return action === 'create' ? code === 'name-taken' : code === 'revision-mismatch';
}

function isMissing(ending: Ending | undefined): boolean {
  return ending === 'failed' || ending === 'skipped';
}

/** Asks the server about a write; fields without a value yet are named as unknown. */
async function tryOne(
  session: Session,
  command: TableCommand,
  { input, pending }: { readonly input: Fields; readonly pending: readonly string[] },
): Promise<{ readonly lines: readonly string[]; readonly failure?: Failure }> {
  const known = Object.entries(input).filter(([field]) => !pending.includes(field));
  const unknown = Object.keys(input).filter((field) => pending.includes(field));
  const preview = await previewOf(session, command, { input: Object.fromEntries(known), unknown });
  if ('kind' in preview) return { lines: [], failure: preview };
  const [failure] = preview.refusals;
  return { lines: preview.lines, ...(failure === undefined ? {} : { failure }) };
}
