/** The ways in which a command fails, and the exit code of each. */
import type { Problem } from '@novacron/contract/problem/problem';

/** Exit codes; scripts rely on them. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  unevaluated: 3,
  denied: 4,
  interrupted: 130,
} as const;

/** The exit codes in words, for help texts. */
export const EXIT_CODES_HELP = `Exit codes: 0 done, 1 request or operation failed, 2 wrong usage,
  3 server unreachable or evaluation failed, 4 denied (key, role or policy), 130 interrupted`;

/** Reason a command failed. */
export type Failure =
  | {
      readonly kind: 'problem';
      readonly problem: Problem;
      /** The id of the operation that failed with it; then the request itself was accepted. */
      readonly operationId?: string;
    }
  | { readonly kind: 'usage'; readonly message: string }
  /** The command did its work and found what it looks for. */
  | { readonly kind: 'findings'; readonly message: string }
  /** The command could not do its work: what it looks at cannot be evaluated. */
  | { readonly kind: 'unevaluated'; readonly message: string }
  | { readonly kind: 'interrupted'; readonly message: string };

/** A failure that a problem is the reason of. */
export function problemFailure(problem: Problem): Failure {
  return { kind: 'problem', problem };
}

/** A failure that the person can correct in the command line. */
export function usageFailure(message: string): Failure {
  return { kind: 'usage', message };
}

/** What a failure says, without its remedy. */
export function messageOf(failure: Failure): string {
  return failure.kind === 'problem' ? failure.problem.detail : failure.message;
}

/** A command's own verdict, for those that look for something. */
export function findingsFailure(message: string): Failure {
  return { kind: 'findings', message };
}

/** A review without an answer. */
export function unevaluatedFailure(message: string): Failure {
  return { kind: 'unevaluated', message };
}

/** The exit code of a failure. */
export function exitCodeOf(failure: Failure): number {
  if (failure.kind === 'usage') return EXIT_CODES.usage;
  if (failure.kind === 'findings') return EXIT_CODES.failed;
  if (failure.kind === 'unevaluated') return EXIT_CODES.unevaluated;
  if (failure.kind === 'interrupted') return EXIT_CODES.interrupted;
  if (failure.operationId !== undefined) return EXIT_CODES.failed;
  switch (failure.problem.code) {
    case 'unavailable':
      return EXIT_CODES.unreachable;
    case 'unauthenticated':
    case 'forbidden':
    case 'policy-denied':
      return EXIT_CODES.denied;
    default:
      return EXIT_CODES.failed;
  }
}

/** Exit codes of the drift commands: 0 success, 1 findings, 2 failure. */
export function exitCodeOfDrift(failure: Failure): number {
  const hasOwn = failure.kind === 'findings' || failure.kind === 'interrupted';
  return hasOwn ? exitCodeOf(failure) : EXIT_CODES.usage;
}
