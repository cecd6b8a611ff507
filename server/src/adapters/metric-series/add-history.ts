/** Adds samples of the past where a series has no values. */
import type {
  MetricSample,
  SeriesSource,
  SeriesWritten,
  TargetSamples,
} from '../../ports/metric-series.ts';
import { readEntries } from './read-samples.ts';
import { ENTRY_S, levelAt, windowOf } from './series-times.ts';
import { addRows, type WriteParts } from './write-samples.ts';

const MS_PER_SECOND = 1_000;

/** Adds them as open rows, of which compaction makes the minutes or hours that are due. */
export async function addHistory(
  parts: WriteParts,
  history: TargetSamples,
  { source, nowMs }: { readonly source: SeriesSource; readonly nowMs: number },
): Promise<SeriesWritten> {
  const { database, index } = parts;
  const { target, samples } = history;
  const newSeries = await index.ensure([history], source);
  const known = index.known(target.id);
  if (known === undefined) return { stored: 0, duplicated: 0, newSeries };
  const nowS = Math.floor(nowMs / MS_PER_SECOND);
  const fresh: MetricSample[] = [];
  for (const name of new Set(samples.map((sample) => sample.name))) {
    const own = samples.filter((sample) => sample.name === name);
    const series = { key: known.key, seriesId: known.series.get(name)?.id ?? 0 };
    const taken = await readTaken(parts, series, { own, nowS });
    const seconds = new Set<number>();
    for (const sample of own) {
      if (taken.has(slotOf(sample.atS, nowS)) || seconds.has(sample.atS)) continue;
      seconds.add(sample.atS);
      fresh.push(sample);
    }
  }
  await addRows(database, [{ target: known, samples: fresh }]);
  return { stored: fresh.length, duplicated: samples.length - fresh.length, newSeries };
}

/** The minutes and hours with a value. */
async function readTaken(
  parts: WriteParts,
  series: { readonly key: number; readonly seriesId: number },
  { own, nowS }: { readonly own: readonly MetricSample[]; readonly nowS: number },
): Promise<ReadonlySet<number>> {
  const times = own.map(({ atS }) => atS).toSorted((left, right) => left - right);
  const range = {
    fromS: slotOf(times[0] ?? 0, nowS),
    toS: slotOf(times.at(-1) ?? 0, nowS) + ENTRY_S.hour,
  };
  const wanted = new Set([series.seriesId]);
  const found = await readEntries(parts, { key: series.key, wanted, ...range });
  const taken = found.get(series.seriesId)?.entries.times ?? [];
  return new Set(taken.map((time) => slotOf(time, nowS)));
}

/** Begin of the minute or hour that a moment is stored in. */
function slotOf(atS: number, nowS: number): number {
  return windowOf(atS, levelAt(atS, nowS) === 'hour' ? ENTRY_S.hour : ENTRY_S.minute);
}
