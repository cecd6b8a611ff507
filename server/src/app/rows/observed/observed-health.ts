/** The health of a VM as it was observed last. */
import { isRecord, type JsonObject } from '@novacron/contract/json';
import type { VmHealth } from '@novacron/contract/kinds/vm/vm-health-check';
import { z } from 'zod';

/** Health stored in the observed fields of a VM: none while it starts, or without a check. */
const ObservedHealth = z.object({
  state: z.enum(['healthy', 'unhealthy']),
  seen: z.string().nullable(),
  resets_failed: z.number().nullable().prefault(null),
  /**
   * The generation of the VM whose hypervisor process was seen to hang; null where a health check
   * has found what is the matter. What has a later one was changed since, such as by a reset.
   */
  hung_at_generation: z.number().nullable().prefault(null),
});
export type ObservedHealth = z.infer<typeof ObservedHealth>;

/** The health of a VM; undefined where it does not run, has no check, or is not known yet. */
export function healthOf({ status, health }: JsonObject): ObservedHealth | undefined {
  return status === 'running' ? ObservedHealth.safeParse(health).data : undefined;
}

/** The observed fields of a VM with this health. */
export function withHealth(observed: JsonObject, health: ObservedHealth | undefined): JsonObject {
  const { health: _before, ...others } = observed;
  return health === undefined ? others : { ...others, health };
}

/** After how many resets in a row a VM that stays unhealthy was given up; null where it is not. */
export function resetsBefore(observed: JsonObject): number | null {
  return healthOf(observed)?.resets_failed ?? null;
}

/** The observed fields of a VM that a person has reset: NovaCron may reset it again. */
export function withResetsAgain(observed: JsonObject): JsonObject {
  const health = healthOf(observed);
  if (health === undefined) return observed;
  return withHealth(observed, { ...health, resets_failed: null });
}

/**
 * The observed fields of a VM whose guest boots on request: NovaCron may reset it again. One that
 * was healthy is starting; one that was not stays unhealthy, as its incident does, until it serves.
 */
export function withBoot(observed: JsonObject): JsonObject {
  return healthOf(observed)?.state === 'healthy'
    ? withHealth(observed, undefined)
    : withResetsAgain(observed);
}

/**
 * The health that answers show.
 * @returns null where a VM has no check and its process does not hang, or where it does not run
 */
export function shownHealth(
  { healing }: JsonObject,
  observed: JsonObject,
  status: unknown,
): VmHealth | null {
  if (status !== 'running') return null;
  if (!hasCheck({ healing: healing ?? null })) return isHung(observed) ? 'unhealthy' : null;
  return healthOf(observed)?.state ?? 'starting';
}

/** Whether a VM that runs serves, as far as is known: without a check, it does until it hangs. */
export function isServing(desired: JsonObject, observed: JsonObject): boolean {
  return hasCheck(desired) ? healthOf(observed)?.state === 'healthy' : !isHung(observed);
}

/** Whether the hypervisor process of a VM was seen to hang. */
export function isHung(observed: JsonObject): boolean {
  return (healthOf(observed)?.hung_at_generation ?? null) !== null;
}

/**
 * Describes in a clause the evidence of a hung hypervisor process; undefined if it does not hang.
 */
export function seenOfHung(observed: JsonObject): string | undefined {
  return isHung(observed) ? (healthOf(observed)?.seen ?? undefined) : undefined;
}

/** Whether a VM with these desired fields has a health check. */
export function hasCheck({ healing }: JsonObject): boolean {
  return isRecord(healing) && isRecord(healing.health_check);
}
