/** Which changes of a resource need a new one. */
import type { FieldTable } from '@novacron/contract/field';
import { isUnknown } from '../../cty/unknown.ts';
import { changedFields, containsUnknown, type Values } from '../../fields/field-values.ts';

/** One change that an update in place cannot make. */
export interface Replacement {
  readonly name: string;
  /** Why; with `data-loss` what is stored goes with the old resource. */
  readonly effect: 'replace' | 'data-loss';
}

/** What a hypervisor can do live does not matter: a restart is no replacement. */
const NO_HOTPLUG = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;

/**
 * Finds the changes that need a new resource.
 *
 * A value that is not known yet counts as the present one: nothing is destroyed on a suspicion. Two
 * cases remain: fields that never change in place, and a network that this plan replaces. It cannot
 * be deleted while a VM is connected, and its successor does not exist before that, so the VM has
 * to make way.
 * @param leaving - ids of resources that this plan deletes or replaces
 */
export function findReplacements(
  table: FieldTable,
  change: { readonly prior: Values; readonly plan: Values; readonly leaving: ReadonlySet<string> },
): readonly Replacement[] {
  const { prior, plan, leaving } = change;
  return changedFields(table, prior, plan).flatMap((name): Replacement[] => {
    const before = prior[name];
    const after = containsUnknown(plan[name]) ? before : plan[name];
    const effect = table[name]?.effectOf(before, after, NO_HOTPLUG);
    if (effect === 'replace' || effect === 'data-loss') return [{ name, effect }];
    const isStranded = table[name]?.references === 'network' && leaving.has(String(before));
    return isStranded && isUnknown(plan[name]) ? [{ name, effect: 'data-loss' }] : [];
  });
}

/**
 * Names of the values that are not known yet and may turn out to need a new resource: sizes that
 * cannot shrink. What is planned as an update by then cannot become a replacement in its apply.
 */
export function findPossibleReplacements(
  table: FieldTable,
  { prior, plan }: { readonly prior: Values; readonly plan: Values },
): readonly string[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const before = prior[name];
    if (typeof before !== 'number' || !isUnknown(plan[name])) return [];
    const effect = field.presence === 'computed' ? 'live' : field.effectOf(before, 0, NO_HOTPLUG);
    return effect === 'replace' || effect === 'data-loss' ? [name] : [];
  });
}
