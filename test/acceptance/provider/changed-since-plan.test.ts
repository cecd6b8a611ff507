/** Applies of plans whose resources have been changed by another client since. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { waitUntil } from '@novacron/testing/wait-until';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

interface VmArguments {
  readonly cores?: number;
  readonly memory?: number;
  readonly more?: string;
}

const vm = ({ cores = 1, memory = 1, more = '' }: VmArguments) => `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = ${cores}
  memory_gb = ${memory}
  disk_gb   = 5
  ${more}
}
`;

describe('an apply after a change of another client', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  /** Applies the first configuration and saves a plan of the second one. */
  async function plan(first: string, second: string): Promise<TerraformWorkspace> {
    const workspace = system.workspace();
    workspace.configure(first);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    workspace.configure(second);
    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    return workspace;
  }

  async function theVm() {
    const [found] = (await system.call('vm.list', {})).items;
    if (found === undefined) throw new Error('there is no VM');
    return found;
  }

  const refusal = (lines: string) => ({
    exitCode: 1,
    diagnostics: [
      {
        severity: 'error',
        summary: 'Changed since you read it: update novacron_vm "web"',
        detail:
          `Another client has changed it since the plan was made:\n\n${lines}\n\n` +
          'Nothing was written. Make a new plan, which starts from the current values.',
      },
    ],
  });

  test('of another configured field writes nothing and names the field', async () => {
    const workspace = await plan(vm({}), vm({ memory: 2 }));
    const { id } = await theVm();
    await system.callAndWait('vm.update', { id, cpu_cores: 2 });
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject(refusal('cpu_cores: 1 -> 2'));
    expect(await theVm()).toMatchObject({ cpu_cores: 2, memory_gb: 1 });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await theVm()).toMatchObject({ cpu_cores: 1, memory_gb: 2 });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('of the same field does not overwrite the value of the other client', async () => {
    const workspace = await plan(vm({}), vm({ memory: 2 }));
    const { id } = await theVm();
    await system.callAndWait('vm.update', { id, memory_gb: 4 });
    const { diagnostics } = await diagnoseApply(workspace, 'plan.bin');
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors).toMatchObject(refusal('memory_gb: 1 -> 4').diagnostics);
    expect(await theVm()).toMatchObject({ memory_gb: 4 });
  });

  test('of a label does not overwrite the label', async () => {
    const labels = (text: string) => vm({ more: `metadata = { ${text} }` });
    const workspace = await plan(labels('a = "1"'), labels('a = "2"'));
    const { id } = await theVm();
    await system.callAndWait('vm.update', { id, metadata: { a: '1', b: 'x' } });
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject(
      refusal('metadata: changed (plans do not show the values of this field)'),
    );
    expect(await theVm()).toMatchObject({ metadata: { a: '1', b: 'x' } });
  });

  const IGNORED = 'lifecycle {\n    ignore_changes = [metadata]\n  }';

  test.each([
    ['that is not configured', '', ''],
    [
      'in ignore_changes',
      `metadata = { a = "1" }\n  ${IGNORED}`,
      `metadata = { a = "2" }\n  ${IGNORED}`,
    ],
  ])('of a field %s goes on and leaves that field', async (_name, before, after) => {
    const workspace = await plan(vm({ more: before }), vm({ more: after, memory: 2 }));
    const { id } = await theVm();
    await system.callAndWait('vm.update', { id, metadata: { owner: 'ops' } });
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject({
      exitCode: 0,
      diagnostics: [],
    });
    expect(await theVm()).toMatchObject({ memory_gb: 2, metadata: { owner: 'ops' } });
  });

  test('to the values that it would write has nothing left to do', async () => {
    const workspace = await plan(vm({}), vm({ memory: 2 }));
    const { id } = await theVm();
    await system.callAndWait('vm.update', { id, memory_gb: 2 });
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject({
      exitCode: 0,
      diagnostics: [],
    });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('that desires what it did before goes on: a node is not configuration', async () => {
    const workspace = await plan(vm({}), vm({ memory: 2 }));
    const { id } = await theVm();
    await system.callAndWait('vm.migrate', { id });
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject({
      exitCode: 0,
      diagnostics: [],
    });
  });

  test('on its node goes on and shows the drift in the next plan', async () => {
    const workspace = await plan(vm({}), vm({ more: 'metadata = { a = "1" }' }));
    const { id, node } = await theVm();
    const spec = { memory_mib: 8192 };
    system.fleet.drivers.get(String(node))?.disturb(id, { kind: 'alter', spec });
    await waitUntil('it to show', async () =>
      (await theVm()).memory_gb === 8 ? 'shown' : undefined,
    );
    expect(await diagnoseApply(workspace, 'plan.bin')).toMatchObject({
      exitCode: 0,
      diagnostics: [],
    });
    expect((await workspace.plan()).output).toMatch(/~ memory_gb += 8 -> 1/);
  });

  test('by another apply of a copy of the state: one of both is refused as a whole', async () => {
    const first = system.workspace();
    const second = await system.workspaceApart();
    first.configure(vm({}));
    expect(await first.apply()).toMatchObject({ exitCode: 0 });
    copyFileSync(
      join(first.directory, 'terraform.tfstate'),
      join(second.directory, 'terraform.tfstate'),
    );
    first.configure(vm({ memory: 2 }));
    second.configure(vm({ cores: 2 }));
    for (const workspace of [first, second]) {
      expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    }
    const ends = await Promise.all(
      [first, second].map((workspace) => diagnoseApply(workspace, 'plan.bin')),
    );
    expect(ends.map(({ exitCode }) => exitCode).sort()).toEqual([0, 1]);
    const errors = ends.flatMap(({ diagnostics }) => diagnostics);
    expect(errors).toHaveLength(1);
    // The loser may come while the other one is still being carried out.
    expect(errors[0]?.summary).toMatch(/^(Changed since you read it|Conflict .*): update /);
    const { cpu_cores, memory_gb } = await theVm();
    expect([cpu_cores, memory_gb].sort()).toEqual([1, 2]);
  });
});

