/** Sends requests to permitted hosts, with a circuit breaker and a bound for each tenant. */
import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '@novacron/contract/json';
import type { Clock } from '@novacron/runtime/clock';
import type { Breakers } from '../../ports/breakers.ts';
import type { Egress, EgressAnswer, EgressRequest } from '../../ports/egress.ts';
import { type AddressGuard, type HostTrust, RefusedAddress } from './guard-addresses.ts';
import { sendRequest } from './send-request.ts';

/** Requests of one tenant at once: slow answers of its hosts take no room of others. */
const IN_FLIGHT_MAX = 16;

/** How long a tenant waits whose requests are under way. Unit: ms. */
const BUSY_MS = 1_000;

/** A host that failed several times in a row is asked again after this time. Unit: ms. */
const BREAKER_MS = 30_000;

const SERVER_ERROR = 500;

/** Makes it. */
export function createEgress(parts: {
  readonly guard: AddressGuard;
  readonly breakers: Breakers;
  readonly clock: Clock;
}): Egress {
  const { breakers, clock } = parts;
  const inFlight = new Map<string, number>();

  async function sendCounted(request: EgressRequest, url: URL): Promise<EgressAnswer> {
    const { tenantId, link } = request;
    const count = inFlight.get(tenantId) ?? 0;
    if (count >= IN_FLIGHT_MAX) {
      const reason = `waits: ${IN_FLIGHT_MAX} other requests of the tenant are under way`;
      return { kind: 'unanswered', reason, retryAfterMs: BUSY_MS, waitsFor: 'turn' };
    }
    const breaker = breakers.of(link, `${tenantId} ${url.host}`);
    if (!breaker.tryCall(clock.nowMs())) {
      const reason = 'has failed several times in a row, so it is left alone for now';
      return { kind: 'unanswered', reason, retryAfterMs: BREAKER_MS };
    }
    inFlight.set(tenantId, count + 1);
    const answer = await send(parts, request, url);
    const left = (inFlight.get(tenantId) ?? 1) - 1;
    if (left === 0) inFlight.delete(tenantId);
    else inFlight.set(tenantId, left);
    const isFailure = answer.kind === 'unanswered' || statusOf(answer) >= SERVER_ERROR;
    if (isFailure) breaker.failed(clock.nowMs());
    else breaker.succeeded();
    return answer;
  }

  return {
    send: async (request) => {
      const url = new URL(request.url);
      if (!request.hosts.includes(url.host)) {
        return { kind: 'refused', reason: 'is not a host that the operator allows' };
      }
      return sendCounted(request, url);
    },
  };
}

function statusOf(answer: EgressAnswer): number {
  return answer.kind === 'answered' ? answer.status : 0;
}

async function send(
  { guard, clock }: { readonly guard: AddressGuard; readonly clock: Clock },
  { method, headers, body, timeoutMs, bodyBytesMax, signal }: EgressRequest,
  url: URL,
): Promise<EgressAnswer> {
  const late = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await sendRequest(guard, {
      url,
      method,
      headers,
      body,
      trust: trustOf(url),
      bodyBytesMax,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
    });
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'], clock);
    return {
      kind: 'answered',
      status: answer.status,
      headers: toHeaders(answer.headers),
      body: answer.body.toString('utf8'),
      isCut: answer.isCut,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  } catch (cause) {
    if (cause instanceof RefusedAddress) return { kind: 'refused', reason: reasonOf(cause) };
    if (late.aborted) {
      return { kind: 'unanswered', reason: `did not answer within ${timeoutMs / 1_000} s` };
    }
    return { kind: 'unanswered', reason: reasonOf(cause) };
  }
}

function toHeaders(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const texts = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
  );
  return Object.fromEntries(texts);
}

/** The operator who lists an address has allowed that address, and no name says another one. */
function trustOf({ hostname }: URL): HostTrust {
  const isAddress = hostname.startsWith('[') || /^[\d.]+$/.test(hostname);
  return isAddress ? 'named' : 'public';
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function readRetryAfter(text: string | undefined, clock: Clock): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.nowMs();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}

/** Only the code of an error is reported: its message can contain the address. */
function reasonOf(cause: unknown): string {
  if (cause instanceof RefusedAddress) return `is refused: ${cause.message}`;
  const code = isRecord(cause) ? cause.code : undefined;
  return typeof code === 'string' ? `cannot be reached (${code})` : 'cannot be reached';
}
