import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeReadings, type PoolAnswer } from './judge-readings.ts';

const WATCH_MS = 3_000;

const answer = (by: string, kind: PoolAnswer['kind'], more: Partial<PoolAnswer> = {}) => ({
  by,
  kind,
  afterMs: WATCH_MS,
  watchedMs: kind === 'stopped' ? WATCH_MS : null,
  guests: null,
  reason: kind === 'unknown' ? 'its storage is away' : null,
  ...more,
});
const judge = (...answers: PoolAnswer[]) => judgeReadings(answers, { watchMs: WATCH_MS });

describe('the answers of two nodes', () => {
  const [moves, stopped] = [answer('b', 'moves'), answer('c', 'stopped')];
  test.each<[string, readonly PoolAnswer[], string, readonly string[]]>([
    ['that have watched it stand still', [answer('b', 'stopped'), stopped], 'stopped', ['b', 'c']],
    ['of which one has seen it move', [moves, stopped], 'moves', ['b']],
    ['of which one is silent', [answer('b', 'silent'), stopped], 'stopped', ['c']],
    ['of which one does not know', [answer('b', 'unknown'), stopped], 'unknown', ['b', 'c']],
    ['that are both silent', [answer('b', 'silent'), answer('c', 'silent')], 'unknown', ['b', 'c']],
    ['that have both seen it move', [answer('c', 'moves'), moves], 'moves', ['b', 'c']],
  ])('%s', (_title, answers, kind, by) => {
    expect(judge(...answers)).toMatchObject({ kind, by });
  });

  test.each<[string, Partial<PoolAnswer>, string]>([
    ['came too early', { afterMs: 3.4 }, 'after 3 ms that it has stopped, having watched for 3000'],
    ['watched too short', { watchedMs: 2_999 }, 'having watched for 2999 ms, and 3000 ms are'],
    ['does not say how long', { watchedMs: null }, 'having watched for 0 ms'],
  ])('of which one %s do not say that it has stopped', (_title, more, reason) => {
    const early = answer('b', 'stopped', more);
    expect(judge(early, stopped)).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining(reason),
    });
    expect(judge(early, answer('c', 'silent'))).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('c: does not answer'),
    });
  });

  test('say how many guests there are at most', () => {
    const [few, many] = [{ guests: 1 }, { guests: 2 }];
    expect(judge(answer('b', 'stopped', few), answer('c', 'stopped', many))).toMatchObject(many);
    expect(judge(moves)).toMatchObject({ guests: null, reason: null });
  });

  test('are none where none was asked', () => {
    expect(judge()).toEqual({ kind: 'unknown', by: [], guests: null, reason: '' });
  });
});

/** Whatever one node answers, and whenever. */
const lie = fc.record({
  by: fc.constant('liar'),
  kind: fc.constantFrom<PoolAnswer['kind']>('moves', 'stopped', 'unknown', 'silent'),
  afterMs: fc.nat(9_000),
  watchedMs: fc.option(fc.nat(9_000)),
  guests: fc.option(fc.nat(9)),
  reason: fc.option(fc.string()),
});

test('one node never outvotes another that has seen the heartbeat move', () => {
  fc.assert(
    fc.property(lie, fc.boolean(), (said, isFirst) => {
      const honest = answer('honest', 'moves');
      expect(judge(...(isFirst ? [said, honest] : [honest, said])).kind).toBe('moves');
    }),
  );
});

test('no node says that a heartbeat has stopped before the time to watch it is over', () => {
  fc.assert(
    fc.property(fc.array(lie, { maxLength: 4 }), (answers) => {
      const verdict = judge(...answers.map((each) => ({ ...each, afterMs: each.afterMs % 3_000 })));
      expect(verdict.kind).not.toBe('stopped');
    }),
  );
});
