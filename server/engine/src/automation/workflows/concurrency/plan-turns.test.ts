import { describe, expect, test } from '@jest/globals';
import { type GroupPlace, planEntry, planTurns, QUEUE_LENGTH_MAX } from './plan-turns.ts';

let seq = 0;

function place(executionId: string, rest: Partial<GroupPlace> = {}): GroupPlace {
  seq += 1;
  return { executionId, state: 'holding', seq, limit: 1, status: 'running', ...rest };
}

const queued = (id: string, rest: Partial<GroupPlace> = {}) =>
  place(id, { state: 'queued', ...rest });

const rules = (when_busy: 'queue' | 'skip' | 'cancel_oldest', limit = 1) => ({ limit, when_busy });

describe('an execution that is about to start', () => {
  test('begins where there is room and nothing waits', () => {
    expect(planEntry([], rules('queue'))).toEqual({ kind: 'begin' });
    expect(planEntry([place('a', { status: 'ended' })], rules('skip'))).toEqual({ kind: 'begin' });
    expect(planEntry([place('a')], rules('skip', 2))).toEqual({ kind: 'begin' });
  });

  test('waits behind those that wait already, also where there is room for it', () => {
    const places = [place('a'), queued('b')];
    expect(planEntry(places, rules('queue', 5))).toEqual({ kind: 'queue', cancel: [] });
  });

  test('waits while what is taken back has not ended', () => {
    const places = [place('a', { status: 'ending' })];
    expect(planEntry(places, rules('queue'))).toEqual({ kind: 'queue', cancel: [] });
    expect(planEntry(places, rules('cancel_oldest'))).toEqual({ kind: 'queue', cancel: [] });
  });

  test('is refused where its definition skips, and where too many wait', () => {
    expect(planEntry([place('a')], rules('skip'))).toEqual({ kind: 'refuse', reason: 'skip' });
    const full = Array.from({ length: QUEUE_LENGTH_MAX }, (_, at) => queued(`q${at}`));
    const refused = { kind: 'refuse', reason: 'full-queue' };
    expect(planEntry([place('a'), ...full], rules('queue'))).toEqual(refused);
    expect(planEntry([place('a'), ...full.slice(1)], rules('queue')).kind).toBe('queue');
  });

  test('cancels the oldest, as many as it takes, those that wait too', () => {
    const places = [queued('c'), place('b'), place('x', { status: 'ending' })];
    expect(planEntry(places, rules('cancel_oldest'))).toEqual({
      kind: 'queue',
      cancel: ['b', 'c'],
    });
    const two = [place('a'), place('b')];
    expect(planEntry(two, rules('cancel_oldest', 2))).toEqual({ kind: 'queue', cancel: ['a'] });
  });
});

describe('turns', () => {
  test('come in the order of the queue, up to the limit', () => {
    const places = [queued('c', { limit: 2 }), queued('d', { limit: 2 }), place('a', { seq: 0 })];
    expect(planTurns(places)).toEqual(['c']);
    expect(planTurns(places.filter(({ executionId }) => executionId !== 'a'))).toEqual(['c', 'd']);
  });

  test('pass none by: a higher limit behind the head does not count', () => {
    expect(planTurns([place('a'), queued('b', { limit: 1 }), queued('c', { limit: 9 })])).toEqual(
      [],
    );
  });

  test('are not for what is about to be cancelled', () => {
    const places = [queued('b', { status: 'ending' }), queued('c')];
    expect(planTurns(places)).toEqual(['c']);
  });

  test('never lead to more than the limit, whatever the states are', () => {
    const states = ['holding', 'queued'] as const;
    const statuses = ['running', 'ending', 'ended'] as const;
    for (let bits = 0; bits < 6 ** 4; bits += 1) {
      const places = [0, 1, 2, 3].map((at) => {
        const digit = Math.floor(bits / 6 ** at) % 6;
        const state = states[digit % 2] ?? 'queued';
        const status = statuses[digit % 3] ?? 'ended';
        return place(`e${at}`, { state, status, limit: 2 });
      });
      const held = places.filter((each) => each.state === 'holding' && each.status !== 'ended');
      const begun = planTurns(places).length;
      expect(begun === 0 || held.length + begun <= 2).toBe(true);
      if (planEntry(places, rules('queue', 2)).kind === 'begin') {
        expect(held.length).toBeLessThan(2);
        expect(begun).toBe(0);
      }
    }
  });
});
