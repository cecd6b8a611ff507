/** Recommendations of a running fleet: what is listed, followed, verified and taken back. */
import { describe, expect, test } from '@jest/globals';
import { adminNamed } from '../test-kit/approve-waiver.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const DAY_MS = 86_400_000;
const LOOK_MS = 301_000;
const ANALYSIS_MS = 16 * 60_000;

/** Days of which the use of a VM is known. */
const DAYS = 6;

const IDLE = { cpu: 0.1, memory: 0.2 };
const FULL = { cpu: 1, memory: 0.2 };

describe('recommendations', () => {
  const bench = useBench();

  interface Used {
    readonly cpu: number;
    readonly memory: number;
  }

  /** Writes what a VM has used until now. */
  async function use(vmId: string, { cpu, memory }: Used, days = DAYS): Promise<void> {
    const nowS = Math.floor(bench().deps.clock.nowMs() / 1_000);
    const samples = Array.from({ length: days * 288 }, (_, step) => nowS - 300 * (step + 1))
      .toReversed()
      .flatMap((atS) => [
        { name: 'cpu_utilization_ratio', atS, value: cpu },
        { name: 'memory_utilization_ratio', atS, value: memory },
      ]);
    const target = { id: vmId, tenantId: bench().admin.tenantId, kind: 'vm' } as const;
    const written = await bench().deps.metricSeries?.write([{ target, samples }], 'measured');
    expect(written).toMatchObject({ ok: true });
  }

  async function idleVm(name: string) {
    const vm = await makeVm(bench(), {
      name,
      cpu_cores: 4,
      memory_gb: 8,
      restart_window: { schedule: '0 2 * * 0', duration: '2h' },
    });
    await use(vm.id, IDLE);
    return vm;
  }

  const sizes = async () =>
    (await bench().expectOk('optimizer.recommend', { source: ['right_sizing'] })).items;

  const apply = async (id: string, dry_run = false) =>
    (await bench().expectOk('optimizer.apply', { id, dry_run })).resource;

  const sizeOf = async (id: string) => {
    const { cpu_cores, memory_gb } = await bench().expectOk('vm.get', { id: id as never });
    return { cpu_cores, memory_gb };
  };

  test('say what a change brings, how sure that is, and how it is taken back', async () => {
    const vm = await makeVm(bench(), { name: 'idle', cpu_cores: 4, memory_gb: 8 });
    await use(vm.id, IDLE);
    const [found] = await sizes();
    expect(found).toMatchObject({
      id: `right_sizing:${vm.id}`,
      title: 'idle: 4 cores and 8 GB to 1 core and 2 GB',
      state: 'open',
      confidence: expect.any(Number),
      needs_approval: false,
      actions: [
        {
          operation: 'vm.update',
          input: { id: vm.id, cpu_cores: 1, memory_gb: 2 },
          undo: { id: vm.id, cpu_cores: 4, memory_gb: 8 },
        },
      ],
    });
    expect(found?.confidence).toBeGreaterThan(0.7);
    expect(found?.estimated_improvement).toBe(75);
    expect(found?.risks[0]).toBe('The VM restarts at once.');
    expect(found?.alternatives).toContain('3 cores and 5 GB');
    const replay = await bench().expectOk('optimizer.replay', {});
    expect(replay).toMatchObject({ subjects: 1, held_ratio: 1, realised_improvement: 75 });
    const { signals } = await bench().expectOk('optimizer.metrics', {});
    expect(signals).toContainEqual({
      signal: 'latency_seconds',
      source: 'written',
      vms: 0,
      vms_total: 1,
    });
    expect(await bench().expectOk('optimizer.train', { vm_id: vm.id })).toMatchObject({
      models: [{ state: 'refused', explanation: [expect.stringContaining('Nothing has been')] }],
    });
  });

  test('are followed, measured for a day, and verified', async () => {
    const vm = await makeVm(bench(), { name: 'followed', cpu_cores: 4, memory_gb: 8 });
    await use(vm.id, IDLE);
    const id = `right_sizing:${vm.id}`;
    const plan = await apply(id, true);
    expect(plan).toMatchObject({ outcome: 'planned', operation: null });
    expect(await sizeOf(vm.id)).toEqual({ cpu_cores: 4, memory_gb: 8 });
    const digest = '0'.repeat(64);
    const other = await bench().expectProblem('optimizer.apply', { id, digest });
    expect(other.detail).toBe(`The recommendation ${id} has changed since you saw it.`);
    const done = await apply(id);
    expect(done.outcome).toBe('started');
    if (done.operation === null) throw new Error('nothing was started');
    await bench().end(done.operation);
    expect(await sizeOf(vm.id)).toEqual({ cpu_cores: 1, memory_gb: 2 });
    expect(await sizes()).toMatchObject([{ id, state: 'applied' }]);
    const twice = await bench().expectProblem('optimizer.apply', { id });
    expect(twice.detail).toBe(`${id} was followed already: it is applied.`);
    // A clock that jumps ahead has measured nothing.
    await bench().skip(2 * DAY_MS);
    await bench().advance(LOOK_MS);
    expect(await sizes()).toMatchObject([{ id, state: 'applied' }]);
    await use(vm.id, { cpu: 0.5, memory: 0.7 }, 1);
    await bench().advance(LOOK_MS);
    await bench().advance(ANALYSIS_MS);
    const after = await sizes();
    expect(after).toMatchObject([{ id, state: 'verified', measured_improvement: 75 }]);
  });

  test('are taken back where the new size is used up', async () => {
    const vm = await makeVm(bench(), { name: 'grown', cpu_cores: 4, memory_gb: 8 });
    await use(vm.id, IDLE);
    const done = await apply(`right_sizing:${vm.id}`);
    if (done.operation === null) throw new Error('nothing was started');
    await bench().end(done.operation);
    await bench().skip(DAY_MS / 4);
    await use(vm.id, FULL, 0.25);
    await bench().advance(LOOK_MS);
    await bench().advance(LOOK_MS);
    expect(await sizeOf(vm.id)).toEqual({ cpu_cores: 4, memory_gb: 8 });
    const { items } = await bench().expectOk('operation.list', { target_id: vm.id });
    expect(items.map(({ note }) => note)).toContainEqual(
      expect.stringContaining('the new size is used up'),
    );
  });

  test('begin with one VM where they are automatic, and stop at a hold', async () => {
    for (const name of ['one', 'two']) await idleVm(name);
    const sure = await sizes();
    expect(sure.every(({ confidence }) => Number(confidence) >= 0.85)).toBe(true);
    await bench().expectOk('automation.hold', { reason: 'a release', all: true });
    await bench().expectOk('settings.update', { auto_apply_enabled: true });
    await bench().advance(LOOK_MS);
    expect(await bench().store.read({ from: 'recommendations' })).toEqual([]);
    await bench().expectOk('automation.release', { all: true });
    await bench().advance(2 * LOOK_MS);
    expect(await bench().store.read({ from: 'recommendations' })).toHaveLength(1);
  });

  test('that cannot be taken back need the approval of another person', async () => {
    const nodes = [];
    for (const name of ['a', 'b', 'c']) nodes.push((await makeVm(bench(), { name })).node);
    expect(new Set(nodes).size).toBe(3);
    await bench().advance(ANALYSIS_MS);
    const { items } = await bench().expectOk('optimizer.recommend', { source: ['optimizer'] });
    const [plan] = items;
    expect(plan).toMatchObject({ id: 'optimizer:consolidate', needs_approval: true });
    expect(plan?.title).toBe('Empty node-a with 1 move');
    const asked = await apply('optimizer:consolidate');
    expect(asked.outcome).toBe('needs_approval');
    const id = String(asked.problem?.data?.approval_id);
    const ben = await adminNamed(bench(), 'ben');
    await bench().expectOk('approval.approve', { id: id as never }, ben);
    const done = await apply('optimizer:consolidate');
    const used = await bench().expectOk('approval.get', { id: id as never });
    expect(used.used_at).toEqual(expect.any(String));
    expect(done).toMatchObject({
      outcome: 'started',
      operation: { kind: 'optimizer.consolidate' },
    });
    const listed = async () =>
      (await bench().expectOk('optimizer.recommend', { source: ['optimizer'] })).items;
    const followed = { id: 'optimizer:consolidate', state: 'applied' };
    expect(await listed()).toMatchObject([{ ...followed, applied_at: expect.any(String) }]);
    if (done.operation === null) throw new Error('nothing was started');
    await bench().end(done.operation);
    await bench().advance(LOOK_MS);
    expect(await listed()).toMatchObject([followed]);
  });

  test('about capacity are listed beside the others, and left to people', async () => {
    await bench().expectOk('tenant.create', { name: 'small', quotas: { api_keys: 1 } });
    await bench().advance(ANALYSIS_MS);
    const { items } = await bench().expectOk('optimizer.recommend', { source: ['capacity'] });
    const [first] = items;
    expect(first).toMatchObject({ target: 'capacity', actions: [], confidence: null });
    const problem = await bench().expectProblem('optimizer.apply', { id: String(first?.id) });
    expect(problem.detail).toMatch(/^No operation follows capacity:/);
  });

  test('of other tenants are not shown', async () => {
    await idleVm('own');
    const { secret } = await bench().expectOk('tenant.create', { name: 'stranger' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    expect((await bench().expectOk('optimizer.recommend', {}, as)).items).toEqual([]);
    const [own] = await sizes();
    const problem = await bench().expectProblem('optimizer.apply', { id: String(own?.id) }, as);
    expect(problem.code).toBe('not-found');
  });
});
