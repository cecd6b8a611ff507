/** Contract test suite of metric series: each database adapter's test runs it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { assert, type Result } from '@novacron/contract/result';
import { makeRng } from '@novacron/engine/rng';
import type {
  Compacted,
  MetricSeries,
  MetricTarget,
  SeriesRun,
  TargetSamples,
} from '../../ports/metric-series.ts';

/** Empty series; `reopen` opens the same database again. */
export interface OpenedSeries {
  readonly series: MetricSeries;
  readonly reopen: () => Promise<MetricSeries>;
  readonly remove: () => Promise<void>;
}

const MINUTE_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;

/** A midnight. */
const START_S = 1_780_272_000;

const VM: MetricTarget = { id: 'vm_1', tenantId: 'tnt_1', kind: 'vm' };
const GROUP: MetricTarget = { id: 'vmg_1', tenantId: 'tnt_1', kind: 'vm_group' };
const CPU = 'cpu_utilization_ratio';

function answerOf<Value>(result: Result<Value, unknown>): Value {
  assert(result.ok, 'the database works');
  return result.value;
}

/** Samples of one metric, every half a minute. */
function samplesOf(target: MetricTarget, fromS: number, values: readonly number[]): TargetSamples {
  const samples = values.map((value, at) => ({ name: CPU, atS: fromS + at * 30, value }));
  return { target, samples };
}

/**
 * Declares the suite of one adapter.
 * @param name - what the report calls it
 * @param open - makes an empty database for each test
 */
