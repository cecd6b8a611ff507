/** Finds the changes that replace a resource. */
import type { Effect, Field, FieldTable } from '@novacron/contract/schema/field';
import type { ResourceKind } from '@novacron/contract/schema/resource-kind';
import { isRecord } from '../../cty/is-record.ts';
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

/** The kinds of resources that cannot be deleted while a VM or a VM group refers to them. */
const STRANDING_KINDS: readonly (ResourceKind | undefined)[] = ['network', 'template'];

/** Stands for a value that differs from the current one. */
const OTHER_VALUE = {};

/**
 * Finds the changes that replace the resource.
 *
 * An unknown value counts as unchanged, so that nothing is destroyed without need; it may turn out
 * to be the same. One case remains: a reference to a resource that this plan replaces, in the field
 * or inside of it. Its successor has another id. A network or template cannot be deleted while it
 * is referred to, and its successor does not exist before that, so whatever uses it has to be
 * replaced as well.
 * @param replacing - ids of resources that this plan replaces
 */
export function findReplacements(
  table: FieldTable,
  change: {
    readonly prior: Values;
    readonly plan: Values;
    readonly replacing: ReadonlySet<string>;
  },
): readonly Replacement[] {
  const { prior, plan, replacing } = change;
  return changedFields(table, prior, plan).flatMap((name): Replacement[] => {
    const field = table[name];
    if (field === undefined) return [];
    const [before, after] = [prior[name], plan[name]];
    const effect = containsUnknown(after)
      ? effectOfReplaced(field, { before, after, replacing })
      : field.effectOf(before, after, NO_HOTPLUG);
    return effect === 'replace' || effect === 'data-loss' ? [{ name, effect }] : [];
  });
}

/** Finds the changes that replace the root disk in place; an unknown value may be another one. */
export function findReimages(
  table: FieldTable,
  { prior, plan }: { readonly prior: Values; readonly plan: Values },
): readonly { readonly name: string; readonly effect: 'reimage' }[] {
  return Object.entries(table).flatMap(([name, { effectOf }]) => {
    const after = containsUnknown(plan[name]) ? OTHER_VALUE : (plan[name] ?? null);
    const effect = effectOf(prior[name] ?? null, after, NO_HOTPLUG);
    return effect === 'reimage' ? [{ name, effect }] : [];
  });
}

/** The effect of an unknown value where it refers to a resource that is replaced. */
function effectOfReplaced(
  { references, effectOf, inside = {} }: Field,
  change: {
    readonly before: unknown;
    readonly after: unknown;
    readonly replacing: ReadonlySet<string>;
  },
): Effect {
  const { before, after, replacing } = change;
  if (references !== undefined) {
    const isReplaced = isUnknown(after) && replacing.has(String(before));
    if (!isReplaced) return 'live';
    return STRANDING_KINDS.includes(references)
      ? 'data-loss'
      : effectOf(before, OTHER_VALUE, NO_HOTPLUG);
  }
  if (!isRecord(before)) return 'live';
  const isStranded = Object.entries(inside).some(([name, field]) => {
    const next = isRecord(after) ? after[name] : after;
    return (
      effectOfReplaced(field, { before: before[name], after: next, replacing }) === 'data-loss'
    );
  });
  return isStranded ? 'data-loss' : 'live';
}

/**
 * Returns the names of unknown values that may turn out to require a replacement. A planned update
 * cannot become a replacement during apply.
 */
export function findPossibleReplacements(
  table: FieldTable,
  { prior, plan }: { readonly prior: Values; readonly plan: Values },
): readonly string[] {
  return Object.entries(table).flatMap(([name, field]) => {
    const before = prior[name] ?? null;
    if (field.presence === 'computed' || !containsUnknown(plan[name])) return [];
    // No other value is known: a number may shrink, and anything else may differ.
    const other = typeof before === 'number' ? 0 : OTHER_VALUE;
    const effect = field.effectOf(before, other, NO_HOTPLUG);
    return effect === 'replace' || effect === 'data-loss' ? [name] : [];
  });
}
