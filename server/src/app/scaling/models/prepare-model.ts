/** Plans new models and new versions: the operation trains them. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { MODEL_ROWS_MAX, MODEL_VERSIONS_MAX } from '@novacron/contract/training/model';
import { ModelKind } from '@novacron/contract/training/model-file';
import type { Change, ChangeSet } from '../../../ports/store.ts';
import type { ModelRow, ModelVersionRow } from '../../../ports/tables/model-rows.ts';
import type { OperationStepDefinition } from '../../kernel/definitions/operation-definition.ts';
import type { Saga } from '../../kernel/operations/saga.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { PreparedWrite } from '../../kernel/write/prepared-write.ts';
import { dropContent } from '../../platform/contents/stored-content.ts';
import type { Prepare, WriteScope } from '../../resources/scope.ts';
import { replan } from '../../rows/resource-problems.ts';
import { championsOf, fieldsOf, type ModelSpec, updateModel, versionId } from './model-rows.ts';
import { findModel, readVersions } from './read-models.ts';
import { runningTrial } from './trial-rows.ts';

const DAY_S = 86_400;

/** Models of a tenant. */
const MODELS_MAX = 100;

/** Trainings wait for those of others. Unit: ms. */
const PATIENCE_MS = 3_600_000;

/** Columns of a version that its training fills. */
const UNTRAINED = {
  evaluation_json: null,
  lineage_json: null,
  robustness_json: null,
  format: null,
  sha256: null,
  bytes: null,
  content: null,
} as const;

type CreateInput = ParsedInputOf<'model.create'>;

/** Plans a new model. */
export const prepareModelCreate: Prepare<CreateInput> = async (input, scope) => {
  const { deps, context, nowMs, operationId } = scope;
  const { tenantId: tenant_id, name: by } = context.principal;
  const wrong = refuseSpec(input);
  if (wrong !== undefined) return err([wrong]);
  const target = await findTarget(input, scope);
  if (!target.ok) return err([target.error]);
  const where = { tenant_id, name: input.name };
  const [holder] = await deps.store.read({ from: 'models', where });
  if (holder !== undefined) return err([nameTaken(holder)]);
  const count = await deps.store.count({ from: 'models', where: { tenant_id } });
  if (count >= MODELS_MAX) return err([tooMany()]);
  const { features, step_seconds, horizon_seconds, history_days, alarm_above, seed } = input;
  const how = { step_seconds, horizon_seconds, history_days, alarm_above, seed };
  const spec: ModelSpec = { target: input.target, features, ...target.value, ...how };
  const row: ModelRow = {
    id: deps.ids.next('mdl'),
    tenant_id,
    name: input.name,
    kind: ModelKind.enum.gradient_boosting,
    spec_json: JSON.stringify(spec),
    champions_json: '{}',
    latest_version: 1,
    drift_json: null,
    trial_json: null,
    checked_at_ms: 0,
    operation_id: operationId,
    revision: 1,
    created_at_ms: nowMs,
    created_by: by,
    updated_at_ms: nowMs,
    updated_by: by,
  };
  const otherwise = replan(`The name ${input.name}`);
  const insert: Change = { kind: 'insert', into: 'models', row, otherwise };
  return ok({
    ...writeOf(row),
    before: null,
    wanted: { ...fieldsOf(row), version: 1 },
    saga: trainingSaga(scope, { row, changes: [insert], reason: null }),
  });
};

/** Plans a new version. Problems: `not-found`, `conflict` while one is trained. */
export const prepareModelTraining: Prepare<ParsedInputOf<'model.train'>> = (input, scope) =>
  planVersion(input.id, scope, null);

/** The same with a reason, for a model that drifted. */
export async function planVersion(
  id: string,
  scope: WriteScope,
  reason: string | null,
): Promise<Result<PreparedWrite, readonly Problem[]>> {
  const { deps, context, nowMs, operationId } = scope;
  const found = await findModel(deps, id, context);
  if (!found.ok) return err([found.error]);
  const before = found.value;
  if (before.operation_id !== null) return err([isTraining(before)]);
  const latest_version = before.latest_version + 1;
  const updated = { updated_at_ms: nowMs, updated_by: context.principal.name };
  const set = { latest_version, operation_id: operationId, ...updated };
  const row = { ...before, ...set };
  const forgotten = forgetVersions(before, await readVersions(deps, before));
  const changes = [updateModel(before, set), ...forgotten];
  const fields = fieldsOf(before);
  return ok({
    ...writeOf(row),
    before: { ...fields, version: before.latest_version },
    wanted: { ...fields, version: latest_version },
    saga: trainingSaga(scope, { row, changes, reason }),
  });
}

function writeOf({ id, name }: ModelRow) {
  return { resourceKind: 'model', target: { id, name }, placement: null } as const;
}

