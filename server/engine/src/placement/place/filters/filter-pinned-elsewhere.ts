import type { Filter } from '../model/rule.ts';

/** Rejects every node but the one that the request is pinned to. */
export const filterPinnedElsewhere: Filter = (node, { constraints }) =>
  constraints.node === undefined || constraints.node === node.name
    ? undefined
    : { reason: 'pinned-elsewhere', pinnedTo: constraints.node };
