/** Targets of an approval: the steps that wait for it, with known values filled in. */
import type { AutomationStep } from '@novacron/contract/automation/definition';
import { isRecord, type Json, type JsonObject } from '@novacron/contract/json';
import { ok } from '@novacron/contract/result';
import { kindsOf } from '../checks/list-actions.ts';
import { ancestorsOf } from '../order/order-steps.ts';
import { type RunValues, resolveKnown, resolveText } from '../resolve/resolve-step.ts';

/** A step that waits, and what it does. */
export interface Target {
  readonly step: string;
  readonly action: JsonObject;
}

/**
 * Lists the steps that wait for an approval, in the order of the definition. Only outputs of steps
 * that end before it, or that the run began with, are put in: those of others, which may end
 * meanwhile, stay references, so that the list is the same whenever it is made.
 */
export function listTargets(
  steps: readonly AutomationStep[],
  approvalId: string,
  values: RunValues,
): readonly Target[] {
  const ancestors = ancestorsOf(steps);
  const before = ancestors.get(approvalId) ?? new Set();
  const isKnown = (id: string) => before.has(id) || values.given?.has(id) === true;
  const outputs = new Map([...values.outputs].filter(([id]) => isKnown(id)));
  return steps
    .filter(({ id }) => ancestors.get(id)?.has(approvalId))
    .map((step) => ({ step: step.id, action: actionOf(step, { ...values, outputs }) }));
}

function actionOf(step: AutomationStep, values: RunValues): JsonObject {
  const [kind = 'task'] = kindsOf(step);
  const resolved = resolveKnown(step, kind, values);
  // What cannot be resolved fails when its turn comes; people see it as it is written.
  const action = resolved.ok && isRecord(resolved.value) ? resolved.value : { [kind]: null };
  return {
    ...action,
    ...(step.if === undefined ? {} : { if: step.if }),
    ...(step.for_each === undefined ? {} : { for_each: itemsOf(step.for_each, values) }),
  };
}

/** The list as far as it is known: an approval is about its items, too. */
function itemsOf(items: NonNullable<AutomationStep['for_each']>, values: RunValues): Json {
  const resolved = typeof items === 'string' ? resolveText(items, values) : ok(items);
  return resolved.ok ? resolved.value : items;
}
