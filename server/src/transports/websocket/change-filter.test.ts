/** The filter of an open WebSocket is changed: what is heard before, at and after the change. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { compileFilter, type EventFilter } from '@novacron/contract/events/event-filter';
import fc from 'fast-check';
import { HEARTBEAT_MS } from '../events/watch-key.ts';
import { OTHER_TENANT } from '../test-kit/fake-event-feed.ts';
import { type FakeServer, startFakeServer } from '../test-kit/start-fake-server.ts';
import { connect, subscribe, type TestClient } from '../test-kit/web-socket-client.ts';

let fake: FakeServer;

beforeEach(async () => {
  fake = await startFakeServer();
  fake.application.answerWith(fake.feed.list);
});

afterEach(() => fake.stop());

/** Changes the filter and waits until the stream is live again. @returns positions replayed */
async function change(client: TestClient, more: object): Promise<number[]> {
  client.say({ type: 'change_filter', ...more });
  expect((await client.next()).type).toBe('filter_changed');
  return untilLive(client);
}

/** The positions of the events up to the next heartbeat. */
async function untilLive(client: TestClient): Promise<number[]> {
  const positions: number[] = [];
  for (;;) {
    const message = await client.next();
    if (message.type === 'heartbeat') return positions;
    if (message.type !== 'event') throw new Error(`unexpected: ${JSON.stringify(message)}`);
    positions.push(message.event.position);
  }
}

describe('a change of the filter', () => {
  test('applies on the open connection, from where the stream stands', async () => {
    const client = await subscribe(fake, { filter: { types: ['vm.*'] } });
    await client.next();
    fake.feed.publish({ type: 'volume.created' });
    fake.feed.publish({ type: 'vm.created' });
    expect(await client.nextPositions(1)).toEqual([2]);
    client.say({ type: 'change_filter', id: 'page-2', filter: { types: ['volume.*'] } });
    expect(await client.next()).toEqual({ type: 'filter_changed', id: 'page-2', position: 2 });
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 2 });
    fake.feed.publish({ type: 'vm.created' });
    fake.feed.publish({ type: 'volume.created' });
    expect(await client.nextPositions(1)).toEqual([4]);
  });

  test('replays what passes the new filter behind a position', async () => {
    for (let count = 0; count < 3; count += 1) {
      fake.feed.publish({ type: 'volume.created' });
      fake.feed.publish({ type: 'vm.created' });
    }
    const client = await subscribe(fake, { filter: { types: ['vm.*'] } });
    await client.next();
    expect(await change(client, { filter: { types: ['volume.*'] }, after_position: 2 })).toEqual([
      3, 5,
    ]);
  });

  test('discloses no position of other tenants, and misses nothing after it', async () => {
    fake.feed.publish();
    const client = await subscribe(fake);
    await client.next();
    for (let count = 0; count < 5; count += 1) fake.feed.publish({ tenant_id: OTHER_TENANT });
    client.say({ type: 'change_filter', filter: {} });
    expect(await client.next()).toEqual({ type: 'filter_changed', position: 1 });
    expect(await client.next()).toEqual({ type: 'heartbeat', position: 1 });
    fake.feed.publish();
    expect(await client.nextPositions(1)).toEqual([7]);
  });

  test('sent at once with the subscription begins with it', async () => {
    fake.feed.publish();
    const client = await subscribe(fake, { filter: { types: ['vm.*'] } });
    client.say({ type: 'change_filter', filter: { types: ['volume.*'] } });
    const first = await client.next();
    const next = first.type === 'heartbeat' ? await client.next() : first;
    expect(next).toEqual({ type: 'filter_changed', position: 1 });
    await untilLive(client);
    fake.feed.publish({ type: 'vm.created' });
    fake.feed.publish({ type: 'volume.created' });
    expect(await client.nextPositions(1)).toEqual([3]);
  });

  test('an idle client reads the position to resume from, and misses nothing there', async () => {
    const filter = { types: ['volume.*'] };
    const client = await subscribe(fake);
    await client.next();
    await change(client, { filter });
    for (let count = 0; count < 4; count += 1) fake.feed.publish({ type: 'vm.created' });
    fake.timers.advance(HEARTBEAT_MS);
    const beat = await client.next();
    expect(beat).toEqual({ type: 'heartbeat', position: 4 });
    client.webSocket.terminate();
    fake.feed.publish({ type: 'volume.created' });
    fake.feed.publish({ type: 'vm.created' });
    fake.feed.publish({ type: 'volume.created' });
    const resumed = await subscribe(fake, { filter, after_position: 4 });
    expect(await untilLive(resumed)).toEqual([5, 7]);
  });
});

