import type { Scorer } from '../model/rule.ts';
import { assignCells } from '../resources/assign-cells.ts';

/** Prefers nodes where the VM fits into one cell: half the score in two, a third in three. */
export const scoreNumaFit: Scorer = {
  name: 'numa-fit',
  scope: 'load',
  kind: 'share',
  measure: (node, { vm }) => 1 / Math.max(1, assignCells(node, vm)?.length ?? 1),
};