function trainingSaga(
  { context, nowMs, operationId }: WriteScope,
  of: { readonly row: ModelRow; readonly changes: ChangeSet; readonly reason: string | null },
): Saga {
  const { row, changes, reason } = of;
  const version: ModelVersionRow = {
    id: versionId(row.id, row.latest_version),
    model_id: row.id,
    version: row.latest_version,
    state: 'training',
    reason,
    ...UNTRAINED,
    operation_id: operationId,
    created_at_ms: nowMs,
    created_by: context.principal.name,
  };
  const otherwise = replan(`The model ${row.name}`);
  const unlock: Change = {
    kind: 'update',
    table: 'models',
    id: row.id,
    set: { operation_id: null },
    expect: { operation_id: operationId },
    otherwise,
  };
  // What was learned before a cancellation does not count; its file is deleted as left behind.
  const refuse: Change = {
    kind: 'update',
    table: 'model_versions',
    id: version.id,
    set: { ...UNTRAINED, state: 'refused' },
    expect: {},
    otherwise,
  };
  const refused = [unlock, refuse];
  const expect = { operation_id: operationId };
  // Without its first version, there is no model.
  const removed: ChangeSet = [
    { kind: 'delete', from: 'models', id: row.id, expect, otherwise },
    { kind: 'drop', from: 'model_versions', id: version.id },
  ];
  const step: OperationStepDefinition = {
    name: 'train',
    after: [],
    action: {
      kind: 'train-model',
      modelId: row.id,
      tenantId: row.tenant_id,
      version: row.latest_version,
    },
    undo: null,
    patience: { kind: 'time', durationMs: PATIENCE_MS },
  };
  return {
    reserve: [...changes, { kind: 'insert', into: 'model_versions', row: version, otherwise }],
    steps: [step],
    finalize: [unlock],
    rollback: row.latest_version === 1 ? removed : refused,
    release: refused,
  };
}

/** Deletes the oldest versions that are no champions, and were none. */
function forgetVersions(row: ModelRow, versions: readonly ModelVersionRow[]): ChangeSet {
  const trial = runningTrial(row);
  const used = new Set([
    ...Object.values(championsOf(row)).flatMap((each) => each ?? []),
    ...(trial === undefined ? [] : [trial.champion, trial.challenger]),
  ]);
  const free = versions.filter(({ version }) => !used.has(version));
  const old = free.slice(0, Math.max(0, versions.length + 1 - MODEL_VERSIONS_MAX));
  return old.flatMap(dropVersion);
}

/** The changes that delete a version with its file. */
export function dropVersion({ id, content, bytes }: ModelVersionRow): ChangeSet {
  const file = content === null || bytes === null ? [] : dropContent({ content, bytes });
  return [{ kind: 'drop', from: 'model_versions', id }, ...file];
}

async function findTarget(
  { vm_id, vm_group_id }: CreateInput,
  { deps: { store }, context }: WriteScope,
): Promise<Result<Pick<ModelSpec, 'target_kind' | 'target_id'>, Problem>> {
  const { tenantId } = context.principal;
  if (vm_id !== undefined) {
    const found = await findResource(store, 'vm', { tenantId, id: vm_id });
    return found.ok ? ok({ target_kind: 'vm', target_id: vm_id }) : found;
  }
  if (vm_group_id !== undefined) {
    const found = await findResource(store, 'vm_group', { tenantId, id: vm_group_id });
    return found.ok ? ok({ target_kind: 'vm_group', target_id: vm_group_id }) : found;
  }
  return ok({ target_kind: 'tenant', target_id: tenantId });
}

/** Fields that contradict each other. */
function refuseSpec(input: CreateInput): Problem | undefined {
  const { target, features, step_seconds, horizon_seconds, history_days } = input;
  if (input.vm_id !== undefined && input.vm_group_id !== undefined) {
    return wrongField('vm_group_id', 'must be absent where vm_id is given');
  }
  if (new Set(features).size < features.length) {
    return wrongField('features', 'must be different');
  }
  if (horizon_seconds % step_seconds !== 0) {
    return wrongField('horizon_seconds', `must be a multiple of step_seconds, ${step_seconds}`);
  }
  if (horizon_seconds === 0 && features.includes(target)) {
    return wrongField('features', `must not contain the target ${target} without a horizon`);
  }
  const rows = (history_days * DAY_S) / step_seconds;
  return rows > MODEL_ROWS_MAX
    ? wrongField('history_days', `must have at most ${MODEL_ROWS_MAX} steps; it has ${rows}`)
    : undefined;
}

function wrongField(field: string, message: string): Problem {
  return problem('validation-failed', {
    detail: `${field} ${message}.`,
    remedy: 'Correct it and send the request again.',
    fields: [{ path: [field], message }],
  });
}

function nameTaken({ id, name }: ModelRow): Problem {
  return problem('name-taken', {
    detail: `A model named ${JSON.stringify(name)} exists already: ${id}.`,
    remedy: `Choose another name, or train a new version: novacron model train ${name}`,
    fields: [{ path: ['name'], message: `is the name of ${id}` }],
    data: { resource_id: id },
  });
}

function tooMany(): Problem {
  return problem('quota-exceeded', {
    detail: `The tenant has ${MODELS_MAX} models, the most that a tenant may have.`,
    remedy: 'Delete models that nothing uses: novacron model delete NAME',
  });
}

/** A model is changed while a version of it is trained. */
export function isTraining({ name, operation_id }: ModelRow): Problem {
  return problem('conflict', {
    detail: `A version of the model ${name} is being trained (${operation_id}).`,
    remedy: `Wait for it (novacron operation wait ${operation_id}), or cancel it.`,
    data: { operation_id },
  });
}
