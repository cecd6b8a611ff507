/** Posts webhooks over HTTP, with a circuit breaker before each host. */
import { isRecord } from '@novacron/contract/json';
import type { Clock } from '@novacron/runtime/clock';
import type { Breakers } from '../../ports/breakers.ts';
import type { WebhookAnswer, WebhookMessage, WebhookSender } from '../../ports/webhooks.ts';

/** A receiver writes down what it got and answers. Unit: ms. */
const POST_MS_MAX = 10_000;

/** Who finds a receiver left alone comes back when it may be asked again. Unit: ms. */
const LEFT_ALONE_MS = 30_000;

const SERVER_ERROR = 500;

/** Makes it. */
export function createWebhookSender(parts: {
  readonly breakers: Breakers;
  readonly clock: Clock;
}): WebhookSender {
  const { breakers, clock } = parts;
  return {
    post: async (message) => {
      const breaker = breakers.of('webhooks', new URL(message.url).host);
      if (!breaker.tryCall(clock.nowMs())) {
        const reason = 'has failed several times in a row, so it is left alone for now';
        return { kind: 'unanswered', reason, retryAfterMs: LEFT_ALONE_MS };
      }
      const answer = await post(message, clock);
      const isWell = answer.kind === 'answered' && answer.status < SERVER_ERROR;
      if (isWell) breaker.succeeded();
      else breaker.failed(clock.nowMs());
      return answer;
    },
  };
}

async function post({ url, headers, body }: WebhookMessage, clock: Clock): Promise<WebhookAnswer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // A redirect could lead anywhere, also into the network behind the server.
      redirect: 'manual',
      signal: AbortSignal.timeout(POST_MS_MAX),
    });
    // The receiver's body is not read, so that it cannot be too long.
    await response.body?.cancel();
    const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), clock);
    const { status } = response;
    return { kind: 'answered', status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  } catch (cause) {
    return { kind: 'unanswered', reason: reasonOf(cause) };
  }
}

/** RFC 9110, section 10.2.3: seconds, or a date. */
function readRetryAfter(text: string | null, clock: Clock): number | undefined {
  if (text === null) return undefined;
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - clock.nowMs();
  return Number.isFinite(waitMs) ? Math.max(0, waitMs) : undefined;
}

/** Only the code of a failed fetch's cause is reported: messages can contain the address. */
function reasonOf(cause: unknown): string {
  const fault = membersOf(cause);
  if (fault.name === 'TimeoutError') return `did not answer within ${POST_MS_MAX / 1_000} s`;
  const { code } = membersOf(fault.cause);
  return typeof code === 'string' ? `cannot be reached (${code})` : 'cannot be reached';
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
