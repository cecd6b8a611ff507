/** Trials (A/B tests) of versions: they begin with a request, and promote nothing. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { MODEL_ROWS_MAX, type Model } from '@novacron/contract/training/model';
import type { SeriesTable } from '@novacron/engine/training/model/table';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ModelRow } from '../../../ports/tables/model-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findPromotion, requirePromotable } from './change-model.ts';
import { championOf, fieldsOf, specOf, toModel, updateModel } from './model-rows.ts';
import type { Promotion } from './model-subject.ts';
import { findModel, findVersion, openVersion } from './read-models.ts';
import { lastStepEnd, ofGroup, readModelSeries } from './read-series.ts';
import { endTrial, runningTrial, type StoredTrial } from './trial-rows.ts';
import { noChampion, runTask } from './use-model.ts';

/** With fewer, an arm has one group, and its errors no variance. */
const GROUPS_MIN = 4;

type Asked = ParsedInputOf<'model.start_trial'>;
type Answer = { readonly resource: Model };

/**
 * Starts a trial. The challenger needs what its promotion would need, because it acts. Problems:
 * `not-found`; `conflict` without a champion, and for a challenger that could not be promoted;
 * `forbidden` without the approval that it needs.
 */
export async function startTrial(
  deps: CapabilityDeps,
  input: Asked,
  context: CallContext,
): Promise<Result<Answer, Problem>> {
  const found = await findPromotion(deps, { ...input, purpose: 'try' }, context);
  if (!found.ok) return found;
  const wrong = await refuseDesign(deps, input, found.value.row, context);
  if (wrong !== undefined) return err(wrong);
  const refused = refuseTrial(found.value);
  if (refused !== undefined) return err(refused);
  const asked = { promotion: found.value, mode: 'request' } as const;
  const approved = await requirePromotable(deps, asked, context);
  if (!approved.ok) return approved;
  const check = async (): CheckedObject<Answer> => {
    const again = await findPromotion(deps, { ...input, purpose: 'try' }, context);
    if (!again.ok) return again;
    const { row } = again.value;
    const champion = championOf(row, input.environment);
    const by = context.principal.name;
    const trial =
      champion === undefined ? undefined : planDesign(deps, input, { row, champion, by });
    const write = planWrite(deps, { row, context, operation: 'model.start_trial' }, trial);
    const late = refuseTrial(again.value);
    if (late !== undefined) return ok({ ...write, found: late });
    const now = { promotion: again.value, mode: 'look' } as const;
    const given = await requirePromotable(deps, now, context);
    if (!given.ok) return ok({ ...write, found: given.error });
    return ok({ ...write, changes: [...write.changes, ...given.value] });
  };
  return admitObject(deps, context, { name: 'model.start_trial', check });
}

/** Ends a trial by hand. Problems: `not-found`; `conflict` where none runs. */
export function stopTrial(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'model.stop_trial'>,
  context: CallContext,
): Promise<Result<Answer, Problem>> {
  const check = async (): CheckedObject<Answer> => {
    const found = await findModel(deps, id, context);
    if (!found.ok) return found;
    const row = found.value;
    const trial = runningTrial(row);
    const why = `${context.principal.name} ended it.`;
    const ended = trial && endTrial(trial, { atMs: deps.clock.nowMs(), why });
    const write = planWrite(deps, { row, context, operation: 'model.stop_trial' }, ended);
    return ok({ ...write, found: trial === undefined ? noTrial(row) : undefined });
  };
  return admitObject(deps, context, { name: 'model.stop_trial', check });
}

/** What keeps a trial from beginning now. */
function refuseTrial({ row, environment }: Promotion): Problem | undefined {
  const running = runningTrial(row);
  if (running !== undefined) return isRunning(row, running);
  return championOf(row, environment) === undefined ? noChampion(row, environment) : undefined;
}

/** Measures the trial that runs: its columns and events; nothing where none runs. */
export async function measureTrial(
  deps: CapabilityDeps,
  row: ModelRow,
): Promise<{ readonly set: Partial<ModelRow>; readonly events: ChangeSet }> {
  const nothing = { set: {}, events: [] };
  const trial = runningTrial(row);
  if (trial === undefined) return nothing;
  const done = await compareArms(deps, row, trial);
  if (!done.ok) {
    deps.logger.warn({ model: row.id, problem: done.error }, 'a trial was not measured');
    return nothing;
  }
  const { plan, reason } = done.value;
  const atMs = deps.clock.nowMs();
  const measured = { ...trial, found: { plan, measuredAtMs: atMs }, reason };
  const isOver = plan.verdict !== 'undecided';
  const next = isOver ? endTrial(measured, { atMs, why: reason }) : measured;
  return {
    set: { trial_json: JSON.stringify(next) },
    events: isOver ? [trialEvent(deps, row, { type: 'model.trial_ended', trial: next })] : [],
  };
}

