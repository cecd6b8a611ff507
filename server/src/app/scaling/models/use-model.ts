/** Predicts with champions, and compares them with challengers. */
import type { OutputOf, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ModelEnvironment } from '@novacron/contract/training/model';
import { MODEL_ROWS_MAX } from '@novacron/contract/training/model';
import { explainComparison } from '@novacron/engine/training/explain-comparison';
import { planArm } from '@novacron/engine/training/plan-trial';
import type { ModelAnswer, ModelTask } from '../../../ports/models.ts';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { championOf, driftOf, lineageOf, noVersion, specOf, stateOf } from './model-rows.ts';
import {
  findModel,
  findVersion,
  type ModelWithFile,
  openVersion,
  readVersions,
} from './read-models.ts';
import { lastStepEnd, ofGroup, readModelSeries } from './read-series.ts';
import { runningTrial } from './trial-rows.ts';

const MS_PER_SECOND = 1_000;

/** Steps in which the end of a silent series is looked for; a day of 15 minutes. */
const SILENT_STEPS_MAX = 96;

type AnswerOf<Kind extends ModelTask['kind']> = Extract<ModelAnswer, { readonly kind: Kind }>;

/** Predicts. Problems: `not-found`; `conflict` where no version may act. */
export async function predictWithModel(
  deps: CapabilityDeps,
  { id, environment, rows, vm_group_id }: ParsedInputOf<'model.predict'>,
  context: CallContext,
): Promise<Result<OutputOf<'model.predict'>, Problem>> {
  const found = await findModel(deps, id, context);
  if (!found.ok) return found;
  const row = found.value;
  const groupId = vm_group_id ?? null;
  const group = await findGroup(deps, groupId, context);
  if (group !== undefined) return err(group);
  const acting = await openActing(deps, row, { environment, groupId });
  if (!acting.ok) return acting;
  const { version, file } = acting.value;
  const from = rows === undefined ? await readLast(deps, row, groupId) : checkRows(row, rows);
  if (!from.ok) return from;
  const task = { kind: 'predict', file, from: from.value } as const;
  const done = await runTask(deps, row, task);
  if (!done.ok) return done;
  deps.telemetry.count('novacron_model_predictions_total', { environment });
  return ok({
    version: version.version,
    target: specOf(row).target,
    absent: rows === undefined ? [] : absentFrom(row, rows),
    predictions: done.value.values.map(({ atS, value }) => {
      return { at: atS === null ? null : toTimestamp(atS * MS_PER_SECOND), value };
    }),
  });
}

/** Compares. Problems: `not-found`; `conflict` without a champion, or with too few new rows. */
export async function compareModels(
  deps: CapabilityDeps,
  input: ParsedInputOf<'model.compare'>,
  context: CallContext,
): Promise<Result<OutputOf<'model.compare'>, Problem>> {
  const found = await findModel(deps, input.id, context);
  if (!found.ok) return found;
  const row = found.value;
  const champion = await openChampion(deps, row, input.environment);
  if (!champion.ok) return champion;
  const number = input.model_version ?? (await findCandidate(deps, row))?.version;
  if (number === undefined) return err(noVersion(row, undefined));
  if (number === champion.value.version.version) return err(isItself(row, number, input));
  const stored = await findVersion(deps, row, number);
  if (!stored.ok) return stored;
  const challenger = await openVersion(deps, row, stored.value);
  if (!challenger.ok) return challenger;
  const spec = specOf(row);
  const both = [champion.value.version, challenger.value.version];
  const afterS = Math.max(...both.map((each) => lineageOf(each)?.trainedToS ?? 0));
  const endS = lastStepEnd(spec, deps.clock.nowMs());
  const firstS = afterS - spec.horizon_seconds;
  const toS = Math.min(endS, firstS + MODEL_ROWS_MAX * spec.step_seconds);
  const read = await readModelSeries(deps, spec, { fromS: firstS, toS });
  if (!read.ok) return read;
  const plannedRows = input.planned_rows;
  const files = { champion: champion.value.file, challenger: challenger.value.file };
  const { series } = read.value;
  const done = await runTask(deps, row, { kind: 'compare', ...files, series, afterS, plannedRows });
  if (!done.ok) return done;
  const { plan, fromS } = done.value;
  return ok({
    champion: champion.value.version.version,
    challenger: number,
    from: toTimestamp(fromS * MS_PER_SECOND),
    to: toTimestamp(done.value.toS * MS_PER_SECOND),
    rows: plan.rows,
    champion_mae: plan.championMae,
    challenger_mae: plan.challengerMae,
    improvement: plan.improvement.estimate,
    improvement_lower: plan.improvement.lower,
    welch_p: plan.welchP,
    mann_whitney_p: plan.mannWhitneyP,
    planned_rows: plannedRows,
    statistic: plan.statistic,
    bound: plan.bound,
    verdict: plan.verdict,
    explanation: [...explainComparison(plan, plannedRows)],
  });
}

