/** The items of a step that is repeated. */
import { type AutomationStep, FOR_EACH_MAX } from '@novacron/contract/automation/definition';
import type { Json } from '@novacron/contract/json';
import { err, ok, type Result } from '@novacron/contract/result';
import { compileCondition } from '../parse/compile-condition.ts';
import { type RunValues, resolveText } from './resolve-step.ts';

/**
 * Lists the items of a step once the steps before it have ended.
 * @returns the list. Problems: a reference without a value, no list, too many items
 */
export function listItems(
  { for_each: items }: Pick<AutomationStep, 'for_each'>,
  values: RunValues,
): Result<readonly Json[], string> {
  const found = typeof items === 'string' ? resolveText(items, values) : ok(items ?? []);
  if (!found.ok) return err(`its for_each cannot be resolved: ${found.error}`);
  if (!Array.isArray(found.value)) return err('its for_each is not a list');
  const list: readonly Json[] = found.value;
  if (list.length <= FOR_EACH_MAX) return ok(list);
  return err(`its for_each has ${list.length} items, ${FOR_EACH_MAX} at most: split the list`);
}

/** Whether the condition of a step is one about each item, not about the whole step. */
export function isConditionOfItem({ if: condition }: Pick<AutomationStep, 'if'>): boolean {
  if (condition === undefined) return false;
  const compiled = compileCondition(condition);
  return compiled.ok && compiled.value.reads.some(([root]) => root === 'item');
}
