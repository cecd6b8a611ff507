/** Explains a cleanup in lines for people. */
import type { CleanupPlan, Doubt, Removal } from './model/healing.ts';

/**
 * Explains a cleanup. @returns a line per removal, a line per doubt, and one for postponed
 * removals; none for a clean node
 */
export function explainCleanup({ node, removals, doubts, postponed }: CleanupPlan): string[] {
  return [
    ...removals.map((removal) => `${removal.name} (${removal.vmId}) is removed: ${why(removal)}`),
    ...doubts.map(({ name, vmId, why }) => `${name} (${vmId}) is left alone: ${DOUBTS[why]}`),
    ...(postponed === 0 ? [] : [`${postponed} more on ${node} are removed in later rounds`]),
  ];
}

const DOUBTS: Readonly<Record<Doubt, string>> = {
  stranger: 'this server never knew its VM; an operator removes it on the node',
  'second-copy': 'its VM has no place on this node, yet it may be the one that runs',
};

function why({ why, was }: Removal): string {
  if (why === 'orphan') return `its VM was deleted, and it is ${was}`;
  if (why === 'superseded') {
    return `its VM was recovered to another node while this one was dead, and it is ${was}`;
  }
  return `its VM is on another node, and it is ${was}`;
}
