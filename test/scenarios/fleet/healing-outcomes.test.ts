/** Outcomes of healing attempts, and the order of strategies derived from them. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Vm } from '@novacron/contract/kinds/vm/vm';
import type { Change } from '@novacron/server/ports/store';
import { NO_TELEMETRY, type Telemetry } from '@novacron/server/ports/telemetry';
import type { CallAs } from '../test-kit/start-bench.ts';
import { makeVm, useBench } from '../test-kit/use-bench.ts';

const MINUTE_MS = 60_000;
const CHECK = { kind: 'http', port: 8080, path: '/healthz', start_period: '1m' } as const;

const counted: unknown[] = [];
const telemetry: Telemetry = {
  ...NO_TELEMETRY,
  count: (name, labels) => {
    if (name === 'novacron_healing_outcomes_total') counted.push(labels);
  },
};

const bench = useBench({ telemetry });

beforeEach(() => {
  counted.length = 0;
});

function hang(vm: Pick<Vm, 'id' | 'node'>): void {
  bench().fleet.drivers.get(String(vm.node))?.disturb(vm.id, { kind: 'hang' });
}

async function makeChecked(name: string): Promise<Vm> {
  const vm = await makeVm(bench(), { name, healing: { health_check: CHECK } });
  await bench().advance(3 * MINUTE_MS);
  return vm;
}

/** Stores outcomes as if attempts of a tenant had ended so. */
async function seed(
  tenantId: string,
  strategy: string,
  { count, result }: { readonly count: number; readonly result: 'succeeded' | 'failed' },
): Promise<void> {
  const ended_at_ms = bench().deps.clock.nowMs();
  const changes = Array.from({ length: count }, (_, at): Change => {
    const id = `${tenantId}/${strategy}/${result}/${at}`;
    const row = {
      id,
      tenant_id: tenantId,
      cause: 'unhealthy',
      strategy,
      target_name: 'web',
      result,
    };
    const whole = { ...row, duration_ms: 60_000, ended_at_ms };
    return { kind: 'put', into: 'healing_outcomes', row: whole };
  });
  expect(await bench().store.commit(changes)).toMatchObject({ ok: true });
}

/** Resets have never helped, reboots always; there are 10 of each if no number is given. */
async function seedReboots(tenantId: string, reboots = 10): Promise<void> {
  await seed(tenantId, 'reset', { count: 10, result: 'failed' });
  await seed(tenantId, 'reboot', { count: reboots, result: 'succeeded' });
}

/** The strategies of the first level for VMs that are unhealthy, in their order. */
/** Those that can be exchanged for each other. */
async function strategiesOf(as?: CallAs) {
  const { strategies } = await bench().expectOk('healing.outcomes', {}, as);
  return strategies.filter(({ strategy }) => strategy === 'reset' || strategy === 'reboot');
}

const DEFAULT = [
  { strategy: 'reset', place: 1, default_place: 1, learned: false },
  { strategy: 'reboot', place: 2, default_place: 2, learned: false },
];
const LEARNED = [
  { strategy: 'reboot', place: 1, default_place: 2, learned: true },
  { strategy: 'reset', place: 2, default_place: 1, learned: true },
];

/** Returns the first healing action for a hanging VM. */
async function firstAttempt(vm: Vm): Promise<string> {
  hang(vm);
  await bench().advance(4 * MINUTE_MS);
  const { items } = await bench().expectOk('event.list', { target: [vm.id] });
  const types = items.map(({ type }) => type);
  return types.find((type) => /^vm[.](?:reset|reboot)[.]succeeded$/.test(type)) ?? 'nothing';
}

describe('an attempt that has helped', () => {
  test('is counted for its cause and strategy, with its time', async () => {
    const vm = await makeChecked('web');
    expect(await firstAttempt(vm)).toBe('vm.reset.succeeded');
    await bench().advance(2 * MINUTE_MS);
    const found = await strategiesOf();
    expect(found).toMatchObject(DEFAULT);
    expect(found).toMatchObject([
      { strategy: 'reset', outcomes: 1, succeeded: 1 },
      { strategy: 'reboot', outcomes: 0 },
    ]);
    const seconds = found[0]?.mean_seconds ?? 0;
    // Three checks in a row, every 30 seconds.
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(180);
    const rows = await bench().store.read({ from: 'healing_outcomes' });
    expect(rows).toMatchObject([{ tenant_id: bench().admin.tenantId, target_name: 'web' }]);
    expect(counted).toEqual([{ cause: 'unhealthy', strategy: 'reset', result: 'succeeded' }]);
  });
});

