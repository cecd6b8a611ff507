import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '@novacron/bus/bus';
import { openMemoryBus } from '@novacron/bus/open-memory-bus';
import { inspectSubject } from '@novacron/contract/agent/agent-subjects';
import {
  createVirtualTime,
  type VirtualTime,
} from '../../../../agent/src/test-kit/virtual-time.ts';
import { createBreakers } from '../../../adapters/breakers/create-breakers.ts';
import { guardBus } from './circuit-breaking-bus.ts';

let time: VirtualTime;
let inner: Bus;
let bus: Bus;
let asked: number;

beforeEach(() => {
  time = createVirtualTime();
  inner = openMemoryBus({ timers: time.timers, onFault: () => undefined });
  bus = guardBus(inner, { breakers: createBreakers(), clock: time.clock });
  asked = 0;
});

function beSilent(subject: string): () => void {
  return inner.respond(subject, () => {
    asked += 1;
    return new Promise(() => undefined);
  });
}

/** Asks and moves time until there is an answer. */
async function ask(subject = inspectSubject('node-01')): Promise<string> {
  const answer = bus.request(subject, {}, { timeoutMs: 1_000 });
  await time.advance(1_000);
  const found = await answer;
  return found.ok ? 'answered' : found.error.detail;
}

const LEFT_ALONE =
  'Node node-01 failed to respond several times in a row, so calls to it are suspended.';
const TOO_LATE = 'No answer on novacron.agent.node-01.inspect within 1000 ms.';

describe('requests to a node that has fallen silent', () => {
  test('are not sent for some seconds after the third, then one is', async () => {
    const leave = beSilent(inspectSubject('node-01'));
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([
      TOO_LATE,
      TOO_LATE,
      TOO_LATE,
      LEFT_ALONE,
    ]);
    expect(asked).toBe(3);
    leave();
    inner.respond(inspectSubject('node-01'), async () => ({}));
    await time.advance(5_000);
    expect([await ask(), await ask()]).toEqual(['answered', 'answered']);
  });

  test('affect no other nodes', async () => {
    beSilent(inspectSubject('node-01'));
    inner.respond(inspectSubject('node-02'), async () => ({}));
    for (const _ of [1, 2, 3]) await ask();
    expect(await ask(inspectSubject('node-02'))).toBe('answered');
  });
});

test('a node without a subscriber, or with a failing one, is asked each time', async () => {
  for (const _ of [1, 2, 3, 4]) expect(await ask()).toMatch(/^No responder/);
  inner.respond(inspectSubject('node-01'), () => Promise.reject(new Error('broken')));
  for (const _ of [1, 2, 3, 4]) expect(await ask()).toMatch(/failed while it handled the message/);
});

test('subjects of others than agents are passed through', async () => {
  beSilent('somewhere.else.silent.x');
  for (const _ of [1, 2, 3, 4]) expect(await ask('somewhere.else.silent.x')).toMatch(/^No answer/);
});
