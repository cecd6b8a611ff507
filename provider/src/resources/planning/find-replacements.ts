/** Finds the changes that replace a resource. */
import type { FieldTable } from '@novacron/contract/schema/field';
import { isUnknown } from '../../cty/unknown.ts';
import { changedFields, containsUnknown, type Values } from '../../fields/field-values.ts';

/** A change that cannot be made in place. */
export interface Replacement {
  readonly name: string;
  /** The reason; with `data-loss` the stored data is deleted with the old resource. */
  readonly effect: 'replace' | 'data-loss';
}

/** Hypervisor capabilities do not matter here: a restart is not a replacement. */
const NO_HOTPLUG = { hotplugCpu: 'no', hotplugMemory: 'no', hotplugDisk: 'no' } as const;

/**
 * Finds the changes that replace the resource.
 *
 * An unknown value counts as unchanged, so that nothing is destroyed without need. Two cases
 * remain: fields that never change in place, and a network that this plan replaces. The network
 * cannot be deleted while a VM is connected, and its successor does not exist before that, so the
 * VM has to be replaced as well.
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
 * Returns the names of unknown values that may turn out to require a replacement: sizes that
 * cannot shrink. A planned update cannot become a replacement during apply.
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
