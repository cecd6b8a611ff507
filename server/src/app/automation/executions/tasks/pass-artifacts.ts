/**
 * Artifacts of executions: files that a step saves and later steps load. A runner keeps what an
 * attempt has saved until the server has stored it, sealed, with size and SHA-256 checked. A row
 * counts once its attempt has succeeded.
 */
import { createHash } from 'node:crypto';
import type { AutomationStep } from '@novacron/contract/automation/definition';
import {
  ARTIFACTS_BYTES_MAX,
  type RunnerOrder,
  type RunnerOutcome,
  type SavedArtifact,
} from '@novacron/contract/automation/runner';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { splitArtifact } from '@novacron/engine/automation/workflows/checks/check-artifacts';
import type { Change } from '../../../../ports/store.ts';
import type { ExecutionArtifactRow } from '../../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../../ports/tables/tables.ts';
import { ownershipGuard } from '../../../kernel/operations/commit-progress.ts';
import { commitChanges } from '../../../kernel/write/commit-changes.ts';
import {
  dropContent,
  type WrittenContent,
  writeContent,
} from '../../../platform/contents/stored-content.ts';
import type { CapabilityDeps } from '../../../platform/deps.ts';
import { replan } from '../../../rows/resource-problems.ts';
import type { AttemptAt } from '../../runners/ask-runner.ts';
import { getArtifact, TransferEnded } from '../../runners/transfer-artifacts.ts';
import type { AutomationRun } from './automation-run.ts';
import { artifactsOf } from './run-values.ts';

const MIB = 1_048_576;

/** The artifacts of an attempt in its order, and the contents of those that it loads. */
export interface PassedArtifacts {
  readonly order: Pick<RunnerOrder, 'artifacts'>;
  readonly contents: ReadonlyMap<string, WrittenContent>;
}

/** Finds the artifacts that a step loads. Problems: one that is not there, in words about it. */
export async function findLoaded(
  { store }: Pick<CapabilityDeps, 'store'>,
  { id }: Pick<Tables['operations'], 'id'>,
  artifacts: AutomationStep['artifacts'],
): Promise<Result<PassedArtifacts, string>> {
  if (artifacts === undefined) return ok({ order: {}, contents: new Map() });
  const { done, rows } = await store.snapshot({
    done: { from: 'execution_steps', where: { execution_id: id, result: 'succeeded' } },
    rows: { from: 'execution_artifacts', where: { execution_id: id } },
  });
  const { load = [], save = [] } = artifacts;
  const known = new Map(artifactsOf(done, rows).map((row) => [`${row.step}.${row.name}`, row]));
  const contents = new Map(
    load.flatMap((artifact) => {
      const row = known.get(artifact);
      return row === undefined ? [] : [[artifact, row] as const];
    }),
  );
  const missing = load.find((artifact) => !contents.has(artifact));
  if (missing !== undefined) return err(whyMissing(missing, done));
  const loaded = Array.from(contents, ([artifact, { bytes, sha256 }]) => {
    return { artifact, bytes, sha256 };
  });
  return ok({ order: { artifacts: { load: loaded, save: [...save] } }, contents });
}

function whyMissing(artifact: string, done: readonly Tables['execution_steps'][]): string {
  const { step } = splitArtifact(artifact);
  return done.some((row) => row.step === step)
    ? `the artifact ${artifact} is not stored any more: retry the execution from ${step}`
    : `there is no artifact ${artifact}: ${step} has not succeeded in this execution`;
}

/** An attempt that has saved artifacts. */
interface Saver {
  readonly deps: CapabilityDeps;
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  readonly at: AttemptAt;
  readonly signal: AbortSignal;
}

/**
 * Stores what an attempt has saved, in one commit. What an earlier attempt at the step has saved is
 * replaced.
 * @returns why it could not
 */
export async function keepArtifacts(
  saver: Saver,
  { artifacts }: Extract<RunnerOutcome, { kind: 'exited' }>,
): Promise<Result<void, string>> {
  const { save = [] } = saver.step.artifacts ?? {};
  if (save.length === 0) return ok(undefined);
  if (artifacts?.kind === 'fault') return err(artifacts.message);
  const list = artifacts?.list ?? [];
  const missing = save.find((name) => !list.some((each) => each.name === name));
  if (missing !== undefined) return err(`the runner ${saver.at.runner} has not saved ${missing}`);
  return inTurn(saver.row.id, () => store(saver, list));
}

