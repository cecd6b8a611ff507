/** What the JSON columns of models contain, and how answers show it. */
import type { ModelId } from '@novacron/contract/ids';
import { OperationId } from '@novacron/contract/ids';
import { problem } from '@novacron/contract/problem/problem';
import {
  Model,
  type ModelDrift,
  ModelEnvironment,
  ModelVersion,
  type ModelVersionState,
} from '@novacron/contract/training/model';
import { ModelKind } from '@novacron/contract/training/model-file';
import type { Evaluation } from '@novacron/engine/training/model/training';
import type { Change } from '../../../ports/store.ts';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import { damagedRow, parseList, parseShown, parseStored } from '../../rows/parse-stored.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { toTrial, trialOf } from './trial-rows.ts';

/** What a model learns. */
export interface ModelSpec {
  readonly target: string;
  readonly features: readonly string[];
  readonly target_kind: 'tenant' | 'vm' | 'vm_group';
  readonly target_id: string;
  readonly step_seconds: number;
  readonly horizon_seconds: number;
  readonly history_days: number;
  readonly alarm_above: number | null;
  readonly seed: number;
}

/** Numbers of the champions of each environment, the current one last. */
export type Champions = Readonly<Partial<Record<ModelEnvironment, readonly number[]>>>;

/** How a version was measured, and the number of its trees. */
export interface StoredEvaluation extends Evaluation {
  readonly treesGrown: number;
}

/** What a version learned from. */
export interface Lineage {
  readonly fromS: number;
  readonly toS: number;
  readonly trainedToS: number;
  readonly rows: number;
  readonly sha256: string;
  readonly query: string;
}

/** How the file of a version did in another worker. */
export interface Robustness {
  /** Predictions at once. */
  readonly predictions: number;
  /** Whether they were those of the worker that trained it. */
  readonly agree: boolean;
  readonly workerBytes: number;
}

const MS_PER_SECOND = 1_000;

/** @throws damagedRow */
export function specOf({ id, spec_json }: ModelRow): ModelSpec {
  return parseColumn<ModelSpec>(id, 'spec_json', spec_json);
}

/** @throws damagedRow */
export function championsOf({ id, champions_json }: ModelRow): Champions {
  return parseColumn<Champions>(id, 'champions_json', champions_json);
}

/** What was found about each version that is a champion and was measured. @throws damagedRow */
export function driftOf(row: ModelRow): readonly ModelDrift[] {
  const { id, drift_json } = row;
  if (drift_json === null) return [];
  const found = parseList<ModelDrift>(drift_json);
  if (found === undefined) throw damagedRow(id, 'drift_json is not a JSON list');
  const champions = new Set(Object.values(championsOf(row)).map((each) => each?.at(-1)));
  return found.filter(({ version }) => champions.has(version));
}

/** How a version was measured; undefined before the end of its training. @throws damagedRow */
export function evaluationOf({
  id,
  evaluation_json,
}: ModelVersionRow): StoredEvaluation | undefined {
  return evaluation_json === null
    ? undefined
    : parseColumn<StoredEvaluation>(id, 'evaluation_json', evaluation_json);
}

/** What a version learned from; undefined before the end of its training. @throws damagedRow */
export function lineageOf({ id, lineage_json }: ModelVersionRow): Lineage | undefined {
  return lineage_json === null ? undefined : parseColumn<Lineage>(id, 'lineage_json', lineage_json);
}

/** How its file did in another worker; undefined before that was measured. @throws damagedRow */
export function robustnessOf({ id, robustness_json }: ModelVersionRow): Robustness | undefined {
  return robustness_json === null
    ? undefined
    : parseColumn<Robustness>(id, 'robustness_json', robustness_json);
}

function parseColumn<T extends object>(id: string, column: string, text: string): T {
  const value = parseStored<T>(text);
  if (value === undefined) throw damagedRow(id, `${column} is not a JSON object`);
  return value;
}

/** The champion of an environment; undefined where none acts. @throws damagedRow */
export function championOf(row: ModelRow, environment: ModelEnvironment): number | undefined {
  return championsOf(row)[environment]?.at(-1);
}

/** How a model predicts. */
export function kindOf({ id, kind }: ModelRow): ModelKind {
  return parseShown(id, ModelKind, kind);
}

