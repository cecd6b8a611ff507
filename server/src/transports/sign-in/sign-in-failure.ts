/**
 * Reason for a failed sign-in at an issuer, between the redirect and the sign-in page that shows
 * it. It travels in a cookie for a minute: with an address, any page could make ours show arbitrary
 * text.
 */
import type { Problem } from '@novacron/contract/problem/problem';
import { z } from 'zod';
import type { SessionSite } from '../http/browser-site.ts';
import { hiddenCookie, readCookie } from '../http/cookies.ts';
import type { ExchangeRequest, ExchangeResponse } from '../http/exchange.ts';

/** The page asks within a second. Unit: ms. */
const SHOWN_WITHIN_MS = 60_000;

const Failure = z.strictObject({ detail: z.string(), remedy: z.string() });
type Failure = z.infer<typeof Failure>;

/** Leaves a note about a failure with the browser. */
export function leaveFailure(
  site: SessionSite,
  response: ExchangeResponse,
  { detail, remedy }: Problem,
): void {
  const value = Buffer.from(JSON.stringify({ detail, remedy })).toString('base64url');
  const cookie = { name: site.failureCookieName, value, sameSite: 'Strict' } as const;
  response.append('Set-Cookie', hiddenCookie(site, { ...cookie, leftMs: SHOWN_WITHIN_MS }));
}

/** Reads the note, and removes it; undefined where there is none. */
export function takeFailure(
  site: SessionSite,
  request: ExchangeRequest,
  response: ExchangeResponse,
): Failure | undefined {
  const name = site.failureCookieName;
  const cookie = readCookie(request.headers.cookie, name);
  if (cookie.kind === 'absent') return undefined;
  const gone = { name, value: '', leftMs: 0, sameSite: 'Strict' } as const;
  response.append('Set-Cookie', hiddenCookie(site, gone));
  return cookie.kind === 'one' ? readFailure(cookie.value) : undefined;
}

function readFailure(value: string): Failure | undefined {
  try {
    const parsed = Failure.safeParse(JSON.parse(Buffer.from(value, 'base64url').toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
