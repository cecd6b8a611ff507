import { beforeEach, describe, expect, test } from '@jest/globals';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { keyRequestSubject, keySubject } from '@novacron/contract/agent/agent-subjects';
import type { JsonObject } from '@novacron/contract/json';
import { createSampleIds } from '../test-kit/samples.ts';
import { createVirtualTime, type VirtualTime } from '../test-kit/virtual-time.ts';
import { askForKeys, type KeyRequests } from './ask-for-keys.ts';

const NODE = 'node-01';
const OWN = { id: 'own', term: 'a', number: 1 };
const VOLUME = createSampleIds()('vol');

let time: VirtualTime;
let bus: ReturnType<typeof openMemoryBus>;
let requests: KeyRequests;
let asked: JsonObject[];

beforeEach(() => {
  time = createVirtualTime();
  bus = openMemoryBus({ timers: time.timers });
  asked = [];
  bus.subscribe(keyRequestSubject(NODE), (message) => asked.push(message));
  requests = askForKeys({
    bus,
    timers: time.timers,
    node: { name: NODE },
    incarnation: 'i',
    journal: { followed: () => OWN },
    isFollowed: async (claim) => claim?.id === OWN.id,
  });
});

function answer(more: JsonObject, id = OWN.id): void {
  const control_plane = { ...OWN, id, follows: [] };
  bus.publish(keySubject(NODE), { request: 'i/1', control_plane, ...more });
}

describe('the key of a content', () => {
  test('is the first answer of a server that the agent follows', async () => {
    const key = requests.keyOf(VOLUME);
    await time.advance(1);
    expect(asked).toEqual([{ request: 'i/1', id: VOLUME, follows: OWN }]);
    answer({ key: 'of another control plane' }, 'other');
    answer({ key: 'of another request', request: 'i/2' });
    answer({ key: 'own' });
    answer({ refused: 'it is late' });
    expect(await key).toEqual({ ok: true, value: 'own' });
  });

  test('is asked for again until a server answers, and then given up', async () => {
    const key = requests.keyOf(VOLUME);
    await time.advance(10_000);
    expect(asked.length).toBeGreaterThan(1);
    expect(new Set(asked.map(({ request }) => request)).size).toBe(1);
    const message = `No server has answered with the key of ${VOLUME}: the content is encrypted.`;
    expect(await key).toEqual({ ok: false, error: { message, next: 'retry', until: 'server' } });
  });

  test('is refused with a reason', async () => {
    const key = requests.keyOf(VOLUME);
    answer({ refused: 'it is elsewhere' });
    const message = 'A server gives this node no key: it is elsewhere.';
    expect(await key).toEqual({ ok: false, error: { message, next: 'retry', until: 'server' } });
  });

  test('is not waited for by an agent that stops', async () => {
    const key = requests.keyOf(VOLUME);
    requests.stop();
    expect(await key).toMatchObject({ ok: false, error: { next: 'retry' } });
  });
});
