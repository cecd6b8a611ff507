import { type Problem, problem } from '@novacron/contract/problem/problem';

/**
 * Retention has deleted events after a position: a reader that resumes there would miss them.
 * @returns `resume-expired`, which names the oldest stored position
 */
export function resumeExpired(afterPosition: number, oldestPosition: number): Problem {
  return problem('resume-expired', {
    detail:
      `Events after position ${afterPosition} have been deleted: ` +
      `the oldest stored one has the position ${oldestPosition}.`,
    remedy: 'Read the resources again, then follow events without a position.',
    data: { after_position: afterPosition, oldest_position: oldestPosition },
  });
}
