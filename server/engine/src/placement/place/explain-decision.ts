/** Explains a whole decision: every filter, the nodes it refused, and what would change it. */
import { describeRejection, REASON_WORDS } from './explain/describe-rules.ts';
import { rejectNodes } from './filters/reject-nodes.ts';
import { selectFilters } from './filters/select-filters.ts';
import { makeFleetIndex } from './index/fleet-index.ts';
import { openOverlay } from './index/fleet-overlay.ts';
import type { PlacementInput } from './model/placement.ts';
import type { RejectedNode, RejectionReason } from './model/rule.ts';
import { prepareRequest } from './ranking/scan-fleet.ts';
import { selectScorers } from './scorers/strategies.ts';

/** Nodes that are named for each reason; the others are counted. */
const EXAMPLES_MAX = 3;

/** A candidate as the record of the decision has it. */
export interface RecordedCandidate {
  readonly node: string;
  readonly score: number;
  /** Score by scorer, 0 to 1. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A node with all the reasons against it. */
export interface RefusedNode {
  readonly node: string;
  /** Filters that refused it, each with its reason in words. */
  readonly failed: readonly { readonly filter: RejectionReason; readonly why: string }[];
  /** Filters that accepted it. */
  readonly passed: readonly RejectionReason[];
}

/** The nodes that one filter refused. */
export interface RefusedBy {
  readonly filter: RejectionReason;
  readonly words: string;
  /** Nodes; one with two reasons counts under both. */
  readonly nodes: number;
  /** A few of them, those with the fewest reasons first. */
  readonly examples: readonly RefusedNode[];
}

/** Explanation why the other nodes were not chosen. */
export interface DecisionExplanation {
  /** The filters that were asked, in their order. */
  readonly filters: readonly RejectionReason[];
  /** The weight of each scorer in the score, 0 to 1. */
  readonly weights: Readonly<Record<string, number>>;
  /** Refusals by reason, the most frequent first. */
  readonly refused: readonly RefusedBy[];
  /** Lines for people, without a full stop. */
  readonly whatWouldChangeIt: readonly string[];
}

/**
 * Explains a decision in the fleet that it saw.
 * @param recorded - the chosen node, and the best candidates, best first
 */
export function explainDecision(
  input: PlacementInput,
  recorded: { readonly chosen: string; readonly candidates: readonly RecordedCandidate[] },
): DecisionExplanation {
  const { countedRequest } = prepareRequest(openOverlay(makeFleetIndex(input)), input);
  const filters = [...new Set(selectFilters(countedRequest).map(({ reason }) => reason))];
  const rejected = rejectNodes(input.nodes, countedRequest);
  const weights = Object.fromEntries(
    selectScorers(countedRequest).map(({ scorer, weight }) => [scorer.name, weight]),
  );
  return {
    filters,
    weights,
    refused: groupByReason(rejected, filters),
    whatWouldChangeIt: [...describeRunnerUp(recorded, weights), ...describeNearest(rejected)],
  };
}

function groupByReason(
  rejected: readonly RejectedNode[],
  filters: readonly RejectionReason[],
): readonly RefusedBy[] {
  const fewestFirst = [...rejected].sort(
    (one, other) =>
      one.rejections.length - other.rejections.length || (one.node.name < other.node.name ? -1 : 1),
  );
  const groups = filters.flatMap((filter): readonly RefusedBy[] => {
    const mine = fewestFirst.filter(({ rejections }) =>
      rejections.some(({ reason }) => reason === filter),
    );
    if (mine.length === 0) return [];
    const examples = mine.slice(0, EXAMPLES_MAX).map((each) => toRefused(each, filters));
    return [{ filter, words: REASON_WORDS[filter], nodes: mine.length, examples }];
  });
  return groups.sort((one, other) => other.nodes - one.nodes);
}

function toRefused(
  { node, rejections }: RejectedNode,
  filters: readonly RejectionReason[],
): RefusedNode {
  const failing = new Set(rejections.map(({ reason }) => reason));
  return {
    node: node.name,
    failed: rejections.map((each) => ({ filter: each.reason, why: describeRejection(each) })),
    passed: filters.filter((filter) => !failing.has(filter)),
  };
}

/** Scorers that are named: more would hide what matters. */
const SCORERS_NAMED = 2;

/** Describes the gap of the best other node, and where it is behind. */
function describeRunnerUp(
  {
    chosen,
    candidates,
  }: { readonly chosen: string; readonly candidates: readonly RecordedCandidate[] },
  weights: Readonly<Record<string, number>>,
): readonly string[] {
  const own = candidates.find(({ node }) => node === chosen);
  const other = candidates.find(({ node }) => node !== chosen);
  if (own === undefined) return [];
  if (other === undefined) return [`no other node could hold it, so only another node would`];
  if (other.score === own.score) {
    return [`${other.node} has the same score: another lot would choose it`];
  }
  const [ahead, behind] = other.score > own.score ? [other, own] : [own, other];
  const parts = Object.entries(weights)
    .map(([name, weight]) => ({
      name,
      lead: weight * ((ahead.scores[name] ?? 0) - (behind.scores[name] ?? 0)),
    }))
    .filter(({ lead }) => lead > 0)
    .sort((one, two) => two.lead - one.lead)
    .slice(0, SCORERS_NAMED)
    .map(({ name }) => `${name} ${behind.scores[name] ?? 0} against ${ahead.scores[name] ?? 0}`);
  const points = Number((ahead.score - behind.score).toFixed(4));
  const where = parts.length === 0 ? '' : `: it is behind in ${parts.join(' and ')}`;
  return ahead === own
    ? [`${other.node} would be chosen if it scored more than ${points} higher${where}`]
    : [`${other.node} scores ${points} higher by the rules of the VM; ${chosen} was named`];
}

/** The nodes that one filter alone keeps out. */
function describeNearest(rejected: readonly RejectedNode[]): readonly string[] {
  return rejected
    .filter(({ rejections }) => rejections.length === 1)
    .sort((one, other) => (one.node.name < other.node.name ? -1 : 1))
    .slice(0, EXAMPLES_MAX)
    .flatMap(({ node, rejections: [only] }) =>
      only === undefined
        ? []
        : [`${node.name} would be a candidate if one thing changed: it ${describeRejection(only)}`],
    );
}
