import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode, nodeIdOf } from '../../../../test/fleet.ts';
import type { Rng } from '../../../env.ts';
import { makeRng } from '../../../rng.ts';
import { drawConfidence } from '../confidence/draw-confidence.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay } from '../index/fleet-overlay.ts';
import type { PlacementInput } from '../model/placement.ts';
import { decidePlacement } from './decide-placement.ts';
import { CANDIDATES_MAX, surveyCandidates } from './survey-candidates.ts';

const ENV = envOf('survey');

function decideAndSurvey(values: Partial<PlacementInput>, spread = 0, named?: string) {
  const input = makeInput(values);
  const fleet = openOverlay(makeFleetIndex(input));
  const decided = decidePlacement(fleet, input, ENV);
  if (!decided.ok) throw new Error(decided.error.detail);
  const { decision } = decided.value;
  const nodeId = named === undefined ? decided.value.nodeId : nodeIdOf(named);
  const choice = { nodeId, score: decision.score, spreadOf: () => spread, spreadMax: spread };
  const survey = surveyCandidates(fleet, input, choice);
  return { decision, survey, confidence: drawConfidence(survey.contest, makeRng('dec_1')) };
}

const loaded = (name: string, cpuRatio: number) =>
  makeNode(name, { load: { cpuRatio, memoryRatio: 0 } });

describe('surveying candidates', () => {
  test('names the chosen node and the best others, with the margin between them', () => {
    const nodes = [0, 8, 16, 24].map((cores, at) =>
      makeNode(`n${at}`, { used: amounts(cores, cores * 4, 0) }),
    );
    const full = makeNode('full', { used: amounts(32, 0, 0) });
    const { decision, survey, confidence } = decideAndSurvey({ nodes: [...nodes, full] });
    expect(survey.fitting).toBe(4);
    expect(survey.candidates.map(({ node }) => node.name)).toEqual(['n0', 'n1', 'n2', 'n3']);
    expect(survey.candidates[0]?.total).toBe(decision.score);
    const [first, second] = survey.candidates;
    expect(survey.margin).toBeCloseTo((first?.total ?? 0) - (second?.total ?? 0), 4);
    // Its strategy reads no measured load, so no draw changes anything.
    expect(survey.contest).toMatchObject({ loadWeight: 0, others: [] });
    expect(confidence).toBe(1);
  });

  test('a tie of n nodes is a lot that is drawn again', () => {
    const nodes = Array.from({ length: 5 }, (_, at) => makeNode(`n${at}`));
    const { survey, confidence } = decideAndSurvey({ nodes });
    expect(survey.margin).toBe(0);
    expect(survey.contest.others).toEqual([expect.objectContaining({ count: 4 })]);
    expect(confidence).toBeGreaterThan(0.1);
    expect(confidence).toBeLessThan(0.3);
  });

  test('loads that may change leave less confidence, the more the closer the others are', () => {
    const nodes = [loaded('idle', 0.2), loaded('close', 0.22), loaded('busy', 0.8)];
    const strategy = 'performance' as const;
    const still = decideAndSurvey({ nodes, strategy });
    expect(still.decision.target_node).toBe('idle');
    expect(still.confidence).toBe(1);
    const { confidence, survey } = decideAndSurvey({ nodes, strategy }, 0.02);
    // The difference of both loads has a deviation of 0.028, and the margin is 0.02: P = 0.76.
    expect(confidence).toBeGreaterThan(0.66);
    expect(confidence).toBeLessThan(0.86);
    expect(survey.contest.loadWeight).toBeCloseTo(0.4);
    expect(survey.contest.others).toHaveLength(1);
  });

  test('a node that a move named is compared with the choice of the rules', () => {
    const nodes = [loaded('idle', 0.1), loaded('named', 0.6)];
    const { survey, confidence } = decideAndSurvey(
      { nodes, strategy: 'performance' },
      0.01,
      'named',
    );
    expect(survey.margin).toBeLessThan(0);
    expect(confidence).toBe(0);
    expect(survey.candidates.map(({ node }) => node.name)).toEqual(['idle', 'named']);
  });

  test('a node that cannot hold the VM now has no margin', () => {
    const nodes = [makeNode('n0'), makeNode('asleep', { status: 'standby' })];
    const { survey } = decideAndSurvey({ nodes }, 0, 'asleep');
    expect(survey.margin).toBeUndefined();
    expect(survey.candidates.map(({ node }) => node.name)).toEqual(['n0']);
  });

  test('a strategy with failover leaves out nodes without room for it', () => {
    const large = amounts(16, 16, 0);
    const nodes = [
      makeNode('half', { used: large, vmCount: 1, residents: [large] }),
      makeNode('some', { used: amounts(20, 20, 0), vmCount: 5, residents: [amounts(4, 4, 0)] }),
      // The only one that could restart the large VM.
      makeNode('spare', { capacity: amounts(16, 64, 2000) }),
    ];
    const { survey } = decideAndSurvey({ nodes, strategy: 'failover' });
    const names = survey.candidates.map(({ node }) => node.name).sort();
    expect(names).toEqual(['half', 'some']);
  });

  test('a record stays small in a large fleet, and the chosen node is in it', () => {
    const nodes = Array.from({ length: 1_000 }, (_, at) =>
      loaded(`n${String(at).padStart(4, '0')}`, (at % 97) / 100),
    );
    const values = { nodes, strategy: 'performance' as const };
    const { survey } = decideAndSurvey(values, 0.05, 'n0096');
    expect(survey.fitting).toBe(1_000);
    expect(survey.candidates).toHaveLength(CANDIDATES_MAX);
    expect(survey.candidates.at(-1)?.node.name).toBe('n0096');
    expect(survey.contest.others.length).toBeLessThanOrEqual(20);
    const counted = survey.contest.others.reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBeLessThanOrEqual(999);
  });
});