/** What stores artifacts, by execution: two steps must not use the same room that is left. */
const turns = new Map<string, Promise<unknown>>();

async function inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(id) ?? Promise.resolve()).then(work, work);
  turns.set(id, turn);
  try {
    return await turn;
  } finally {
    if (turns.get(id) === turn) turns.delete(id);
  }
}

async function store(saver: Saver, list: readonly SavedArtifact[]): Promise<Result<void, string>> {
  const { deps, row, step, at } = saver;
  const where = { execution_id: row.id };
  const rows = await deps.store.read({ from: 'execution_artifacts', where });
  const before = rows.filter((each) => each.step === step.id);
  // Stored already, by a server that was killed before it could store the end of the attempt.
  if (before.some(({ attempt }) => attempt === at.attempt)) return ok(undefined);
  const others = rows.filter((each) => each.step !== step.id);
  const bytes = [...others, ...list].reduce((sum, each) => sum + each.bytes, 0);
  if (bytes > ARTIFACTS_BYTES_MAX) return err(tooMuch(bytes));
  const written: ExecutionArtifactRow[] = [];
  for (const artifact of list) {
    const content = await fetchContent(saver, artifact);
    if (!content.ok) {
      await commitChanges(deps, written.flatMap(dropContent));
      return content;
    }
    written.push(rowOf(saver, artifact, content.value));
  }
  const done = await commitChanges(deps, [
    ownershipGuard(row),
    ...before.map(({ id }): Change => ({ kind: 'drop', from: 'execution_artifacts', id })),
    ...before.flatMap(dropContent),
    ...written.map((each): Change => {
      const otherwise = replan(`The artifact ${each.name}`);
      return { kind: 'insert', into: 'execution_artifacts', row: each, otherwise };
    }),
  ]);
  if (done.ok) return ok(undefined);
  await commitChanges(deps, written.flatMap(dropContent));
  return err(`its artifacts could not be stored: ${done.error.detail}`);
}

/** Drops what an attempt has saved that has failed for another reason, such as its outputs. */
export async function dropArtifacts({ parts, row, attempt }: AutomationRun): Promise<void> {
  const where = { execution_id: row.id, attempt: attempt.stepKey };
  const rows = await parts.deps.store.read({ from: 'execution_artifacts', where });
  if (rows.length === 0) return;
  await commitChanges(parts.deps, [
    ...rows.map(({ id }): Change => ({ kind: 'drop', from: 'execution_artifacts', id })),
    ...rows.flatMap(dropContent),
  ]);
}

function tooMuch(bytes: number): string {
  return (
    `the artifacts of the execution would have ${Math.ceil(bytes / MIB)} MiB, and it may have ` +
    `${ARTIFACTS_BYTES_MAX / MIB} MiB: save less`
  );
}

function rowOf(
  { deps, row, step, at }: Saver,
  { name, sha256 }: SavedArtifact,
  content: WrittenContent,
): ExecutionArtifactRow {
  return {
    id: `${row.id}/${at.attempt}/${name}`,
    tenant_id: row.tenant_id,
    execution_id: row.id,
    step: step.id,
    attempt: at.attempt,
    name,
    sha256,
    ...content,
    created_at_ms: deps.clock.nowMs(),
  };
}

/** Fetches an artifact from its runner, and stores it. */
async function fetchContent(
  { deps, at, signal }: Saver,
  { name, bytes, sha256 }: SavedArtifact,
): Promise<Result<WrittenContent, string>> {
  const sum = createHash('sha256');
  let left = bytes;
  const check = (part: Uint8Array): Problem | undefined => {
    sum.update(part);
    left -= part.length;
    return left < 0 ? tooLong() : undefined;
  };
  try {
    const source = getArtifact(deps, at, { name, bytes, signal });
    const written = await writeContent(deps, source, check);
    if (!written.ok)
      return err(`its artifact ${name} could not be stored: ${written.error.detail}`);
    if (sum.digest('hex') === sha256) return written;
    await commitChanges(deps, dropContent(written.value));
    return err(`its artifact ${name} was damaged on its way from the runner ${at.runner}`);
  } catch (cause) {
    if (!(cause instanceof TransferEnded)) throw cause;
    return err(`its artifact ${name} is lost: the runner ${at.runner} ${cause.message}`);
  }
}

function tooLong(): Problem {
  return problem('validation-failed', {
    detail: 'It is longer than its runner has said.',
    remedy: 'Retry the execution from the step.',
  });
}