/** Opens the champion of an environment. Problems: `conflict` where there is none. */
export async function openChampion(
  deps: Pick<CapabilityDeps, 'store'>,
  row: ModelRow,
  environment: ModelEnvironment,
): Promise<Result<ModelWithFile, Problem>> {
  const number = championOf(row, environment);
  if (number === undefined) return err(noChampion(row, environment));
  const version = await findVersion(deps, row, number);
  return version.ok ? openVersion(deps, row, version.value) : version;
}

/** No version acts in an environment. */
export function noChampion({ name }: ModelRow, environment: ModelEnvironment): Problem {
  return problem('conflict', {
    detail: `No version of the model ${name} acts in ${environment}.`,
    remedy:
      `Promote one: novacron model promote ${name} --model-version N ` +
      `--environment ${environment}`,
  });
}

/** Opens the challenger of a trial where it acts, and the champion otherwise. */
async function openActing(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  row: ModelRow,
  { environment, groupId }: Asker,
): Promise<Result<ModelWithFile, Problem>> {
  const champion = championOf(row, environment);
  const off = champion === undefined ? undefined : staysOff(row, champion);
  if (off !== undefined) return err(off);
  const trial = runningTrial(row);
  const spec = specOf(row);
  const own = spec.target_kind === 'vm_group' ? spec.target_id : null;
  const asked = { atS: lastStepEnd(spec, deps.clock.nowMs()), groupId: groupId ?? own };
  const isTried = trial?.environment === environment && planArm(trial, asked) === 'challenger';
  if (!isTried) return openChampion(deps, row, environment);
  const version = await findVersion(deps, row, trial.challenger);
  return version.ok ? openVersion(deps, row, version.value) : version;
}

interface Asker {
  readonly environment: ModelEnvironment;
  readonly groupId: string | null;
}

async function findGroup(
  { store }: Pick<CapabilityDeps, 'store'>,
  id: string | null,
  { principal: { tenantId } }: CallContext,
): Promise<Problem | undefined> {
  if (id === null) return undefined;
  const found = await findResource(store, 'vm_group', { tenantId, id });
  return found.ok ? undefined : found.error;
}

/** Has a thread run a task. Problems: `conflict` for what it refuses, `unavailable`. */
export async function runTask<Task extends ModelTask>(
  { models }: Pick<CapabilityDeps, 'models'>,
  { name, tenant_id }: Pick<ModelRow, 'name' | 'tenant_id'>,
  task: Task,
): Promise<Result<AnswerOf<Task['kind']>, Problem>> {
  const done = await models?.run(task, tenant_id);
  if (done?.kind === 'refused') {
    return err(
      problem('conflict', {
        detail: `The model ${name} cannot do it: ${done.why}.`,
        remedy: `See its versions: novacron model versions ${name}`,
      }),
    );
  }
  if (done?.kind !== 'done' || !answers(task, done.answer)) {
    const why = done?.kind === 'failed' ? done.why : 'this server runs no models';
    return err(
      problem('unavailable', {
        detail: `The model ${name} does not answer: ${why}.`,
        remedy: 'Send the request again in some seconds.',
      }),
    );
  }
  return ok(done.answer);
}

