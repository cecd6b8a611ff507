/** Dry runs of executions: what a run would be refused, and what policies say of its steps. */
import { describe, expect, test } from '@jest/globals';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const bench = useBench();

const RULE = `package vm
deny contains "VMs have 4 cores at most" if input.resource.cpu_cores > 4
warn contains "more than one core is dear" if input.resource.cpu_cores > 1
`;

const TEXT = `name: provision
inputs:
  name: string
  cores: { type: integer, default: 2 }
  extra: { type: boolean, default: false }
steps:
  - id: create
    task: vm.create
    with: { name: "\${name}", cpu_cores: "\${cores}", memory_gb: 1, disk_gb: 10 }
    outputs: { id: resource.id }
  - id: rename
    needs: [create]
    task: vm.update
    with: { id: "\${steps.create.outputs.id}", name: other }
  - id: more
    needs: []
    if: inputs.extra
    task: vm.create
    with: { name: more, cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
  - id: again
    needs: []
    task: vm.create
    with: { name: taken, cpu_cores: 1, memory_gb: 1, disk_gb: 1 }
`;

async function preview(
  inputs: Readonly<Record<string, unknown>>,
  by?: Parameters<ReturnType<typeof bench>['expectOk']>[2],
) {
  const { items } = await bench().expectOk('workflow.list', {});
  const input = { id: items[0]?.id ?? '', inputs };
  return bench().expectOk(
    'admission.preview',
    { operation: 'workflow.run', input, unknown: [] },
    by,
  );
}

describe('a dry run of an execution', () => {
  test('shows its inputs, and what the policies say of each step', async () => {
    await bench().expectOk('policy.create', { name: 'sizes', type: 'resource', rule: RULE });
    await makeVm(bench(), { name: 'taken' });
    await bench().expectOk('workflow.create', { text: TEXT });
    const allowed = await preview({ name: 'web' });
    expect(allowed.problems).toEqual([]);
    expect(allowed.notices).toEqual([
      'Inputs: {"name":"web","cores":2,"extra":false}',
      'Step create may call vm.create with ' +
        '{"name":"web","cpu_cores":2,"memory_gb":1,"disk_gb":10}.',
      'Policies decide on vm.update of step rename when the step starts: its values depend ' +
        'on earlier steps.',
      'Step more is skipped: its condition does not hold.',
      expect.stringMatching(/^Step again would be refused if it started now: .*taken/),
    ]);
    expect(allowed.warnings).toEqual([
      expect.objectContaining({
        policy: 'sizes',
        message: 'Step create: more than one core is dear',
      }),
    ]);
    const denied = await preview({ name: 'web', cores: 8 });
    expect(denied.problems).toMatchObject([
      {
        code: 'policy-denied',
        detail: expect.stringMatching(/^Step create: .*VMs have 4 cores at most/),
      },
    ]);
    const wrong = await preview({ cores: 'many' });
    expect(JSON.stringify(wrong.problems)).toMatch(/inputs.*name.*cores/);
    expect((await bench().expectOk('execution.list', {})).items).toEqual([]);
    expect((await bench().expectOk('vm.list', {})).items).toHaveLength(1);
  });

  test('is refused to who may not run it', async () => {
    await bench().expectOk('workflow.create', { text: TEXT });
    const { resource } = await bench().expectOk('api_key.create', {
      name: 'viewer',
      role: 'viewer',
    });
    const { id, tenant_id: tenantId } = resource;
    const principal = { id, name: 'viewer', role: 'viewer', tenantId } as const;
    const { problems } = await preview({ name: 'web' }, { principal });
    expect(problems.map(({ code }) => code)).toEqual(['forbidden']);
  });
});
