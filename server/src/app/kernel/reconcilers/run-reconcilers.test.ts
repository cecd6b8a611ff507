import { describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { createVirtualTime } from '../../../../agent/src/test-kit/virtual-time.ts';
import type { Change } from '../../../ports/store.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import type { LeaseListener } from '../leases/leases.ts';
import type { Reconciler } from './reconciler.ts';
import { runReconcilers } from './run-reconcilers.ts';

const GUARD: Change = {
  kind: 'require-none',
  of: 'leases',
  where: { id: 'x' },
  otherwise: problem('conflict', { detail: 'lost', remedy: '' }),
};

function startOne(row: Partial<Reconciler> & Pick<Reconciler, 'run'>) {
  const time = createVirtualTime();
  const counted: string[] = [];
  const warnings: string[] = [];
  let isHeld = true;
  let listener: LeaseListener | undefined;
  const ignore = (): void => undefined;
  const running = runReconcilers(
    {
      clock: time.clock,
      timers: time.timers,
      logger: {
        debug: ignore,
        info: ignore,
        warn: (fields, message) => warnings.push(`${message} ${fields.reconciler}`),
        error: ignore,
      },
      telemetry: {
        ...NO_TELEMETRY,
        count: (_name, labels, by = 1) => counted.push([...Object.values(labels), by].join(' ')),
      },
    },
    [{ name: 'sweep', summary: 'Sweeps.', everyMs: 1_000, lease: 'reconcilers', ...row }],
    {
      keep: (_id, given) => {
        listener = given;
        return {
          isHeld: () => isHeld,
          guard: () => GUARD,
          progress: () => 0,
          noteProgress: ignore,
        };
      },
    },
  );
  return {
    time,
    counted,
    warnings,
    running,
    status: () => running.list()[0],
    hold: (held: boolean) => {
      isHeld = held;
      if (held) listener?.onGained?.('taken-over');
    },
  };
}

describe('a reconciler', () => {
  test('runs a round each interval, and no round after it is stopped', async () => {
    let rounds = 0;
    const { time, running, status } = startOne({
      run: async () => {
        rounds += 1;
        return undefined;
      },
    });
    await time.advance(3_500);
    expect(rounds).toBe(3);
    expect(status()).toMatchObject({
      name: 'sweep',
      state: 'waiting',
      rounds: 3,
      last_error: null,
    });
    running.stop();
    await time.advance(5_000);
    expect(rounds).toBe(3);
  });

  test('sets the pause before its next round itself', async () => {
    let rounds = 0;
    const { time } = startOne({
      run: async () => {
        rounds += 1;
        return rounds < 3 ? { nextMs: 10 } : undefined;
      },
    });
    await time.advance(1_100);
    expect(rounds).toBe(3);
    await time.advance(800);
    expect(rounds).toBe(3);
  });

  test('that fails waits twice as long each time, at most eight intervals', async () => {
    const startsMs: number[] = [];
    let fails = true;
    const { time, status, counted, warnings } = startOne({
      run: async () => {
        startsMs.push(time.clock.nowMs());
        if (fails) throw new Error('the disk is full');
        return undefined;
      },
    });
    await time.advance(60_000);
    const gaps = startsMs.slice(1).map((at, index) => at - (startsMs[index] ?? 0));
    expect(gaps.slice(0, 6)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(status()).toMatchObject({ last_error: 'the disk is full' });
    expect(counted.slice(0, 3)).toEqual(['sweep done 0', 'sweep failed 0', 'sweep failed 1']);
    expect(warnings[0]).toBe('reconciler round failed sweep');
    fails = false;
    await time.advance(8_000);
    expect(status()).toMatchObject({ failures_in_a_row: 0, last_error: null });
  });

  test('does nothing without its lease, and begins at once when it gains it', async () => {
    let rounds = 0;
    const { time, hold, status } = startOne({
      wakesOn: ['lease-gained'],
      run: async () => {
        rounds += 1;
        return undefined;
      },
    });
    hold(false);
    await time.advance(5_500);
    expect(rounds).toBe(0);
    expect(status()).toMatchObject({ state: 'standby' });
    hold(true);
    await time.advance(10);
    expect(rounds).toBe(1);
  });

  test('ends its round when the lease is lost in the middle of it', async () => {
    const steps: string[] = [];
    const { time, hold } = startOne({
      run: async ({ mayContinue }) => {
        for (const step of ['one', 'two', 'three']) {
          if (!mayContinue()) return undefined;
          steps.push(step);
          hold(false);
        }
        return undefined;
      },
    });
    await time.advance(1_500);
    expect(steps).toEqual(['one']);
  });
});
