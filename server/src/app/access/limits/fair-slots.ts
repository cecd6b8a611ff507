/**
 * Shares a fixed number of slots among callers, so that none of them can take all. Besides its own
 * maximum, a tenant gets at most as many slots as are free: one that takes all it can leaves half,
 * two leave a third, n leave 1/(n+1). Source: dynamic thresholds for shared memory (Choudhury and
 * Hahne, 1998).
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { addressBlockOf } from './address-block.ts';

/** Number of slots in total, and the maximum per tenant, key and address. */
export interface SlotLimits {
  readonly total: number;
  readonly perTenant: number;
  readonly perKey: number;
  readonly perAddress: number;
}

/** Holder of a slot; unknown properties are not counted. */
export interface SlotHolder {
  readonly tenantId?: string | undefined;
  /** The id of the principal. */
  readonly keyId?: string | undefined;
  readonly address?: string | undefined;
}

/** Returns the holder of a call's slot. */
export function holderOf({
  principal,
  clientAddress,
}: Pick<CallContext, 'principal' | 'clientAddress'>): SlotHolder {
  return { tenantId: principal.tenantId, keyId: principal.id, address: clientAddress };
}

/** The slots of one resource. */
export interface FairSlots {
  /** Whether a slot would be given. Problems: `rate-limited`, `unavailable`. */
  readonly check: (holder: SlotHolder) => Result<void, Problem>;
  /** Takes a slot; call what is returned once to give it back. Problems: as `check`. */
  readonly take: (holder: SlotHolder) => Result<() => void, Problem>;
}

/** Time that a caller without a slot should wait before it retries. Unit: milliseconds. */
const RETRY_MS = 1_000;

/**
 * Makes the slots.
 * @param what - what takes a slot, in the plural, for the texts of problems: `event streams`
 * @param remedy - what to do without a slot; by default to close some, or to raise `streams-…-max`
 */
export function createFairSlots(limits: SlotLimits, what: string, remedy?: string): FairSlots {
  const counts = new Map<string, number>();
  let used = 0;
  const countOf = (holder: string): number => counts.get(holder) ?? 0;

  function check(holder: SlotHolder): Result<void, Problem> {
    const found = findRefusal(holder);
    if (found === undefined) return ok(undefined);
    return err(remedy === undefined ? found : { ...found, remedy });
  }

  function findRefusal(holder: SlotHolder): Problem | undefined {
    const free = limits.total - used;
    if (free <= 0) return noneLeft(what, limits.total);
    for (const { scope, name, max } of scopesOf(holder, limits)) {
      if (countOf(name) >= max) return overLimit(what, scope, max);
      const isGreedy = scope === 'tenant' && countOf(name) > 0 && countOf(name) >= free;
      if (isGreedy) return overShare(what, countOf(name));
    }
    return undefined;
  }

  function count(holder: SlotHolder, by: 1 | -1): void {
    used += by;
    for (const { name } of scopesOf(holder, limits)) {
      const next = countOf(name) + by;
      if (next === 0) counts.delete(name);
      else counts.set(name, next);
    }
  }

  return {
    check,
    take: (holder) => {
      const checked = check(holder);
      if (!checked.ok) return checked;
      count(holder, 1);
      let isTaken = true;
      return ok(() => {
        if (isTaken) count(holder, -1);
        isTaken = false;
      });
    },
  };
}

type Scope = 'tenant' | 'key' | 'address';

function scopesOf(
  { tenantId, keyId, address }: SlotHolder,
  { perTenant, perKey, perAddress }: SlotLimits,
): readonly { readonly scope: Scope; readonly name: string; readonly max: number }[] {
  const scopes = [
    { scope: 'key', value: keyId, max: perKey },
    { scope: 'tenant', value: tenantId, max: perTenant },
    { scope: 'address', value: address, max: perAddress },
  ] as const;
  return scopes.flatMap(({ scope, value, max }) =>
    value === undefined
      ? []
      : [{ scope, name: `${scope} ${scope === 'address' ? addressBlockOf(value) : value}`, max }],
  );
}

const OWNER_WORDS: Readonly<Record<Scope, string>> = {
  key: 'Your API key or token',
  tenant: 'Your tenant',
  address: 'Your address',
};

function overLimit(what: string, scope: Scope, max: number): Problem {
  return problem('rate-limited', {
    detail: `${OWNER_WORDS[scope]} already has ${max} ${what}, which is the limit.`,
    remedy:
      `Close ${what} that are not needed, or ask the server's operators to raise ` +
      `streams-per-${scope}-max.`,
    data: { scope, limit: max, retry_after_ms: RETRY_MS },
  });
}

function overShare(what: string, count: number): Problem {
  return problem('rate-limited', {
    detail:
      `Your tenant has ${count} ${what}; the remaining capacity is reserved for other ` +
      'tenants.',
    remedy: `Close ${what} that are not needed, or ask an operator to raise streams-max.`,
    data: { scope: 'tenant', limit: count, retry_after_ms: RETRY_MS },
  });
}

function noneLeft(what: string, total: number): Problem {
  return problem('unavailable', {
    detail: `The server already serves ${total} ${what}, which is the limit.`,
    remedy: `Close unused ${what}, or use another server.`,
    data: { streams_max: total },
  });
}
