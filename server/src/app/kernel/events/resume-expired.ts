import { type Problem, problem } from '@novacron/contract/problem';

/**
 * Retention has removed what follows on a position: whoever reads on from there would miss it.
 * @returns `resume-expired`, which names the oldest position that is kept
 */
export function resumeExpired(afterPosition: number, oldestPosition: number): Problem {
  return problem('resume-expired', {
    detail:
      `Events behind position ${afterPosition} are gone: ` +
      `the oldest one that is kept has the position ${oldestPosition}.`,
    remedy: 'Read the resources anew, then follow events without a position.',
    data: { after_position: afterPosition, oldest_position: oldestPosition },
  });
}