describe('confidences beside what becomes of the nodes', () => {
  // 8 nodes whose loads change by 0.03 within an hour, decided 300 times.
  test.each([
    ['is the share of nodes that stay first, in each bin', 0.03, 0, 0.1],
    ['is far too high where loads change three times as much', 0.01, 0.15, 1],
  ])('a confidence %s', (_, assumed, errorMin, errorMax) => {
    const error = largestError(decideManyTimes({ assumed, real: 0.03 }));
    expect(error).toBeGreaterThanOrEqual(errorMin);
    expect(error).toBeLessThan(errorMax);
  });
});

interface Outcome {
  readonly confidence: number;
  readonly isStillFirst: boolean;
}

function decideManyTimes(spread: { readonly assumed: number; readonly real: number }) {
  return Array.from({ length: 300 }, (_, at): Outcome => {
    const rng = makeRng(`outcome ${at}`);
    const loads = Array.from({ length: 8 }, () => 0.2 + rng.next() * 0.3);
    const first = decideAndSurvey(
      { nodes: nodesOf(loads), strategy: 'performance' },
      spread.assumed,
    );
    const later = loads.map((load) => load + spread.real * drawNormal(rng));
    const input = makeInput({ nodes: nodesOf(later), strategy: 'performance' });
    const decided = decidePlacement(openOverlay(makeFleetIndex(input)), input, ENV);
    const stayed = decided.ok && decided.value.decision.target_node === first.decision.target_node;
    return { confidence: first.confidence, isStillFirst: stayed };
  });
}

function nodesOf(loads: readonly number[]) {
  return loads.map((load, at) => loaded(`n${at}`, Math.min(1, Math.max(0, load))));
}

/** Draws a normal value by Box and Muller: another method than that of the confidences. */
function drawNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** Returns the largest error of the quarter bins with 50 outcomes and more. */
function largestError(outcomes: readonly Outcome[]): number {
  const errors = [0, 1, 2, 3].flatMap((bin) => {
    const own = outcomes.filter((each) => Math.min(3, Math.floor(each.confidence * 4)) === bin);
    if (own.length < 50) return [];
    const confidence = own.reduce((sum, each) => sum + each.confidence, 0) / own.length;
    const stayed = own.filter(({ isStillFirst }) => isStillFirst).length / own.length;
    return [Math.abs(confidence - stayed)];
  });
  expect(errors.length).toBeGreaterThan(0);
  return Math.max(...errors);
}
