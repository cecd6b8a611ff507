/** Keeps a write that was planned earlier from overwriting what was written since. */
import { equalJson, isRecord } from '@novacron/contract/json';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import { kindOfOperation } from '@novacron/contract/schema/resource-kind';
import type { Store } from '../../../ports/store.ts';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import type {
  CallStepAction,
  ReplacedValue,
} from '../../kernel/definitions/operation-definition.ts';
import { readLog } from '../../kernel/operations/answer-operation.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import type { Check } from '../../resources/scope.ts';
import { desiredRevisionOf } from '../../rows/answer-resource.ts';
import { configuredOf } from '../../rows/observed/grown-size.ts';

type Input = Readonly<Record<string, unknown>>;

/** Refuses the write where the value is another one by now, or Terraform manages the resource. */
export function replacingOnly(action: CallStepAction, prepare: Check<Input>): Check<Input> {
  const { replaces } = action;
  if (replaces === undefined) return prepare;
  return async (input, scope) => {
    const { store } = scope.deps;
    const found = await findTarget(store, action);
    if (!found.ok) return err([found.error]);
    const row: ResourceRow = found.value;
    // What a write under way makes of the value is seen when it has ended.
    if (row.busy_operation_id !== null) return prepare(input, scope);
    if (!isStill(row, replaces)) return err([changedMeanwhile(row, replaces.field)]);
    const where = { id: row.id, tenant_id: action.tenantId };
    const [baseline] = await store.read({ from: 'baselines', where, damaged: 'blank' });
    if (baseline !== undefined) return err([managedMeanwhile(row)]);
    return prepare({ ...input, if_desired_revision: desiredRevisionOf(row) }, scope);
  };
}

/** Whether an undo has nothing to reverse: its step has not written, but another caller has. */
export async function isNeverDone(
  { store }: Pick<CapabilityDeps, 'store'>,
  operationId: string,
  action: CallStepAction,
): Promise<boolean> {
  const { replaces } = action;
  if (replaces?.undoes === undefined) return false;
  const found = await findTarget(store, action);
  if (!found.ok || found.value.busy_operation_id !== null) return false;
  if (isStill(found.value, replaces)) return false;
  const log = await readLog(store, operationId);
  return !log.some((each) => each.kind === 'succeeded' && each.step === replaces.undoes);
}

function findTarget(store: Store, { operation, resourceId: id, tenantId }: CallStepAction) {
  return findResource(store, kindOfOperation(operation), { id, tenantId });
}

function isStill(row: ResourceRow, { field, value }: ReplacedValue): boolean {
  return equalJson(withoutDefaults(configuredOf(row)[field]), withoutDefaults(value));
}

/** Answers and stored values show the default of what is not set differently. */
function withoutDefaults(value: unknown): unknown {
  if (!isRecord(value)) return value === false ? null : (value ?? null);
  const set = Object.entries(value).filter(([, member]) => member !== null);
  return set.length === 0 ? null : Object.fromEntries(set);
}

function changedMeanwhile({ name }: ResourceRow, field: string): Problem {
  return problem('revision-mismatch', {
    detail: `${field} of ${name} has changed since, and stays as it is.`,
    remedy: 'Read it, and repeat the request if it is still needed.',
  });
}

function managedMeanwhile({ name }: ResourceRow): Problem {
  return problem('revision-mismatch', {
    detail: `Terraform manages ${name} by now: the change belongs in its configuration.`,
    remedy: 'Repeat the request, which shows the change.',
  });
}
