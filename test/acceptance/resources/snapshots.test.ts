import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(60_000);

const EXAMPLE = resolve(__dirname, '../../../examples/terraform/snapshots/main.tf');

function readExample(): string {
  return readFileSync(EXAMPLE, 'utf8');
}

describe('snapshots', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function applyExample() {
    const workspace = system.workspace();
    workspace.configure(readExample());
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    return workspace;
  }

  async function snapshotNamed(name: string) {
    const [found] = (await system.call('snapshot.list', { name })).items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  }

  test('the example is applied, plans nothing then, and is destroyed in order', async () => {
    const workspace = await applyExample();
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    const before = await snapshotNamed('before-upgrade');
    expect(before).toMatchObject({ status: 'ready', size_gb: 20 });
    expect(await workspace.values('novacron_storage.rehearsal')).toMatchObject({
      source_snapshot_id: before.id,
      status: 'available',
    });
    const destroyed = await workspace.run('destroy', '-auto-approve');
    expect(destroyed.exitCode === 0 ? '' : destroyed.output).toBe('');
    expect((await system.call('snapshot.list', {})).items).toEqual([]);
  });

  test('a description changes in place; another volume is another snapshot', async () => {
    const workspace = await applyExample();
    const { id } = await snapshotNamed('before-upgrade');
    workspace.configure(readExample().replace('to 2.0', 'to 3.0'));
    expect((await workspace.apply()).output).toContain('0 added, 1 changed, 0 destroyed');
    expect(await snapshotNamed('before-upgrade')).toMatchObject({
      id,
      description: 'Before the upgrade to 3.0',
    });
    const other = readExample()
      .replace('source_snapshot_id = novacron_snapshot.before.id', '')
      .replace('= novacron_storage.data.id', '= novacron_storage.rehearsal.id');
    workspace.configure(other);
    const { diagnostics, output } = await diagnosePlan(workspace);
    expect(output).toContain('1 to add, 1 to change, 1 to destroy');
    expect(diagnostics).toMatchObject([
      { summary: 'Data loss: replace novacron_snapshot "before-upgrade"' },
      { summary: 'A replacement keeps its name or address range' },
    ]);
  });

  test('is imported by id and by name, and looked up by both', async () => {
    const volume = await system.call('volume.create', { name: 'old', size_gb: 5 });
    const asked = { name: 'kept', volume_id: volume.resource.id };
    const { resource, operation } = await system.call('snapshot.create', asked);
    await system.call('operation.wait', { id: operation.id });
    const hcl = `
resource "novacron_snapshot" "s" {
  name      = "kept"
  volume_id = "${volume.resource.id}"
}
data "novacron_snapshot" "named" {
  name = "kept"
}
data "novacron_snapshot" "known" {
  id = "${resource.id}"
}`;
    for (const word of [resource.id, 'kept', 'name=kept']) {
      const workspace = system.workspace();
      workspace.configure(hcl);
      const done = await workspace.run('import', 'novacron_snapshot.s', word);
      expect(done.exitCode === 0 ? '' : done.output).toBe('');
      expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    }
  });

  test('a volume with a snapshot that Terraform does not know is not destroyed', async () => {
    const workspace = system.workspace();
    workspace.configure('resource "novacron_storage" "v" {\n  name = "v"\n  size_gb = 5\n}');
    await workspace.apply();
    const [volume] = (await system.call('volume.list', { name: 'v' })).items;
    if (volume === undefined) throw new Error('the volume is there');
    const { operation } = await system.call('snapshot.create', {
      name: 'by-hand',
      volume_id: volume.id,
    });
    await system.call('operation.wait', { id: operation.id });
    const { exitCode, output } = await workspace.run('destroy', '-auto-approve');
    expect(exitCode).toBe(1);
    expect(output.replaceAll(/[│\s]+/g, ' ')).toContain('it has a snapshot: by-hand.');
  });
});