test('changes without waiting lose and repeat nothing that passes all filters', async () => {
  const client = await subscribe(fake, { filter: { types: ['volume.*'] } });
  await client.next();
  const expected: number[] = [];
  for (let round = 0; round < 40; round += 1) {
    const other = round % 2 === 0 ? 'network.*' : 'vm.*';
    client.say({ type: 'change_filter', filter: { types: ['volume.*', other] } });
    expected.push(fake.feed.publish({ type: 'volume.created' }).position);
    // Lets the server take a message now and then, between two events.
    if (round % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    expected.push(fake.feed.publish({ type: 'volume.deleted' }).position);
  }
  expect(await client.nextPositions(expected.length)).toEqual(expected);
});

describe('a change that is refused', () => {
  const refused: readonly [string, object, string][] = [
    [
      'with a pattern that is none',
      { id: 'a', filter: { types: ['VM'] } },
      'The message is not valid at filter.types.0: must be an event type',
    ],
    ['without a filter', { id: 'a' }, 'The message is not valid at filter'],
    [
      'with an unknown field',
      { id: 'a', filter: {}, foo: 1 },
      'The message is not valid at foo: is not a known field',
    ],
    ['with an unknown kind', { id: 'a', filter: { kinds: ['vms'] } }, 'filter.kinds.0'],
    [
      'with more ids than a page has',
      { id: 'a', filter: { targets: Array.from({ length: 501 }, () => 'vm_1') } },
      'filter.targets',
    ],
    [
      'with other tenants only',
      { id: 'a', filter: { tenants: [OTHER_TENANT] } },
      'The filter names other tenants only; a stream has the events of your own tenant.',
    ],
    [
      'behind a position that does not exist',
      { id: 'a', filter: {}, after_position: 9 },
      'The position 9 is after the latest position: it does not exist in this store.',
    ],
  ];
  test.each(refused)('%s leaves the filter as it was', async (_name, message, detail) => {
    const client = await subscribe(fake, { filter: { types: ['vm.*'] } });
    await client.next();
    client.say({ type: 'change_filter', ...message });
    expect(await client.next()).toMatchObject({
      type: 'filter_refused',
      id: 'a',
      problem: { detail: expect.stringContaining(detail) },
    });
    fake.feed.publish({ type: 'volume.created' });
    fake.feed.publish({ type: 'vm.created' });
    expect(await client.nextPositions(1)).toEqual([2]);
  });

  test('before a subscription ends the connection', async () => {
    const client = await connect(fake);
    client.say({ type: 'change_filter', filter: {} });
    expect((await client.nextProblem()).detail).toBe(
      'There is no subscription whose filter could be changed.',
    );
  });

  test('for coming too often ends the connection, and heartbeats allow more again', async () => {
    const client = await subscribe(fake);
    await client.next();
    for (let count = 0; count < 60; count += 1) await change(client, { filter: {} });
    fake.timers.advance(HEARTBEAT_MS);
    await client.next();
    for (let count = 0; count < 60; count += 1) await change(client, { filter: {} });
    client.say({ type: 'change_filter', filter: {} });
    expect(await client.nextProblem()).toMatchObject({
      code: 'rate-limited',
      detail: 'The filter was changed over 60 times between heartbeats.',
    });
  });
});

const TYPES = ['vm.created', 'volume.created', 'network.created'] as const;
const arbitraryFilter = fc.record(
  { types: fc.subarray(['vm.*', 'volume.*', 'network.created'], { minLength: 1 }) },
  { requiredKeys: [] },
);
const arbitraryStep = fc.oneof(
  fc.record({ kind: fc.constant('publish' as const), type: fc.constantFrom(...TYPES) }),
  fc.record({ kind: fc.constant('other' as const) }),
  fc.record({ kind: fc.constant('change' as const), filter: arbitraryFilter }),
);

test('each event is heard once, in order, if it passes the filter of its moment', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(arbitraryStep, { maxLength: 25 }), async (steps) => {
      const client = await subscribe(fake);
      await client.next();
      let filter: EventFilter = {};
      const expected: number[] = [];
      const heard: number[] = [];
      for (const step of steps) {
        if (step.kind === 'change') {
          filter = step.filter;
          client.say({ type: 'change_filter', filter });
          let isChanged = false;
          for (let isLive = false; !isLive; ) {
            const message = await client.next();
            if (message.type === 'event') heard.push(message.event.position);
            if (message.type === 'filter_changed') isChanged = true;
            isLive = isChanged && message.type === 'heartbeat';
          }
        } else if (step.kind === 'other') fake.feed.publish({ tenant_id: OTHER_TENANT });
        else {
          const event = fake.feed.publish({ type: step.type });
          if (compileFilter(filter)(event)) expected.push(event.position);
        }
      }
      while (heard.length < expected.length) heard.push(...(await client.nextPositions(1)));
      client.webSocket.terminate();
      expect(heard).toEqual(expected);
    }),
  );
});