test('attempts that have not helped are counted as failed, the last one too', async () => {
  const vm = await makeChecked('web');
  for (let at = 0; at < 30 * 6; at += 1) {
    hang(vm);
    await bench().advance(MINUTE_MS / 6);
  }
  expect(await strategiesOf()).toMatchObject([
    { strategy: 'reset', outcomes: 2, succeeded: 0 },
    { strategy: 'reboot', outcomes: 1, succeeded: 0 },
  ]);
});

test('a VM that a person resets meanwhile says nothing', async () => {
  const vm = await makeChecked('web');
  hang(vm);
  await bench().advance(70_000);
  const { items } = await bench().expectOk('operation.list', { kind: ['vm.reset'] });
  expect(items).toHaveLength(1);
  hang(vm);
  await bench().end((await bench().expectOk('vm.reset', { id: vm.id })).operation);
  await bench().advance(5 * MINUTE_MS);
  expect(await strategiesOf()).toMatchObject([{ outcomes: 0 }, { outcomes: 0 }]);
});

describe('the order of strategies', () => {
  test('is the default with 19 outcomes: a VM that hangs is reset first', async () => {
    const { tenantId } = bench().admin;
    await seedReboots(tenantId, 9);
    expect(await strategiesOf()).toMatchObject(DEFAULT);
    expect(await firstAttempt(await makeChecked('before'))).toBe('vm.reset.succeeded');
  });

  test('is another one with 20 outcomes, until these are forgotten', async () => {
    const { tenantId } = bench().admin;
    await seedReboots(tenantId);
    expect(await strategiesOf()).toMatchObject(LEARNED);
    const { explanation, since } = await bench().expectOk('healing.outcomes', {});
    expect(since).toBeNull();
    expect(explanation).toContainEqual(
      expect.stringMatching(
        /^unhealthy: reboot before reset, instead of reset before reboot, because/,
      ),
    );
    expect(await firstAttempt(await makeChecked('first'))).toBe('vm.reboot.succeeded');
    const forgotten = await bench().expectOk('healing.forget_outcomes', { reason: 'new image' });
    expect(await bench().expectOk('healing.outcomes', {})).toMatchObject(forgotten);
    expect(await strategiesOf()).toMatchObject(DEFAULT);
    expect(await firstAttempt(await makeChecked('second'))).toBe('vm.reset.succeeded');
    const { items } = await bench().expectOk('audit.list', { limit: 100 });
    expect(items.map(({ operation }) => operation)).toContain('healing.forget_outcomes');
  });

  test('does not follow what other tenants have seen', async () => {
    const { secret } = await bench().expectOk('tenant.create', { name: 'other' });
    const found = await bench().application.authenticate(secret ?? '');
    if (!found.ok) throw new Error(found.error.detail);
    const as = { principal: found.value };
    await seedReboots(found.value.tenantId);
    expect(await strategiesOf(as)).toMatchObject(LEARNED);
    expect(await strategiesOf()).toMatchObject(DEFAULT);
    expect(await firstAttempt(await makeChecked('own'))).toBe('vm.reset.succeeded');
    // What nodes are the cause of is the platform's.
    const { strategies } = await bench().expectOk('healing.outcomes', {}, as);
    expect(new Set(strategies.map(({ cause }) => cause))).toEqual(
      new Set(['unhealthy', 'exhausted', 'stopped']),
    );
  });
});

test('a start of a VM that crashed counts when it has run for 10 minutes', async () => {
  const vm = await makeVm(bench(), { healing: { restart: 'on-failure' } });
  bench()
    .fleet.drivers.get(String(vm.node))
    ?.disturb(vm.id, { kind: 'power-off', reason: 'crash' });
  const started = async () => {
    const { strategies } = await bench().expectOk('healing.outcomes', {});
    return strategies.filter(({ cause }) => cause === 'stopped');
  };
  await bench().advance(5 * MINUTE_MS);
  expect(await started()).toMatchObject([{ strategy: 'start', outcomes: 0 }]);
  await bench().advance(8 * MINUTE_MS);
  expect(await started()).toMatchObject([{ strategy: 'start', outcomes: 1, succeeded: 1 }]);
});
