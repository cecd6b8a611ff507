/** Names and addresses that resources of one apply take from each other, in whichever order. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { diagnoseApply, diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

jest.setTimeout(240_000);

interface Machine {
  readonly name: string;
  readonly ip: string;
}

/** VMs that Terraform knows by their index. */
const vms = (machines: readonly Machine[]) => `
locals {
  machines = ${JSON.stringify(machines)}
}

resource "novacron_network" "n" {
  name = "n"
  cidr = "10.30.0.0/24"
}

resource "novacron_vm" "v" {
  count      = length(local.machines)
  name       = local.machines[count.index].name
  ip_address = local.machines[count.index].ip
  network_id = novacron_network.n.id
  cpu_cores  = 1
  memory_gb  = 1
  disk_gb    = 5
}
`;

const groups = (names: readonly string[]) => `
locals {
  names = ${JSON.stringify(names)}
}

resource "novacron_vm_group" "g" {
  count    = length(local.names)
  name     = local.names[count.index]
  min_size = 2
  max_size = 3
  vm       = { cpu_cores = 1, memory_gb = 1, disk_gb = 5 }
}
`;

const tenants = (names: readonly string[]) => `
locals {
  names = ${JSON.stringify(names)}
}

resource "novacron_tenant" "t" {
  count = length(local.names)
  name  = local.names[count.index]
}
`;

const machine = (number: number): Machine => ({
  name: `m-${number}`,
  ip: `10.30.0.${number + 10}`,
});

const PARALLELISM = ['-parallelism=10', '-parallelism=1'];

/**
 * A plan refuses a create onto a name of its deployment before it has read any object: one at a
 * time, Terraform may plan the create first.
 */
const READS_FIRST = '-parallelism=10';

