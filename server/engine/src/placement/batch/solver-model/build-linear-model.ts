/**
 * Builds the mixed-integer linear model of a batch: how many VMs of each kind go to each node.
 * Equal VMs are counted instead of named, which removes symmetry.
 * Source of the idea: variable-size vector bin packing; equivalence classes of Quincy.
 */

import { keysOf } from '@novacron/contract/closed-table';
import { AMOUNT_KEYS, DIMENSIONS } from '../../place/resources/find-shortage.ts';
import { type BatchTable, hasTerms, type RequestKind } from '../fleet/batch-table.ts';
import type { Assignment, LinearModel } from '../model/batch.ts';
import { isEmpty } from '../objective/measure-batch.ts';
import { addRow, addVariable, type LinearModelDraft } from './linear-model-draft.ts';
import { addTermRows } from './term-rows.ts';

/** A larger model is not solved in the time that a request waits. Unit: kinds times nodes. */
const CELLS_MAX = 6_000;

/** A model, and what its variables mean. */
export interface BatchModel {
  readonly model: LinearModel;
  /** The variable that counts a kind's VMs on a node, by both; undefined where none may. */
  readonly counts: readonly (readonly (number | undefined)[])[];
  /** `narrow`: the model excludes some placements that the rules allow. */
  readonly scope: 'whole' | 'narrow';
}

/** Accepted gap to the optimum: nodes are whole; half a hundredth of a peak is negligible. */
const GAP_NEGLIGIBLE = { nodes: 0.99, peak: 0.005 } as const;

/** Builds the model; undefined where it would be too large, or some kind has no room by itself. */
export function buildLinearModel(table: BatchTable): BatchModel | undefined {
  const { kinds, nodes, input } = table;
  if (kinds.length * nodes.length > CELLS_MAX || kinds.some(hasNoRoom)) return undefined;
  const gapNegligible = GAP_NEGLIGIBLE[input.objective];
  const draft: LinearModelDraft = { variables: [], rows: [], gapNegligible };
  const counts = kinds.map(({ most }) =>
    most.map((upper) =>
      upper === 0 ? undefined : addVariable(draft, { kind: 'integer', lower: 0, upper, cost: 0 }),
    ),
  );
  for (const [at, { members }] of kinds.entries()) {
    const terms = (counts[at] ?? []).flatMap((variable) =>
      variable === undefined ? [] : [{ variable, factor: 1 }],
    );
    addRow(draft, { terms, lower: members.length, upper: members.length });
  }
  if (table.input.objective === 'nodes') addNodeRows(table, counts, draft);
  else addPeakRows(table, counts, draft);
  addPoolRows(table, counts, draft);
  const scope = addTermRows(table, counts, draft);
  return { model: draft, counts, scope };
}

function hasNoRoom({ members, most }: RequestKind): boolean {
  return most.reduce((sum, count) => sum + count, 0) < members.length;
}

/** Adds the variable whether a node is used, with its rows for every dimension. */
function addUse(
  { kinds, nodes }: BatchTable,
  counts: BatchModel['counts'],
  draft: LinearModelDraft,
  to: { readonly node: number; readonly cost: number },
): number {
  const used = addVariable(draft, { kind: 'integer', lower: 0, upper: 1, cost: to.cost });
  const node = nodes[to.node];
  for (const dimension of DIMENSIONS) {
    const key = AMOUNT_KEYS[dimension];
    const terms = kinds.flatMap(({ request }, kind) => {
      const variable = counts[kind]?.[to.node];
      const factor = request.vm[key];
      return variable === undefined || factor === 0 ? [] : [{ variable, factor }];
    });
    if (node === undefined || terms.length === 0) continue;
    const free = node.capacity[key] - node.used[key];
    addRow(draft, { terms: [...terms, { variable: used, factor: -free }], upper: 0 });
  }
  for (const kind of kinds.keys()) {
    const variable = counts[kind]?.[to.node];
    const most = kinds[kind]?.most[to.node] ?? 0;
    if (variable === undefined) continue;
    addRow(draft, {
      terms: [
        { variable, factor: 1 },
        { variable: used, factor: -most },
      ],
      upper: 0,
    });
  }
  return used;
}