async function compareArms(deps: CapabilityDeps, row: ModelRow, design: StoredTrial) {
  const files: string[] = [];
  for (const number of [design.champion, design.challenger]) {
    const version = await findVersion(deps, row, number);
    if (!version.ok) return version;
    const opened = await openVersion(deps, row, version.value);
    if (!opened.ok) return opened;
    files.push(opened.value.file);
  }
  const spec = specOf(row);
  const nowS = lastStepEnd(spec, deps.clock.nowMs());
  const lastS = design.startS + design.plannedBlocks * design.blockS + spec.horizon_seconds;
  // Features of the first prediction are of the step before it.
  const span = { fromS: design.startS - spec.step_seconds, toS: Math.min(nowS, lastS) };
  const series: { groupId: string | null; table: SeriesTable }[] = [];
  for (const groupId of design.unit === 'vm_group' ? design.groupIds : [null]) {
    const read = await readModelSeries(deps, ofGroup(spec, groupId), span);
    if (!read.ok) return read;
    series.push({ groupId, table: read.value.series });
  }
  const [champion = '', challenger = ''] = files;
  return runTask(deps, row, { kind: 'trial', champion, challenger, design, series, nowS });
}

/** What is wrong with a design. */
async function refuseDesign(
  { store }: Pick<CapabilityDeps, 'store'>,
  { unit, vm_group_ids, block_seconds, planned_blocks }: Asked,
  row: ModelRow,
  { principal: { tenantId } }: CallContext,
): Promise<Problem | undefined> {
  const { step_seconds } = specOf(row);
  if (block_seconds % step_seconds !== 0) {
    return wrongField('block_seconds', `must be a multiple of the step, ${step_seconds}`);
  }
  const groups = new Set(vm_group_ids);
  if (groups.size < vm_group_ids.length) return wrongField('vm_group_ids', 'must be different');
  if (unit === 'time_block' && groups.size > 0) {
    return wrongField('vm_group_ids', 'must be empty for the unit time_block');
  }
  if (unit === 'vm_group' && groups.size < GROUPS_MIN) {
    return wrongField('vm_group_ids', `must name at least ${GROUPS_MIN} groups`);
  }
  const rows = (planned_blocks * block_seconds * Math.max(1, groups.size)) / step_seconds;
  if (rows > MODEL_ROWS_MAX) {
    const message = `must have at most ${MODEL_ROWS_MAX} steps of all groups; it has ${rows}`;
    return wrongField('planned_blocks', message);
  }
  for (const id of groups) {
    const found = await findResource(store, 'vm_group', { tenantId, id });
    if (!found.ok) return found.error;
  }
  return undefined;
}

function planDesign(
  { clock }: Pick<CapabilityDeps, 'clock'>,
  input: Asked,
  { row, champion, by }: { readonly row: ModelRow; readonly champion: number; readonly by: string },
): StoredTrial {
  const spec = specOf(row);
  return {
    unit: input.unit,
    share: input.share,
    seed: input.seed,
    // What is predicted from the step that has ended is the champion's.
    startS: lastStepEnd(spec, clock.nowMs()) + spec.step_seconds,
    blockS: input.block_seconds,
    plannedBlocks: input.planned_blocks,
    groupIds: input.vm_group_ids,
    environment: input.environment,
    champion,
    challenger: input.model_version,
    startedBy: by,
    endedAtMs: null,
    found: null,
    reason: null,
  };
}

function planWrite(
  deps: CapabilityDeps,
  write: {
    readonly row: ModelRow;
    readonly context: CallContext;
    readonly operation: 'model.start_trial' | 'model.stop_trial';
  },
  trial: StoredTrial | undefined,
) {
  const { row, context, operation } = write;
  const { name: by } = context.principal;
  const set = {
    ...(trial && { trial_json: JSON.stringify(trial) }),
    updated_at_ms: deps.clock.nowMs(),
    updated_by: by,
  };
  const environment = trial?.environment;
  const fields = { ...fieldsOf(row), ...(environment && { environment }) };
  const isStart = operation === 'model.start_trial';
  const type = isStart ? 'model.trial_started' : 'model.trial_ended';
  const changes: ChangeSet = [updateModel(row, set)];
  return {
    operation,
    resourceKind: 'model',
    target: { id: row.id, name: row.name },
    before: { ...fields, challenger: isStart ? null : (trial?.challenger ?? null) },
    wanted: { ...fields, challenger: isStart ? (trial?.challenger ?? null) : null },
    changes,
    events: trial === undefined ? [] : [trialEvent(deps, row, { type, trial })],
    answer: { resource: toModel({ ...row, ...set, revision: row.revision + 1 }) },
  } as const;
}

/** An event about a trial. */
function trialEvent(
  deps: Pick<CapabilityDeps, 'ids' | 'clock'>,
  row: ModelRow,
  about: {
    readonly type: 'model.trial_started' | 'model.trial_ended';
    readonly trial: StoredTrial;
  },
): Change {
  const { environment, champion, challenger, found, reason } = about.trial;
  const verdict = found?.plan.verdict ?? null;
  return eventChange(deps, {
    tenantId: row.tenant_id,
    type: about.type,
    source: 'platform',
    target: row.id,
    priority: 'normal',
    data: { name: row.name, environment, champion, challenger, verdict, reason },
  });
}

function wrongField(field: string, message: string): Problem {
  return problem('validation-failed', {
    detail: `${field} ${message}.`,
    remedy: 'Correct it and send the request again.',
    fields: [{ path: [field], message }],
  });
}

function isRunning({ name }: ModelRow, { environment, challenger }: StoredTrial): Problem {
  return problem('conflict', {
    detail: `A trial of version ${challenger} of the model ${name} runs in ${environment}.`,
    remedy: `Wait for its end, or end it: novacron model stop-trial ${name}`,
  });
}

function noTrial({ name }: ModelRow): Problem {
  return problem('conflict', {
    detail: `No trial of the model ${name} runs.`,
    remedy: `Start one: novacron model start-trial ${name} --model-version N`,
  });
}
