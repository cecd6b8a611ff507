/** Reports of executions, as the server writes them. */
import { expect, test } from '@jest/globals';
import { useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const TEXT = `name: provision
inputs: { name: string }
steps:
  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: 1, memory_gb: 1, disk_gb: 10 }
    outputs: { vm_id: resource.id }
  - { id: stop, needs: [create], task: vm.stop, with: { id: vm_01jd3v6t7re3h8z9k2m4n5p6q7 } }
`;

test('a report has steps, operations, outputs and the reason of a failure', async () => {
  const { resource } = await bench().expectOk('workflow.create', { text: TEXT });
  const inputs = { name: 'web-1' };
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
  await bench().end(operation);
  const { id } = operation;
  const { steps } = await bench().expectOk('execution.get', { id });
  const { text, format } = await bench().expectOk('execution.report', { id });
  expect(format).toBe('markdown');
  const [create] = steps;
  for (const found of [
    '| Status | failed |',
    '| name | web-1 |',
    `| create | vm_id | ${String(create?.outputs?.vm_id)} |`,
    `| ${create?.operations.join()} |`,
    '| stop | the step begins, attempt 1 |',
  ]) {
    expect(text).toContain(found);
  }
  const html = await bench().expectOk('execution.report', { id, format: 'html' });
  expect(html.text).toMatch(/^<!doctype html>/);
  const unknown = 'op_01jd3v6t7re3h8z9k2m4n5p6q7';
  const other = await bench().expectProblem('execution.report', { id: unknown });
  expect(other.code).toBe('not-found');
});