export function describeMetricSeries(name: string, open: () => Promise<OpenedSeries>): void {
  describe(name, () => {
    let opened: OpenedSeries | undefined;
    let series: MetricSeries;
    beforeEach(async () => {
      opened = await open();
      ({ series } = opened);
    });
    afterEach(async () => {
      await opened?.remove();
    });

    async function run(target: MetricTarget, fromS: number, toS: number): Promise<SeriesRun> {
      const range = { targetId: target.id, name: CPU, fromS, toS };
      const found = answerOf(await series.read(range));
      assert(found !== undefined, 'the series is there');
      return found;
    }

    async function compact(nowS: number): Promise<Compacted> {
      return answerOf(await series.compact({ nowMs: nowS * 1000, mayContinue: () => true }));
    }

    test('has what was written, in a range that ends before its end', async () => {
      const done = await series.write([samplesOf(VM, START_S, [0.1, 0.2, 0.3])], 'measured');
      expect(done).toEqual({ ok: true, value: { stored: 3, duplicated: 0, newSeries: 1 } });
      expect(await run(VM, START_S + 30, START_S + 60)).toEqual({
        resolution: 'sample',
        times: [START_S + 30],
        counts: [1],
        means: [0.2],
        mins: [0.2],
        maxs: [0.2],
      });
      const other = { targetId: VM.id, name: 'orders_total', fromS: 0, toS: START_S };
      expect(await series.read(other)).toEqual({ ok: true, value: undefined });
      expect(await series.read({ ...other, targetId: 'vm_2' })).toEqual({
        ok: true,
        value: undefined,
      });
    });

    test('keeps the first value of a second, and counts what came again', async () => {
      await series.write([samplesOf(GROUP, START_S, [1, 2])], 'written');
      const again = await series.write([samplesOf(GROUP, START_S + 30, [7, 8])], 'written');
      expect(answerOf(again)).toEqual({ stored: 1, duplicated: 1, newSeries: 0 });
      const { samples } = samplesOf(GROUP, START_S + 90, [5]);
      const twice = { target: GROUP, samples: [...samples, ...samples] };
      expect(answerOf(await series.write([twice], 'written')).duplicated).toBe(1);
      expect((await run(GROUP, START_S, START_S + HOUR_S)).means).toEqual([1, 2, 8, 5]);
    });

    test('puts late samples where they belong, before compaction and after', async () => {
      await series.write([samplesOf(VM, START_S + 60, [3, 4])], 'measured');
      await series.write([samplesOf(VM, START_S, [1, 2])], 'measured');
      expect((await run(VM, START_S, START_S + HOUR_S)).means).toEqual([1, 2, 3, 4]);
      expect((await compact(START_S + HOUR_S)).sealed).toBe(1);
      await series.write([samplesOf(VM, START_S + 15, [1.5, 2.5])], 'measured');
      const all = [1, 1.5, 2, 2.5, 3, 4];
      expect((await run(VM, START_S, START_S + HOUR_S)).means).toEqual(all);
      expect((await compact(START_S + HOUR_S)).sealed).toBe(1);
      expect((await run(VM, START_S, START_S + HOUR_S)).means).toEqual(all);
      const again = await series.write([samplesOf(VM, START_S + 60, [9])], 'written');
      expect(answerOf(again)).toMatchObject({ stored: 0, duplicated: 1 });
    });

    test('lists the series of a target with their latest values', async () => {
      const orders = { name: 'orders_total', atS: START_S, value: 12 };
      await series.write([samplesOf(VM, START_S, [0.25, 0.5])], 'measured');
      await series.write([{ target: VM, samples: [orders] }], 'written');
      expect(answerOf(await series.list(VM.id))).toEqual([
        {
          name: CPU,
          source: 'measured',
          sinceS: START_S,
          latest: { atS: START_S + 30, value: 0.5 },
        },
        {
          name: 'orders_total',
          source: 'written',
          sinceS: START_S,
          latest: { atS: START_S, value: 12 },
        },
      ]);
      await compact(START_S + 2 * HOUR_S);
      const later = answerOf(await series.list(VM.id));
      expect(later.map(({ latest }) => latest)).toEqual([undefined, undefined]);
      expect(answerOf(await series.list('vm_2'))).toEqual([]);
      expect(answerOf(await series.countWritten())).toEqual(new Map([['tnt_1', 1]]));
    });

    test('has no later samples once they are removed, and stores others then', async () => {
      const values = Array.from({ length: 200 }, (_, at) => at);
      const both = [VM, GROUP].map((target) => samplesOf(target, START_S, values));
      await series.write(both, 'measured');
      const all = () => run(VM, START_S, START_S + 2 * HOUR_S);
      answerOf(await series.removeAhead(START_S + 5_000));
      expect((await all()).means).toEqual(values.slice(0, 167));
      expect((await compact(START_S + 5_500)).sealed).toBe(2);
      answerOf(await series.removeAhead(START_S + 900));
      expect((await all()).means).toEqual(values.slice(0, 31));
      expect((await run(GROUP, START_S, START_S + HOUR_S)).means).toEqual(values.slice(0, 31));
      const again = await series.write([samplesOf(VM, START_S + 930, [7])], 'written');
      expect(answerOf(again)).toMatchObject({ stored: 1, duplicated: 0 });
      expect((await all()).means).toEqual([...values.slice(0, 31), 7]);
      answerOf(await series.removeAhead(START_S - 1));
      expect((await all()).means).toEqual([]);
    });

    test('makes no chunk of a window to which samples may still come', async () => {
      await series.write([samplesOf(VM, START_S, [1])], 'measured');
      const nothing = { sealed: 0, rolled: 0, forgotten: 0 };
      expect(await compact(START_S + 30 * MINUTE_S + 10 * MINUTE_S)).toEqual(nothing);
      const ended = { nowMs: (START_S + HOUR_S) * 1000, mayContinue: () => false };
      expect(answerOf(await series.compact(ended))).toEqual(nothing);
      expect((await compact(START_S + HOUR_S)).sealed).toBe(1);
      expect(await compact(START_S + HOUR_S)).toEqual(nothing);
    });

    test('keeps samples of two days, then minutes of groups, then hours', async () => {
      const values = Array.from({ length: 240 }, (_, at) => at % 4);
      await series.write(
        [samplesOf(VM, START_S, values), samplesOf(GROUP, START_S, values)],
        'measured',
      );
      await compact(START_S + 3 * DAY_S - 1);
      const day = [START_S, START_S + DAY_S] as const;
      for (const target of [VM, GROUP]) expect((await run(target, ...day)).means).toEqual(values);
      await compact(START_S + 3 * DAY_S);
      expect((await run(VM, ...day)).times).toEqual([]);
      const minutes = await run(GROUP, ...day);
      expect(minutes.resolution).toBe('minute');
      expect(minutes.times.slice(0, 2)).toEqual([START_S, START_S + MINUTE_S]);
      expect(minutes.means.slice(0, 4)).toEqual([0.5, 2.5, 0.5, 2.5]);
      expect([minutes.times.length, minutes.counts[0], minutes.maxs[1]]).toEqual([120, 2, 3]);
      await compact(START_S + 36 * DAY_S);
      expect(await run(GROUP, ...day)).toEqual({
        resolution: 'hour',
        times: [START_S, START_S + HOUR_S],
        counts: [120, 120],
        means: [1.5, 1.5],
        mins: [0, 0],
        maxs: [3, 3],
      });
      await compact(START_S + 431 * DAY_S);
      expect((await run(GROUP, ...day)).times).toEqual([]);
    });

    test('forgets series without samples, and begins them again', async () => {
      const batch = [samplesOf(VM, START_S, [1]), samplesOf(GROUP, START_S, [1])];
      await series.write(batch, 'written');
      expect((await compact(START_S + 3 * DAY_S)).forgotten).toBe(0);
      expect((await compact(START_S + 5 * DAY_S)).forgotten).toBe(1);
      expect(answerOf(await series.list(VM.id))).toEqual([]);
      expect(answerOf(await series.list(GROUP.id))).toHaveLength(1);
      const later = await series.write([samplesOf(VM, START_S + 5 * DAY_S, [2])], 'written');
      expect(answerOf(later).newSeries).toBe(1);
      expect((await run(VM, START_S, START_S + 6 * DAY_S)).means).toEqual([2]);
      expect((await compact(START_S + 435 * DAY_S)).forgotten).toBe(2);
    });

    test('keeps series that are written for longer than one lasts', async () => {
      for (let day = 0; day < 8; day += 1) {
        await series.write([samplesOf(VM, START_S + day * DAY_S, [day])], 'measured');
        expect((await compact(START_S + day * DAY_S + HOUR_S)).forgotten).toBe(0);
      }
      expect((await run(VM, START_S + 6 * DAY_S, START_S + 8 * DAY_S)).means).toEqual([6, 7]);
    });

    describe('history', () => {
      const NOW_S = START_S + 100 * DAY_S;
      const add = async (target: MetricTarget, fromS: number, values: readonly number[]) => {
        const samples = values.map((value, at) => ({ name: CPU, atS: fromS + at * 600, value }));
        const how = { source: 'written', nowMs: NOW_S * 1000 } as const;
        return answerOf(await series.addHistory({ target, samples }, how));
      };
      const day = Array.from({ length: 144 }, (_, at) => at % 6);
      const meansOf = async (fromS: number) => (await run(GROUP, fromS, fromS + DAY_S)).means;

      test('becomes hours, minutes or samples by its age, and adds nothing again', async () => {
        const days = [START_S, NOW_S - 20 * DAY_S, NOW_S - DAY_S];
        for (const fromS of days) {
          const done = await add(GROUP, fromS, day);
          expect(done).toEqual({
            stored: 144,
            duplicated: 0,
            newSeries: fromS === START_S ? 1 : 0,
          });
        }
        for (const fromS of days) expect(await meansOf(fromS)).toEqual(day);
        await compact(NOW_S);
        const found = await Promise.all(days.map((fromS) => run(GROUP, fromS, fromS + DAY_S)));
        expect(found.map(({ resolution }) => resolution)).toEqual(['hour', 'minute', 'sample']);
        expect(found.map(({ means }) => means.length)).toEqual([24, 144, 144]);
        expect(found[0]).toMatchObject({ counts: day.slice(0, 24).map(() => 6) });
        expect(found[0]?.means[0]).toBe(2.5);
        for (const fromS of days) {
          const again = await add(GROUP, fromS + 30, day);
          expect(again).toEqual({ stored: 0, duplicated: 144, newSeries: 0 });
        }
        await compact(NOW_S);
        expect(await Promise.all(days.map(meansOf))).toEqual(found.map(({ means }) => means));
      });

      test('fills the gaps between values, and leaves these as they are', async () => {
        const measured = [START_S, START_S + 6 * HOUR_S, NOW_S - 10 * DAY_S];
        for (const atS of measured) await series.write([samplesOf(GROUP, atS, [7])], 'measured');
        await compact(NOW_S);
        expect(await add(GROUP, START_S, day)).toMatchObject({ stored: 132, duplicated: 12 });
        const late = await add(GROUP, NOW_S - 10 * DAY_S - 600, [1, 1, 1]);
        expect(late).toMatchObject({ stored: 2, duplicated: 1 });
        for (const [fromS, expected] of [
          [
            START_S,
            Array.from({ length: 24 }, (_, hour) => (hour % 6 === 0 && hour < 12 ? 7 : 2.5)),
          ],
          [NOW_S - 10 * DAY_S - 600, [1, 7, 1]],
        ] as const) {
          await compact(NOW_S);
          expect(await meansOf(fromS)).toEqual(expected);
        }
      });

      test('begins a series that goes on with what is measured', async () => {
        await add(GROUP, START_S, [1]);
        await series.write([samplesOf(GROUP, NOW_S - 60, [2])], 'measured');
        expect((await compact(NOW_S)).forgotten).toBe(0);
        expect((await run(GROUP, START_S, NOW_S)).means).toEqual([1, 2]);
      });
    });

    test('has everything after it was opened again', async () => {
      await series.write([samplesOf(VM, START_S, [1, 2])], 'measured');
      await compact(START_S + HOUR_S);
      await series.write([samplesOf(VM, START_S + HOUR_S, [3])], 'measured');
      assert(opened !== undefined, 'a test has series');
      series = await opened.reopen();
      expect((await run(VM, START_S, START_S + DAY_S)).means).toEqual([1, 2, 3]);
      const more = await series.write([samplesOf(VM, START_S + HOUR_S + 60, [4])], 'measured');
      expect(answerOf(more).newSeries).toBe(0);
    });

    test('answers as a list of samples would, whatever is written and compacted', async () => {
      const rng = makeRng('series');
      const pick = (below: number) => Math.floor(rng.next() * below);
      const targets = Array.from({ length: 300 }, (_, at): MetricTarget => {
        return {
          id: `vm_${at}`,
          tenantId: `tnt_${at % 3}`,
          kind: at % 2 === 0 ? 'vm' : 'vm_group',
        };
      });
      const model = new Map<string, Map<number, number>>();
      let nowS = START_S;
      for (let round = 0; round < 60; round += 1) {
        const batch = targets.slice(pick(300)).map((target): TargetSamples => {
          const atS = nowS - pick(300);
          const value = [rng.next(), pick(1000), Math.round(rng.next() * 1e4) / 1e4][pick(3)] ?? 0;
          const own = model.get(target.id) ?? new Map<number, number>();
          model.set(target.id, own);
          if (!own.has(atS)) own.set(atS, value);
          return { target, samples: [{ name: CPU, atS, value }] };
        });
        await series.write(batch, rng.next() < 0.3 ? 'written' : 'measured');
        if (rng.next() < 0.3) await compact(nowS);
        nowS += 200 + pick(400);
      }
      for (const target of targets.filter((_, at) => at % 17 === 0 || at > 290)) {
        const expected = [...(model.get(target.id) ?? [])].toSorted(
          ([left], [right]) => left - right,
        );
        const range = { targetId: target.id, name: CPU, fromS: START_S - DAY_S, toS: nowS };
        const found = answerOf(await series.read(range)) ?? { times: [], means: [] };
        expect(found.times.map((time, at) => [time, found.means[at]])).toEqual(expected);
      }
    });
  });
}
