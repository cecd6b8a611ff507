import { type CleaningParts, cleanNode } from './clean-node.ts';
import { observeSnapshots } from './observe-snapshots.ts';
import { resumeStuck } from './resume-stuck.ts';
import { type NodeVisits, nodeVisits, ROUND_MS } from './visit-nodes.ts';

/** Resumes stuck operations of each node, removes leftovers, and checks snapshots. */
export function nodeMaintenance(
  parts: CleaningParts & Parameters<typeof resumeStuck>[0],
): NodeVisits {
  return nodeVisits(parts.deps, {
    name: 'node-maintenance',
    summary: 'Resumes stuck operations, removes unneeded machines and checks snapshots.',
    everyMs: ROUND_MS,
    wakesOn: ['lease-gained'],
    visit: async (node) => {
      await resumeStuck(parts, node);
      await cleanNode(parts, node);
      await observeSnapshots(parts, node);
    },
  });
}
