/** Workflows as graphs: how long their steps took, and which decide how long a run takes. */
import { describe, expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TEXT = `name: settle
steps:
  - { id: first, wait: 30s }
  - { id: slow, needs: [first], wait: 2m }
  - { id: quick, needs: [first], wait: 1m }
  - { id: skipped, needs: [slow], if: "false", wait: 1h }
`;

async function store(text = TEXT) {
  return (await bench().expectOk('workflow.create', { text })).resource;
}

describe('workflow.graph', () => {
  test('has durations that are learned from ended executions', async () => {
    const { id } = await store();
    const before = await bench().expectOk('workflow.graph', { id });
    expect(before).toMatchObject({
      workflow: 'settle',
      version: 1,
      executions: 0,
      critical_path: ['first', 'slow', 'skipped'],
      drawing: null,
    });
    expect(
      before.nodes.map(({ learned_from, duration_ms_p90: p90 }) => [learned_from, p90]),
    ).toEqual(Array.from({ length: 4 }, () => [0, null]));
    const { operation } = await bench().expectOk('workflow.run', { id });
    await bench().end(operation);
    const after = await bench().expectOk('workflow.graph', { id });
    const execution = await bench().expectOk('execution.get', { id: operation.id });
    const took = execution.steps.map(({ started_at, ended_at }) =>
      Math.max(0, Date.parse(String(ended_at)) - Date.parse(String(started_at))),
    );
    expect(after.executions).toBe(1);
    expect(
      after.nodes.map(({ id: step, duration_ms, learned_from: from }) => [step, duration_ms, from]),
    ).toEqual([
      ['first', took[0], 1],
      ['slow', took[1], 1],
      ['quick', took[2], 1],
      // A step that was left out says nothing of how long it takes.
      ['skipped', 3_600_000, 0],
    ]);
  });

  test('draws names of people as text, in the version that is asked for', async () => {
    const { id } = await store(`name: names
title: "<script>alert(1)</script>"
steps:
  - { id: look, wait: { manual: '"]; click s0 "javascript:alert(1)" <b>' } }
`);
    const svg = await bench().expectOk('workflow.graph', { id, format: 'svg' });
    expect(svg.drawing).toContain('<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>');
    expect(svg.drawing).not.toMatch(/<script|<b>/);
    const mermaid = await bench().expectOk('workflow.graph', { id, format: 'mermaid' });
    expect(mermaid.drawing).toContain('manual: #quot;]; click s0 #quot;'.replace('manual', 'wait'));
    const none = await bench().expectProblem('workflow.graph', { id, at_version: 7 });
    expect(none).toMatchObject({ code: 'not-found', detail: 'names has no version 7.' });
  });

  test('of another tenant is not found', async () => {
    const { id } = await store();
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const other = await bench().application.authenticate(String(secret));
    if (!other.ok) throw new Error(other.error.detail);
    const as = { principal: other.value };
    const problem = await bench().expectProblem('workflow.graph', { id }, as);
    expect(problem.code).toBe('not-found');
  });
});
