/** Signs browsers in at an OpenID Connect issuer: an attempt, the answer to it, a session. */
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { SignInIssuer } from '../../../ports/sign-in-issuer.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { AccessDeps } from '../deps.ts';
import type { FailedAuthentication } from '../identity/authenticate.ts';
import { hashSecret } from '../identity/hash-secret.ts';
import { mapClaims, readClaims } from '../identity/map-claims.ts';
import { noteBrokenRule, personOf } from '../identity/oidc.ts';
import { sessionName } from '../identity/session.ts';
import { createAttemptLimits } from '../limits/attempt-limits.ts';
import type { OidcAccess } from '../oidc-access.ts';
import { isAttemptSecret, makeAttemptSecret, proofOf } from './attempt-secret.ts';
import { type BegunSession, beginSession, type SigningIn } from './begin-session.ts';
import { DASHBOARD_PATH, readReturnPath } from './return-path.ts';
import {
  attemptUnknown,
  issuerFault,
  noIssuer,
  notAdmitted,
  tooManyAttempts,
} from './sign-in-problems.ts';

/** People look for a password or a second factor. Unit: ms. */
const ATTEMPT_MS_MAX = 600_000;

/** An attempt that has begun. */
export interface BegunAttempt {
  /** The address at the issuer. */
  readonly url: string;
  /** The value of the cookie; it is stored nowhere. */
  readonly secret: string;
  /** Lifetime of the attempt. Unit: ms. */
  readonly leftMs: number;
}

/** A sign-in that a browser asks for. */
interface AskedSignIn {
  /** The address of this server that the issuer sends the browser back to. */
  readonly redirectUri: string;
  /** Path that the page asks to return to afterwards. */
  readonly returnTo: string | undefined;
}

/** Answer of an issuer, received through the browser. */
export interface IssuerAnswer {
  /** The redirect URI with the query that the issuer has added. */
  readonly url: URL;
  /** The cookie of the attempt. */
  readonly secret: string | undefined;
}

/** Outcome of an attempt; the path is on this server. */
export interface FinishedAttempt {
  readonly returnPath: string;
  readonly session: Result<BegunSession, Problem>;
}

/** Signs browsers in at an issuer. */
export interface IssuerSignIns {
  /** Name of the issuer on the sign-in page; undefined if there is no issuer. */
  readonly name: string | undefined;
  /** Begins. Problems: `not-found`, `unavailable`, `rate-limited`, those of the store. */
  readonly begin: (asked: AskedSignIn, sender: SigningIn) => Promise<Result<BegunAttempt, Problem>>;
  /** Finishes: each attempt once. Problems: `unauthenticated`, `unavailable`, as above. */
  readonly finish: (answer: IssuerAnswer, sender: SigningIn) => Promise<FinishedAttempt>;
  /** Returns the URL for signing out of the issuer; undefined if the issuer does not offer one. */
  readonly signOutUrl: (returnTo: string) => Promise<string | undefined>;
}

/** Makes the sign-ins of one server; each server counts attempts for itself. */
export function createIssuerSignIns(
  deps: AccessDeps,
  hooks: {
    readonly onRefused: (failure: FailedAuthentication, sender: SigningIn) => Promise<void>;
  },
): IssuerSignIns {
  const { oidc, clock, store } = deps;
  const issuer = oidc?.signIn;
  const limits = createAttemptLimits(clock);

  async function refuse(found: Problem, name: string, sender: SigningIn) {
    if (found.code === 'unauthenticated') {
      await hooks.onRefused({ problem: found, tenantId: undefined, name }, sender);
    }
    return err(found);
  }

  async function begin(
    { redirectUri, returnTo }: AskedSignIn,
    sender: SigningIn,
  ): Promise<Result<BegunAttempt, Problem>> {
    if (issuer === undefined) return err(noIssuer());
    const waitMs = limits.take(sender.clientAddress ?? '');
    if (waitMs > 0) return err(tooManyAttempts(waitMs));
    const secret = makeAttemptSecret(deps);
    const proof = proofOf(secret);
    const nowMs = clock.nowMs();
    const url = await issuer.authorizationUrl(redirectUri, proof, nowMs);
    if (!url.ok) return err(issuerFault(issuer.name, url.error));
    const row = {
      id: hashSecret(proof.state),
      return_path: readReturnPath(returnTo),
      created_at_ms: nowMs,
      expires_at_ms: nowMs + ATTEMPT_MS_MAX,
    };
    const done = await commitChanges({ store }, [
      { kind: 'insert', into: 'sign_in_attempts', row, otherwise: replan('The sign-in') },
    ]);
    return done.ok ? ok({ url: url.value, secret, leftMs: ATTEMPT_MS_MAX }) : done;
  }

  /** Takes the attempt of an answer out of the store, so that no second answer is accepted. */
  async function take({ url, secret }: IssuerAnswer): Promise<Result<string, Problem>> {
    if (secret === undefined || !isAttemptSecret(secret)) return err(attemptUnknown());
    const { state } = proofOf(secret);
    const [sent, ...more] = url.searchParams.getAll('state');
    if (sent !== state || more.length > 0) return err(attemptUnknown());
    const id = hashSecret(state);
    const [row] = await store.read({ from: 'sign_in_attempts', where: { id } });
    if (row === undefined) return err(attemptUnknown());
    const done = await commitChanges({ store }, [
      { kind: 'delete', from: 'sign_in_attempts', id, otherwise: attemptUnknown() },
    ]);
    if (!done.ok) return done;
    return row.expires_at_ms <= clock.nowMs() ? err(attemptUnknown()) : ok(row.return_path);
  }

  async function admit(
    access: OidcAccess,
    { at, url, secret }: { readonly at: SignInIssuer; readonly url: URL; readonly secret: string },
    sender: SigningIn,
  ): Promise<Result<BegunSession, Problem>> {
    const claims = await at.redeem(url, proofOf(secret), clock.nowMs());
    if (!claims.ok) return refuse(issuerFault(at.name, claims.error), '', sender);
    const given = readClaims(claims.value, access);
    const granted = await mapClaims(deps, access, given);
    if (!granted.ok) {
      noteBrokenRule(deps, given.subject, granted.error);
      return refuse(notAdmitted(at.name, granted.error), sessionName(given.subject), sender);
    }
    const person = personOf(given.subject, granted.value);
    const how = { method: 'oidc', claims_json: JSON.stringify(given) } as const;
    const begun = await beginSession(deps, { principal: person, how }, sender);
    return begun;
  }

  return {
    name: issuer?.name,
    begin,
    finish: async (answer, sender) => {
      if (oidc === undefined || issuer === undefined) {
        return { returnPath: DASHBOARD_PATH, session: err(noIssuer()) };
      }
      const taken = await take(answer);
      if (!taken.ok) {
        return { returnPath: DASHBOARD_PATH, session: await refuse(taken.error, '', sender) };
      }
      const { url, secret = '' } = answer;
      const session = await admit(oidc, { at: issuer, url, secret }, sender);
      return { returnPath: taken.value, session };
    },
    signOutUrl: async (returnTo) => issuer?.signOutUrl(returnTo, clock.nowMs()),
  };
}
