/** Failures are incidents, one for each cause; people acknowledge them and hold healing. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Incident } from '@novacron/contract/healing/incident';
import type { NodeId } from '@novacron/contract/ids';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { InputOf } from '@novacron/contract/operations-table/operations';
import type { Principal } from '@novacron/server/app/kernel/context/call-context';
import { awaitSound } from '../test-kit/await-sound.ts';
import { SHARED_STORAGE_FLEET } from '../test-kit/shared-storage-fleet.ts';
import { makeVm, SMALL_VM, useBench } from '../test-kit/use-bench.ts';

/** Time after which a silent node is lost and its incident is open. Unit: ms. */
const LOST_MS = 40_000;
const MINUTE_MS = 60_000;

describe('an incident', () => {
  const lost = new Set<string>();
  // All are back then, so that the bench finds all machines.
  afterEach(async () => {
    for (const name of lost) bench().fleet.restartAgent(name);
    if (lost.size > 0) await awaitSound(bench());
    lost.clear();
  });
  const bench = useBench({ fleet: SHARED_STORAGE_FLEET });

  async function lose(name: unknown): Promise<void> {
    lost.add(String(name));
    await bench().fleet.stopAgent(String(name));
  }
  const listed = async (more: InputOf<'incident.list'> = {}, as?: Principal) =>
    (await bench().expectOk('incident.list', more, as && { principal: as })).items;

  /** The only incident there is. */
  async function only(more: InputOf<'incident.list'> = {}): Promise<Incident> {
    const [found, other] = await listed(more);
    if (found === undefined || other !== undefined) throw new Error('there is not one incident');
    return found;
  }
  const show = ({ id }: Pick<Incident, 'id'>) => bench().expectOk('incident.get', { id });
  const waitFor = (vm: Vm) => bench().expectOk('vm.get', { id: vm.id });

  async function nodeId(name: unknown): Promise<NodeId> {
    const { items } = await bench().expectOk('node.list', { name: String(name) });
    const [found] = items;
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found.id;
  }

  /** The lines below a heading of an explanation, up to the next one. */
  function below(lines: readonly string[], heading: string): readonly string[] {
    const since = lines.slice(lines.indexOf(heading) + 1);
    const end = since.indexOf('');
    return end < 0 ? since : since.slice(0, end);
  }

  async function eventsOf({ id }: Pick<Incident, 'id'>): Promise<readonly string[]> {
    const { items } = await bench().expectOk('event.list', { target: [id] });
    return items.map(({ type }) => type);
  }

  async function otherTenant(): Promise<Principal> {
    const made = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(made.secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    return found.value;
  }

  /** Its guest panics until it is given up. */
  async function crash(vm: Vm): Promise<void> {
    const { node } = await waitFor(vm);
    const attempts = vm.healing?.attempts ?? 0;
    for (let at = 0; at <= attempts; at += 1) {
      const reason = 'panic';
      bench().fleet.drivers.get(String(node))?.disturb(vm.id, { kind: 'power-off', reason });
      await bench().advance(MINUTE_MS);
    }
  }

  test('of a node that does not answer says which VMs are down, until it answers', async () => {
    const vm = await makeVm(bench());
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const incident = await only();
    expect(incident).toMatchObject({
      state: 'open',
      severity: 'critical',
      cause: 'node_lost',
      target_kind: 'node',
      target: vm.node,
      summary: `Node ${vm.node} does not answer; 1 VM affected.`,
      vms_down: 1,
      resolution: null,
    });
    expect(await show(incident)).toMatchObject({
      members: [{ vm_id: vm.id, vm: vm.name, node: vm.node, up_at: null }],
      steps: [{ what: 'opened' }, { what: `VM ${vm.name} on ${vm.node} is down` }],
      advice: [
        `If ${vm.node} is off, confirm it: novacron node confirm-dead ${vm.node}.`,
        `VMs that wait for their node: ${vm.name}. Once it is known to be off, start them on ` +
          'other nodes: novacron vm recover VM.',
      ],
    });
    expect(await bench().expectOk('healing.status', {})).toMatchObject({
      held: false,
      incidents: { open: 1, unacknowledged: 1, vms_down: 1 },
    });
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    expect(await show(incident)).toMatchObject({
      state: 'resolved',
      vms_down: 0,
      vms_affected: 1,
      resolution: 'system',
      advice: [],
    });
    expect(await eventsOf(incident)).toEqual(['incident.opened', 'incident.resolved']);
    const { last_30_days } = await bench().expectOk('healing.status', {});
    expect(last_30_days).toMatchObject({
      incidents: 1,
      healed_without_people: 1,
      vm_recoveries: 1,
      mttr_seconds: expect.any(Number),
    });
    expect(last_30_days.availability).toBeGreaterThan(0);
    expect(last_30_days.availability).toBeLessThan(1);
  });

  test('that a person ended says so, with every step', async () => {
    const vm = await makeVm(bench());
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const incident = await only();
    const id = await nodeId(vm.node);
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    await bench().end((await bench().expectOk('vm.recover', { id: vm.id })).operation);
    await bench().advance(MINUTE_MS);
    const ended = await show(incident);
    expect(ended).toMatchObject({ state: 'resolved', resolution: 'people' });
    expect(ended.steps.map(({ what, by }) => [what, by])).toEqual([
      ['opened', null],
      [`VM ${vm.name} on ${vm.node} is down`, null],
      [`node.confirm_dead of ${vm.node} began`, 'admin'],
      [`node.confirm_dead of ${vm.node} succeeded`, 'admin'],
      [`vm.recover of ${vm.name} began`, 'admin'],
      [`vm.recover of ${vm.name} succeeded`, 'admin'],
      [`VM ${vm.name} is running again`, null],
      ['resolved (people)', null],
    ]);
  });

  test('of a crash loop is one for a VM group, and ends when its VMs are started', async () => {
    const vm = { cpu_cores: 1, memory_gb: 1, disk_gb: 1, healing: { attempts: 1 } };
    const made = await bench().expectOk('vm_group.create', {
      name: 'web',
      vm,
      min_size: 2,
      max_size: 2,
    });
    await bench().end(made.operation);
    const { items } = await bench().expectOk('vm.list', {});
    for (const each of items) await crash(await waitFor(each));
    const incident = await only();
    expect(incident).toMatchObject({
      cause: 'crash_loop',
      target_kind: 'vm_group',
      target: 'web',
      vms_down: 2,
      summary: '2 VMs of web stopped again and again, and are not started any more.',
    });
    for (const { id } of items) {
      await bench().end((await bench().expectOk('vm.start', { id })).operation);
    }
    await bench().advance(MINUTE_MS);
    expect(await show(incident)).toMatchObject({ state: 'resolved', resolution: 'people' });
  });

  test('of a crash loop is explained by the console, and by a change of before', async () => {
    const vm = await makeVm(bench(), { healing: { attempts: 1 } });
    const change = { id: vm.id, memory_gb: 5 };
    await bench().end((await bench().expectOk('vm.update', change)).operation);
    await bench().advance(MINUTE_MS);
    // Who looks at a console changes nothing.
    await bench().expectOk('vm.console', { id: vm.id });
    await crash(vm);
    const incident = await only();
    const explained = await bench().expectOk('incident.explain', { id: incident.id });
    expect(explained.causes.map(({ cause }) => cause)).toEqual(['guest_kernel', 'recent_change']);
    const [kernel, changed] = explained.causes;
    expect(kernel?.evidence.map(({ text }) => text)).toEqual([
      `${vm.name} stopped 2 times: the kernel of the guest panicked.`,
      `The console of ${vm.name} said: "Kernel panic - not syncing: simulated".`,
    ]);
    expect(changed?.evidence[0]?.text).toContain(`admin did vm.update of ${vm.name} (memory_gb)`);
    const sum = explained.causes.reduce((total, { confidence }) => total + confidence, 0);
    expect(sum + explained.unexplained).toBeCloseTo(1, 9);
    expect(explained.explanation[0]).toBe(incident.summary);
    expect(explained.consoles).toEqual([
      { vm: vm.name, lines: expect.arrayContaining(['Kernel panic - not syncing: simulated']) },
    ]);
    const kept = `The VM ${vm.name} gets no more memory or CPU: it does not allow healing to`;
    expect(explained.held_up).toEqual([expect.stringContaining(kept)]);
    expect((await show(incident)).advice).toContain(explained.held_up[0]);
    expect(explained.advice).not.toContain(explained.held_up[0]);
    expect(below(explained.explanation, 'Attempts so far:')).toEqual([
      expect.stringMatching(
        new RegExp(`^ {2}\\S+Z {2}${vm.name}: start \\(level 1\\), [\\dms]+ of at most 2m: it `),
      ),
    ]);
    expect(below(explained.explanation, 'Next steps:')).toEqual([
      `  ${vm.name}: no automatic action remains. Manual action is required.`,
    ]);
    const { items } = await bench().expectOk('event.list', { type: ['vm.crash_loop'] });
    // Webhooks receive events, and guests may print secrets.
    expect(items).toHaveLength(1);
    expect(JSON.stringify(items)).not.toContain('Kernel panic');
    // Once it runs, nothing of it is left.
    await bench().end((await bench().expectOk('vm.start', { id: vm.id })).operation);
    expect(JSON.stringify(await waitFor(vm))).not.toContain('console_tail');
  });

  test('is explained to a tenant without the names of others', async () => {
    const { items } = await bench().expectOk('node.list', {});
    for (const { id } of items) {
      await bench().expectOk('node.drain', { id });
      await bench().endAll();
      await bench().expectOk('node.activate', { id });
    }
    const other = await otherTenant();
    const as = { principal: other };
    const own = { name: 'theirs', cpu_cores: 1, memory_gb: 1, disk_gb: 1 };
    const { resource } = await bench().expectOk('vm.create', own, as);
    await bench().endAll();
    const { node } = await bench().expectOk('vm.get', { id: resource.id }, as);
    const ours = await makeVm(bench(), { name: 'not-theirs' });
    await bench().expectOk('healing.hold', { all: true, reason: 'a switch is replaced' });
    await lose(node);
    await bench().advance(LOST_MS);
    const id = await nodeId(node);
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    const [incident] = await listed({}, other);
    if (incident === undefined) throw new Error('there is no incident');
    const explained = await bench().expectOk('incident.explain', { id: incident.id }, as);
    expect(explained.causes.map(({ cause }) => cause)).toContain('node_work');
    const text = JSON.stringify(explained);
    expect(text).toContain('an administrator of the platform did node.activate');
    expect(text).toContain(`node.confirm_dead of ${node} succeeded`);
    expect(text).not.toMatch(/"admin"|by admin|admin did|\(admin\)/);
    expect(text).not.toContain(ours.name);
    expect(text).not.toContain('a switch is replaced');
    expect(explained.held_up).toEqual([
      expect.stringMatching(
        /^Healing is held since \S+ for all tenants by platform:admin: the platform operators/,
      ),
    ]);
    const refused = await bench().expectProblem('incident.explain', { id: incident.id });
    expect(refused.code).toBe('not-found');
  });

  test('with a cause of a later release is shown, and left to its servers', async () => {
    const vm = await makeVm(bench());
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const { id } = await only();
    const [row] = await bench().store.read({ from: 'incidents', where: { id } });
    if (row === undefined) throw new Error('the incident is stored');
    const otherId = `${id.slice(0, -1)}${id.endsWith('z') ? 'y' : 'z'}`;
    const other = { ...row, id: otherId, cause: 'flooded', cause_key: 'flooded' };
    await bench().store.commit([{ kind: 'put', into: 'incidents', row: other }]);
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    const found = new Map((await listed()).map(({ cause, state }) => [cause, state]));
    expect(found).toEqual(
      new Map([
        ['flooded', 'open'],
        ['node_lost', 'resolved'],
      ]),
    );
    const later = { id: other.id as typeof id };
    const { causes, unexplained } = await bench().expectOk('incident.explain', later);
    expect([causes, unexplained]).toEqual([[], 1]);
  });

  test('is reopened by a node that flaps', async () => {
    const vm = await makeVm(bench());
    for (const _time of [1, 2, 3]) {
      await lose(vm.node);
      await bench().advance(LOST_MS);
      bench().fleet.restartAgent(String(vm.node));
      await bench().advance(MINUTE_MS);
    }
    const incident = await only();
    expect(incident).toMatchObject({ occurrences: 3, state: 'resolved', vms_affected: 1 });
    const shown = await show(incident);
    expect(shown.members).toHaveLength(3);
    const what = shown.steps.map((step) => step.what);
    expect(what.filter((each) => /^(opened|reopened|resolved)/.test(each))).toEqual([
      'opened',
      'resolved (system)',
      'reopened',
      'resolved (system)',
      'reopened',
      'resolved (system)',
    ]);
  });

  test('that returns is not acknowledged any more, and keeps its history', async () => {
    const vm = await makeVm(bench());
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const { id } = await only();
    await bench().expectOk('incident.ack', { id, comment: 'on my way' });
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const shown = await show({ id });
    expect(shown).toMatchObject({
      state: 'open',
      acknowledged_by: null,
      acknowledged_at: null,
      comment: null,
    });
    const said = shown.steps.filter(({ by }) => by !== null);
    expect(said.map(({ what, by }) => [what, by])).toEqual([['acknowledged: on my way', 'admin']]);
  });

  test('pages once, whatever becomes of its VMs and its neighbours', async () => {
    const healing = { on_node_loss: 'restart' } as const;
    const made = await makeVm(bench(), { placement: { node: 'node-a' }, healing });
    await bench().end(
      (await bench().expectOk('vm.update', { id: made.id, placement: null })).operation,
    );
    await makeVm(bench(), { name: 'stays', placement: { node: 'node-a' } });
    const pages = async () => {
      const { items } = await bench().expectOk('event.list', { limit: 1000 });
      const critical = items.filter(({ priority }) => priority === 'critical');
      return critical.map(({ type }) => type).filter((type) => type.startsWith('incident.'));
    };
    await lose('node-a');
    await bench().advance(LOST_MS);
    const id = await nodeId('node-a');
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    await bench().advance(MINUTE_MS);
    await bench().endAll();
    const incident = await only();
    expect(incident).toMatchObject({
      vms_down: 1,
      vms_affected: 2,
      summary: 'Node node-a does not answer; 2 VMs affected.',
    });
    await lose('node-b');
    await lose('node-c');
    await bench().advance(LOST_MS);
    bench().fleet.restartAgent('node-a');
    await bench().advance(MINUTE_MS);
    expect(await show(incident)).toMatchObject({
      state: 'resolved',
      summary: 'Node node-a did not answer; 2 VMs were affected.',
    });
    expect((await pages()).filter((type) => type === 'incident.changed')).toEqual([]);
  });

  test('of a crash loop has the stops and starts of before', async () => {
    const vm = await makeVm(bench(), { healing: { attempts: 1 } });
    await crash(vm);
    const shown = await show(await only());
    expect(shown.steps.map(({ what }) => what)).toEqual([
      `VM ${vm.name} stopped (panic)`,
      `vm.start of ${vm.name} began`,
      `vm.start of ${vm.name} succeeded`,
      `VM ${vm.name} stopped (panic)`,
      'opened',
      `VM ${vm.name} on ${vm.node} is down`,
    ]);
  });

  test('of another tenant does not exist, and shows each its own VMs', async () => {
    const vm = await makeVm(bench());
    const other = await otherTenant();
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const incident = await only();
    expect(await listed({}, other)).toEqual([]);
    const as = { principal: other };
    for (const name of ['incident.get', 'incident.ack'] as const) {
      const refused = await bench().expectProblem(name, { id: incident.id }, as);
      expect(refused.code).toBe('not-found');
    }
  });

  test('of a node counts the VMs of all tenants, and says that others are down', async () => {
    const vm = await makeVm(bench(), { healing: { on_node_loss: 'wait' } });
    const as = { principal: await otherTenant() };
    const placement = { node: String(vm.node) };
    await bench().expectOk('vm.create', { ...SMALL_VM, placement }, as);
    await bench().endAll();
    await lose(vm.node);
    const id = await nodeId(vm.node);
    await bench().advance(LOST_MS);
    const opened = await only();
    const counted = { vms_affected: 2, severity: 'critical' };
    const summary = `Node ${vm.node} does not answer; 2 VMs affected.`;
    expect(opened).toMatchObject({ ...counted, summary, vms_down: 2 });
    await bench().end((await bench().expectOk('node.confirm_dead', { id })).operation);
    const others = '1 VM of another tenant is also down; see the incident of that tenant.';
    expect((await show(opened)).advice).toEqual([
      `VMs that wait for their node, which is known to be off: ${vm.name}. To start them on ` +
        'other nodes: novacron vm recover VM.',
      others,
    ]);
    await bench().end((await bench().expectOk('vm.delete', { id: vm.id })).operation);
    await bench().advance(LOST_MS);
    const left = await show(opened);
    expect(left).toMatchObject({ ...counted, summary, vms_down: 1, advice: [others] });
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    expect((await show(opened)).summary).toBe(
      `Node ${vm.node} did not answer; 2 VMs were affected.`,
    );
  });

  test('is acknowledged and silenced by people', async () => {
    const vm = await makeVm(bench());
    await lose(vm.node);
    await bench().advance(LOST_MS);
    const { id } = await only();
    const { resource } = await bench().expectOk('incident.ack', { id, comment: 'on my way' });
    expect(resource).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: 'admin',
      comment: 'on my way',
    });
    expect(await listed({ state: ['open'] })).toEqual([]);
    const at = (ms: number) => new Date(bench().deps.clock.nowMs() + ms).toISOString();
    expect(
      (await bench().expectOk('incident.silence', { id, until: at(MINUTE_MS * 60) })).resource,
    ).toMatchObject({ silenced_by: 'admin' });
    for (const until of [at(-1), at(31 * 24 * 60 * MINUTE_MS)]) {
      const refused = await bench().expectProblem('incident.silence', { id, until });
      expect(refused).toMatchObject({ code: 'validation-failed' });
    }
    bench().fleet.restartAgent(String(vm.node));
    await bench().advance(MINUTE_MS);
    expect(await eventsOf({ id })).toEqual([
      'incident.opened',
      'incident.acknowledged',
      'incident.silenced',
    ]);
    expect(await bench().expectProblem('incident.ack', { id })).toMatchObject({
      code: 'conflict',
      detail: expect.stringContaining('is resolved'),
    });
  });

  test('waits while people hold healing', async () => {
    const { hold, replaced } = await bench().expectOk('healing.hold', {
      reason: 'a disk is replaced',
    });
    expect(replaced).toBeNull();
    expect(hold).toMatchObject({ scope: 'tenant', held_by: 'admin', until: null });
    const vm = await makeVm(bench(), { healing: { attempts: 2 } });
    const reason = 'crash';
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.disturb(vm.id, { kind: 'power-off', reason });
    await bench().restartServer();
    await bench().advance(10 * MINUTE_MS);
    expect(await waitFor(vm)).toMatchObject({ status: 'stopped' });
    expect(await bench().expectOk('healing.status', {})).toMatchObject({
      held: true,
      holds: [{ reason: 'a disk is replaced' }],
      // It is down, though no incident counts it.
      incidents: { open: 0, vms_down: 1 },
    });
    await bench().expectOk('healing.release', {});
    await bench().advance(MINUTE_MS);
    expect(await waitFor(vm)).toMatchObject({ status: 'running' });
    expect(await bench().expectProblem('healing.release', {})).toMatchObject({
      code: 'not-found',
    });
  });

  test('waits for the hold of another person, which is not replaced by accident', async () => {
    const key = { name: 'anna', role: 'admin' } as const;
    const { secret } = await bench().expectOk('api_key.create', key);
    const anna = await bench().application.authenticate(secret);
    if (!anna.ok) throw new Error(anna.error.detail);
    const first = { reason: 'the storage is moved', until: '30m' };
    await bench().expectOk('healing.hold', first);
    const mine = { reason: 'a short look', until: '1m' };
    const asAnna = { principal: anna.value };
    expect(await bench().expectProblem('healing.hold', mine, asAnna)).toMatchObject({
      code: 'conflict',
      detail: expect.stringMatching(
        /^Healing of this tenant is held by admin since \S+, until \S+: the storage is moved\.$/,
      ),
      remedy: expect.stringContaining('novacron healing hold --replace'),
    });
    // One's own hold is changed without more.
    await bench().expectOk('healing.hold', { reason: 'the storage is moved', until: '1h' });
    const replaced = await bench().expectOk('healing.hold', { ...mine, replace: true }, asAnna);
    expect(replaced).toMatchObject({
      hold: { held_by: 'anna', reason: 'a short look' },
      replaced: { held_by: 'admin', reason: 'the storage is moved' },
    });
    await bench().advance(2 * MINUTE_MS);
    // One that has ended is in the way of no other.
    expect(await bench().expectOk('healing.hold', first)).toMatchObject({ replaced: null });
    await bench().expectOk('healing.release', {});
  });

  test('is healed once a hold has ended by itself', async () => {
    const until = new Date(bench().deps.clock.nowMs() + 5 * MINUTE_MS).toISOString();
    await bench().expectOk('healing.hold', { all: true, reason: 'network', until });
    const vm = await makeVm(bench());
    const driver = bench().fleet.drivers.get(String(vm.node));
    driver?.disturb(vm.id, { kind: 'power-off', reason: 'crash' });
    await bench().advance(4 * MINUTE_MS);
    expect(await waitFor(vm)).toMatchObject({ status: 'stopped' });
    await bench().advance(2 * MINUTE_MS);
    expect(await waitFor(vm)).toMatchObject({ status: 'running' });
    const past = new Date(bench().deps.clock.nowMs() - 1).toISOString();
    const refused = await bench().expectProblem('healing.hold', { reason: 'x', until: past });
    expect(refused).toMatchObject({ code: 'validation-failed' });
    const other = await otherTenant();
    const input = { all: true, reason: 'everyone' };
    expect(await bench().expectProblem('healing.hold', input, { principal: other })).toMatchObject({
      code: 'forbidden',
    });
  });
});
