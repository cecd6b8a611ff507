/** Lists all rows of a ranking that can hold the VM. */
import { BLOCK_ROWS } from '../index/class-table.ts';
import type { FleetIndex } from '../index/fleet-index.ts';
import type { Ranking } from './rank-rows.ts';
import type { FleetScan } from './scan-fleet.ts';

/** A row, -1 and down for an ungrouped node, and its score. */
export interface FittingRow {
  readonly row: number;
  readonly total: number;
}

/**
 * Lists them without an order; call it before `bestNodes`, which reorders the blocks.
 * @remarks It reads every row, where choosing a node reads a few blocks.
 */
export function listFittingRows(
  { table, scratch }: FleetIndex,
  { count, caches: { places, loads } }: FleetScan,
  { readTotals, special }: Ranking,
): readonly FittingRow[] {
  const rows = Array.from(special, (total, at): FittingRow => ({ row: -1 - at, total }));
  for (let nth = 0; nth < count; nth += 1) {
    const block = scratch.blocks[nth] ?? 0;
    const totals = readTotals(block);
    const filled = table.filled[block] ?? 0;
    for (let at = 0; at < filled; at += 1) {
      const row = block * BLOCK_ROWS + at;
      const placeMask = places.masks[table.places[row] ?? 0] ?? 0;
      if ((placeMask | (loads.masks[table.loads[row] ?? 0] ?? 0)) !== 0) continue;
      rows.push({ row, total: totals[at] ?? 0 });
    }
  }
  return rows;
}
