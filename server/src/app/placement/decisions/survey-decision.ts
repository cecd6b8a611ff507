/** Surveys the nodes that a decision could have chosen, for its record. */
import type { NodeId } from '@novacron/contract/ids';
import { drawConfidence } from '@novacron/engine/placement/place/confidence/draw-confidence';
import { surveyCandidates } from '@novacron/engine/placement/place/decide/survey-candidates';
import type { CandidateSurvey } from '@novacron/engine/placement/place/model/contest';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import { readsMeasuredLoad } from '@novacron/engine/placement/place/scorers/strategies';
import { makeRng } from '@novacron/engine/rng';
import { z } from 'zod';
import { asNew, asPlaced, avoiding, overlayOf } from '../decide/place.ts';
import { toFleetFacts } from '../facts/fleet-facts.ts';
import type { ClaimedNodeRow } from '../facts/node-facts.ts';
import type { PlacementRules } from '../facts/placement-rules.ts';
import type { WriteScope } from '../scope.ts';
import { readLoadSpreads } from './load-spreads.ts';

/** Parts of a decision that a survey needs. */
export interface SurveyedDecision {
  readonly ask: PlacementRequest;
  readonly nodes: readonly ClaimedNodeRow[];
  readonly rules: Pick<PlacementRules, 'readRanked'>;
  readonly node: { readonly id: NodeId };
  readonly score: number;
  /** Whether the VM is new; what runs already was not asked about all its needs. */
  readonly vm: 'new' | 'placed';
  /** The only node that the VM itself allows; a move may have named another one. */
  readonly ownNode: string | undefined;
}

const Contender = z.object({
  count: z.number(),
  base: z.number(),
  load: z.number(),
  spread: z.number(),
});

/** `survey_json` of a decision. */
export const StoredSurvey = z.object({
  /** The pin of the VM itself. */
  ownNode: z.string().nullable(),
  fitting: z.int(),
  candidates: z.array(
    z.object({
      node: z.string(),
      score: z.number(),
      scores: z.record(z.string(), z.number()),
    }),
  ),
  contest: z.object({
    loadWeight: z.number(),
    leader: Contender,
    others: z.array(Contender),
  }),
});
export type StoredSurvey = z.infer<typeof StoredSurvey>;

/**
 * Surveys a decision on the fleet that it saw, by the rules of the VM itself.
 * @remarks The rules have read the peers, and the index is that of the decision: both are cached.
 */
export async function surveyDecision(
  { ask: asked, nodes, rules, node, score, vm, ownNode }: SurveyedDecision,
  scope: WriteScope,
): Promise<CandidateSurvey> {
  const fleet = toFleetFacts(nodes, scope.deps);
  const own = { ...asked, constraints: { ...asked.constraints, node: ownNode } };
  const { ask } = avoiding(scope, { ask: vm === 'new' ? asNew(own, fleet) : asPlaced(own, fleet) });
  const spreads = readsMeasuredLoad(ask.strategy) ? readLoadSpreads(nodes, scope.deps) : NO_SPREADS;
  const ranked = await rules.readRanked();
  return surveyCandidates(overlayOf(fleet, ranked, scope), ask, {
    nodeId: node.id,
    score,
    spreadOf: spreads.of,
    spreadMax: spreads.max,
  });
}

const NO_SPREADS = { of: () => 0, max: 0 } as const;

/** Writes a survey as a record holds it. */
export function encodeSurvey(
  { fitting, candidates, contest }: CandidateSurvey,
  { ownNode }: Pick<SurveyedDecision, 'ownNode'>,
): string {
  const stored: StoredSurvey = {
    ownNode: ownNode ?? null,
    fitting,
    candidates: candidates.map(({ node, total, scores }) => ({
      node: node.name,
      score: total,
      scores: { ...scores },
    })),
    contest: {
      loadWeight: contest.loadWeight,
      leader: contest.leader,
      others: [...contest.others],
    },
  };
  return JSON.stringify(stored);
}

/** Draws the confidence of a decision; its id is the seed, so the record gives it again. */
export function confidenceOf(
  contest: Parameters<typeof drawConfidence>[0],
  decisionId: string,
): number {
  return drawConfidence(contest, makeRng(decisionId).fork('confidence'));
}
