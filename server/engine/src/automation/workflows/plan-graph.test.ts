import { describe, expect, test } from '@jest/globals';
import { writeMermaid } from './graph/write-mermaid.ts';
import { writeSvg } from './graph/write-svg.ts';
import { learnDurations } from './order/learn-durations.ts';
import { planGraph } from './plan-graph.ts';
import { readDefinition } from './read-definition.ts';

function definitionOf(text: string) {
  const read = readDefinition(text);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value.definition;
}

const DIAMOND = definitionOf(`name: diamond
steps:
  - { id: first, wait: 10s }
  - { id: slow, needs: [first], wait: 1m }
  - { id: quick, needs: [first], task: vm.start, with: { id: vm_01jd3v6t7re3h8z9k2m4n5p6q7 } }
  - { id: last, needs: [slow, quick], wait: 5s }
`);

describe('durations', () => {
  test('are those that half, and nine in ten, of the runs stayed below', () => {
    const samples = new Map([
      ['a', [30, 10, 20]],
      ['b', [5]],
      ['c', []],
      ['d', [1, 2, 3, 4, 5, 6, 7, 8, 9, 86_400_000]],
    ]);
    expect(Object.fromEntries(learnDurations(samples))).toEqual({
      a: { medianMs: 20, highMs: 30, runs: 3 },
      b: { medianMs: 5, highMs: 5, runs: 1 },
      d: { medianMs: 5, highMs: 9, runs: 10 },
    });
  });
});

describe('a graph', () => {
  test('has levels, slack and the critical path by what steps say', () => {
    const graph = planGraph(DIAMOND, new Map());
    expect(graph).toMatchObject({
      edges: [
        { from: 'first', to: 'slow' },
        { from: 'first', to: 'quick' },
        { from: 'slow', to: 'last' },
        { from: 'quick', to: 'last' },
      ],
      criticalPath: ['first', 'slow', 'last'],
      makespanMs: 75_000,
      serialMs: 76_000,
      parallelMax: 2,
    });
    expect(graph.nodes.map(({ id, level, slackMs }) => [id, level, slackMs])).toEqual([
      ['first', 0, 0],
      ['slow', 1, 0],
      ['quick', 1, 59_000],
      ['last', 2, 0],
    ]);
  });

  test('goes by what earlier runs took', () => {
    const learned = learnDurations(new Map([['quick', [90_000, 80_000, 100_000]]]));
    const { criticalPath, makespanMs, nodes } = planGraph(DIAMOND, learned);
    expect([criticalPath, makespanMs]).toEqual([['first', 'quick', 'last'], 105_000]);
    expect(nodes.map(({ id, slackMs }) => [id, slackMs])).toEqual([
      ['first', 0],
      ['slow', 30_000],
      ['quick', 0],
      ['last', 0],
    ]);
  });

  test('marks the critical path in its drawings', () => {
    expect(writeMermaid(DIAMOND, ['first', 'slow', 'last'])).toContain('  class s0,s1,s3 critical');
    const boxes = writeSvg(DIAMOND, ['first', 'slow', 'last']).match(/<rect [^>]*>/g) ?? [];
    expect(boxes.map((box) => box.includes('stroke-width="3"'))).toEqual([true, true, false, true]);
  });
});
