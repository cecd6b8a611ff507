import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode } from '../../../test/fleet.ts';
import { explainDecision } from './explain-decision.ts';
import { planPlacement } from './plan-placement.ts';

const used = (cores: number) => ({ used: amounts(cores, cores, 0) });

describe('explaining a decision', () => {
  const nodes = [
    makeNode('empty'),
    makeNode('half', used(16)),
    makeNode('full', used(32)),
    makeNode('broken', { ...used(32), status: 'maintenance' }),
  ];
  const input = makeInput({ nodes });
  const planned = planPlacement(input, envOf('explain'));
  if (!planned.ok) throw new Error(planned.error.detail);
  const { decision } = planned.value;
  const candidates = [
    { node: 'empty', score: decision.score, scores: decision.scores },
    { node: 'half', score: 0.7, scores: { 'least-allocated': 0.4, balance: 0.9 } },
  ];

  test('names every filter, and the nodes that each refused', () => {
    const { filters, refused } = explainDecision(input, { chosen: 'empty', candidates });
    expect(filters).toContain('status');
    expect(refused.map(({ filter, nodes: count }) => [filter, count])).toEqual([
      ['cpu', 2],
      ['status', 1],
    ]);
    const [cpu] = refused;
    expect(cpu?.words).toBe('too few free cores');
    expect(cpu?.examples.map(({ node }) => node)).toEqual(['full', 'broken']);
    expect(cpu?.examples[0]?.failed).toEqual([
      { filter: 'cpu', why: 'lacks 4 cores (0 of 32 cores free)' },
    ]);
    expect(cpu?.examples[0]?.passed).toContain('status');
    expect(cpu?.examples[1]?.passed).not.toContain('status');
  });

  test('says what would change it', () => {
    const lines = explainDecision(input, { chosen: 'empty', candidates }).whatWouldChangeIt;
    expect(lines[0]).toMatch(/^half would be chosen if it scored more than 0\.\d+ higher: /);
    expect(lines[0]).toContain('least-allocated 0.4 against');
    expect(lines[1]).toBe(
      'full would be a candidate if one thing changed: it lacks 4 cores (0 of 32 cores free)',
    );
    expect(lines).toHaveLength(2);
  });

  test('says so where a node was named against the rules, on a tie, and without others', () => {
    const named = explainDecision(input, { chosen: 'half', candidates });
    expect(named.whatWouldChangeIt[0]).toMatch(
      /^empty scores 0\.\d+ higher by the rules of the VM; half was named$/,
    );
    const tied = candidates.map((each) => ({ ...each, score: 0.5 }));
    expect(explainDecision(input, { chosen: 'empty', candidates: tied }).whatWouldChangeIt[0]).toBe(
      'half has the same score: another lot would choose it',
    );
    const only = candidates.slice(0, 1);
    expect(explainDecision(input, { chosen: 'empty', candidates: only }).whatWouldChangeIt[0]).toBe(
      'no other node could hold it, so only another node would',
    );
  });
});