describe('resources of one apply', () => {
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

  /** Applies a change at once, after which nothing is left to do and nothing has drifted. */
  async function change(
    workspace: Awaited<ReturnType<typeof applied>>,
    hcl: string,
    parallelism: string,
  ): Promise<void> {
    workspace.configure(hcl);
    const run = await diagnoseApply(workspace, parallelism);
    expect(run.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(await diagnosePlan(workspace)).toMatchObject({ exitCode: 0, diagnostics: [] });
    expect((await system.call('drift.report', {})).items).toEqual([]);
  }

  async function machines() {
    const { items } = await system.call('vm.list', {});
    return Object.fromEntries(items.map(({ id, name, ip_address }) => [id, [name, ip_address]]));
  }

  async function idsByName() {
    const { items } = await system.call('vm.list', {});
    return Object.fromEntries(items.map(({ id, name }) => [name, id]));
  }

  async function groupIds() {
    const { items } = await system.call('vm_group.list', {});
    return Object.fromEntries(items.map(({ id, name }) => [name, id]));
  }

  test.each(PARALLELISM)('exchange their addresses, with %s', async (parallelism) => {
    const [a, b] = [machine(0), machine(1)];
    const workspace = await applied(vms([a, b]));
    const ids = await idsByName();
    await change(
      workspace,
      vms([
        { ...a, ip: b.ip },
        { ...b, ip: a.ip },
      ]),
      parallelism,
    );
    expect(await machines()).toEqual({
      [String(ids['m-0'])]: ['m-0', b.ip],
      [String(ids['m-1'])]: ['m-1', a.ip],
    });
  });

  test.each(PARALLELISM)('exchange names and addresses, with %s', async (parallelism) => {
    const [a, b] = [machine(0), machine(1)];
    const workspace = await applied(vms([a, b]));
    const ids = await idsByName();
    await change(workspace, vms([b, a]), parallelism);
    expect(await machines()).toEqual({
      [String(ids['m-0'])]: ['m-1', b.ip],
      [String(ids['m-1'])]: ['m-0', a.ip],
    });
  });

  test.each(PARALLELISM)(
    'follow from elements that leave a list and come back, with %s',
    async (parallelism) => {
      const all = [0, 1, 2, 3].map(machine);
      const workspace = await applied(vms(all));
      const ids = await idsByName();
      await change(workspace, vms(all.slice(1)), parallelism);
      const expected = [1, 2, 3].map((number) => [
        ids[`m-${number - 1}`],
        [`m-${number}`, `10.30.0.${number + 10}`],
      ]);
      expect(await machines()).toEqual(Object.fromEntries(expected));
      // Each one moves back, and the last is created with what the one before it still has.
      await change(workspace, vms(all), READS_FIRST);
      const names = Object.entries(await idsByName());
      expect(names.map(([name]) => name).toSorted()).toEqual(['m-0', 'm-1', 'm-2', 'm-3']);
      expect(Object.fromEntries(names)).toMatchObject({ 'm-0': ids['m-0'], 'm-1': ids['m-1'] });
    },
  );

  test('that end half-way are completed by the next apply', async () => {
    const [a, b] = [machine(0), machine(1)];
    const workspace = await applied(vms([a, b]));
    const ids = await idsByName();
    workspace.configure(vms([b, a]));
    expect(await workspace.plan('-out=plan.bin')).toMatchObject({ exitCode: 2 });
    // What the run sends before it is killed: the holder has moved, and still has its name.
    const answer = await fetch(`${system.url}/api/v2/vms/${ids['m-0']}`, {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${system.adminKey}`,
        'content-type': 'application/json',
        'novacron-client': 'terraform',
      },
      body: JSON.stringify({ name: b.name, ip_address: b.ip }),
    });
    expect(answer.status).toBe(409);
    for (const { id } of (await system.call('operation.list', { status: 'running' })).items) {
      await system.call('operation.wait', { id });
    }
    expect(Object.values(await machines())).toEqual(
      expect.arrayContaining([
        ['m-0', a.ip],
        ['m-1', expect.not.stringMatching(`^${b.ip}$`)],
      ]),
    );
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(2);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    await change(workspace, vms([b, a]), '-parallelism=10');
    expect(await machines()).toEqual({
      [String(ids['m-0'])]: ['m-1', b.ip],
      [String(ids['m-1'])]: ['m-0', a.ip],
    });
  });

  test.each(PARALLELISM)('exchange the names of groups with %s', async (parallelism) => {
    const workspace = await applied(groups(['a', 'b']));
    const [ids, members] = [await groupIds(), await idsByName()];
    await change(workspace, groups(['b', 'a']), parallelism);
    expect(await groupIds()).toEqual({ a: ids.b, b: ids.a });
    expect(await idsByName()).toEqual({
      'a-1': members['b-1'],
      'a-2': members['b-2'],
      'b-1': members['a-1'],
      'b-2': members['a-2'],
    });
  });

  test.each(PARALLELISM)('shift the names of groups with %s', async (parallelism) => {
    const workspace = await applied(groups(['a', 'b', 'c']));
    const ids = await groupIds();
    await change(workspace, groups(['b', 'c']), parallelism);
    expect(await groupIds()).toEqual({ b: ids.a, c: ids.b });
    expect(Object.keys(await idsByName()).toSorted()).toEqual(['b-1', 'b-2', 'c-1', 'c-2']);
    await change(workspace, groups(['a', 'b', 'c']), READS_FIRST);
    expect(await groupIds()).toMatchObject({ a: ids.a, b: ids.b });
  });

  test.each(PARALLELISM)('exchange the names of tenants with %s', async (parallelism) => {
    const workspace = await applied(tenants(['ta', 'tb', 'tc']));
    const idsNow = async () => {
      const { items } = await system.call('tenant.list', {});
      const own = items.filter(({ platform }) => !platform);
      return Object.fromEntries(own.map(({ id, name }) => [name, id]));
    };
    const ids = await idsNow();
    await change(workspace, tenants(['tc', 'ta', 'tb']), parallelism);
    expect(await idsNow()).toEqual({ tc: ids.ta, ta: ids.tb, tb: ids.tc });
    await change(workspace, tenants(['ta', 'tb']), parallelism);
    expect(await idsNow()).toEqual({ ta: ids.ta, tb: ids.tb });
    await change(workspace, '', parallelism);
  });
});
