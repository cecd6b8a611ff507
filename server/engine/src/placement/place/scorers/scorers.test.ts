import { describe, expect, test } from '@jest/globals';
import { amounts, makeInput, makeNode, makeVm } from '../../../../test/fleet.ts';
import type { ScoreView } from '../model/rule.ts';
import { rackKey } from '../peers/similar-vms.ts';
import { listPreferenceScorers } from './preference-scorers.ts';
import {
  scoreBalance,
  scoreFewestVms,
  scoreLeastAllocated,
  scoreMostAllocated,
} from './score-allocation.ts';
import { scoreFgd } from './score-fgd.ts';
import { scoreRackSpread, scoreZoneSpread } from './score-spread.ts';
import { scoreStranded } from './score-stranded.ts';
import { STRATEGIES } from './strategies.ts';

describe('the scorers', () => {
  const view: ScoreView = {
    vm: makeVm(amounts(8, 32, 500)),
    similarByZone: new Map([['zone-a', 3]]),
    similarByRack: new Map([[rackKey({ zone: 'zone-a', rack: 'rack-1' }), 2]]),
  };

  test.each([
    { scorer: scoreBalance, node: {}, score: 1 },
    { scorer: scoreBalance, node: { used: amounts(16, 0, 0) }, score: 0.5 },
    { scorer: scoreBalance, node: { used: amounts(24, 0, 0) }, score: 0.25 },
    { scorer: scoreLeastAllocated, node: {}, score: 0.75 },
    { scorer: scoreLeastAllocated, node: { used: amounts(24, 96, 1500) }, score: 0 },
    { scorer: scoreMostAllocated, node: {}, score: 0.25 },
    { scorer: scoreMostAllocated, node: { used: amounts(24, 96, 1500) }, score: 1 },
    { scorer: scoreZoneSpread, node: {}, score: 3 },
    { scorer: scoreZoneSpread, node: { zone: 'zone-b' }, score: 0 },
    { scorer: scoreRackSpread, node: {}, score: 2 },
    { scorer: scoreRackSpread, node: { rack: 'rack-2' }, score: 0 },
    { scorer: scoreRackSpread, node: { zone: 'zone-b' }, score: 0 },
    { scorer: scoreFewestVms, node: { vmCount: 7 }, score: 7 },
  ])('$scorer.name measures $score on a node with $node', ({ scorer, node, score }) => {
    expect(scorer.measure(makeNode('n1', node), view)).toBe(score);
  });

  const weighed = Object.entries(STRATEGIES).filter(([, scorers]) => scorers.length > 0);
  test.each(weighed)('have weights that sum up to 1: %s', (_, scorers) => {
    const sum = scorers.reduce((total, { weight }) => total + weight, 0);
    expect(sum).toBeCloseTo(1, 10);
  });
});

describe('the scorers of devices', () => {
  const gpus = (freeMilli: readonly number[]) => [{ kind: 'gpu', model: 'a', freeMilli }];
  const request = (cpu: number, count: number, milli: number) =>
    makeVm({ ...amounts(cpu, 1, 1), devices: count === 0 ? [] : [{ kind: 'gpu', count, milli }] });
  const typical = { cpuCores: 8, devices: [{ kind: 'gpu', count: 1, milli: 1000 }], share: 1 };
  const viewOf = (vm: ReturnType<typeof makeVm>): ScoreView => ({
    vm,
    similarByZone: new Map(),
    similarByRack: new Map(),
    request: { ...makeInput({ vm }), workload: [typical] },
  });

  test('prefer to take cores where devices do not run out of them', () => {
    const vm = request(16, 0, 0);
    const rich = makeNode('n1', { capacity: amounts(64, 1, 1), devices: gpus([1000, 1000]) });
    const poor = makeNode('n2', { capacity: amounts(16, 1, 1), devices: gpus([1000, 1000]) });
    expect(scoreStranded.measure(rich, viewOf(vm))).toBe(0.5);
    expect(scoreStranded.measure(poor, viewOf(vm))).toBe(0.4375);
  });

  test('prefer to take devices that have run out of cores, and strand none without devices', () => {
    const starved = makeNode('n1', { capacity: amounts(4, 1, 1), devices: gpus([1000, 1000]) });
    expect(scoreStranded.measure(starved, viewOf(request(0, 1, 1000)))).toBe(0.53125);
    expect(scoreStranded.measure(makeNode('n2'), viewOf(request(4, 0, 0)))).toBe(0.5);
  });

  test('score fragments in whole hundredths, as published', () => {
    const node = makeNode('n1', { devices: gpus([1000, 500]) });
    expect(scoreFgd.measure(node, viewOf(request(1, 1, 500)))).toBe(0.62);
    expect(scoreFgd.measure(makeNode('n2'), viewOf(request(1, 0, 0)))).toBe(0.5);
  });
});

test('a preference for labels of nodes scores the share of them that a node has', () => {
  const preferNodeLabels = { disk: 'ssd', generation: '5' };
  const [scorer] = listPreferenceScorers(makeInput({ constraints: { preferNodeLabels } }));
  const view = { vm: makeVm(), similarByZone: new Map(), similarByRack: new Map() };
  const scoreOf = (labels: Record<string, string>) =>
    scorer?.measure(makeNode('n1', { labels }), view);
  expect(scorer?.name).toBe('preferred-label');
  expect(scoreOf({ disk: 'ssd', generation: '5', more: 'x' })).toBe(1);
  expect(scoreOf({ disk: 'ssd', generation: '4' })).toBe(0.5);
  expect(scoreOf({})).toBe(0);
});