function addNodeRows(
  table: BatchTable,
  counts: BatchModel['counts'],
  draft: LinearModelDraft,
): void {
  const before = new Map<string, number>();
  for (const [at, node] of table.nodes.entries()) {
    const opens = isEmpty(node);
    const used = addUse(table, counts, draft, { node: at, cost: opens ? 1 : 0 });
    if (!opens) continue;
    // Equal empty nodes are used in order, which removes symmetry; terms may distinguish them.
    const alike = JSON.stringify([
      node.capacity,
      node.pools,
      node.devices,
      node.numaCells,
      node.zone,
      node.rack,
      table.kinds.map(({ most }) => most[at]),
    ]);
    const earlier = before.get(alike);
    if (earlier !== undefined && !hasTerms(table)) {
      const terms = [
        { variable: earlier, factor: 1 },
        { variable: used, factor: -1 },
      ];
      addRow(draft, { terms, lower: 0 });
    }
    before.set(alike, used);
  }
}

/** Bounds the use of every node that takes VMs by the peak, which is minimised. */
function addPeakRows(
  table: BatchTable,
  counts: BatchModel['counts'],
  draft: LinearModelDraft,
): void {
  const peak = addVariable(draft, { kind: 'real', lower: 0, upper: 1, cost: 1 });
  for (const [at, node] of table.nodes.entries()) {
    const isUsed = addUse(table, counts, draft, { node: at, cost: 0 });
    for (const dimension of DIMENSIONS) {
      const key = AMOUNT_KEYS[dimension];
      const capacity = node.capacity[key];
      if (capacity === 0) continue;
      const terms = table.kinds.flatMap(({ request }, kind) => {
        const variable = counts[kind]?.[at];
        const factor = request.vm[key] / capacity;
        return variable === undefined || factor === 0 ? [] : [{ variable, factor }];
      });
      if (terms.length === 0) continue;
      const before = node.used[key] / capacity;
      if (before > 0) terms.push({ variable: isUsed, factor: before });
      addRow(draft, { terms: [...terms, { variable: peak, factor: -1 }], upper: 0 });
    }
  }
}

/** Disks of a class and bandwidth. Devices and cells are left to the check of the answer. */
function addPoolRows(
  table: BatchTable,
  counts: BatchModel['counts'],
  draft: LinearModelDraft,
): void {
  for (const [at, { pools }] of table.nodes.entries()) {
    if (pools === undefined) continue;
    for (const name of keysOf(pools)) {
      const pool = pools[name];
      const terms = table.kinds.flatMap(({ request }, kind) => {
        const variable = counts[kind]?.[at];
        const factor = request.vm.pools?.[name] ?? 0;
        return variable === undefined || factor === 0 ? [] : [{ variable, factor }];
      });
      if (pool === undefined || terms.length === 0) continue;
      addRow(draft, { terms, upper: pool.capacity - pool.used });
    }
  }
}

/** Gives each VM a node from a solver's values; undefined where they are not whole or too few. */
export function readValues(
  { input, kinds, nodes }: BatchTable,
  { counts }: BatchModel,
  values: readonly number[],
): Assignment | undefined {
  const assignment: string[] = [];
  for (const [at, { members }] of kinds.entries()) {
    const waiting = [...members];
    for (const [place, node] of nodes.entries()) {
      const count = Math.round(values[counts[at]?.[place] ?? -1] ?? 0);
      for (const member of waiting.splice(0, count)) assignment[member] = node.name;
    }
    if (waiting.length > 0) return undefined;
  }
  return assignment.length === input.requests.length ? assignment : undefined;
}
