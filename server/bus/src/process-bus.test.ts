import { expect, test } from '@jest/globals';
import { openMemoryBus } from './open-memory-bus.ts';
import { carryBus, openProcessBus, type ProcessChannel } from './process-bus.ts';

/** Both ends of a channel, which carries copies as that of a process does. */
function openChannel(): readonly [ProcessChannel, ProcessChannel] {
  const hearing: ((frame: unknown) => void)[] = [() => {}, () => {}];
  const endOf = (own: number, other: number): ProcessChannel => ({
    send: (frame) => {
      const copy: unknown = JSON.parse(JSON.stringify(frame));
      void Promise.resolve().then(() => hearing[other]?.(copy));
    },
    listen: (hear) => {
      hearing[own] = hear;
    },
  });
  return [endOf(0, 1), endOf(1, 0)];
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a process hears and answers on the bus of its parent, where it may', async () => {
  const [above, below] = openChannel();
  const bus = openMemoryBus({ onFault: () => {} });
  const leave = carryBus(bus, above, { publish: ['a.said'], subscribe: ['a.asked', 'a.news'] });
  const own = openProcessBus(below);
  const heard: unknown[] = [];
  for (const subject of ['a.said', 'b.said']) bus.subscribe(subject, (it) => heard.push(it));
  own.subscribe('a.news', (message, subject) => heard.push([subject, message]));
  own.subscribe('b.news', (message) => heard.push(message));
  own.respond('b.asked', async () => ({}));
  const stopAnswering = own.respond('a.asked', async ({ n }) => {
    if (n === 0) throw new Error('thrown by a test');
    return { twice: Number(n) * 2 };
  });
  await settled();
  const ask = (subject: string, n: number) => bus.request(subject, { n }, { timeoutMs: 1_000 });
  expect(await ask('a.asked', 4)).toEqual({ ok: true, value: { twice: 8 } });
  expect(await ask('a.asked', 0)).toMatchObject({ ok: false, error: { code: 'internal' } });
  expect(await ask('b.asked', 4)).toMatchObject({ error: { data: { reason: 'no-responder' } } });
  own.publish('a.said', { n: 1 });
  own.publish('b.said', { n: 2 });
  bus.publish('a.news', { n: 3 });
  bus.publish('b.news', { n: 4 });
  await settled();
  expect(heard).toEqual([{ n: 1 }, ['a.news', { n: 3 }]]);
  stopAnswering();
  await settled();
  expect(await ask('a.asked', 4)).toMatchObject({ error: { data: { reason: 'no-responder' } } });
  leave();
  bus.publish('a.news', { n: 5 });
  await settled();
  expect(heard).toHaveLength(2);
});
