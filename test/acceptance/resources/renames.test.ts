/** Renames of one apply that depend on each other, in whichever order Terraform makes them. */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(120_000);

const vms = (names: readonly string[]) => `
locals {
  names = ${JSON.stringify(names)}
}

resource "novacron_vm" "v" {
  count     = length(local.names)
  name      = local.names[count.index]
  cpu_cores = 1
  memory_gb = 1
  disk_gb   = 5
}
`;

const groups = (names: Readonly<Record<string, string>>) =>
  Object.entries(names)
    .map(([key, name]) => `resource "novacron_security_group" "${key}" {\n  name = "${name}"\n}\n`)
    .join('\n');

const NAMES = Array.from({ length: 50 }, (_, index) => `web-${index}`);

describe('renames of one apply', () => {
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

  async function idsByName() {
    const vmsNow = (await system.call('vm.list', {})).items;
    const groupsNow = (await system.call('security_group.list', {})).items;
    return Object.fromEntries([...vmsNow, ...groupsNow].map(({ name, id }) => [name, id]));
  }

  test.each(['-parallelism=10', '-parallelism=1'])(
    'follow from the removal of the first element of a list, with %s',
    async (parallelism) => {
      const workspace = await applied(vms(NAMES));
      const before = await idsByName();
      workspace.configure(vms(NAMES.slice(1)));
      expect(await diagnoseApply(workspace, parallelism)).toMatchObject({
        exitCode: 0,
        diagnostics: [{ severity: 'warning', summary: 'Data loss: delete novacron_vm "web-49"' }],
      });
      // Terraform knows elements by their index: each one took the name of the next, the last left.
      const expected = NAMES.slice(1).map((name, index) => [name, before[NAMES[index] ?? '']]);
      expect(await idsByName()).toEqual(Object.fromEntries(expected));
      expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
      expect((await system.call('drift.report', {})).items).toEqual([]);
    },
  );

  test.each(['-parallelism=10', '-parallelism=1'])(
    'swap two names and move three in a circle, with %s',
    async (parallelism) => {
      const workspace = await applied(groups({ a: 'a', b: 'b', x: 'x', y: 'y', z: 'z' }));
      const before = await idsByName();
      workspace.configure(groups({ a: 'b', b: 'a', x: 'y', y: 'z', z: 'x' }));
      expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
      const run = await diagnoseApply(workspace, parallelism, 'plan.bin');
      expect(run).toMatchObject({ exitCode: 0, diagnostics: [] });
      expect(await idsByName()).toEqual({
        b: before.a,
        a: before.b,
        y: before.x,
        z: before.y,
        x: before.z,
      });
      expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
      expect((await system.call('drift.report', {})).items).toEqual([]);
    },
  );

  test('that end half-way are completed by the next apply, without a drift warning', async () => {
    const workspace = await applied(groups({ a: 'a', b: 'b' }));
    const before = await idsByName();
    workspace.configure(groups({ a: 'b', b: 'a' }));
    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    // What the run sends before it is killed.
    const response = await fetch(`${system.url}/api/v2/security-groups/${before.a}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${system.adminKey}`,
        'content-type': 'application/json',
        'novacron-client': 'terraform',
      },
      body: JSON.stringify({ name: 'b' }),
    });
    expect(response.status).toBe(202);
    expect(Object.keys(await idsByName()).toSorted()).toEqual([
      'b',
      expect.stringMatching(/^b\.renaming-/),
    ]);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 2, diagnostics: [] });
    expect(await workspace.apply()).toMatchObject({ exitCode: 0 });
    expect(await idsByName()).toEqual({ b: before.a, a: before.b });
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
  });

  test('onto a name that its holder does not give up are refused and move nothing', async () => {
    const workspace = await applied(groups({ a: 'a', b: 'b' }));
    const before = await idsByName();
    const copy = system.workspace();
    const state = 'terraform.tfstate';
    copyFileSync(join(workspace.directory, state), join(copy.directory, state));
    // A plan that is never applied gives `b` up; the one that is applied does not.
    workspace.configure(groups({ a: 'c', b: 'd' }));
    expect(await workspace.plan()).toMatchObject({ exitCode: 2 });
    copy.configure(groups({ a: 'b', b: 'b' }));
    const { exitCode, diagnostics } = await diagnoseApply(copy);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { severity: 'error', summary: 'The name is taken: update novacron_security_group "a"' },
    ]);
    expect(await idsByName()).toEqual(before);
  });

  test('onto the name of a stranger are refused by the plan', async () => {
    const workspace = await applied(groups({ a: 'a' }));
    await system.call('security_group.create', { name: 'foreign' });
    workspace.configure(groups({ a: 'foreign' }));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics).toMatchObject([
      { summary: 'The name is taken: update novacron_security_group "foreign"' },
    ]);
  });
});
