import { expect, test } from '@jest/globals';
import { createSampleIds } from '../test-kit/samples.ts';
import { createVirtualTime } from '../test-kit/virtual-time.ts';
import { answerGuestChecks } from './answer-guest-checks.ts';

const HOUR_MS = 3_600_000;
const WAIT_MS = 5_000;

test.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])(
  'a question is held back for its time, also where the clock steps %s',
  async (_where, stepMs) => {
    const time = createVirtualTime();
    let wallMs = 0;
    const answer = answerGuestChecks({
      driver: {
        name: 'test',
        checkGuest: async () => ({
          ok: true,
          value: { kind: 'waiting', condition: 'agent', seen: 'it boots' },
        }),
      },
      clock: { ...time.clock, nowMs: () => time.clock.nowMs() + wallMs },
      timers: time.timers,
    });
    const query = {
      vm_id: createSampleIds()('vm'),
      conditions: { agent: 'yes' },
      wait_ms: WAIT_MS,
    };
    let isAnswered = false;
    void Promise.resolve(answer(query)).then(() => {
      isAnswered = true;
    });
    await time.advance(WAIT_MS / 2);
    wallMs = stepMs;
    await time.advance(WAIT_MS / 4);
    expect(isAnswered).toBe(false);
    await time.advance(WAIT_MS / 4);
    expect(isAnswered).toBe(true);
    expect(time.waitingCount()).toBe(0);
  },
);