const STORED = (more: string) => `
resource "novacron_vm" "user" {
  name      = "user"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}
${more}
`;

const EPHEMERAL = `
resource "novacron_storage" "s" {
  name    = "data"
  size_gb = 5
}
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}
resource "novacron_vm_group" "g" {
  name         = "pool"
  min_size     = 1
  max_size     = 4
  desired_size = 1
  vm           = { cpu_cores = 1, memory_gb = 1, disk_gb = 5 }
}
resource "novacron_role" "r" {
  name       = "reader"
  operations = ["vm.get"]
}
`;

describe('a saved plan that deletes, after a change of another client', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function plan(first: string, second: string): Promise<TerraformWorkspace> {
    const workspace = system.workspace();
    workspace.configure(first);
    const { exitCode, output } = await workspace.apply();
    expect(exitCode === 0 ? '' : output).toBe('');
    workspace.configure(second);
    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    return workspace;
  }

  test('deletes nothing that has changed, and names what has', async () => {
    const workspace = await plan(STORED(EPHEMERAL), STORED(''));
    const { items: vms } = await system.call('vm.list', {});
    const idOf = (name: string) => vms.find((vm) => vm.name === name)?.id as never;
    const [volume] = (await system.call('volume.list', {})).items;
    const [group] = (await system.call('vm_group.list', {})).items;
    const role = (await system.call('role.list', {})).items.find(({ name }) => name === 'reader');
    const attach = { id: volume?.id as never, attached_to: idOf('user') };
    await system.call('volume.update', attach);
    await system.callAndWait('vm.update', { id: idOf('web'), metadata: { keep: 'yes' } });
    await system.call('vm_group.update', { id: group?.id as never, desired_size: 2 });
    await system.call('role.update', { id: role?.id as never, operations: ['vm.get', 'vm.list'] });
    const { exitCode, diagnostics } = await diagnoseApply(workspace, 'plan.bin');
    expect(exitCode).toBe(1);
    const refused = diagnostics.filter(({ severity }) => severity === 'error');
    expect(refused.map(({ summary }) => summary).toSorted()).toEqual([
      'Changed since you read it: delete novacron_role "reader"',
      'Changed since you read it: delete novacron_storage "data"',
      'Changed since you read it: delete novacron_vm "web"',
      'Changed since you read it: delete novacron_vm_group "pool"',
    ]);
    const details = refused.map(({ detail }) => detail).join('\n');
    expect(details).toContain(`attached_to: null -> ${JSON.stringify(idOf('user'))}`);
    expect(details).toContain('desired_size: 1 -> 2');
    expect(details).toContain('Nothing was deleted. Make a new plan');
    expect((await system.call('volume.list', {})).items).toHaveLength(1);
    // A plan that was made from the changed values deletes them.
    const again = await workspace.apply();
    expect(again.exitCode === 0 ? '' : again.output).toBe('');
    expect((await system.call('volume.list', {})).items).toEqual([]);
  });

  test('replaces nothing that has changed', async () => {
    const volume = (gb: number) => `
resource "novacron_storage" "s" {
  name    = "data"
  size_gb = ${gb}
}`;
    const workspace = await plan(STORED(volume(5)), STORED(volume(4)));
    const [vm] = (await system.call('vm.list', {})).items;
    const [made] = (await system.call('volume.list', {})).items;
    const id = made?.id as never;
    await system.call('volume.update', { id, attached_to: vm?.id as never, size_gb: 50 });
    const { exitCode, diagnostics } = await diagnoseApply(workspace, 'plan.bin');
    expect(exitCode).toBe(1);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        summary: 'Changed since you read it: delete novacron_storage "data"',
      }),
    );
    expect((await system.call('volume.list', {})).items).toMatchObject([{ id, size_gb: 50 }]);
  });

  test('deletes what its own run has changed on the side', async () => {
    const attached = `
resource "novacron_vm" "v" {
  name      = "web"
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}
resource "novacron_storage" "s" {
  name        = "data"
  size_gb     = 5
  attached_to = novacron_vm.v.id
}
`;
    const workspace = await plan(STORED(attached), STORED(''));
    expect(await workspace.apply('plan.bin')).toMatchObject({ exitCode: 0 });
    expect((await system.call('volume.list', {})).items).toEqual([]);
  });
});