function answers<Task extends ModelTask>(
  { kind }: Task,
  answer: ModelAnswer,
): answer is AnswerOf<Task['kind']> {
  return answer.kind === kind;
}

/** The newest version that may be promoted, and was not yet. */
async function findCandidate(
  deps: Pick<CapabilityDeps, 'store'>,
  row: ModelRow,
): Promise<ModelVersionRow | undefined> {
  const versions = await readVersions(deps, row);
  return versions.findLast((version) => stateOf(row, version) === 'candidate');
}

type Rows = NonNullable<ParsedInputOf<'model.predict'>['rows']>;

/** Rows of features that the model knows; each has one at least. */
function checkRows(row: ModelRow, rows: Rows): Result<{ readonly rows: Rows }, Problem> {
  const { features } = specOf(row);
  const known = features.join(', ');
  const strange = rows.flatMap(Object.keys).find((name) => !features.includes(name));
  if (strange !== undefined) {
    return err(
      problem('conflict', {
        detail: `${strange} is not a feature of the model ${row.name}.`,
        remedy: `Give its features: ${known}`,
      }),
    );
  }
  const empty = rows.findIndex((each) => features.every((name) => (each[name] ?? null) === null));
  if (empty < 0) return ok({ rows });
  return err(
    problem('conflict', {
      detail: `Row ${empty + 1} has none of the features of the model ${row.name}.`,
      remedy: `Give at least one of ${known}`,
    }),
  );
}

/** Features that a row at least is without. */
function absentFrom(row: ModelRow, rows: Rows): string[] {
  return specOf(row).features.filter((name) => rows.some((each) => (each[name] ?? null) === null));
}

/** The last whole step of the series. Problems: `conflict` where a feature is missing in it. */
async function readLast(deps: CapabilityDeps, row: ModelRow, groupId: string | null) {
  const spec = ofGroup(specOf(row), groupId);
  const toS = lastStepEnd(spec, deps.clock.nowMs());
  // The steps before say since when a feature is silent.
  const fromS = toS - SILENT_STEPS_MAX * spec.step_seconds;
  const read = await readModelSeries(deps, spec, { fromS, toS });
  if (!read.ok) return read;
  const { series } = read.value;
  const silent = series.features.flatMap((feature) => {
    if (!('values' in feature)) return [];
    const last = feature.values.findLastIndex((value) => !Number.isNaN(value));
    return last === feature.values.length - 1 ? [] : [{ name: feature.name, steps: last + 1 }];
  });
  const [first] = silent;
  if (first === undefined) return ok({ series });
  const sinceS = fromS + first.steps * spec.step_seconds;
  const since = toTimestamp(sinceS * MS_PER_SECOND);
  const when = first.steps === 0 ? `for longer than since ${since}` : `since ${since}`;
  const names = silent.map(({ name }) => name).join(', ');
  return err(
    problem('conflict', {
      detail:
        `The model ${row.name} cannot predict from the last step: nothing is stored of ${names}; ` +
        `${first.name} is silent ${when}.`,
      remedy: 'Write the metrics, or give the features yourself: novacron model predict --rows',
    }),
  );
}

function isItself(
  { name }: ModelRow,
  version: number,
  { environment }: ParsedInputOf<'model.compare'>,
): Problem {
  return problem('conflict', {
    detail: `Version ${version} of the model ${name} is the champion of ${environment} itself.`,
    remedy: `Compare it with another version: novacron model versions ${name}`,
  });
}

function staysOff(row: ModelRow, version: number): Problem | undefined {
  const drift = driftOf(row).find((each) => each.version === version);
  if (drift === undefined || drift.acts) return undefined;
  return problem('conflict', {
    detail: `Version ${version} of the model ${row.name} does not act. ${drift.reason}`,
    remedy: `Compare and promote another version: novacron model versions ${row.name}`,
  });
}
