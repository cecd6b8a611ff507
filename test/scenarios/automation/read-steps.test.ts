/** Steps that read, and steps that drain a node and return it to service. */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '@novacron/contract/automation/execution';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

async function run(text: string, inputs: Execution['inputs'] = {}): Promise<Execution> {
  const { resource } = await bench().expectOk('workflow.create', { text });
  const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs });
  await bench().end(operation);
  return bench().expectOk('execution.get', { id: operation.id });
}

const statusesOf = ({ steps }: Execution) => steps.map(({ id, status }) => `${id} ${status}`);

describe('a step that reads', () => {
  test('has parts of the answer as outputs, and begins no operation', async () => {
    const vm = await makeVm(bench());
    const ended = await run(
      `name: w
inputs: { vm: string }
steps:
  - { id: look, task: vm.get, with: { id: "\${vm}" }, outputs: { node: node } }
  - { id: nodes, task: node.list, outputs: { first: items.0.name } }
  - id: stop
    needs: [look]
    if: 'steps.look.outputs.node != ""'
    task: vm.stop
    with: { id: "\${vm}" }
`,
      { vm: vm.id },
    );
    expect([ended.status, statusesOf(ended)]).toEqual([
      'succeeded',
      ['look succeeded', 'nodes succeeded', 'stop succeeded'],
    ]);
    expect(ended.steps.map(({ outputs }) => outputs)).toEqual([
      { node: vm.node },
      { first: 'node-a' },
      {},
    ]);
    expect(ended.steps.map(({ operations }) => operations.length)).toEqual([0, 0, 1]);
  });

  test('fails for good where there is nothing to read', async () => {
    const ended = await run(`name: w
steps: [{ id: look, task: vm.get, with: { id: vm_01jd3v6t7re3h8z9k2m4n5p6q7 } }]
`);
    expect([ended.status, ended.steps[0]?.attempts]).toEqual(['failed', 1]);
    expect(ended.problem?.detail).toContain(
      'No VM found with the id vm_01jd3v6t7re3h8z9k2m4n5p6q7',
    );
  });

  test('is refused where the role of the starter does not allow the read', async () => {
    const made = await bench().expectOk('api_key.create', { name: 'ops', role: 'operator' });
    const key = await bench().application.authenticate(made.secret);
    if (!key.ok) throw new Error(key.error.detail);
    const { resource } = await bench().expectOk('workflow.create', {
      text: 'name: w\nsteps: [{ id: look, task: api_key.list }]\n',
    });
    const found = await bench().expectProblem(
      'workflow.run',
      { id: resource.id, inputs: {} },
      { principal: key.value },
    );
    expect(found.code).toBe('forbidden');
  });

  test('is asked of policies about reads', async () => {
    const vm = await makeVm(bench());
    await bench().expectOk('policy.create', {
      name: 'P',
      type: 'resource',
      actions: ['read'],
      rule: `package p
deny contains "not to be read" if input.action == "read"`,
    });
    await bench().advance(2_000);
    const { resource } = await bench().expectOk('workflow.create', {
      text: `name: w\nsteps: [{ id: look, task: vm.get, with: { id: ${vm.id} } }]\n`,
    });
    const { operation } = await bench().expectOk('workflow.run', { id: resource.id, inputs: {} });
    await bench().advance(5_000);
    const row = await bench().store.read({ from: 'operations', where: { id: operation.id } });
    expect(row[0]?.status).toBe('failed');
    expect(row[0]?.problem_json).toContain('not to be read');
  });
});

test('a node is drained and returned to service by steps', async () => {
  const vm = await makeVm(bench());
  const nodes = (await bench().expectOk('node.list', {})).items;
  const node = nodes.find(({ name }) => name === vm.node);
  const ended = await run(
    `name: w
inputs: { node: string }
steps:
  - { id: drain, task: node.drain, with: { id: "\${node}" }, outputs: { status: resource.status } }
  - id: back
    needs: [drain]
    task: node.activate
    with: { id: "\${node}" }
    outputs: { status: resource.status }
`,
    { node: String(node?.id) },
  );
  expect([ended.status, ended.problem]).toEqual(['succeeded', null]);
  expect(ended.steps.map(({ outputs }) => outputs)).toEqual([
    { status: 'maintenance' },
    { status: 'ready' },
  ]);
  const moved = await bench().expectOk('vm.get', { id: vm.id });
  expect(moved.status).toBe('running');
  expect(moved.node).not.toBe(vm.node);
});

test('a dry run is no step: it would have no operation', async () => {
  const [node] = (await bench().expectOk('node.list', {})).items;
  const ended = await run(`name: w
steps: [{ id: drain, task: node.drain, with: { id: ${node?.id}, dry_run: true } }]
`);
  expect(ended.problem?.detail).toContain('A workflow step cannot call node.drain as a dry run');
  expect((await bench().expectOk('node.list', {})).items.map(({ status }) => status)).toEqual([
    'ready',
    'ready',
    'ready',
  ]);
});
