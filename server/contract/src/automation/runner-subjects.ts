/** The subjects of the message bus at which runners publish, and at which they answer. */

/** What every subject of a runner begins with. No subject of an agent does. */
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

/** Where a runner publishes its `RunnerAnnouncement`. */
export function runnerAnnounceSubject(runner: string): string {
  return subjectOf(runner, 'announce');
}

/** Where a runner answers `RunnerOrder` with `RunnerAcceptance`. */
export function runnerOrderSubject(runner: string): string {
  return subjectOf(runner, 'order');
}

/** Where a runner answers `RunnerQuery` with `RunnerAnswer`. */
export function runnerOutcomeSubject(runner: string): string {
  return subjectOf(runner, 'outcome');
}

/** Where a runner answers `RunnerLogQuery` with `RunnerLog`. */
export function runnerLogSubject(runner: string): string {
  return subjectOf(runner, 'log');
}

/** Where a runner publishes `RunnerCompletion`. */
export function runnerCompletionSubject(runner: string): string {
  return subjectOf(runner, 'completion');
}

/** What the subjects of answers to servers begin with, each followed by two words of the asker. */
function runnerAnswerSubject(runner: string): string {
  return subjectOf(runner, 'answer');
}

/** Where answers of runners to servers come in: a runner publishes at subjects of its own only. */
export const RUNNER_ANSWERS = {
  pattern: runnerAnswerSubject(ANY_RUNNER),
  of: (subject: string): string | undefined => {
    const runner = runnerOfSubject(subject);
    return runner === '' ? undefined : runnerAnswerSubject(runner);
  },
} as const;

/**
 * What the message bus lets a runner do. It has no permission to answer at any subject that a
 * request names: it could send itself one, and then publish anywhere.
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
      runnerAnnounceSubject(runner),
      inbox,
    ],
  };
}

/** Where answers to a runner come in: a place that no agent and no other runner can read. */
export function runnerInboxPrefixOf(runner: string): string {
  return `novacron.runner-inbox.${runner}`;
}
