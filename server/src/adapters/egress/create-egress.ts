/** Sends to permitted hosts, with a circuit breaker and a bound for each tenant. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '@novacron/runtime/clock';
import type { BreakerLink, Breakers } from '../../ports/breakers.ts';
import type {
  Egress,
  EgressAnswer,
  EgressRequest,
  MailAnswer,
  Unanswered,
} from '../../ports/egress.ts';
import { type AddressGuard, RefusedAddress } from './guard-addresses.ts';
import { reasonOf, trustOf } from './name-failure.ts';
import { sendMail } from './send-mail.ts';
import { sendRequest } from './send-request.ts';

/** Requests of one tenant at once: slow answers of its hosts take no room of others. */
const IN_FLIGHT_MAX = 16;

/** Retry delay of a tenant whose requests are in progress. Unit: ms. */
const BUSY_MS = 1_000;

/** A host that failed several times in a row is asked again after this time. Unit: ms. */
const BREAKER_MS = 30_000;

const SERVER_ERROR = 500;

const FOREIGN = { kind: 'refused', reason: 'is not a host that the operator allows' } as const;

/** Makes it. */
export function createEgress(parts: {
  readonly guard: AddressGuard;
  readonly breakers: Breakers;
  readonly clock: Clock;
}): Egress {
  const { guard, breakers, clock } = parts;
  const inFlight = new Map<string, number>();

  async function sendCounted<Answer>(
    { tenantId, link, host }: { tenantId: string; link: BreakerLink; host: string },
    send: () => Promise<Answer | Unanswered>,
    isFailure: (answer: Answer | Unanswered) => boolean,
  ): Promise<Answer | Unanswered> {
    const count = inFlight.get(tenantId) ?? 0;
    if (count >= IN_FLIGHT_MAX) {
      const reason = `waits: ${IN_FLIGHT_MAX} other requests of the tenant are under way`;
      return { kind: 'unanswered', reason, retryAfterMs: BUSY_MS, waitsFor: 'turn' };
    }
    const breaker = breakers.of(link, `${tenantId} ${host}`);
    if (!breaker.tryCall(clock.nowMs())) {
      const reason = 'has failed several times in a row, so it is left alone for now';
      return { kind: 'unanswered', reason, retryAfterMs: BREAKER_MS };
    }
    inFlight.set(tenantId, count + 1);
    const answer = await send();
    const left = (inFlight.get(tenantId) ?? 1) - 1;
    if (left === 0) inFlight.delete(tenantId);
    else inFlight.set(tenantId, left);
    if (isFailure(answer)) breaker.failed(clock.nowMs());
    else breaker.succeeded();
    return answer;
  }

  return {
    send: async (request) => {
      const url = new URL(request.url);
      if (!request.hosts.includes(url.host)) return FOREIGN;
      const { tenantId, link } = request;
      return sendCounted<EgressAnswer>(
        { tenantId, link, host: url.host },
        () => send(parts, request, url),
        (answer) => answer.kind === 'unanswered' || statusOf(answer) >= SERVER_ERROR,
      );
    },
    sendMail: async (request) => {
      const { tenantId, hosts, server: host } = request;
      if (!hosts.includes(host)) return FOREIGN;
      return sendCounted<MailAnswer>(
        { tenantId, link: 'notifications', host },
        () => sendMail(guard, request),
        ({ kind }) => kind === 'unanswered',
      );
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
      trust: trustOf(url.hostname),
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

/** RFC 9110, section 10.2.3: seconds, or a date. */
function readRetryAfter(text: string | undefined, clock: Clock): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.nowMs();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}
