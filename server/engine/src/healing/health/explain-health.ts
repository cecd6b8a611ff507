/** Explains the health of a VM in a line for people. */
import type { Health } from './model/health.ts';

/**
 * Says what a VM has come to.
 * @param seen - what its last failed check saw; null where it is not known
 */
export function explainHealth(name: string, { state }: Health, seen: string | null): string {
  switch (state) {
    case 'starting':
      return `${name} starts`;
    case 'healthy':
      return `${name} is healthy`;
    case 'unhealthy':
      return seen === null ? `${name} is unhealthy` : `${name} is unhealthy: ${seen}`;
  }
}
