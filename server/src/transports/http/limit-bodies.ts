/**
 * Limits requests whose bodies have not arrived: each holds memory and a connection. Their number
 * is limited for each caller, and each body must arrive at a minimum rate.
 * Source of the rate: RequestReadTimeout of Apache's mod_reqtimeout.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { Timers } from '@novacron/runtime/timers';
import {
  createFairSlots,
  holderOf,
  type SlotHolder,
  type SlotLimits,
} from '../../app/access/limits/fair-slots.ts';
import { contextOf, type ExchangeHandler, type ExchangeResponse } from './exchange.ts';
import { hasBody } from './read-body.ts';
import { sendProblem } from './send-problem.ts';

/** Each may take as much memory as a body may have: see `BODY_BYTES_MAX`. */
const BODY_LIMITS: SlotLimits = { total: 1_000, perTenant: 500, perKey: 100, perAddress: 500 };

/** A body of any size may take this long. Unit: milliseconds. */
export const BODY_MS = 10_000;

/** A body that takes longer must have arrived at this rate. Unit: bytes a second. */
const BODY_BYTES_PER_SECOND_MIN = 16_384;

const MS_PER_SECOND = 1_000;

const REQUEST_TIMEOUT_STATUS = 408;

/** Callers without a key, who share fewer: nothing is known of them but their address. */
export const UNKNOWN_CALLERS: BodyCallers = {
  limits: { total: 200, perTenant: 200, perKey: 200, perAddress: 20 },
  holder: ({ locals }) => ({ address: locals.clientAddress }),
};

/** Callers whose bodies count together. */
interface BodyCallers {
  readonly limits: SlotLimits;
  readonly holder: (response: ExchangeResponse) => SlotHolder;
}

const KNOWN_CALLERS: BodyCallers = {
  limits: BODY_LIMITS,
  holder: (response) => holderOf(contextOf(response)),
};

/**
 * Makes the handler; it belongs before what reads the body, and behind `authenticate` unless it is
 * for {@link UNKNOWN_CALLERS}.
 * Problems: `rate-limited`, `unavailable`; `validation-failed` with 408 for a slow body.
 */
export function limitBodies(
  { timers }: { readonly timers: Timers },
  { limits, holder }: BodyCallers = KNOWN_CALLERS,
): ExchangeHandler {
  const slots = createFairSlots(
    limits,
    'unfinished request bodies',
    'Send fewer at the same time.',
  );
  return (request, response, next) => {
    if (!hasBody(request) || request.complete) return next();
    const slot = slots.take(holder(response));
    if (!slot.ok) return refuse(response, slot.error);
    const { socket } = request;
    const bytesBefore = socket.bytesRead;
    let cancel = (): void => undefined;
    const watch = (elapsedMs: number, delayMs: number): void => {
      cancel = timers.after(delayMs, () => {
        const nowMs = elapsedMs + delayMs;
        const bytes = socket.bytesRead - bytesBefore;
        const leftMs = bodyTimeLeft({ bytes, elapsedMs: nowMs });
        if (leftMs > 0) watch(nowMs, Math.ceil(leftMs));
        else {
          // What reads the body would wait for the rest of it after the connection is closed.
          response.once('close', () => request.destroy());
          refuse(response, tooSlow(), REQUEST_TIMEOUT_STATUS);
        }
      });
    };
    const stop = (): void => {
      cancel();
      slot.value();
    };
    watch(0, BODY_MS);
    request.once('end', stop);
    response.once('close', stop);
    next();
  };
}

/**
 * Returns the time left for a body, 0 or less if it is too slow. Unit: milliseconds.
 * @param progress - how many bytes have arrived, and how long that took
 */
export function bodyTimeLeft({
  bytes,
  elapsedMs,
}: {
  readonly bytes: number;
  readonly elapsedMs: number;
}): number {
  return BODY_MS + (bytes / BODY_BYTES_PER_SECOND_MIN) * MS_PER_SECOND - elapsedMs;
}

/** Answers without the rest of the body, which is not read. */
function refuse(response: ExchangeResponse, found: Problem, status?: number): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.set('Connection', 'close');
  sendProblem(response, found, status);
}

function tooSlow(): Problem {
  return problem('validation-failed', {
    detail:
      `The body of the request did not arrive within ${BODY_MS / MS_PER_SECOND} seconds or at ` +
      `${BODY_BYTES_PER_SECOND_MIN} bytes a second.`,
    remedy: 'Send the whole body at once, and smaller batches over a slow connection.',
  });
}
