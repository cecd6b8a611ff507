/** The rate limits of calls: per principal, per tenant and per client address. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Clock } from '@novacron/runtime/clock';
import type { Principal } from '../../kernel/context/call-context.ts';
import { addressBlockOf } from './address-block.ts';
import { createLimiter, type Limiter } from './rate-limiter.ts';
import type { Allowance } from './token-bucket.ts';

/** Whose requests are counted together. */
export type RateScope = 'principal' | 'tenant' | 'address';

/** The limits; a scope without an allowance is not limited. */
export type RateLimits = Readonly<Record<RateScope, Allowance | undefined>>;

/** What is left of a limit. */
export interface RateStanding {
  readonly scope: RateScope;
  /** Requests within the window. */
  readonly quota: number;
  /** Unit: seconds. */
  readonly windowS: number;
  /** Requests that are admitted at once. */
  readonly remaining: number;
  /** Until the whole quota is there again. Unit: seconds. */
  readonly resetS: number;
}

/** Who is counted. */
export interface RatedCaller {
  readonly principal?: Principal | undefined;
  readonly address?: string | undefined;
}

/** Counts requests, and refuses those above a limit. */
export interface CallLimits {
  /** Counts a request of an address, with a valid key or not. Problems: `rate-limited`. */
  readonly admitAddress: (address: string) => Problem | undefined;
  /** Counts a call of a principal and its tenant. Problems: `rate-limited`. */
  readonly admitCall: (principal: Principal) => Problem | undefined;
  /** What is left of each limit that binds a caller, without counting anything. */
  readonly standings: (caller: RatedCaller) => readonly RateStanding[];
}

/** Makes the limits of one server; several servers count apart. */
export function createCallLimits(clock: Clock, limits: RateLimits): CallLimits {
  const limiterOf = (allowance: Allowance | undefined): Limiter | undefined =>
    allowance === undefined ? undefined : createLimiter(clock, allowance);
  const limiters: Readonly<Record<RateScope, Limiter | undefined>> = {
    principal: limiterOf(limits.principal),
    tenant: limiterOf(limits.tenant),
    address: limiterOf(limits.address),
  };
  const take = (scope: RateScope, name: string): Problem | undefined => {
    const waitMs = limiters[scope]?.take(name) ?? 0;
    return waitMs === 0 ? undefined : rateLimited(scope, waitMs);
  };
  return {
    admitAddress: (address) => take('address', addressBlockOf(address)),
    admitCall: ({ id, tenantId }) => take('principal', id) ?? take('tenant', tenantId),
    standings: ({ principal, address }) => {
      const block = address === undefined ? undefined : addressBlockOf(address);
      const names = { principal: principal?.id, tenant: principal?.tenantId, address: block };
      return SCOPES.flatMap((scope) => {
        const name = names[scope];
        const allowance = limits[scope];
        if (name === undefined || allowance === undefined) return [];
        return [standingOf(scope, allowance, limiters[scope]?.tokens(name) ?? allowance.burst)];
      });
    },
  };
}

const SCOPES: readonly RateScope[] = ['principal', 'tenant', 'address'];

function standingOf(
  scope: RateScope,
  { burst, perSecond }: Allowance,
  tokens: number,
): RateStanding {
  return {
    scope,
    quota: burst,
    windowS: Math.max(1, Math.ceil(burst / perSecond)),
    remaining: Math.floor(tokens),
    resetS: Math.ceil((burst - tokens) / perSecond),
  };
}

const SCOPE_WORDS: Readonly<Record<RateScope, { readonly of: string; readonly flag: string }>> = {
  principal: { of: 'one principal', flag: 'rate-limit' },
  tenant: { of: 'your tenant', flag: 'rate-limit-per-tenant' },
  address: { of: 'your address', flag: 'rate-limit-per-address' },
};

/** The problem of a caller that has to wait. */
export function rateLimited(scope: RateScope, waitMs: number): Problem {
  const words = SCOPE_WORDS[scope];
  return problem('rate-limited', {
    detail: `You exceeded the rate limit of ${words.of}; this request was not processed.`,
    remedy: `Send it again in ${waitMs} ms, or ask the server's operators to raise ${words.flag}.`,
    data: { scope, retry_after_ms: waitMs },
  });
}