/** Whether versions are the champion somewhere, or were. @throws damagedRow */
export function stateOf(row: ModelRow, version: ModelVersionRow): ModelVersionState {
  const histories = Object.values(championsOf(row));
  if (histories.some((each) => each?.at(-1) === version.version)) return 'champion';
  const was = histories.some((each) => each?.includes(version.version));
  return was ? 'retired' : version.state;
}

/** Changes a model if nothing has changed it since it was read. */
export function updateModel(row: ModelRow, set: Partial<ModelRow>): Change {
  return {
    kind: 'update',
    table: 'models',
    id: row.id,
    set: { ...set, revision: row.revision + 1 },
    expect: { revision: row.revision },
    otherwise: replan(`The model ${row.name}`),
  };
}

/** What policies read of a model. @throws damagedRow */
export function fieldsOf(row: ModelRow) {
  const { target, features } = specOf(row);
  return { target, features };
}

/** A version has no number of this kind. */
export function noVersion({ name }: ModelRow, version: number | undefined) {
  return problem('not-found', {
    detail:
      version === undefined
        ? `The model ${name} has no such version yet.`
        : `The model ${name} has no version ${version}.`,
    remedy: `See which it has: novacron model versions ${name}`,
    fields: [{ path: ['model_version'], message: 'does not exist' }],
  });
}

/** Id of a version. */
export function versionId(id: ModelId, version: number): string {
  return `${id}/${version}`;
}

/** A model as answers show it. @throws damagedRow */
export function toModel(row: ModelRow): Model {
  const trial = trialOf(row);
  const champions = ModelEnvironment.options.map((each) => [each, championOf(row, each) ?? null]);
  return parseShown(row.id, Model, {
    id: row.id,
    name: row.name,
    kind: row.kind,
    ...specOf(row),
    latest_version: row.latest_version,
    champions: Object.fromEntries(champions),
    drift: driftOf(row),
    trial: trial === undefined ? null : toTrial(row.id, trial),
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  });
}

/** A version as answers show it. @param failure - of the operation that trained it */
export function toVersion(
  row: ModelRow,
  version: ModelVersionRow,
  failure: string | undefined,
): ModelVersion {
  const evaluation = evaluationOf(version);
  const lineage = lineageOf(version);
  const robustness = robustnessOf(version);
  const [settings] = evaluation?.settings ?? [];
  const environments = ModelEnvironment.options.filter(
    (each) => championOf(row, each) === version.version,
  );
  return parseShown(version.id, ModelVersion, {
    version: version.version,
    state: stateOf(row, version),
    reason: failure ?? version.reason,
    environments,
    scores: evaluation === undefined ? null : toScores(evaluation),
    settings:
      evaluation === undefined || settings === undefined
        ? null
        : {
            depth: settings.depth,
            learning_rate: settings.learningRate,
            trees: evaluation.treesGrown,
          },
    lineage:
      lineage === undefined
        ? null
        : {
            from: toTimestamp(lineage.fromS * MS_PER_SECOND),
            to: toTimestamp(lineage.toS * MS_PER_SECOND),
            trained_to: toTimestamp(lineage.trainedToS * MS_PER_SECOND),
            rows: lineage.rows,
            sha256: lineage.sha256,
            query: lineage.query,
          },
    seed: specOf(row).seed,
    format: version.format,
    sha256: version.sha256,
    bytes: version.bytes,
    robustness:
      robustness === undefined
        ? null
        : {
            predictions: robustness.predictions,
            agree: robustness.agree,
            worker_bytes: robustness.workerBytes,
          },
    operation_id: OperationId.parse(version.operation_id),
    created_at: toTimestamp(version.created_at_ms),
    created_by: version.created_by,
  });
}

function toScores({
  rowsTrained,
  rowsHeldBack,
  model,
  rules,
  improvement,
  isBetter,
  robustness,
  alarm,
}: Evaluation) {
  return {
    rows_trained: rowsTrained,
    rows_held_back: rowsHeldBack,
    ...model,
    rules,
    improvement: improvement.estimate,
    improvement_lower: improvement.lower,
    is_better: isBetter,
    noisy_mae: robustness.noisyMae,
    missing_mae: robustness.missingMae,
    alarm: alarm ?? null,
  };
}
