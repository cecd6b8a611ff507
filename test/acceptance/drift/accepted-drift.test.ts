/** Drift that a configuration accepts: it has the new value, or ignores the field. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TerraformWorkspace } from '../../../provider/src/test-kit/terraform-workspace.ts';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const vm = (memory: number, tier: string, more = '') => `
provider "novacron" {
  fail_on_drift = "info"
}

resource "novacron_vm" "web" {
  name      = "web"
  cpu_cores = 2
  memory_gb = ${memory}
  disk_gb   = 20
  metadata  = { tier = "${tier}", team = "a" }
  ${more}
}
`;

const ignoring = (...fields: readonly string[]) =>
  `lifecycle {\n    ignore_changes = [${fields.join(', ')}]\n  }`;

const SILENT = { exitCode: 0, diagnostics: [] };

describe('drift', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applied(hcl: string) {
    const workspace = system.workspace();
    workspace.configure(hcl);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    return workspace;
  }

  async function change(fields: {
    readonly memory_gb?: number;
    readonly metadata?: Record<string, string>;
  }) {
    const [found] = (await system.call('vm.list', { name: 'web' })).items;
    if (found === undefined) throw new Error('there is no VM');
    await system.callAndWait('vm.update', { id: found.id, ...fields });
  }

  test('that the configuration has taken over passes fail_on_drift and says nothing', async () => {
    const workspace = await applied(vm(4, 'web'));
    await change({ memory_gb: 8 });
    workspace.configure(vm(8, 'web'));
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  test('of which one field is taken over reports the other one only', async () => {
    const workspace = await applied(vm(4, 'web'));
    await change({ memory_gb: 8, metadata: { tier: 'db', team: 'a' } });
    workspace.configure(vm(8, 'web'));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      {
        severity: 'error',
        detail: expect.stringContaining('metadata.tier: changed ('),
      },
    ]);
    expect(diagnostics[0]?.detail).not.toContain('memory_gb');
  });

  test.each([
    ['fields', ignoring('memory_gb', 'metadata')],
    ['all fields', 'lifecycle {\n    ignore_changes = all\n  }'],
    ['a field and a label', ignoring('memory_gb', 'metadata["tier"]')],
  ])('in %s of ignore_changes is silent', async (_name, lifecycle) => {
    const workspace = await applied(vm(4, 'web', lifecycle));
    await change({ memory_gb: 8, metadata: { tier: 'db', team: 'a' } });
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  describe('in ignore_changes', () => {
    const ignored = ignoring('memory_gb');

    async function drifted() {
      const workspace = await applied(vm(4, 'web', ignored));
      await change({ memory_gb: 8 });
      expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
      const [record] = (await system.call('drift.report', {})).items;
      if (record === undefined) throw new Error('nothing has drifted');
      expect(record.explanation.at(-1)).toContain(
        `and is drift until it is accepted. To accept the current values: novacron drift ` +
          `remediate ${record.resource_id} --action adopt --yes.`,
      );
      return { workspace, ids: [record.resource_id] };
    }

    async function isAccepted(workspace: TerraformWorkspace) {
      expect((await system.call('drift.report', {})).items).toEqual([]);
      expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
      expect((await system.call('vm.list', {})).items).toMatchObject([{ memory_gb: 8 }]);
    }

    test('is accepted by adopting it, as the report says', async () => {
      const { workspace, ids } = await drifted();
      await system.call('drift.remediate', { ids, action: 'adopt' });
      await isAccepted(workspace);
    });

    test('is accepted by the next apply that changes the resource', async () => {
      const { workspace } = await drifted();
      workspace.configure(vm(4, 'db', ignored));
      expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
      await isAccepted(workspace);
    });
  });

  test('beside an ignored label reports the other label only', async () => {
    const workspace = await applied(vm(4, 'web', ignoring('metadata["tier"]')));
    await change({ metadata: { tier: 'db', team: 'b' } });
    const { diagnostics } = await diagnosePlan(workspace);
    expect(diagnostics).toMatchObject([
      { severity: 'error', detail: expect.stringContaining('metadata.team: changed (') },
    ]);
    expect(diagnostics[0]?.detail).not.toContain('tier');
  });

  test('is not what an apply has written whose state was lost', async () => {
    const workspace = await applied(vm(4, 'web'));
    const file = join(workspace.directory, 'terraform.tfstate');
    copyFileSync(file, `${file}.before`);
    workspace.configure(vm(8, 'web'));
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    copyFileSync(`${file}.before`, file);
    expect(await diagnosePlan(workspace)).toMatchObject(SILENT);
  });

  test('of a resource that leaves the configuration does not prevent its end', async () => {
    const workspace = await applied(vm(4, 'web'));
    await change({ memory_gb: 8 });
    const [provider = ''] = vm(4, 'web').split('resource ');
    workspace.configure(provider);
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect((await system.call('vm.list', {})).items).toEqual([]);
  });
});
