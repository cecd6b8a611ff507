/** The subjects of the message bus at which runners publish, and at which they answer. */

/** Prefix of all runner subjects. No subject of an agent has it. */
const RUNNERS = 'novacron.runner.';

/**
 * Every subject of a runner names it, so that the message bus can confine each to its own. In a
 * subscription `*` stands for any runner.
 */
function subjectOf(runner: string, what: string): string {
  return `${RUNNERS}${runner}.${what}`;
}

/** Stands for every runner in a subject that is subscribed to. */
export const ANY_RUNNER = '*';

/** The runner that a subject belongs to; empty for other subjects. */
export function runnerOfSubject(subject: string): string {
  if (!subject.startsWith(RUNNERS)) return '';
  const end = subject.indexOf('.', RUNNERS.length);
  return subject.slice(RUNNERS.length, end === -1 ? undefined : end);
}

/** Returns the subject of a runner's `RunnerAnnouncement`. */
export function runnerAnnounceSubject(runner: string): string {
  return subjectOf(runner, 'announce');
}

/** Returns the subject on which a runner answers `RunnerOrder` with `RunnerAcceptance`. */
export function runnerOrderSubject(runner: string): string {
  return subjectOf(runner, 'order');
}

/** Returns the subject on which a runner answers `RunnerQuery` with `RunnerAnswer`. */
export function runnerOutcomeSubject(runner: string): string {
  return subjectOf(runner, 'outcome');
}

/** Returns the subject on which a runner answers `RunnerLogQuery` with `RunnerLog`. */
export function runnerLogSubject(runner: string): string {
  return subjectOf(runner, 'log');
}

/**
 * Returns the subject on which a runner answers `RunnerArtifactRequest` with
 * `RunnerArtifactAnswer`.
 */
export function runnerArtifactSubject(runner: string): string {
  return subjectOf(runner, 'artifact');
}

/** Returns the subject of a runner's `RunnerCompletion`. */
export function runnerCompletionSubject(runner: string): string {
  return subjectOf(runner, 'completion');
}

/**
 * Returns the prefix of the subjects of answers to servers, each followed by two words from the
 * requester.
 */
function runnerAnswerSubject(runner: string): string {
  return subjectOf(runner, 'answer');
}

/**
 * Subjects on which servers receive runners' answers: a runner publishes only on its own subjects.
 */
export const RUNNER_ANSWERS = {
  pattern: runnerAnswerSubject(ANY_RUNNER),
  of: (subject: string): string | undefined => {
    const runner = runnerOfSubject(subject);
    return runner === '' ? undefined : runnerAnswerSubject(runner);
  },
} as const;

/**
 * Returns a runner's permissions on the message bus. It may not answer on arbitrary subjects that a
 * request names: it could send itself a request, and then publish anywhere.
 */
export function runnerPermissions(runner: string): {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
} {
  const inbox = `${runnerInboxPrefixOf(runner)}.>`;
  return {
    publish: [
      runnerAnnounceSubject(runner),
      runnerCompletionSubject(runner),
      `${runnerAnswerSubject(runner)}.>`,
    ],
    subscribe: [
      runnerOrderSubject(runner),
      runnerOutcomeSubject(runner),
      runnerLogSubject(runner),
      runnerArtifactSubject(runner),
      runnerAnnounceSubject(runner),
      inbox,
    ],
  };
}

/** Returns the inbox prefix of a runner, which no agent and no other runner can read. */
export function runnerInboxPrefixOf(runner: string): string {
  return `novacron.runner-inbox.${runner}`;
}
