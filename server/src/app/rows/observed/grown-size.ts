/**
 * The size that healing, or the scaling of its group, has given a VM. The VM itself is recorded as
 * its machine is, so nothing that reads it has to know of it; only answers, baselines and drift
 * have the configured size.
 */
import type { JsonObject } from '@novacron/contract/json';
import { z } from 'zod';
import type { ResourceRow } from '../../../ports/tables/tables.ts';
import { desiredOf } from '../answer-resource.ts';
import type { FieldValues } from '../changed-fields.ts';

/** The sizes that healing changes. */
export const GROWN_FIELDS = ['memory_gb', 'cpu_cores'] as const;

/** A size that healing changes. */
export type GrownField = (typeof GROWN_FIELDS)[number];

/** Key in the desired fields of a VM; no field of a VM has this name. */
const KEY = 'grown';

/** Fields by name. */
type Fields<Value> = Readonly<Record<string, Value>>;

const Grown = z.object({
  /** The sizes as they are configured, of those that healing has changed. */
  asked: z.object({ memory_gb: z.number().optional(), cpu_cores: z.number().optional() }),
  times: z.number(),
  last_at_ms: z.number(),
});

/** Size changes that healing made to a VM. */
export type Grown = z.infer<typeof Grown>;

/** Returns the size changes that healing made to a VM; undefined if there are none. */
export function grownOf(desired: FieldValues): Grown | undefined {
  return Grown.safeParse(desired[KEY]).data;
}

/** The desired fields of a VM without the record of how it has grown; sizes stay as they are. */
export function withoutGrowth<Value>(desired: Fields<Value>): Fields<Value> {
  const { [KEY]: _growth, ...fields } = desired;
  return fields;
}

/** The desired fields of a VM as they are configured. */
export function asConfigured<Value>(desired: Fields<Value>): Fields<Value | number> {
  return { ...withoutGrowth(desired), ...configuredSizes(desired) };
}

/** The fields of a resource as they are configured. */
export function configuredOf(row: ResourceRow): JsonObject {
  return asConfigured(desiredOf(row));
}

/** The configured sizes of a VM that healing has changed; empty for most. */
export function configuredSizes(desired: FieldValues): Fields<number> {
  const asked = Object.entries(grownOf(desired)?.asked ?? {});
  return Object.fromEntries(
    asked.flatMap(([name, size]) => (size === undefined ? [] : [[name, size] as const])),
  );
}

/** The sizes that NovaCron has given a VM; null where it has what is configured. */
export function grownSizes(desired: FieldValues): Readonly<Record<`grown_${GrownField}`, unknown>> {
  const asked = grownOf(desired)?.asked ?? {};
  const sizeOf = (name: GrownField) => (asked[name] === undefined ? null : desired[name]);
  return { grown_memory_gb: sizeOf('memory_gb'), grown_cpu_cores: sizeOf('cpu_cores') };
}

/**
 * The desired fields of a VM after healing has changed its size.
 * @param sizes - the new ones; of those that stay, none
 */
export function withGrowth(
  desired: FieldValues,
  sizes: Partial<Readonly<Record<GrownField, number>>>,
  nowMs: number,
): FieldValues {
  const before = grownOf(desired);
  const names = GROWN_FIELDS.filter((name) => sizes[name] !== undefined);
  const asked = Object.fromEntries(
    names.map((name) => [name, before?.asked[name] ?? Number(desired[name])]),
  );
  const grown: Grown = {
    asked: { ...before?.asked, ...asked },
    times: (before?.times ?? 0) + 1,
    last_at_ms: nowMs,
  };
  return { ...desired, ...sizes, [KEY]: grown };
}

/**
 * The desired fields of a VM after the scaling of its group has changed its size, which does not
 * count as a growth of healing. A size that is configured is no change any more.
 */
export function withMemberSize(
  desired: FieldValues,
  sizes: Partial<Readonly<Record<GrownField, number>>>,
  nowMs: number,
): FieldValues {
  const { [KEY]: record, ...fields } = withGrowth(desired, sizes, nowMs);
  const grown = Grown.parse(record);
  const changed = GROWN_FIELDS.filter(
    (name) => grown.asked[name] !== undefined && grown.asked[name] !== fields[name],
  );
  const times = grown.times - 1;
  if (changed.length === 0 && times === 0) return fields;
  const asked = Object.fromEntries(changed.map((name) => [name, grown.asked[name]]));
  return { ...fields, [KEY]: { ...grown, asked, times } };
}

/** The desired fields after a change that names these: a size that is named is what it says. */
export function withoutGrowthOf(desired: FieldValues, names: readonly string[]): FieldValues {
  const grown = grownOf(desired);
  if (grown === undefined) return desired;
  const left = GROWN_FIELDS.filter(
    (name) => grown.asked[name] !== undefined && !names.includes(name),
  );
  const others = withoutGrowth(desired);
  if (left.length === 0) return others;
  const asked = Object.fromEntries(left.map((name) => [name, grown.asked[name]]));
  return { ...others, [KEY]: { ...grown, asked } };
}
