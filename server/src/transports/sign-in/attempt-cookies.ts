/**
 * The cookies of sign-ins at an issuer: one for each attempt, so that two windows that sign in at
 * the same time do not replace each other's. A cookie has the state of its attempt in its name,
 * and the answer of the issuer names the state.
 */
import { proofOf } from '../../app/access/sessions/attempt-secret.ts';
import type { SessionSite } from '../http/browser-site.ts';
import { hiddenCookie, readCookie } from '../http/cookies.ts';
import type { ExchangeRequest } from '../http/exchange.ts';

/** More windows than a person signs in with; older attempts are dropped. */
const ATTEMPTS_MAX = 8;

/** The form of a state; nothing else becomes a part of a header. */
const STATE_FORM = /^[\w-]{43}$/;

/** Characters of the state that keep names apart. */
const NAME_LENGTH = 12;

/** An attempt of this browser that an answer belongs to. */
interface OwnAttempt {
  readonly secret: string;
  /** The Set-Cookie that removes it. */
  readonly removal: string;
}

/** The cookies of an attempt that begins: its own, and the removal of those that are too many. */
export function beginAttempt(
  site: SessionSite,
  request: ExchangeRequest,
  { secret, leftMs }: { readonly secret: string; readonly leftMs: number },
): readonly string[] {
  const name = nameOf(site, proofOf(secret).state);
  const others = namesIn(site, request).filter((each) => each !== name);
  const dropped = others.slice(0, Math.max(0, others.length - (ATTEMPTS_MAX - 1)));
  return [
    cookie(site, { name, value: secret, leftMs }),
    ...dropped.map((each) => gone(site, each)),
  ];
}

/**
 * Finds the attempt that an answer belongs to by its state.
 * @returns undefined where this browser has none: all that it has are left as they are
 */
export function findAttempt(
  site: SessionSite,
  request: ExchangeRequest,
  answer: URL,
): OwnAttempt | undefined {
  const [state = '', ...more] = answer.searchParams.getAll('state');
  if (more.length > 0 || !STATE_FORM.test(state)) return undefined;
  const name = nameOf(site, state);
  const found = readCookie(request.headers.cookie, name);
  if (found.kind !== 'one' || proofOf(found.value).state !== state) return undefined;
  return { secret: found.value, removal: gone(site, name) };
}

function nameOf({ attemptCookieName }: SessionSite, state: string): string {
  return `${attemptCookieName}.${state.slice(0, NAME_LENGTH)}`;
}

/** Browsers send older cookies first (RFC 6265, section 5.4). */
function namesIn({ attemptCookieName }: SessionSite, request: ExchangeRequest): readonly string[] {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.flatMap((pair) => {
    const [name = ''] = pair.split('=', 1);
    const state = name.slice(attemptCookieName.length + 1);
    const isOne = name.startsWith(`${attemptCookieName}.`) && /^[\w-]{12}$/.test(state);
    return isOne ? [name] : [];
  });
}

function gone(site: SessionSite, name: string): string {
  return cookie(site, { name, value: '', leftMs: 0 });
}

function cookie(
  site: SessionSite,
  parts: { readonly name: string; readonly value: string; readonly leftMs: number },
): string {
  const { name, value, leftMs } = parts;
  // Strict would not come with the redirect of the issuer, which is another site.
  return hiddenCookie(site, { name, value, leftMs, sameSite: 'Lax' });
}
