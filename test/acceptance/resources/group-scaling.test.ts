/** VM groups that NovaCron scales by their load, in Terraform. */
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { VmGroupId } from '@novacron/contract/ids';
import { waitUntil } from '@novacron/testing/wait-until';
import { diagnosePlan } from '../support/diagnose.ts';
import { type System, startSystem } from '../support/start-system.ts';

// A size is chosen every half a minute.
jest.setTimeout(240_000);

const ROUNDS_MS = 100_000;
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

const SCALED = groupIn(`{
    rules         = [{ kind = "target", metric = "${LOAD}", value = 10 }]
    cooldown      = "0s"
    shrink_window = "0s"
    warm_up       = "0s"
  }`);

describe('a VM group with scaling', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });
  afterEach(() => system.clear());
  afterAll(() => system.stop());

  async function expectSize(id: VmGroupId, size: number, value: number) {
    await system.call('metric.write', { vm_group_id: id, samples: [{ name: LOAD, value }] });
    const isReached = async () => {
      const group = await system.call('vm_group.get', { id });
      return group.size === size && group.status === 'ready' ? group : undefined;
    };
    await waitUntil(`the group to have ${size} members`, isReached, { timeoutMs: ROUNDS_MS });
  }

  test('grows from 2 to 5 and shrinks to 2, and every plan in between is empty', async () => {
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
    await expectSize(group.id, 5, 48);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    await expectSize(group.id, 2, 3);
    expect(await diagnosePlan(workspace)).toMatchObject(EMPTY);
    expect((await system.call('drift.report', {})).items).toEqual([]);
    const events = await system.call('scaling_event.list', { group_id: group.id });
    expect(events.items.map(({ from, to }) => [from, to])).toEqual([
      [5, 2],
      [2, 5],
    ]);
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
