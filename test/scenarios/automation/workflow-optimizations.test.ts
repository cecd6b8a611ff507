/** Proposals to reorder the steps of workflows, by what their executions took. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TEXT = `kind: runbook
name: prepare
steps:
  - { id: dns, wait: 40s, effects: { writes: [dns] } }
  - { id: cache, wait: 60s, effects: { writes: [cache] } }
  - { id: check, wait: 1s, effects: { reads: [dns, cache] } }
`;

describe('workflow.optimize', () => {
  test('proposes needs that make a run shorter, and a run with them is', async () => {
    const { resource } = await bench().expectOk('workflow.create', { text: TEXT });
    const { id } = resource;
    const first = await bench().expectOk('workflow.run', { id });
    await bench().end(first.operation);
    const proposal = await bench().expectOk('workflow.optimize', { id });
    expect(proposal).toMatchObject({
      executions: 1,
      steps: [
        { id: 'cache', needs_before: ['dns'], needs: [] },
        { id: 'check', needs_before: ['cache'], needs: ['dns', 'cache'] },
      ],
      dropped: [{ from: 'dns', to: 'cache', from_effects: { source: 'declared' } }],
      kept: [{ from: 'cache', to: 'check', reason: 'effects' }],
      before: { parallel_max: 1, critical_path: ['dns', 'cache', 'check'] },
      after: { parallel_max: 2, critical_path: ['cache', 'check'] },
    });
    const text = TEXT.replace('id: cache,', 'id: cache, needs: [],').replace(
      'id: check,',
      'id: check, needs: [dns, cache],',
    );
    await bench().expectOk('workflow.update', { id, text });
    const second = await bench().expectOk('workflow.run', { id });
    await bench().end(second.operation);
    const spans = [first, second].map(async ({ operation }) => {
      const { steps } = await bench().expectOk('execution.get', { id: operation.id });
      const starts = steps.map(({ started_at }) => Date.parse(String(started_at)));
      const ends = steps.map(({ ended_at }) => Date.parse(String(ended_at)));
      return Math.max(...ends) - Math.min(...starts);
    });
    const [before = 0, after = 0] = await Promise.all(spans);
    expect(after).toBeLessThan(before * (1 - proposal.saved_ratio / 2));
    const again = await bench().expectOk('workflow.optimize', { id });
    expect([again.saved_ratio, again.steps, again.dropped]).toEqual([0, [], []]);
  });

  test('refuses effects that are no names, or that a run would choose', async () => {
    const problemOf = (effects: string) =>
      bench().expectProblem('workflow.create', {
        text: `name: w\nsteps: [{ id: a, wait: 1s, effects: ${effects} }]\n`,
      });
    expect(JSON.stringify(await problemOf(`{ writes: ["\${inputs.x}"] }`))).toContain(
      'must be a name such as dns or vm:web-1',
    );
    expect(JSON.stringify(await problemOf('{ changes: [dns] }'))).toContain('changes');
  });
});
