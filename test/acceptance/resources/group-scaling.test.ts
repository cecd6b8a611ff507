/** VM groups that NovaCron scales by their load, in Terraform. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { defaultFleet, type Fleet } from '@novacron/agent/fleet/fleet';
import type { VmGroupId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

// A size is chosen every half a minute, and demand changes every two minutes.
jest.setTimeout(480_000);

const CHANGE_MS = 200_000;
const MINUTE_MS = 60_000;
const EMPTY = { exitCode: 0, diagnostics: [] };
const LOAD = 'queue_length_count';

function groupIn(scaling: string, more = ''): string {
  return `
resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 5
  ${more}
  vm = {
    cpu_cores = 1
    memory_gb = 1
    disk_gb   = 5
  }
  scaling = ${scaling}
}
`;
}

/** Demand that uses 68 % of five members, and 30 % of two. */
const [HIGH, LOW] = [3.4, 0.6];

/** A fleet on which the group has a high demand from now on, and a low one in two minutes. */
function fleetWithDemand(nowMs: number): Fleet {
  const later = [HIGH, HIGH, LOW, LOW];
  // A replay follows the clock: its first value is that of each fourth minute of the Unix epoch.
  const begun = Math.floor(nowMs / MINUTE_MS) % later.length;
  const values = later.map((_, minute) => later.at(minute - begun) ?? 0);
  const workload = {
    name: 'shop',
    vm_prefix: 'web-',
    peak_vms: HIGH,
    replay: { values, step_minutes: 1 },
    failures_per_day: 0,
  };
  return { ...defaultFleet(), workloads: [workload] };
}

const SCALED = groupIn(`{
    rules         = [{ kind = "target", metric = "cpu_utilization_ratio", value = 0.7 }]
    cooldown      = "0s"
    shrink_window = "0s"
    warm_up       = "0s"
  }`);

describe('a VM group with scaling', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ fleet: fleetWithDemand(Date.now()) });
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function expectSize(id: VmGroupId, size: number) {
    const isReached = async () => {
      const group = await system.call('vm_group.get', { id });
      return group.size === size && group.status === 'ready' ? group : undefined;
    };
    await waitUntil(`the group to have ${size} members`, isReached, { timeoutMs: CHANGE_MS });
  }

  test('grows from 2 to 5 by load and back to 2, and every plan in between is empty', async () => {
    const workspace = system.workspace();
    workspace.configure(SCALED);
    const planned = await diagnosePlan(workspace);
    expect(planned.exitCode).toBe(2);
    expect(planned.diagnostics.map(({ detail }) => detail).join('\n')).toContain(
      'NovaCron chooses the size of web, from 2 to 5 members; after this change it has 2.',
    );
    const applied = await workspace.apply();
    expect(applied.exitCode === 0 ? '' : applied.output).toBe('');
    const [group] = (await system.call('vm_group.list', { name: 'web' })).items;
    if (group === undefined) throw new Error('there is no group');
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await expectSize(group.id, 5);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await expectSize(group.id, 2);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    expect((await system.call('drift.report', {})).items).toEqual([]);
    const events = await system.call('scaling_event.list', { group_id: group.id });
    // The newest is first. Nodes report one after another: a size that is chosen in between is for
    // the mean of both demands. Demand that has risen again is no part of the test.
    const sizes = events.items.map(({ from, to }) => `${from} to ${to}`).reverse();
    expect(sizes.join(', ')).toMatch(/^2 to 5, (?:5 to 2|5 to ([34]), \1 to 2)(?:,|$)/);
  });

  test.each([
    {
      of: 'beside desired_size',
      hcl: groupIn(
        `{ rules = [{ kind = "target", metric = "${LOAD}", value = 10 }] }`,
        'desired_size = 3',
      ),
      summary: 'Only one of desired_size and scaling can be set',
    },
    {
      of: 'whose target has no value',
      hcl: groupIn(`{ rules = [{ kind = "target", metric = "${LOAD}" }] }`),
      detail: 'is needed for kind target',
    },
    {
      of: 'whose schedule is no cron line',
      hcl: groupIn('{ schedules = [{ cron = "every day", duration = "1h", min_size = 3 }] }'),
      detail: 'is not a cron line',
    },
  ])('is refused in the plan $of', async ({ hcl, summary, detail }) => {
    const workspace = system.workspace();
    workspace.configure(hcl);
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    const [shown] = diagnostics.filter(({ severity }) => severity === 'error');
    if (summary !== undefined) expect(shown?.summary).toContain(summary);
    if (detail !== undefined) expect(shown?.detail).toContain(detail);
  });
});
