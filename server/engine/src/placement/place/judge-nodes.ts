/** Judges nodes by name in the fleet that a decision saw: why here, or why not there. */
import { findFailoverGap } from './decide/find-failover-gap.ts';
import { describeRejection } from './explain/describe-rules.ts';
import type { RecordedCandidate, RefusedNode } from './explain-decision.ts';
import { findRejections } from './filters/reject-nodes.ts';
import { selectFilters } from './filters/select-filters.ts';
import { makeFleetIndex } from './index/fleet-index.ts';
import { type FleetOverlay, openOverlay } from './index/fleet-overlay.ts';
import type { PlacementInput, PlacementNode } from './model/placement.ts';
import type { RejectionReason } from './model/rule.ts';
import { nodesOf } from './ranking/best-nodes.ts';
import { listFittingRows } from './ranking/list-fitting-rows.ts';
import { rankRows } from './ranking/rank-rows.ts';
import { scanFleet } from './ranking/scan-fleet.ts';
import { asksForFailover } from './scorers/strategies.ts';

/** Verdict of a decision on one node. */
export type JudgedNode =
  | (RecordedCandidate & {
      readonly outcome: 'chosen' | 'candidate';
      readonly passed: readonly RejectionReason[];
    })
  | (Omit<RefusedNode, 'failed'> & {
      readonly outcome: 'refused';
      readonly failed: readonly { readonly filter: string; readonly why: string }[];
    })
  /** The fleet had no node of this name. */
  | { readonly node: string; readonly outcome: 'absent' };

/**
 * Judges nodes of a decision, of which its record has only a few.
 * @param recorded - the chosen node, and the candidates with the scores that were recorded
 * @param names - of nodes; each gets an answer, in this order
 */
export function judgeNodes(
  input: PlacementInput,
  recorded: { readonly chosen: string; readonly candidates: readonly RecordedCandidate[] },
  names: readonly string[],
): readonly JudgedNode[] {
  const fleet = openOverlay(makeFleetIndex(input));
  const scan = scanFleet(fleet, input);
  const { countedRequest } = scan;
  const filters = [...new Set(selectFilters(countedRequest).map(({ reason }) => reason))];
  const scored = scoreNodes(fleet, scan, new Set(names));
  const byName = new Map(input.nodes.map((node) => [node.name, node]));
  return names.map((name): JudgedNode => {
    const node = byName.get(name);
    if (node === undefined) return { node: name, outcome: 'absent' };
    const rejections = findRejections(node, countedRequest);
    const failing = new Set(rejections.map(({ reason }) => reason));
    const passed = filters.filter((filter) => !failing.has(filter));
    const known = recorded.candidates.find((each) => each.node === name) ?? scored.get(name);
    // A move may have gone to a node that the rules of the VM refuse: people named it.
    if (name === recorded.chosen && known !== undefined) {
      return { ...known, outcome: 'chosen', passed };
    }
    if (rejections.length > 0 || known === undefined) {
      const failed = rejections.map((each) => {
        return { filter: each.reason, why: describeRejection(each) };
      });
      return { node: name, outcome: 'refused', failed, passed };
    }
    const unsafe = refuseForFailover(input, node);
    return unsafe === undefined
      ? { ...known, outcome: 'candidate', passed }
      : { node: name, outcome: 'refused', failed: [unsafe], passed };
  });
}

/** The scores of the named nodes that can hold the VM. */
function scoreNodes(
  { index }: FleetOverlay,
  scan: ReturnType<typeof scanFleet>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, RecordedCandidate> {
  const ranking = rankRows(index, scan);
  const rows = listFittingRows(index, scan, ranking);
  const scored = rows.flatMap(({ row, total }) =>
    nodesOf(index, scan, row)
      .filter(({ name }) => names.has(name))
      .map(({ name }): [string, RecordedCandidate] => [
        name,
        { node: name, score: total, scores: ranking.scoresAt(row) },
      ]),
  );
  return new Map(scored);
}

function refuseForFailover({ nodes, vm, strategy }: PlacementInput, target: PlacementNode) {
  if (!asksForFailover(strategy)) return undefined;
  const gap = findFailoverGap(nodes, { target, vm });
  if (gap === undefined) return undefined;
  return {
    filter: 'failover',
    why: "would leave some node's VMs without room to restart elsewhere",
  };
}
