/** Explains why a policy was not compiled or not evaluated. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { RuleMistake, WorkerOutcome } from './worker-protocol.ts';

/** The text or the bundle cannot be used: a field problem for each mistake. */
export function ruleInvalid(mistakes: readonly RuleMistake[]): Problem {
  const places = mistakes.map(textOfMistake);
  const isRego = mistakes.every(({ code }) => code === 'input-mismatch');
  if (isRego) return neverAsked(mistakes);
  const isBundle = mistakes.some(({ row }) => row === 0);
  return problem('rule-invalid', {
    detail: isBundle
      ? `The policy is not a bundle that can be used. ${places.join('\n')}`
      : `The policy text is not valid Rego. ${places.join('\n')}`,
    remedy: isBundle
      ? 'Build it again: opa build -t wasm -e novacron/deny policy.rego.'
      : 'Correct the rule; `novacron policy create --help` has an example.',
    ...placesOf(mistakes),
  });
}

/** The text is Rego, but its rules cannot decide the input that policies are asked about. */
function neverAsked(mistakes: readonly RuleMistake[]): Problem {
  return problem('rule-invalid', {
    detail:
      'The policy does not fit the input that policies are asked about. ' +
      `${mistakes.map(textOfMistake).join('\n')}`,
    remedy:
      'Correct the rule; `novacron policy schema` prints the input. To store it as it is, accept ' +
      'these findings as warnings with the annotation `custom: {unknown_input: warn}`.',
    ...placesOf(mistakes),
  });
}

function placesOf(mistakes: readonly RuleMistake[]) {
  return {
    fields: mistakes.map((mistake) => ({ path: ['rule'], message: textOfMistake(mistake) })),
    data: { mistakes: mistakes.map(({ row, column, message }) => ({ row, column, message })) },
  };
}

/** A mistake with its place. */
function textOfMistake({ row, column, message }: RuleMistake): string {
  return row === 0 ? message : `line ${row}, column ${column}: ${message}`;
}

/** It took too long. */
export function tooSlow(what: 'compiled' | 'evaluated', deadlineMs: number): Problem {
  return problem('deadline-exceeded', {
    detail: `The policy was not ${what} within ${deadlineMs} ms.`,
    remedy: 'Make the rule simpler: less data, fewer nested loops.',
  });
}

/** Its breaker is open. */
export function suspended(failures: number, forMs: number): Problem {
  return problem('unavailable', {
    detail:
      `its last ${failures} evaluations exceeded their deadline or their memory, ` +
      `so it is not evaluated for ${Math.ceil(forMs / 1_000)} s`,
    remedy: 'Change the rule or disable the policy, or send the request again after that time.',
  });
}

/** Too many evaluations of one tenant wait. */
export function crowded(max: number): Problem {
  return problem('rate-limited', {
    detail: `${max} policy evaluations of your tenant are waiting, which is the limit.`,
    remedy: 'Send the request again in a second or later.',
    data: { retry_after_ms: 1_000 },
  });
}

/** The thread died of it, as when the policy needs too much memory. */
export function endedItsThread(reason: string): Problem {
  return problem('internal', {
    detail: `its evaluation ended the thread: ${reason}`,
    remedy: 'Make the rule simpler: less data, fewer nested loops.',
  });
}

/** The compiler died of it. */
export function tooLarge(reason: string): Problem {
  return problem('rule-invalid', {
    detail: `The policy cannot be compiled: its compilation ended the thread: ${reason}`,
    remedy: 'Make the rule smaller, or split it into several policies.',
  });
}

/** The thread ended, or the server stops. */
export function workerDied(reason: string): Problem {
  return problem('unavailable', {
    detail: `Policies cannot be evaluated now: ${reason}.`,
    remedy: 'Send the request again.',
  });
}

/** An evaluation that failed, or an outcome of another kind. */
export function unexpected(outcome: WorkerOutcome): Problem {
  return problem('internal', {
    detail: outcome.kind === 'failed' ? outcome.message : `unexpected reply ${outcome.kind}`,
    remedy: 'Correct the rule: its evaluation fails for this input.',
  });
}
