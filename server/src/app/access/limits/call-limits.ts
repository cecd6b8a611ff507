/** The rate limits of calls: per principal, per tenant and per client address. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Clock } from '@novacron/runtime/clock';
import type { Principal } from '../../kernel/context/call-context.ts';
import { addressBlockOf } from './address-block.ts';
import { type Allowance, createLimiter, type Limiter, waitOf } from './rate-limiter.ts';

/** Scope in which requests are counted together. */
type RequestScope = 'principal' | 'tenant' | 'address';

/**
 * Scope of a limit: requests by caller, or the time of a tenant's calls while other tenants are
 * active.
 */
export type RateScope = RequestScope | 'tenant-time';

/** The limits; a scope without an allowance is not limited. */
export type RateLimits = Readonly<Record<RequestScope, Allowance | undefined>>;

/** Remainder of a limit. */
export interface RateStanding {
  readonly scope: RateScope;
  /** Requests within the window; of `tenant-time` milliseconds. */
  readonly quota: number;
  /** Unit: seconds. */
  readonly windowS: number;
  /** Requests that are admitted at once; of `tenant-time` milliseconds. */
  readonly remaining: number;
  /** Until the whole quota is there again. Unit: seconds. */
  readonly resetS: number;
}

/** Caller to whom the limits apply. */
export interface RatedCaller {
  readonly principal?: Principal | undefined;
  readonly address?: string | undefined;
}

/**
 * Milliseconds of the main thread, while other tenants call as well: the burst is a large plan or
 * list, the rate leaves others a share of the smallest machine.
 */
const TIME_ALLOWANCE: Allowance = { burst: 10_000, perSecond: 750 };

/** Budgets for the time that the calls of a tenant may take. */
export interface TimeBudgets {
  /** Explains why a tenant's call cannot begin now. Problems: `rate-limited`. */
  readonly refuse: (tenantId: string) => Problem | undefined;
  /** Counts the time of a call. Unit: ms. */
  readonly charge: (tenantId: string, ms: number) => void;
}

/** Counts requests, and refuses those above a limit. */
export interface CallLimits {
  /** Counts a request of an address, with a valid key or not. Problems: `rate-limited`. */
  readonly admitAddress: (address: string) => Problem | undefined;
  /** Counts a call of a principal and its tenant. Problems: `rate-limited`. */
  readonly admitCall: (principal: Principal) => Problem | undefined;
  readonly time: TimeBudgets;
  /**
   * Returns the remainder of each limit that applies to a caller, without counting anything. The
   * time limit is included from its first use until it is fully restored.
   */
  readonly standings: (caller: RatedCaller) => readonly RateStanding[];
}

/** Makes the limits of one server; several servers count apart. */
export function createCallLimits(clock: Clock, limits: RateLimits): CallLimits {
  const limiterOf = (allowance: Allowance | undefined): Limiter | undefined =>
    allowance === undefined ? undefined : createLimiter(clock, allowance);
  const time = createLimiter(clock, TIME_ALLOWANCE);
  const limiters: Readonly<Record<RequestScope, Limiter | undefined>> = {
    principal: limiterOf(limits.principal),
    tenant: limiterOf(limits.tenant),
    address: limiterOf(limits.address),
  };
  const take = (scope: RequestScope, name: string): Problem | undefined => {
    const waitMs = limiters[scope]?.take(name) ?? 0;
    return waitMs === 0 ? undefined : rateLimited(scope, waitMs);
  };
  return {
    admitAddress: (address) => take('address', addressBlockOf(address)),
    admitCall: ({ id, tenantId }) => take('principal', id) ?? take('tenant', tenantId),
    time: {
      refuse: (tenantId) => {
        const waitMs = waitOf(time.tokens(tenantId), TIME_ALLOWANCE);
        return waitMs === 0 ? undefined : overTime(waitMs);
      },
      charge: time.spend,
    },
    standings: ({ principal, address }) => {
      const block = address === undefined ? undefined : addressBlockOf(address);
      const names = { principal: principal?.id, tenant: principal?.tenantId, address: block };
      const timeLeft = principal === undefined ? undefined : time.tokens(principal.tenantId);
      const used =
        timeLeft === undefined || timeLeft >= TIME_ALLOWANCE.burst
          ? []
          : [standingOf('tenant-time', TIME_ALLOWANCE, timeLeft)];
      const requests = SCOPES.flatMap((scope) => {
        const name = names[scope];
        const allowance = limits[scope];
        if (name === undefined || allowance === undefined) return [];
        return [standingOf(scope, allowance, limiters[scope]?.tokens(name) ?? allowance.burst)];
      });
      return [...requests, ...used];
    },
  };
}

const SCOPES: readonly RequestScope[] = ['principal', 'tenant', 'address'];

function standingOf(
  scope: RateScope,
  { burst, perSecond }: Allowance,
  tokens: number,
): RateStanding {
  return {
    scope,
    quota: burst,
    windowS: Math.max(1, Math.ceil(burst / perSecond)),
    remaining: Math.max(0, Math.floor(tokens)),
    resetS: Math.ceil((burst - tokens) / perSecond),
  };
}

const SCOPE_WORDS: Readonly<Record<RequestScope, { readonly of: string; readonly flag: string }>> =
  {
    principal: { of: 'one principal', flag: 'rate-limit' },
    tenant: { of: 'your tenant', flag: 'rate-limit-per-tenant' },
    address: { of: 'your address', flag: 'rate-limit-per-address' },
  };

/** The problem of a caller that has to wait. */
export function rateLimited(scope: RequestScope, waitMs: number): Problem {
  const words = SCOPE_WORDS[scope];
  return problem('rate-limited', {
    detail: `You exceeded the rate limit of ${words.of}; this request was not processed.`,
    remedy: `Send it again in ${waitMs} ms, or ask the server's operators to raise ${words.flag}.`,
    data: { scope, retry_after_ms: waitMs },
  });
}

function overTime(waitMs: number): Problem {
  return problem('rate-limited', {
    detail:
      'Your tenant has used up its share of processing time while other tenants use this ' +
      'server; this request was not processed.',
    remedy:
      `Send it again in ${waitMs} ms. To use less time, run fewer large lists, plans and ` +
      'previews at once, and request smaller pages.',
    data: { scope: 'tenant-time', retry_after_ms: waitMs },
  });
}
