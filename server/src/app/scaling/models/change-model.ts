/** Promotes versions, takes promotions back, and deletes models. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Model, ModelEnvironment, ModelThresholds } from '@novacron/contract/training/model';
import type { ChangeSet } from '../../../ports/store.ts';
import type { ModelRow } from '../../../ports/tables/model-rows.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { admitObject, type CheckedObject } from '../../kernel/write/write-object.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { replan } from '../../rows/resource-problems.ts';
import {
  championOf,
  championsOf,
  evaluationOf,
  fieldsOf,
  toModel,
  updateModel,
  versionId,
} from './model-rows.ts';
import { modelSettings } from './model-settings.ts';
import { type Promotion, requirePromotionApproval } from './model-subject.ts';
import { dropVersion, isTraining } from './prepare-model.ts';
import { findModel, findVersion, readVersions } from './read-models.ts';
import { endTrial, runningTrial } from './trial-rows.ts';

/** Champions that are remembered of an environment. */
const HISTORY_MAX = 10;

const PERCENT = 100;

type Written = Promise<Result<{ readonly resource: Model }, Problem>>;

/**
 * Makes a version the champion of an environment. Problems: `not-found`; `conflict` for one that is
 * not better than a rule, or below the thresholds; `forbidden` without the approval that it needs.
 */
export async function promoteModel(
  deps: CapabilityDeps,
  input: ParsedInputOf<'model.promote'>,
  context: CallContext,
): Written {
  const found = await findPromotion(deps, input, context);
  if (!found.ok) return found;
  const settings = await modelSettings.read(deps, context.principal.tenantId);
  const thresholds = settings[input.environment];
  if (refusePromotion(found.value, thresholds) === undefined) {
    const asked = { promotion: found.value, mode: 'request' } as const;
    const approved = await requirePromotable(deps, asked, context);
    if (!approved.ok) return approved;
  }
  const check = async (): CheckedObject<{ readonly resource: Model }> => {
    const again = await findPromotion(deps, input, context);
    if (!again.ok) return again;
    const { row, version, environment } = again.value;
    const history = championsOf(row)[environment] ?? [];
    const next = [...history.filter((each) => each !== version.version), version.version];
    const write = { row, environment, context, operation: 'model.promote' } as const;
    const planned = planChampions(deps, write, next);
    const now = { promotion: again.value, mode: 'look' } as const;
    const approved = await requirePromotable(deps, now, context);
    if (!approved.ok) return ok({ ...planned, found: approved.error });
    return ok({ ...planned, changes: [...planned.changes, ...approved.value] });
  };
  return admitObject(deps, context, { name: 'model.promote', check });
}

/**
 * Checks whether a version may act in an environment. Problems: what it lacks; the approval comes
 * last.
 * @returns what uses its approval up, for the commit of the promotion
 */
export async function requirePromotable(
  deps: CapabilityDeps,
  asked: Parameters<typeof requirePromotionApproval>[1],
  context: CallContext,
): Promise<Result<ChangeSet, Problem>> {
  const { promotion } = asked;
  const settings = await modelSettings.read(deps, context.principal.tenantId);
  const thresholds = settings[promotion.environment];
  const refused = refusePromotion(promotion, thresholds);
  if (refused !== undefined) return err(refused);
  return thresholds.approval === 'none' ? ok([]) : requirePromotionApproval(deps, asked, context);
}

/** Makes the champion before the current one act again. Problems: `not-found`, `conflict`. */
export function rollBackModel(
  deps: CapabilityDeps,
  { id, environment, model_version }: ParsedInputOf<'model.rollback'>,
  context: CallContext,
): Written {
  const check = async (): CheckedObject<{ readonly resource: Model }> => {
    const found = await findModel(deps, id, context);
    if (!found.ok) return found;
    const row = found.value;
    const champion = championOf(row, environment);
    const next = (championsOf(row)[environment] ?? []).slice(0, -1);
    const write = { row, environment, context, operation: 'model.rollback' } as const;
    const planned = planChampions(deps, write, next);
    const isOther = model_version !== undefined && model_version !== champion;
    const refused = next.length === 0 ? noEarlier(row, environment) : undefined;
    return ok({
      ...planned,
      changes: [...planned.changes, ...(champion === undefined ? [] : retire(row, champion))],
      found: isOther ? otherChampion(row, { environment, champion }) : refused,
    });
  };
  return admitObject(deps, context, { name: 'model.rollback', check });
}

/** Deletes a model with its versions. Problems: `not-found`, `conflict` while one is trained. */
export function deleteModel(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'model.delete'>,
  context: CallContext,
): Promise<Result<Record<string, never>, Problem>> {
  const check = async (): CheckedObject<Record<string, never>> => {
    const found = await findModel(deps, id, context);
    if (!found.ok) return found;
    const row = found.value;
    const versions = await readVersions(deps, row);
    const expect = { revision: row.revision };
    const otherwise = replan(`The model ${row.name}`);
    return ok({
      operation: 'model.delete',
      resourceKind: 'model',
      target: { id: row.id, name: row.name },
      found: row.operation_id === null ? undefined : isTraining(row),
      before: fieldsOf(row),
      wanted: null,
      changes: [
        { kind: 'delete', from: 'models', id: row.id, expect, otherwise },
        ...versions.flatMap(dropVersion),
      ],
      answer: {},
    });
  };
  return admitObject(deps, context, { name: 'model.delete', check });
}

