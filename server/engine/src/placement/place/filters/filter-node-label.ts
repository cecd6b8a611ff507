import type { Filter } from '../model/rule.ts';

/** Rejects a node without a label that the request insists on. */
export const filterNodeLabel: Filter = ({ labels = {} }, { constraints }) => {
  for (const [label, wanted] of Object.entries(constraints.nodeLabels ?? {})) {
    if (!Object.hasOwn(labels, label) || labels[label] !== wanted) {
      return { reason: 'node-label', label, wanted };
    }
  }
  return undefined;
};
