/** Problems that a bus returns instead of an answer; the same words on every adapter. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** The subject has no responder. */
export function noResponderProblem(subject: string): Problem {
  return problem('unavailable', {
    detail: `No responder is subscribed to ${subject}.`,
    remedy: 'Send the request again when the responder is available.',
    data: { reason: 'no-responder' },
  });
}

/** The responder did not answer in time. */
export function tooLateProblem(subject: string, timeoutMs: number): Problem {
  return problem('deadline-exceeded', {
    detail: `No answer on ${subject} within ${timeoutMs} ms.`,
    remedy: 'Ask for the outcome, or send the request again.',
  });
}

/** This side is closing. */
export function closedProblem(): Problem {
  return problem('unavailable', {
    detail: 'The bus was closed before an answer came.',
    remedy: 'Send the request again when NovaCron is running.',
  });
}

/** The responder broke down; its fault stays where it is. */
export function brokenProblem(subject: string): Problem {
  return problem('internal', {
    detail: `The responder on ${subject} failed while it handled the message.`,
    remedy: 'Report this fault together with the log of that part.',
  });
}

/** The message servers are unreachable; whether a request in flight arrived is unknown. */
export function outOfReachProblem(during: 'before' | 'after'): Problem {
  return problem('unavailable', {
    detail:
      during === 'before'
        ? 'The message bus is unavailable, so the request was not sent.'
        : 'The connection to the message bus broke before an answer came.',
    remedy:
      during === 'before'
        ? 'Send the request again in a few seconds.'
        : 'Ask for the outcome, or send the request again in a few seconds.',
  });
}

/** More than the bus takes. */
export function tooLargeProblem(subject: string, bytesMax: number): Problem {
  return problem('payload-too-large', {
    detail: `The message for ${subject} exceeds the limit of the bus, ${bytesMax} bytes.`,
    remedy: 'Send smaller requests.',
  });
}

/** Returns the problem for expired messages. */
export function resumeExpiredProblem(subject: string, oldest: number): Problem {
  return problem('not-found', {
    detail: `The messages on ${subject} before position ${oldest} have been deleted.`,
    remedy: 'Read the current state again, and continue from the newest position.',
    data: { reason: 'resume-expired', oldest },
  });
}
