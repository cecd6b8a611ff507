/** What a bus answers when it has no answer; the same words on every adapter. */
import { type Problem, problem } from '@novacron/contract/problem/problem';

/** Nobody answers there. */
export function nobodyThereProblem(subject: string): Problem {
  return problem('unavailable', {
    detail: `Nobody answers on ${subject}.`,
    remedy: 'Wait until whoever answers there is back, then send the request again.',
  });
}

/** Somebody answers there, but has not. */
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
    remedy: 'Send the request again once NovaCron runs again.',
  });
}

/** The responder broke down; its fault stays where it is. */
export function brokenProblem(subject: string): Problem {
  return problem('internal', {
    detail: `Whoever answers on ${subject} broke down over the message.`,
    remedy: 'Report this fault together with the log of that part.',
  });
}

/** The message servers are away; whether a request that was under way arrived, nobody knows. */
export function outOfReachProblem(during: 'before' | 'after'): Problem {
  return problem('unavailable', {
    detail:
      during === 'before'
        ? 'The message bus is out of reach, so the request was not sent.'
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
    detail: `The message for ${subject} is longer than the ${bytesMax} bytes that the bus takes.`,
    remedy: 'Send less at once.',
  });
}

/** What is asked for has been forgotten. */
export function resumeExpiredProblem(subject: string, oldest: number): Problem {
  return problem('not-found', {
    detail: `The messages on ${subject} before position ${oldest} are no longer kept.`,
    remedy: 'Read the present state anew, and go on from the newest position.',
    data: { reason: 'resume-expired', oldest },
  });
}
