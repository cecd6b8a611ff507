/**
 * Re-encryption of a store: its timing, the server that runs it, and its reports, on virtual time.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import { createVirtualTime } from '../../../../agent/src/test-kit/virtual-time.ts';
import type { ResealRound, Sealing } from '../../../ports/sealing.ts';
import type { Change } from '../../../ports/store.ts';
import { NO_TELEMETRY } from '../../../ports/telemetry.ts';
import { runReconcilers } from '../../kernel/reconcilers/run-reconcilers.ts';
import { FOLLOW_MS, resealing, SETTLE_MS } from './reencrypt.ts';

const trouble = (detail: string) => problem('unavailable', { detail, remedy: '' });
const GUARD: Change = { kind: 'drop', from: 'leases', id: 'x' };
const ROUND: ResealRound = { kind: 'more', table: 'audit', rows: 5, damaged: [] };

describe('a server', () => {
  let time: ReturnType<typeof createVirtualTime>;
  let rounds: ResealRound[];
  let done: string[];
  let isHeld: boolean;
  let sinceMs: number;
  let lacking: string | undefined;
  let races: number;

  beforeEach(() => {
    time = createVirtualTime();
    rounds = [ROUND, { ...ROUND, rows: 1 }, { ...ROUND, kind: 'done', rows: 0 }];
    done = [];
    isHeld = true;
    sinceMs = time.clock.nowMs();
    lacking = undefined;
    races = 0;
  });

  function start(servers: 'one' | 'several') {
    const sealing: Sealing = {
      follow: async () => {
        done.push('follow');
        return lacking === undefined ? ok(undefined) : err(trouble(lacking));
      },
      sealsSinceMs: () => sinceMs,
      resealSome: async (guard) => {
        if (races > 0) {
          races -= 1;
          return err(problem('conflict', { detail: 'a row was changed', remedy: '' }));
        }
        const round = rounds.shift();
        done.push(guard === GUARD ? `seal ${round?.rows}` : 'without its guard');
        return round === undefined ? err(trouble('nothing left')) : ok(round);
      },
      list: async () => [],
    };
    const say = (level: string) => (_fields: object, message: string) => {
      done.push(`${level}: ${message}`);
    };
    const deps = {
      clock: time.clock,
      timers: time.timers,
      logger: { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') },
      telemetry: {
        ...NO_TELEMETRY,
        count: (name: string, labels: object, by?: number) => {
          if (name === 'novacron_resealed_rows_total') {
            done.push(`${name} ${JSON.stringify(labels)} ${by}`);
          }
        },
      },
    };
    const lease = {
      isHeld: () => isHeld,
      guard: () => GUARD,
      progress: () => 0,
      noteProgress: () => undefined,
    };
    return runReconcilers(deps, [resealing(deps, sealing, { servers })], { keep: () => lease });
  }

  const sealed = () => done.filter((text) => text.startsWith('seal '));

  test('that is alone reencrypts at once, counts it, and then only looks', async () => {
    const { stop } = start('one');
    await time.advance(FOLLOW_MS / 2);
    expect(sealed()).toEqual(['seal 5', 'seal 1', 'seal 0']);
    expect(done).toContain('novacron_resealed_rows_total {"table":"audit"} 5');
    done = [];
    await time.advance(2 * FOLLOW_MS + 100);
    expect(done).toEqual(['follow', 'follow']);
    stop();
    await time.advance(2 * FOLLOW_MS);
    expect(done).toHaveLength(2);
  });

  test('among several waits until all have looked which key seals', async () => {
    start('several');
    await time.advance(SETTLE_MS - FOLLOW_MS / 2);
    expect(sealed()).toEqual([]);
    await time.advance(FOLLOW_MS);
    expect(sealed()).toHaveLength(3);
  });

  test('that does not hold the lease only follows', async () => {
    isHeld = false;
    start('several');
    await time.advance(SETTLE_MS + 2 * FOLLOW_MS);
    expect(sealed()).toEqual([]);
    isHeld = true;
    await time.advance(2 * FOLLOW_MS);
    expect(sealed()).toHaveLength(3);
  });

  test('that is alone goes on soon after it takes the lease, or lost a race', async () => {
    isHeld = false;
    start('one');
    await time.advance(FOLLOW_MS / 2);
    expect(sealed()).toEqual([]);
    isHeld = true;
    races = 1;
    await time.advance(FOLLOW_MS / 4);
    expect(done).toContain('info: reencryption waits for its next round');
    expect(sealed()).toHaveLength(3);
  });

  test('starts again when another key seals', async () => {
    start('one');
    await time.advance(FOLLOW_MS / 2);
    rounds = [{ ...ROUND, kind: 'done', rows: 0 }];
    done = [];
    sinceMs += 1;
    await time.advance(FOLLOW_MS);
    expect(done).toEqual(['follow']);
  });

  test('says that it lacks a key, that values do not open, that a round failed', async () => {
    rounds = [{ ...ROUND, damaged: ['aud_a'] }];
    start('one');
    await time.advance(FOLLOW_MS / 2);
    expect(done).toContain('error: sealed values cannot be decrypted');
    expect(done).toContain('info: reencryption waits for its next round');
    lacking = 'no key';
    await time.advance(FOLLOW_MS);
    expect(done.at(-1)).toBe('error: this server lacks a sealing key of its store');
  });
});
