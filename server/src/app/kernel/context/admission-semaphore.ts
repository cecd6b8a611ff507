/**
 * Limits how many writes of a tenant are retried at a time after an optimistic-lock conflict. Of
 * many writes that contend for the same place only one can win: if all of them retried at once, all
 * but one would conflict again.
 */

/** Writes of one tenant that are retried at a time: while one is committed, the others decide. */
const RETRIES_AT_ONCE_MAX = 4;

/** One semaphore for each tenant. */
export interface AdmissionSemaphore {
  /** Runs `act` when one of the tenant's places is free: first come, first served. */
  readonly run: <T>(tenantId: string, act: () => Promise<T>) => Promise<T>;
}

interface Places {
  taken: number;
  readonly waiting: (() => void)[];
}

/** Creates the semaphores of one start of a server. */
export function createAdmissionSemaphore(): AdmissionSemaphore {
  const byTenant = new Map<string, Places>();
  return {
    run: async (tenantId, act) => {
      const places = byTenant.get(tenantId) ?? { taken: 0, waiting: [] };
      byTenant.set(tenantId, places);
      if (places.taken < RETRIES_AT_ONCE_MAX) places.taken += 1;
      else await new Promise<void>((resolve) => places.waiting.push(resolve));
      try {
        return await act();
      } finally {
        const next = places.waiting.shift();
        if (next !== undefined) next();
        else places.taken -= 1;
        if (places.taken === 0) byTenant.delete(tenantId);
      }
    },
  };
}
