/** Several servers on one store, on virtual time: what becomes of each other's operations. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Event } from '@novacron/contract/events/event';
import { TenantId } from '@novacron/contract/ids';
import type { Operation } from '@novacron/contract/operation/operation';
import { createEventFeed } from '@novacron/server/app/kernel/events/event-feed';
import { EVENT_SUBJECT } from '@novacron/server/app/kernel/events/relay-events';
import { findFaults } from '../../scenarios/test-kit/find-faults.ts';
import { inspectFleet } from '../../scenarios/test-kit/inspect-fleet.ts';
import { type Instance, type Instances, startInstances } from './test-kit/start-instances.ts';

const VM = { name: 'web', cpu_cores: 1, memory_gb: 1, disk_gb: 5 };

async function machinesOf({ fleet }: Instances) {
  return [...(await inspectFleet(fleet)).values()].flat();
}

describe('several servers on one store', () => {
  let all: Instances;
  let first: Instance;
  let second: Instance;

  beforeEach(async () => {
    all = await startInstances(3);
    [first, second] = all.instances as [Instance, Instance];
  });

  afterEach(async () => {
    await all.until('the end of every operation', noneRuns);
    const machines = await inspectFleet(all.fleet);
    const faults = await findFaults({ store: all.store, machines });
    const events = await all.store.read({ from: 'events' });
    await all.stop();
    expect([...faults, ...all.errors]).toEqual([]);
    const ends = events.filter(({ type }) => type.endsWith('.succeeded'));
    expect(new Set(ends.map(({ data_json }) => data_json)).size).toBe(ends.length);
  });

  async function noneRuns(): Promise<boolean> {
    const where = { status: { in: ['running', 'undoing'] } };
    return (await all.store.read({ from: 'operations', where })).length === 0;
  }

  async function createVm({ call }: Instance, name = VM.name): Promise<Operation> {
    const answer = await call('vm.create', { ...VM, name });
    if (!answer.ok) throw new Error(answer.error.detail);
    return answer.value.operation;
  }

  const rowOf = async ({ id }: Pick<Operation, 'id'>) =>
    (await all.store.read({ from: 'operations', where: { id } }))[0];

  const logOf = async (id: string) => {
    const rows = await all.store.read({ from: 'operation_log', where: { operation_id: id } });
    return rows.map(({ entry_json }) => JSON.parse(entry_json));
  };

  test('make one first key between them', async () => {
    expect(all.firstKeys).toHaveLength(1);
    expect(await all.store.read({ from: 'api_keys' })).toHaveLength(1);
  });

  test('make one authority and one signing key when all are asked at once', async () => {
    const answers = await Promise.all(all.instances.map(({ call }) => call('bus.authority', {})));
    const texts = answers.map((answer) => (answer.ok ? answer.value.text : answer.error.detail));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('BEGIN CERTIFICATE');
    const tokens = await Promise.all(all.instances.map(({ call }) => call('token.create', {})));
    expect(tokens.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await all.store.read({ from: 'authorities' })).toHaveLength(1);
    expect(await all.store.read({ from: 'signing_keys' })).toHaveLength(1);
  });

  test('keep to a quota together: sixty-four creates on three of them make ten', async () => {
    const [tenant] = await all.store.read({ from: 'tenants' });
    if (tenant === undefined) throw new Error('there is a first tenant');
    const changed = await first.call('tenant.update', {
      id: TenantId.parse(tenant.id),
      quotas: { vms: 10 },
    });
    expect(changed.ok).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, index) => {
        const instance = all.instances[index % all.instances.length] ?? first;
        return instance.call('vm.create', { ...VM, name: `v${index}` });
      }),
    );
    expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
    const codes = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
    expect(new Set(codes)).toEqual(new Set(['quota-exceeded']));
  });

  test('finish what a dead one has begun', async () => {
    const operation = await createVm(first);
    const before = await rowOf(operation);
    first.ports.kill();
    await all.until('the end', noneRuns);
    const after = await rowOf(operation);
    expect(after).toMatchObject({ status: 'succeeded', fence: 2 });
    expect(after?.owner).not.toBe(before?.owner);
  });

  test('begin what was admitted by one that died before it sent anything', async () => {
    // What a stopped executor is given lies as after a kill between the commit and the command.
    first.executor.stop();
    const { id } = await createVm(first);
    const begun = await logOf(id);
    expect(begun).toMatchObject([{ kind: 'started', step: 'create', attempt: 1 }]);
    expect(await machinesOf(all)).toEqual([]);
    first.ports.kill();
    await all.until('the end', noneRuns);
    expect(await rowOf({ id })).toMatchObject({ status: 'succeeded', fence: 2 });
    const log = await logOf(id);
    expect(log.slice(0, 1)).toEqual(begun);
    expect(log.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      'started create',
      'succeeded create',
      'started start',
      'succeeded start',
    ]);
    expect(await machinesOf(all)).toHaveLength(1);
  });

  test('leave alone what another one was asked for first with the same key', async () => {
    first.executor.stop();
    const input = { ...VM, idempotency_key: 'one-request' };
    const asked = await first.call('vm.create', input);
    const again = await second.call('vm.create', input);
    if (!asked.ok || !again.ok) throw new Error('both are answered');
    expect(again.value.operation.id).toBe(asked.value.operation.id);
    const row = (await rowOf(again.value.operation)) as Parameters<typeof second.executor.start>[0];
    second.executor.start(row);
    await all.time.advance(1_000);
    expect(await machinesOf(all)).toEqual([]);
    first.ports.kill();
    await all.until('the end', noneRuns);
    expect(await machinesOf(all)).toHaveLength(1);
  });

  test('refuse what one writes that stood still while another went on', async () => {
    const operations = await Promise.all(['v1', 'v2', 'v3'].map((name) => createVm(first, name)));
    first.ports.pause();
    await all.until('the end', noneRuns);
    const before = await all.store.read({ from: 'operation_log' });
    first.ports.resume();
    await all.time.advance(20_000);
    expect(await all.store.read({ from: 'operation_log' })).toEqual(before);
    for (const operation of operations) {
      expect(await rowOf(operation)).toMatchObject({ status: 'succeeded', fence: 2 });
    }
    // And it serves again.
    await createVm(first, 'v4');
  });

  test('go on with their own operations after the store was away', async () => {
    const operation = await createVm(first);
    for (const { ports } of all.instances) ports.reachStore('cut');
    await all.time.advance(30_000);
    expect(await first.call('vm.list', {})).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    });
    for (const { ports } of all.instances) ports.reachStore('whole');
    await all.until('the end', noneRuns);
    expect(await rowOf(operation)).toMatchObject({ status: 'succeeded' });
  });

  test('answer the same request with the same key once, whichever instance is asked', async () => {
    const input = { ...VM, idempotency_key: 'one-request' };
    const answers = await Promise.all(all.instances.map(({ call }) => call('vm.create', input)));
    const ids = answers.map((answer) =>
      answer.ok ? answer.value.operation.id : answer.error.detail,
    );
    expect(new Set(ids).size).toBe(1);
    expect(await all.store.read({ from: 'operations' })).toHaveLength(1);
  });

  test.each(['heard', 'lost'] as const)(
    'answer a wait for another one’s operation, its message %s',
    async (fate) => {
      second.ports.hears((subject) => fate === 'heard' || subject !== EVENT_SUBJECT);
      const { id } = await createVm(first);
      let answer: unknown;
      const asked = second.call('operation.wait', { id, timeout_ms: 30_000 });
      void asked.then((said) => {
        answer = said;
      });
      const startMs = all.time.clock.nowMs();
      await all.until('the answer', () => answer !== undefined);
      expect(answer).toMatchObject({ ok: true, value: { status: 'succeeded' } });
      expect(all.time.clock.nowMs() - startMs).toBeLessThan(5_000);
    },
  );

  test('emit every event in order on each, whatever the bus loses and whichever dies', async () => {
    let count = 0;
    const heard = all.instances.map(({ ports }): Event[] => {
      ports.hears((subject) => {
        count += 1;
        return subject !== EVENT_SUBJECT || count % 3 !== 0;
      });
      const events: Event[] = [];
      createEventFeed(ports.deps, { bus: 'lossy' }).subscribe((event) => events.push(event));
      return events;
    });
    await all.time.advance(100);
    await Promise.all(all.instances.map((each, index) => createVm(each, `v${index}`)));
    await all.until('the end', noneRuns);
    const [relay] = await all.store.read({ from: 'leases', where: { id: 'relay' } });
    first.ports.kill();
    await createVm(second, 'later');
    await all.until('the end', noneRuns);
    await all.until('the positions', async () => {
      const waiting = await all.store.read({ from: 'events', where: { position: null } });
      return waiting.length === 0;
    });
    await all.time.advance(2_000);
    const total = (await all.store.read({ from: 'events' })).length;
    const positions = Array.from({ length: total }, (_, index) => index + 1);
    for (const events of heard.slice(1)) {
      expect(events.map(({ position }) => position)).toEqual(positions);
    }
    expect(relay?.fence).toBe(1);
  });

  test('publish again what the relay before did not live to publish', async () => {
    await createVm(second);
    await all.until('the end', noneRuns);
    await all.time.advance(3_000);
    const [relay] = await all.store.read({ from: 'leases', where: { id: 'relay' } });
    const total = (await all.store.read({ from: 'events' })).length;
    expect(relay?.progress).toBe(total);
    // As if it had died between dealing out a position and publishing the event.
    const [event] = await all.store.read({ from: 'events', limit: 1 });
    if (event === undefined) return;
    const row = { ...event, id: second.ports.deps.ids.next('evt'), position: total + 1 };
    await all.store.commit([{ kind: 'put', into: 'events', row }]);
    first.ports.kill();
    await all.until('another relay', async () => {
      const [now] = await all.store.read({ from: 'leases', where: { id: 'relay' } });
      return now?.fence === 2;
    });
    await createVm(second, 'later');
    await all.until('the end', noneRuns);
    await all.time.advance(3_000);
    const kept = await second.ports.deps.bus.replay(EVENT_SUBJECT, { from: 1, limit: 100 });
    const positions = kept.ok ? kept.value.map(({ position }) => position) : [];
    expect(positions).toEqual(Array.from({ length: total + 3 }, (_, index) => index + 1));
  });
});
