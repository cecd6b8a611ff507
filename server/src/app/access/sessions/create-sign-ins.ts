/** Signs browsers in and out. Failures are limited for each address, and audited. */
import type { SignInMethod } from '@novacron/contract/access/session';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Principal } from '../../kernel/context/call-context.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { AccessDeps } from '../deps.ts';
import { authenticateKey, type FailedAuthentication } from '../identity/authenticate.ts';
import { dropSession } from '../identity/drop-sessions.ts';
import { addressBlockOf } from '../limits/address-block.ts';
import { rateLimited } from '../limits/call-limits.ts';
import { type Allowance, createLimiter, waitOf } from '../limits/rate-limiter.ts';
import { auditSession, type BegunSession, beginSession, type SigningIn } from './begin-session.ts';
import { createIssuerSignIns, type IssuerSignIns } from './create-issuer-sign-ins.ts';
import { findSession } from './find-session.ts';
import { noteSessionUse, type SessionActivity } from './use-session.ts';

/** A person mistypes a few times; more attempts are a search. */
const FAILURES: Allowance = { burst: 10, perSecond: 0.1 };

/** Signs browsers in and out. */
export interface SignIns {
  /** The ways in. */
  readonly methods: readonly SignInMethod[];
  /**
   * Exchanges an API key for a session. A session that the browser had ends.
   * Problems: `unauthenticated`, `rate-limited` after too many failures, those of the store. Wrong
   * keys of an address never shut out the valid ones there: 256 random bits are not guessed.
   */
  readonly withKey: (
    given: { readonly apiKey: string; readonly before: string | undefined },
    sender: SigningIn,
  ) => Promise<Result<BegunSession, Problem>>;
  /**
   * Finds the caller of a session. Problems: `unauthenticated`.
   * @param activity - `person` keeps the session in use
   */
  readonly authenticate: (
    secret: string,
    activity: SessionActivity,
  ) => Promise<Result<Principal, Problem>>;
  /** Ends a session; harmless where it has ended already. Answers with how it had begun. */
  readonly end: (
    secret: string,
    sender: SigningIn,
  ) => Promise<Result<SignInMethod | undefined, Problem>>;
  /** Sign-in at an OpenID Connect issuer. */
  readonly issuer: IssuerSignIns;
}

/** Callbacks of a server for failed sign-ins and uses of keys. */
interface SignInHooks {
  readonly onRefused: (failure: FailedAuthentication, sender: SigningIn) => Promise<void>;
  readonly onUsed: (principal: Principal) => Promise<void>;
}

/** Makes the sign-ins of one server; each server counts failures for itself. */
export function createSignIns(deps: AccessDeps, hooks: SignInHooks): SignIns {
  const failures = createLimiter(deps.clock, FAILURES);
  const issuer = createIssuerSignIns(deps, hooks);

  async function end(
    secret: string,
    sender: SigningIn,
  ): Promise<Result<SignInMethod | undefined, Problem>> {
    const found = await findSession(deps, secret);
    if (!found.ok) return ok(undefined);
    const { row, principal } = found.value;
    const done = await commitChanges(deps, [
      dropSession(row.id),
      auditSession(deps, { ...sender, principal }, 'session.end', row),
    ]);
    if (!done.ok) return done;
    return ok(row.method === 'oidc' ? 'oidc' : 'api_key');
  }

  return {
    methods: issuer.name === undefined ? ['api_key'] : ['oidc', 'api_key'],
    issuer,
    withKey: async ({ apiKey, before }, sender) => {
      const block = addressBlockOf(sender.clientAddress ?? '');
      const found = await authenticateKey(deps, apiKey);
      if (!found.ok) {
        const waitMs = waitOf(failures.tokens(block), FAILURES);
        if (waitMs > 0) return err(tooManyFailures(waitMs));
        failures.spend(block, 1);
        await hooks.onRefused(found.error, sender);
        return err(found.error.problem);
      }
      const principal = found.value;
      const how = { method: 'api_key', claims_json: null } as const;
      const begun = await beginSession(deps, { principal, how }, sender);
      if (!begun.ok) return begun;
      if (before !== undefined) await end(before, sender);
      await hooks.onUsed(principal);
      return begun;
    },
    authenticate: async (secret, activity) => {
      const found = await findSession(deps, secret);
      if (!found.ok) return found;
      const { row, principal } = found.value;
      if (activity === 'person') await noteSessionUse(deps, row);
      await hooks.onUsed(principal);
      return ok(principal);
    },
    end,
  };
}

function tooManyFailures(waitMs: number): Problem {
  const { data = {} } = rateLimited('address', waitMs);
  return problem('rate-limited', {
    detail: 'Too many failed sign-ins from your address, and this key is not valid either.',
    remedy: `Check the key, and try again in ${Math.ceil(waitMs / 1_000)} s.`,
    data,
  });
}
