/** Maps the answer of an external server to the outcome of the step that sent the request. */
import type { EgressAnswer, MailAnswer } from '../../ports/egress.ts';
import type { StepOutcome } from '../kernel/definitions/operation-definition.ts';

/** The longest Retry-After that is honored. Unit: ms. */
const WAIT_MS_MAX = 300_000;

/** Client errors that may pass: RFC 9110, 8470 and 6585. */
const PASSING: readonly number[] = [408, 425, 429];

/** An attempt that has failed. */
type FailedAttempt = StepOutcome & { readonly kind: 'failed' };

/**
 * Explains why an answer is a failure, and whether another attempt may help; undefined if it is a
 * success.
 * @param isExpected - whether a status is a success. Default: 200 to 299
 */
export function failureOf(
  host: string,
  answer: EgressAnswer | MailAnswer,
  isExpected = (status: number) => status >= 200 && status < 300,
): FailedAttempt | undefined {
  if (answer.kind === 'accepted') return undefined;
  if (answer.kind === 'refused') return failed(`${host} ${answer.reason}`);
  const waitMs = Math.min(WAIT_MS_MAX, answer.retryAfterMs ?? 0);
  if (answer.kind === 'unanswered') {
    return { ...failed(`${host} ${answer.reason}`, 'retry'), waitMs };
  }
  const { status } = answer;
  if (isExpected(status)) return undefined;
  const message = `${host} answered ${status}`;
  if (status >= 300 && status < 400) return failed(`${message}, and redirects are not followed`);
  if (status < 500 && !PASSING.includes(status)) return failed(message);
  return { ...failed(message, 'retry'), waitMs };
}

/** An attempt that has failed, by default for good. @param message - words that follow the step */
export function failed(message: string, next: 'final' | 'retry' = 'final'): FailedAttempt {
  return { kind: 'failed', message, next };
}