/** Finds the version that is to act. Problems: `not-found`. */
export async function findPromotion(
  deps: Pick<CapabilityDeps, 'store'>,
  {
    id,
    model_version,
    environment,
    purpose = 'promote',
  }: ParsedInputOf<'model.promote'> & Partial<Pick<Promotion, 'purpose'>>,
  context: CallContext,
): Promise<Result<Promotion, Problem>> {
  const found = await findModel(deps, id, context);
  if (!found.ok) return found;
  const stored = await findVersion(deps, found.value, model_version);
  if (!stored.ok) return stored;
  return ok({ row: found.value, version: stored.value, environment, purpose });
}

function planChampions(
  deps: CapabilityDeps,
  write: {
    readonly row: ModelRow;
    readonly environment: ModelEnvironment;
    readonly context: CallContext;
    readonly operation: 'model.promote' | 'model.rollback';
  },
  next: readonly number[],
) {
  const { row, environment, context, operation } = write;
  const { name: by } = context.principal;
  const version = next.at(-1);
  const trial = runningTrial(row);
  const isTried = trial?.environment === environment;
  const why = `${by} changed the champion of ${environment}.`;
  const set = {
    ...(isTried && {
      trial_json: JSON.stringify(endTrial(trial, { atMs: deps.clock.nowMs(), why })),
    }),
    champions_json: JSON.stringify({
      ...championsOf(row),
      [environment]: next.slice(-HISTORY_MAX),
    }),
    // The new one is measured soon.
    checked_at_ms: 0,
    updated_at_ms: deps.clock.nowMs(),
    updated_by: by,
  };
  const event = eventChange(deps, {
    tenantId: row.tenant_id,
    type: operation === 'model.promote' ? 'model.promoted' : 'model.rolled_back',
    source: 'platform',
    target: row.id,
    priority: 'normal',
    data: { name: row.name, environment, version, by },
  });
  const before = championOf(row, environment);
  const fields = { ...fieldsOf(row), environment };
  const changes: ChangeSet = [updateModel(row, set)];
  return {
    operation,
    resourceKind: 'model',
    target: { id: row.id, name: row.name },
    before: { ...fields, champion: before ?? null },
    wanted: { ...fields, champion: version ?? null },
    changes,
    events: [event],
    answer: { resource: toModel({ ...row, ...set, revision: row.revision + 1 }) },
  } as const;
}

/** It was a champion, though the history of its environment ends before it. */
function retire(row: ModelRow, version: number): ChangeSet {
  const id = versionId(row.id, version);
  const otherwise = replan(`The model ${row.name}`);
  const set = { state: 'retired' } as const;
  return [{ kind: 'update', table: 'model_versions', id, set, expect: {}, otherwise }];
}

/** A model acts only while it is better than the best simple rule. */
function refusePromotion(
  { row, version, environment }: Promotion,
  { improvement_min, r2_min }: ModelThresholds,
): Problem | undefined {
  const evaluation = evaluationOf(version);
  const name = `Version ${version.version} of the model ${row.name}`;
  const see = `See its scores: novacron model versions ${row.name}`;
  if (evaluation === undefined) {
    const word = version.state === 'training' ? 'is being trained' : 'was not trained';
    return problem('conflict', { detail: `${name} ${word}.`, remedy: see });
  }
  if (championOf(row, environment) === version.version) {
    const detail = `${name} is the champion of ${environment} already.`;
    return problem('conflict', { detail, remedy: 'Nothing is left to do.' });
  }
  const { isBetter, improvement, rules, model } = evaluation;
  if (!isBetter) {
    return problem('conflict', {
      detail: `${name} is not better than the rule ${rules[0]?.rule} beyond chance.`,
      remedy: 'Use the rule, or train with more history or other features.',
    });
  }
  const remedy = `Train a better one, or have an admin change: novacron model settings update`;
  if (improvement.lower < improvement_min) {
    return problem('conflict', {
      detail:
        `${name} is better than the best rule by at least ${percent(improvement.lower)}; ` +
        `${environment} needs ${percent(improvement_min)}.`,
      remedy,
    });
  }
  if (r2_min !== null && model.r2 < r2_min) {
    return problem('conflict', {
      detail:
        `${name} explains ${percent(model.r2)} of the variance; ${environment} needs ` +
        `${percent(r2_min)}.`,
      remedy,
    });
  }
  return undefined;
}

function percent(share: number): string {
  return `${(share * PERCENT).toFixed(1)} %`;
}

function otherChampion(
  { name }: ModelRow,
  {
    environment,
    champion,
  }: Readonly<{ environment: ModelEnvironment; champion: number | undefined }>,
): Problem {
  const now = champion === undefined ? 'there is none' : `it is version ${champion}`;
  return problem('conflict', {
    detail: `The champion of ${environment} of the model ${name} has changed: ${now}.`,
    remedy: `See what acts, and decide again: novacron model show ${name}`,
  });
}

function noEarlier({ name }: ModelRow, environment: ModelEnvironment): Problem {
  return problem('conflict', {
    detail: `The model ${name} had no other champion in ${environment} before.`,
    remedy: `Promote a version: novacron model promote ${name} --model-version N`,
  });
}
