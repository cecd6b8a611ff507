/** The step that trains a version: reads the series, has a thread learn, and stores the file. */
import { hash } from 'node:crypto';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, ok, type Result } from '@novacron/contract/result';
import { MODEL_FORMAT } from '@novacron/contract/training/model-file';
import { explainVerdict } from '@novacron/engine/training/explain-card';
import type { TrainedFile } from '../../../ports/models.ts';
import type { Change } from '../../../ports/store.ts';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import type {
  StepOutcome,
  TrainStepAction,
} from '../../kernel/definitions/operation-definition.ts';
import { writeContent } from '../../platform/contents/stored-content.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import {
  kindOf,
  type Lineage,
  type ModelSpec,
  type Robustness,
  type StoredEvaluation,
  specOf,
  versionId,
} from './model-rows.ts';
import { lastStepEnd, readModelSeries } from './read-series.ts';
import { runTask } from './use-model.ts';

const DAY_S = 86_400;
const MS_PER_SECOND = 1_000;

/** Trains a version. Never rejects. */
export async function trainModel(
  deps: CapabilityDeps,
  action: TrainStepAction,
): Promise<StepOutcome> {
  try {
    const outcome = await trainOnce(deps, action);
    const word = outcome.kind === 'failed' ? 'failed' : 'trained';
    deps.telemetry.count('novacron_model_trainings_total', { outcome: word });
    return outcome;
  } catch (cause) {
    deps.logger.warn({ model: action.modelId, cause }, 'a model was not trained');
    return failed('the model could not be read', 'retry');
  }
}

async function trainOnce(
  deps: CapabilityDeps,
  { modelId, tenantId, version }: TrainStepAction,
): Promise<StepOutcome> {
  const where = { id: modelId, tenant_id: tenantId };
  const [row] = await deps.store.read({ from: 'models', where });
  if (row === undefined) return failed('the model was deleted', 'final');
  if (deps.models === undefined) return failed('this server trains no models', 'final');
  const spec = specOf(row);
  const toS = lastStepEnd(spec, deps.clock.nowMs());
  const span = { fromS: toS - spec.history_days * DAY_S, toS };
  const read = await readModelSeries(deps, spec, span);
  if (!read.ok) return failed(read.error.detail, 'retry');
  const { series, absent } = read.value;
  if (absent.length > 0) return failed(nothingStored(spec, absent), 'final');
  const task = {
    kind: kindOf(row),
    target: spec.target,
    series,
    alarmAbove: spec.alarm_above ?? undefined,
    seed: spec.seed,
    trainedAt: toTimestamp(deps.clock.nowMs()),
  };
  const isWanted = () => isRunning(deps, row);
  const done = await deps.models.train(task, { tenantId, isWanted });
  if (done.kind !== 'done') return failed(done.why, done.kind === 'refused' ? 'final' : 'retry');
  const robustness = await measureWorker(deps, row, done.answer);
  if (!robustness.ok) return failed(robustness.error.detail, 'retry');
  if (!robustness.value.agree) return failed('another worker predicts something else', 'final');
  return store(deps, { row, version, span, trained: done.answer, robustness: robustness.value });
}

/** Whether the operation that trains a version goes on. */
async function isRunning(
  { store }: Pick<CapabilityDeps, 'store'>,
  { operation_id: id }: ModelRow,
): Promise<boolean> {
  if (id === null) return false;
  const [operation] = await store.read({ from: 'operations', where: { id }, damaged: 'blank' });
  return operation?.status === 'running';
}

/** Predictions at once, in another worker than the one that trained. */
const PREDICTIONS = 4;

/** Has another worker predict what the one that trained has predicted. */
async function measureWorker(
  deps: Pick<CapabilityDeps, 'models'>,
  row: ModelRow,
  { file, probe: { rows, values } }: TrainedFile,
): Promise<Result<Robustness, Problem>> {
  const asked = Array.from({ length: PREDICTIONS }, () =>
    runTask(deps, row, { kind: 'predict', file, from: { rows } }),
  );
  let [agree, workerBytes] = [true, 0];
  for (const done of await Promise.all(asked)) {
    if (!done.ok) return done;
    agree &&= done.value.values.every(({ value }, at) => value === values[at]);
    workerBytes = Math.max(workerBytes, done.value.heapBytes);
  }
  return ok({ predictions: PREDICTIONS, agree, workerBytes });
}

interface Trained {
  readonly row: ModelRow;
  readonly version: number;
  readonly span: { readonly fromS: number; readonly toS: number };
  readonly trained: TrainedFile;
  readonly robustness: Robustness;
}

async function store(
  deps: CapabilityDeps,
  { row, version, span, trained, robustness }: Trained,
): Promise<StepOutcome> {
  const bytes = Buffer.from(trained.file);
  const written = await writeContent(deps, chunksOf(bytes), () => undefined);
  if (!written.ok) return failed(written.error.detail, 'retry');
  const { evaluation, rows, sha256, trainedToS, treesGrown } = trained;
  const lineage: Lineage = { ...span, trainedToS, rows, sha256, query: queryOf(specOf(row), span) };
  const verdict = explainVerdict(evaluation).replaceAll('`', '');
  const set: Partial<ModelVersionRow> = {
    state: evaluation.isBetter ? 'candidate' : 'refused',
    ...(evaluation.isBetter ? {} : { reason: verdict }),
    evaluation_json: JSON.stringify({ ...evaluation, treesGrown } satisfies StoredEvaluation),
    lineage_json: JSON.stringify(lineage),
    robustness_json: JSON.stringify(robustness),
    format: MODEL_FORMAT,
    sha256: hash('sha256', bytes, 'hex'),
    ...written.value,
  };
  const record: Change = {
    kind: 'update',
    table: 'model_versions',
    id: versionId(row.id, version),
    set,
    expect: {},
    otherwise: replan(`The model ${row.name}`),
  };
  return { kind: 'succeeded', record };
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  assert(bytes.length > 0, 'a model file is not empty');
  yield bytes;
}

/** The query that reads the same data, in words. */
function queryOf(spec: ModelSpec, { fromS, toS }: Trained['span']): string {
  const { target, features, target_kind, target_id, step_seconds, horizon_seconds } = spec;
  const ahead = horizon_seconds === 0 ? '' : `, ${horizon_seconds} s ahead`;
  const [from, to] = [fromS, toS].map((atS) => toTimestamp(atS * MS_PER_SECOND));
  return (
    `${target}${ahead} from ${features.join(', ')} of the ${target_kind.replace('_', ' ')} ` +
    `${target_id}, in steps of ${step_seconds} s from ${from} to ${to}`
  );
}

function nothingStored(
  { history_days, target_kind, target_id }: ModelSpec,
  absent: readonly string[],
): string {
  return (
    `in ${history_days} days, nothing is stored of ${absent.join(', ')} of the ` +
    `${target_kind.replace('_', ' ')} ${target_id}; write it first: novacron metric write`
  );
}

function failed(message: string, next: 'retry' | 'final'): StepOutcome {
  return { kind: 'failed', message, next };
}
