/** VM groups with members of other sizes, and calendars of named days, in Terraform. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { defaultFleet, type Fleet } from '@novacron/agent/fleet/fleet';
import { systemClock } from '@novacron/runtime/clock';
import { silentLogger } from '@novacron/runtime/logger';
import { openSqliteSeries } from '@novacron/server/adapters/metric-series/sqlite/open-sqlite-series';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

// Sizes are looked at every half a minute, and members change one after the other.
jest.setTimeout(480_000);

const CHANGE_MS = 200_000;
const EMPTY = { exitCode: 0, diagnostics: [] };

/** The part of their CPU that both members use. */
const USED_RATIO = 0.96;
const HISTORY_MINUTES = 180;

/** A fleet on which two members of the group use nearly all of their CPU. */
function busyFleet(): Fleet {
  const workload = {
    name: 'shop',
    vm_prefix: 'web-',
    peak_vms: 2 * USED_RATIO,
    replay: { values: [1], step_minutes: 1 },
    failures_per_day: 0,
  };
  return { ...defaultFleet(), workloads: [workload] };
}

function groupIn(scaling: string): string {
  return `
resource "novacron_vm_group" "web" {
  name     = "web"
  min_size = 2
  max_size = 2
  vm = {
    cpu_cores = 2
    memory_gb = 2
    disk_gb   = 5
  }
  scaling = {
    rules    = [{ kind = "target", metric = "queue_length_count", value = 10 }]
    cooldown = "0s"
    warm_up  = "0s"
    ${scaling}
  }
}
`;
}

const applied = (cores: number) => `
    vertical     = "apply"
    vertical_max = { cpu_cores = ${cores} }`;

const calendar = (dates: string, zone = 'Europe/Berlin') => `
    prediction = {
      horizon  = "2h"
      calendar = [{ name = "black-friday", dates = [${dates}], time_zone = "${zone}" }]
    }`;

describe('a VM group with members of other sizes', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'novacron-sizes-'));
  let system: System;

  beforeAll(async () => {
    system = await startSystem({ fleet: busyFleet(), dataDir });
  });
  afterEach(() => system.clear());
  afterAll(async () => {
    await system.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const membersOf = async () => (await system.call('vm.list', {})).items;

  /** Stores that the members have used as much as now for hours, which no test can wait for. */
  async function storeHistory(): Promise<void> {
    const path = join(dataDir, 'metrics.db');
    const series = openSqliteSeries({ path, clock: systemClock, logger: silentLogger });
    const [tenant] = (await system.call('tenant.list', {})).items;
    const nowS = Math.floor(Date.now() / 1_000);
    const samples = Array.from({ length: HISTORY_MINUTES }, (_, minute) => ({
      name: 'cpu_utilization_ratio',
      atS: nowS - (HISTORY_MINUTES - minute) * 60,
      value: USED_RATIO,
    }));
    const batch = (await membersOf()).map(({ id }) => ({
      target: { id, tenantId: String(tenant?.id), kind: 'vm' as const },
      samples,
    }));
    expect(await series.write(batch, 'measured')).toMatchObject({ ok: true });
    await series.close();
  }

  async function expectGrown(count: number): Promise<void> {
    const isReached = async () => {
      const grown = (await membersOf()).filter(({ grown_cpu_cores: cores }) => cores === 3);
      return grown.length >= count ? grown : undefined;
    };
    await waitUntil(`${count} members to have three cores`, isReached, { timeoutMs: CHANGE_MS });
  }

  test('gives them more under load, and every plan in between is empty', async () => {
    const workspace = system.workspace();
    const change = async (hcl: string): Promise<void> => {
      workspace.configure(hcl);
      expect((await diagnosePlan(workspace)).exitCode).toBe(2);
      const made = await workspace.apply();
      expect(made.exitCode === 0 ? '' : made.output).toBe('');
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    };
    await change(groupIn('vertical = "recommend"'));
    await storeHistory();
    await change(groupIn(applied(3)));
    await expectGrown(1);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await expectGrown(2);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    const members = await membersOf();
    expect(members.map(({ cpu_cores: cores }) => cores)).toEqual([2, 2]);
    expect((await system.call('drift.report', {})).items).toEqual([]);
    const [group] = (await system.call('vm_group.list', { name: 'web' })).items;
    if (group === undefined) throw new Error('there is no group');
    const events = await system.call('scaling_event.list', { group_id: group.id });
    expect(events.items).toMatchObject([
      { trigger_type: 'vertical', member: { why: 'follow', after: { cpu_cores: 3 } } },
      { trigger_type: 'vertical', member: { why: 'recommended', before: { cpu_cores: 2 } } },
    ]);
    await change(groupIn(applied(4)));
    const after = await system.call('vm_group.get', { id: group.id });
    expect(after.scaling?.vertical_max).toEqual({ cpu_cores: 4, memory_gb: null });
    expect((await membersOf()).map(({ grown_cpu_cores: cores }) => cores)).toEqual([3, 3]);
  });

  test('shows no difference by its calendar, and one by another date in it', async () => {
    const workspace = system.workspace();
    for (const dates of ['"2025-11-28"', '"2025-11-28", "2026-11-27", "12-24"']) {
      workspace.configure(groupIn(calendar(dates)));
      expect((await diagnosePlan(workspace)).exitCode).toBe(2);
      const made = await workspace.apply();
      expect(made.exitCode === 0 ? '' : made.output).toBe('');
      expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    }
    const [group] = (await system.call('vm_group.list', { name: 'web' })).items;
    expect(group?.scaling?.prediction?.calendar).toEqual([
      {
        name: 'black-friday',
        dates: ['2025-11-28', '2026-11-27', '12-24'],
        time_zone: 'Europe/Berlin',
      },
    ]);
  });

  test.each([
    ['a date that does not exist', calendar('"02-30"'), 'is 02-30, which is no day'],
    ['a zone that does not exist', calendar('"12-24"', 'Mars/North'), 'is not a time zone'],
    ['sizes without a largest one', 'vertical = "apply"', 'is needed for vertical apply'],
    [
      'a least size above the template',
      `${applied(3)}\n    vertical_min = { memory_gb = 4 }`,
      'is more than vm.memory_gb, 2',
    ],
  ])('is refused in the plan with %s', async (_what, scaling, detail) => {
    const workspace = system.workspace();
    workspace.configure(groupIn(scaling));
    const { exitCode, diagnostics } = await diagnosePlan(workspace);
    expect(exitCode).toBe(1);
    expect(diagnostics.map((each) => each.detail).join('\n')).toContain(detail);
  });
});
