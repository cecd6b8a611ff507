import { describe, expect, test } from '@jest/globals';
import { amounts, envOf, makeInput, makeNode } from '../../../test/fleet.ts';
import { judgeNodes } from './judge-nodes.ts';
import { planPlacement } from './plan-placement.ts';

const used = (cores: number) => ({ used: amounts(cores, cores, 0) });

describe('judging nodes of a decision', () => {
  const many = Array.from({ length: 40 }, (_, at) => makeNode(`node-${at}`, used(at % 20)));
  const full = makeNode('full', { ...used(32), status: 'maintenance' });
  const input = makeInput({ nodes: [...many, full] });
  const planned = planPlacement(input, envOf('judge'));
  if (!planned.ok) throw new Error(planned.error.detail);
  const { decision } = planned.value;
  const { target_node: chosen, score, scores } = decision;
  const recorded = { chosen, candidates: [{ node: chosen, score, scores }] };

  test('gives a node that the record does not have the score that the decision gave it', () => {
    expect(decision.alternatives.length).toBeGreaterThan(1);
    for (const { node, score: shown } of decision.alternatives) {
      expect(judgeNodes(input, recorded, [node])).toMatchObject([
        { node, outcome: 'candidate', score: shown },
      ]);
    }
    const all = judgeNodes(
      input,
      recorded,
      many.map(({ name }) => name),
    );
    expect(all.filter(({ outcome }) => outcome === 'candidate')).toHaveLength(many.length - 1);
    const others = all.flatMap((each) => (each.outcome === 'candidate' ? [each.score] : []));
    expect(Math.max(...others)).toBeLessThanOrEqual(score);
  });

  test('answers for each name in its order: chosen, refused with every reason, absent', () => {
    const judged = judgeNodes(input, recorded, ['full', 'nowhere', chosen]);
    expect(judged.map(({ node, outcome }) => [node, outcome])).toEqual([
      ['full', 'refused'],
      ['nowhere', 'absent'],
      [chosen, 'chosen'],
    ]);
    expect(judged[0]).toMatchObject({
      failed: [{ filter: 'status' }, { filter: 'cpu', why: 'lacks 4 cores (0 of 32 cores free)' }],
      passed: expect.not.arrayContaining(['status', 'cpu']),
    });
    expect(judged[2]).toMatchObject({ score, scores });
  });
});
