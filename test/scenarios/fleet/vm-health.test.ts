/** VMs with a health check: what they come to, and who restarts or replaces them. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { VmGroup } from '@novacron/contract/kinds/vm-group/vm-group';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const CHECK = { kind: 'http', port: 8080, path: '/healthz', start_period: '1m' } as const;

describe('a VM with a health check', () => {
  const bench = useBench();
  /** VMs whose guests hang as soon as they run. */
  const hopeless = new Set<string>();
  afterEach(() => hopeless.clear());

  const show = ({ id }: Pick<Vm, 'id'>) => bench().expectOk('vm.get', { id });
  const make = (healing: InputOf<'vm.create'>['healing'] = {}) =>
    makeVm(bench(), { healing: { health_check: CHECK, ...healing } });
  async function eventsOf(
    { id }: Pick<Vm, 'id'>,
    ...types: readonly string[]
  ): Promise<readonly string[]> {
    const { items } = await bench().expectOk('event.list', { target: [id] });
    return items.map(({ type }) => type).filter((type) => types.includes(type));
  }
  const driverOf = (vm: Pick<Vm, 'node'>) => bench().fleet.drivers.get(String(vm.node));
  function hang(vm: Pick<Vm, 'id' | 'node'>): void {
    driverOf(vm)?.disturb(vm.id, { kind: 'hang' });
  }
  const isHopeless = (id: Vm['id']) => hopeless.has(id);
  /** Lets time pass, in which guests of hopeless VMs hang again after each start. */
  async function pass(minutes: number, hangs = isHopeless): Promise<void> {
    for (let at = 0; at < minutes * 6; at += 1) {
      const { items } = await bench().expectOk('vm.list', {});
      for (const vm of items) if (hangs(vm.id)) hang(vm);
      await bench().advance(MINUTE_MS / 6);
    }
  }
  /** Until people have to look at a VM, and a while longer: nothing else is tried. */
  async function passUntilLeft(vm: Pick<Vm, 'id'>): Promise<void> {
    for (let minute = 0; minute < 40; minute += 1) {
      if ((await eventsOf(vm, 'vm.stays_unhealthy')).length > 0) break;
      await pass(1);
    }
    await pass(5);
  }
  async function makeGroup(): Promise<VmGroup> {
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      min_size: 3,
      max_size: 3,
      vm: {
        cpu_cores: 1,
        memory_gb: 1,
        disk_gb: 4,
        healing: { health_check: CHECK, attempts: 1 },
      },
    });
    await bench().end(made.operation);
    return bench().expectOk('vm_group.get', { id: made.resource.id });
  }

  test('is healthy after three checks, and unhealthy after two', async () => {
    const vm = await make({ restart: 'never' });
    expect(vm.health).toBe('starting');
    await bench().advance(3 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
    const { items: metrics } = await bench().expectOk('metric.list', { vm_id: vm.id });
    expect(metrics).toContainEqual(
      expect.objectContaining({ name: 'health_check_seconds', latest_value: 0.02 }),
    );
    hang(vm);
    await bench().advance(2 * MINUTE_MS);
    expect(await eventsOf(vm, 'vm.healthy', 'vm.unhealthy')).toEqual([
      'vm.healthy',
      'vm.unhealthy',
    ]);
    expect(await show(vm)).toMatchObject({ status: 'running', health: 'unhealthy' });
    const { items } = await bench().expectOk('audit.list', { limit: 1 });
    expect(items).toMatchObject([
      { operation: 'vm.unhealthy', changes: { health: { was: 'healthy', is: 'unhealthy' } } },
    ]);
    expect(await eventsOf(vm, 'vm.reset.succeeded')).toEqual([]);
  });

  test('that is unhealthy is an incident until it serves again', async () => {
    const vm = await make({ restart: 'never' });
    await bench().advance(3 * MINUTE_MS);
    hang(vm);
    await bench().advance(2 * MINUTE_MS);
    const open = await bench().expectOk('incident.list', { state: ['open'] });
    expect(open.items).toMatchObject([
      {
        cause: 'unhealthy',
        severity: 'critical',
        target: vm.name,
        summary: `The health check of ${vm.name} fails.`,
        vms_down: 1,
      },
    ]);
    await bench().end((await bench().expectOk('vm.reset', { id: vm.id })).operation);
    await bench().advance(3 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
    const [incident] = (await bench().expectOk('incident.list', {})).items;
    expect(incident).toMatchObject({ state: 'resolved', resolution: 'people' });
  });

  test.each([
    ['reset', (id: Vm['id']) => bench().expectOk('vm.reset', { id })],
    ['rebooted', (id: Vm['id']) => bench().expectOk('vm.reboot', { id })],
    [
      'restarted by a change',
      (id: Vm['id']) => bench().expectOk('vm.update', { id, memory_gb: 2, restart: 'allowed' }),
    ],
  ])('that serves and is %s by a person is starting until it serves again', async (_, restart) => {
    const vm = await make({ restart: 'never' });
    await bench().advance(3 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
    const { operation } = await restart(vm.id);
    expect(await bench().end(operation)).toMatchObject({ status: 'succeeded' });
    expect(await show(vm)).toMatchObject({ status: 'running', health: 'starting' });
    await bench().advance(3 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
    expect(await eventsOf(vm, 'vm.healthy')).toEqual(['vm.healthy', 'vm.healthy']);
  });

  test('that no node can make is warned of, one by its guest agent is not', async () => {
    const risksOf = async (more: Readonly<Record<string, unknown>>) => {
      const input = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 4, ...more };
      const { risks } = await bench().expectOk('admission.preview', {
        operation: 'vm.create',
        input,
      });
      return risks;
    };
    expect(await risksOf({ healing: { health_check: CHECK } })).toEqual([
      {
        summary: 'No health check',
        message: expect.stringContaining('The health of the VM web remains unknown'),
        path: ['healing', 'health_check'],
      },
    ]);
    const command = { kind: 'command', command: ['true'] };
    expect(await risksOf({ healing: { health_check: command } })).toEqual([]);
    const lan = await bench().expectOk('network.create', { name: 'lan', cidr: '10.0.0.0/24' });
    await bench().endAll();
    const network_id = lan.resource.id;
    expect(await risksOf({ network_id, healing: { health_check: CHECK } })).toEqual([]);
  });

  test('that hangs is reset, and healthy again', async () => {
    const vm = await make();
    await bench().advance(3 * MINUTE_MS);
    hang(vm);
    await bench().advance(5 * MINUTE_MS);
    expect(await eventsOf(vm, 'vm.healthy', 'vm.unhealthy', 'vm.reset.succeeded')).toEqual([
      'vm.healthy',
      'vm.unhealthy',
      'vm.reset.succeeded',
      'vm.healthy',
    ]);
    expect(await show(vm)).toMatchObject({ status: 'running', revision: vm.revision });
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
  });

  test('whose service is down has it restarted first, within 30 seconds', async () => {
    const vm = await make({ restart_command: ['systemctl', 'restart', 'shop'] });
    await bench().advance(3 * MINUTE_MS);
    driverOf(vm)?.disturb(vm.id, { kind: 'service', is: 'down' });
    await bench().advance(5 * MINUTE_MS);
    const types = ['vm.unhealthy', 'vm.restart_service.succeeded', 'vm.reset.succeeded'];
    expect(await eventsOf(vm, ...types)).toEqual(types.slice(0, 2));
    expect(await show(vm)).toMatchObject({ health: 'healthy', revision: vm.revision });
    const asked = { kind: ['vm.restart_service'], principal: ['platform'] };
    const [run] = (await bench().expectOk('operation.list', asked)).items;
    const tookMs = Date.parse(run?.finished_at ?? '') - Date.parse(run?.created_at ?? '');
    expect(tookMs).toBeLessThan(30_000);
    const audited = await bench().expectOk('audit.list', { operation: ['vm.restart_service'] });
    expect(audited.items).toMatchObject([{ resource_id: vm.id, outcome: 'done' }]);
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
  });

  test('whose restart command does not help is reset next, then rebooted', async () => {
    const vm = await make({ restart_command: ['systemctl', 'restart', 'shop'] });
    await bench().advance(3 * MINUTE_MS);
    hopeless.add(vm.id);
    await passUntilLeft(vm);
    const types = ['restart_service.failed', 'reset.succeeded', 'reboot.succeeded'];
    const seen = [...types.map((each) => `vm.${each}`), 'vm.stays_unhealthy'];
    expect(await eventsOf(vm, ...seen)).toEqual(seen);
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    expect(strategies.find(({ strategy }) => strategy === 'restart_service')).toMatchObject({
      outcomes: 1,
      succeeded: 0,
    });
  });

  test('has its service restarted by a person, if it has a command for that', async () => {
    const vm = await make({ restart_command: ['systemctl', 'restart', 'shop'] });
    await bench().advance(MINUTE_MS);
    const run = await bench().expectOk('vm.restart_service', { id: vm.id });
    expect(await bench().end(run.operation)).toMatchObject({ status: 'succeeded' });
    const other = await makeVm(bench(), { name: 'other' });
    expect(await bench().expectProblem('vm.restart_service', { id: other.id })).toMatchObject({
      code: 'conflict',
      detail: 'The VM other has no command that restarts its service (healing.restart_command).',
      remedy: `Set one, or restart the VM: novacron vm reboot ${other.id}`,
    });
    await bench().end((await bench().expectOk('vm.stop', { id: vm.id })).operation);
    expect(await bench().expectProblem('vm.restart_service', { id: vm.id })).toMatchObject({
      detail: expect.stringContaining('only a running VM can have its service restarted'),
    });
  });

  test('that needs a check for its restart command is refused without one', async () => {
    const healing = { restart_command: ['true'] };
    const input = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 4, healing };
    expect(await bench().expectProblem('vm.create', input)).toMatchObject({
      code: 'validation-failed',
      fields: [
        {
          path: ['healing', 'restart_command'],
          message: 'needs health_check, which says when it is run',
        },
      ],
    });
  });

  test('that hangs while healing is held is not reset until it is released', async () => {
    const vm = await make();
    await bench().advance(3 * MINUTE_MS);
    await bench().expectOk('healing.hold', { reason: 'the network is repaired' });
    hang(vm);
    await bench().advance(5 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'unhealthy' });
    expect(await eventsOf(vm, 'vm.reset.succeeded')).toEqual([]);
    await bench().expectOk('healing.release', {});
    await bench().advance(5 * MINUTE_MS);
    expect(await show(vm)).toMatchObject({ health: 'healthy' });
  });

  test('whose guest ignores a shutdown is rebooted all the same in half a minute', async () => {
    const vm = await make({ attempts: 2 });
    await bench().advance(3 * MINUTE_MS);
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.faults.add({ action: 'stop', kind: 'ignore-stop', vm_id: vm.id, times: 100 });
    hopeless.add(vm.id);
    await pass(12);
    const asked = { kind: ['vm.reboot'], principal: ['platform'] };
    const { items } = await bench().expectOk('operation.list', asked);
    expect(items).toMatchObject([{ target_id: vm.id, status: 'succeeded' }]);
    const tookMs = items.map(
      (each) => Date.parse(each.finished_at ?? '') - Date.parse(each.created_at),
    );
    expect(tookMs[0]).toBeGreaterThanOrEqual(20_000);
    expect(tookMs[0]).toBeLessThan(30_000);
    // Nor does a deletion wait for a guest that hangs.
    const deleted = await bench().expectOk('vm.delete', { id: vm.id });
    const beganMs = bench().deps.clock.nowMs();
    expect(await bench().end(deleted.operation)).toMatchObject({ status: 'succeeded' });
    expect(bench().deps.clock.nowMs() - beganMs).toBeLessThan(30_000);
  });

  test('that hangs after a reset is rebooted, and given up after its attempts', async () => {
    const vm = await make({ attempts: 2 });
    await bench().advance(3 * MINUTE_MS);
    hopeless.add(vm.id);
    await passUntilLeft(vm);
    const types = ['vm.reset.succeeded', 'vm.reboot.succeeded', 'vm.stays_unhealthy'];
    expect(await eventsOf(vm, ...types)).toEqual(types);
    const { items } = await bench().expectOk('event.list', { type: ['vm.stays_unhealthy'] });
    expect(items).toMatchObject([
      {
        data: {
          detail:
            `The VM ${vm.name} was reset or rebooted 2 times in a row, and is still unhealthy: ` +
            'the simulated guest hangs. NovaCron makes no further attempts.',
          remedy: `Check its guest on the console: novacron vm console ${vm.id}`,
        },
      },
    ]);
    expect(await show(vm)).toMatchObject({ status: 'running', health: 'unhealthy' });
  });

  test('is explained with what was tried, its limits, and what comes next', async () => {
    const vm = await make({ attempts: 2 });
    await bench().advance(3 * MINUTE_MS);
    hopeless.add(vm.id);
    const explain = async () => {
      const [incident] = (await bench().expectOk('incident.list', { state: ['open'] })).items;
      if (incident === undefined) return '';
      const { explanation } = await bench().expectOk('incident.explain', { id: incident.id });
      return explanation.join('\n');
    };
    const seen = new Set<string>();
    for (let at = 0; at < 8; at += 1) {
      await pass(1);
      const text = await explain();
      const [next] = text.match(/(?<=: )\w+ is next \(level \d, attempt \d of \d\)/u) ?? [];
      if (next !== undefined) seen.add(next);
    }
    expect([...seen]).toContain('reboot is next (level 1, attempt 2 of 2)');
    const after = await explain();
    for (const tried of ['reset', 'reboot']) {
      const line = `${vm.name}: ${tried} \\(level 1\\), \\d+m?s of at most 2m: it did not help`;
      expect(after).toMatch(new RegExp(line, 'u'));
    }
    expect(after).toContain(`${vm.name}: no automatic action remains.`);
    expect(after).toContain(`The VM ${vm.name} gets no more memory or CPU: it does not allow`);
  });

  /** Returns the outcomes of member replacements. */
  async function replacements() {
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    return strategies.find(({ strategy }) => strategy === 'replace_member');
  }

  test('in a group is not ready while it is unhealthy, and is replaced in the end', async () => {
    const group = await makeGroup();
    const shown = () => bench().expectOk('vm_group.get', { id: group.id });
    expect(await shown()).toMatchObject({ status: 'degraded', ready_size: 0 });
    await pass(3);
    expect(await shown()).toMatchObject({ status: 'ready', ready_size: 3 });
    const [first = ''] = group.member_ids;
    hopeless.add(first);
    await pass(3);
    expect(await shown()).toMatchObject({ status: 'degraded', ready_size: 2 });
    const incidentOf = async () => {
      const { items } = await bench().expectOk('incident.list', { cause: ['unhealthy'] });
      expect(items).toHaveLength(1);
      return items[0];
    };
    expect(await incidentOf()).toMatchObject({ state: 'open', target: 'web' });
    // It stays open until the new member serves.
    for (let turn = 0; turn < 200; turn += 1) {
      for (const vm of (await bench().expectOk('vm.list', {})).items) {
        if (hopeless.has(vm.id)) hang(vm);
      }
      await bench().advance(5_000);
      const { ready_size } = await shown();
      if (ready_size < 3) expect(await incidentOf()).toMatchObject({ state: 'open' });
    }
    const incident = await incidentOf();
    expect(incident).toMatchObject({ state: 'resolved' });
    const { items: changes } = await bench().expectOk('event.list', {
      target: [String(incident?.id)],
      type: ['incident.opened', 'incident.reopened', 'incident.resolved'],
    });
    expect(changes.map(({ type }) => type).sort()).toEqual([
      'incident.opened',
      'incident.resolved',
    ]);
    const after = await shown();
    expect(after).toMatchObject({ status: 'ready', ready_size: 3, size: 3 });
    expect(after.member_ids).not.toContain(first);
    expect(after.member_ids.filter((id) => group.member_ids.includes(id))).toHaveLength(2);
    expect(await bench().expectOk('drift.report', {})).toMatchObject({ items: [] });
    expect(await replacements()).toMatchObject({ outcomes: 1, succeeded: 1 });
  });

  test('in a group has a successor that serves within 5 minutes of the last attempt', async () => {
    const group = await makeGroup();
    await pass(3);
    const [first = ''] = group.member_ids;
    hopeless.add(first);
    await pass(15);
    const after = await bench().expectOk('vm_group.get', { id: group.id });
    const [successor = ''] = after.member_ids.filter((id) => !group.member_ids.includes(id));
    const atMs = async (target: string, type: string): Promise<number> => {
      const { items } = await bench().expectOk('event.list', { target: [target], type: [type] });
      return Date.parse(items[0]?.at ?? '');
    };
    const givenUpMs = await atMs(first, 'vm.stays_unhealthy');
    const servedMs = (await atMs(successor, 'vm.healthy')) - givenUpMs;
    expect(servedMs).toBeGreaterThan(0);
    expect(servedMs).toBeLessThan(5 * MINUTE_MS);
    const [incident] = (await bench().expectOk('incident.list', { cause: ['unhealthy'] })).items;
    if (incident === undefined) throw new Error('there is no incident');
    expect(incident).toMatchObject({ state: 'resolved', resolution: 'system' });
    const { explanation } = await bench().expectOk('incident.explain', { id: incident.id });
    expect(explanation).toContainEqual(
      expect.stringMatching(/ web: replace_member \(level 3\), \S+ of at most 5m: it helped$/u),
    );
  });

  test('in a group is reset when the one before it serves again', async () => {
    const group = await makeGroup();
    await bench().advance(3 * MINUTE_MS);
    for (const id of group.member_ids) hang(await show({ id }));
    await bench().advance(10 * MINUTE_MS);
    const type = ['vm.unhealthy', 'vm.reset.accepted', 'vm.healthy'];
    const { items } = await bench().expectOk('event.list', { type, limit: 200 });
    const steps = items.map((event) => event.type);
    const since = steps.indexOf('vm.reset.accepted');
    expect(steps.slice(since).filter((each) => each !== 'vm.unhealthy')).toEqual([
      'vm.reset.accepted',
      'vm.healthy',
      'vm.reset.accepted',
      'vm.healthy',
      'vm.reset.accepted',
      'vm.healthy',
    ]);
  });

  test('in a group is reset when a new member, which replaces another, serves', async () => {
    const group = await makeGroup();
    await bench().advance(3 * MINUTE_MS);
    const [replaced, hung] = group.member_ids;
    if (replaced === undefined || hung === undefined) throw new Error('members are missing');
    hang(await show({ id: hung }));
    const input = { id: group.id, member_ids: [replaced] };
    const { operation } = await bench().expectOk('vm_group.replace_members', input);
    await bench().end(operation);
    const { member_ids: now } = await bench().expectOk('vm_group.get', { id: group.id });
    const made = now.find((id) => !group.member_ids.includes(id));
    await bench().advance(5 * MINUTE_MS);
    const type = ['vm.create.succeeded', 'vm.unhealthy', 'vm.reset.accepted', 'vm.healthy'];
    const { items } = await bench().expectOk('event.list', { type, limit: 200 });
    // What happens to two VMs at the same beat has no order, so each VM is read by itself.
    const at = new Map(items.map(({ type, target }, index) => [`${type} of ${target}`, index]));
    const stepsSince = (first: string, target: string | undefined) => {
      const steps = items.flatMap((event) => (event.target === target ? [event.type] : []));
      return steps.slice(steps.indexOf(first));
    };
    expect(stepsSince('vm.create.succeeded', made)).toEqual(['vm.create.succeeded', 'vm.healthy']);
    const healed = ['vm.unhealthy', 'vm.reset.accepted', 'vm.healthy'];
    expect(stepsSince('vm.unhealthy', hung)).toEqual(healed);
    expect(at.get(`vm.reset.accepted of ${hung}`)).toBeGreaterThan(
      at.get(`vm.healthy of ${made}`) ?? Number.POSITIVE_INFINITY,
    );
  });

  test('in a group whose new members fail as well is replaced ever more seldom', async () => {
    await makeGroup();
    await pass(3);
    const replaced = async () => {
      const { items } = await bench().expectOk('operation.list', {
        kind: ['vm_group.replace_members'],
      });
      return items.length;
    };
    // Every member hangs, and so does whatever replaces it: before three checks can have passed.
    const hangAll = (minutes: number) => pass(minutes, () => true);
    await hangAll(10);
    expect(await replaced()).toBe(1);
    // The new member is there, and its check never succeeds: that has not helped.
    await hangAll(10);
    expect(await replaced()).toBe(2);
    await hangAll(10);
    expect(await replaced()).toBe(2);
    expect(await replacements()).toMatchObject({ succeeded: 0 });
    expect((await replacements())?.outcomes).toBeGreaterThan(0);
  });

  test('in a group is not replaced while it has volumes attached', async () => {
    const group = await makeGroup();
    await pass(3);
    const [first] = group.member_ids;
    if (first === undefined) throw new Error('the group has no members');
    const made = await bench().expectOk('volume.create', {
      name: 'data',
      size_gb: 1,
      attached_to: first,
    });
    await bench().end(made.operation);
    hopeless.add(first);
    await pass(20);
    expect(await eventsOf({ id: first }, 'vm.stays_unhealthy', 'vm.not_replaced')).toEqual([
      'vm.stays_unhealthy',
      'vm.not_replaced',
    ]);
    expect(await bench().expectOk('vm_group.get', { id: group.id })).toMatchObject({
      member_ids: group.member_ids,
    });
  });

  test('of a group is replaced by a person, others are not', async () => {
    const group = await makeGroup();
    const [first, second] = group.member_ids;
    if (first === undefined || second === undefined) throw new Error('members are missing');
    const preview = { id: group.id, member_ids: [second] };
    const replaced = await bench().expectOk('vm_group.replace_members', preview);
    expect(await bench().end(replaced.operation)).toMatchObject({ status: 'succeeded' });
    const after = await bench().expectOk('vm_group.get', { id: group.id });
    expect(after.member_ids).toContain(first);
    expect(after.member_ids).not.toContain(second);
    const stranger = await makeVm(bench(), { name: 'stranger' });
    expect(
      await bench().expectProblem('vm_group.replace_members', {
        id: group.id,
        member_ids: [stranger.id],
      }),
    ).toMatchObject({
      code: 'validation-failed',
      detail: `${stranger.id} is not a member of the VM group web.`,
    });
  });
});
