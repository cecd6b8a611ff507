/** Adds samples of the past where a series has no values. */
import type {
  MetricSample,
  SeriesSource,
  SeriesWritten,
  TargetSamples,
} from '../../ports/metric-series.ts';
import { readEntries } from './read-samples.ts';
import { ENTRY_S, levelAt, windowOf } from './series-times.ts';
import type { KnownTarget } from './target-index.ts';
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
  const taken = await readTaken(parts, known, { samples, nowS });
  const seconds = new Set<string>();
  for (const sample of samples) {
    const { name, atS } = sample;
    const second = `${name}/${atS}`;
    if (taken.get(name)?.has(slotOf(atS, nowS)) || seconds.has(second)) continue;
    seconds.add(second);
    fresh.push(sample);
  }
  await addRows(database, [{ target: known, samples: fresh }]);
  return { stored: fresh.length, duplicated: samples.length - fresh.length, newSeries };
}

/** The minutes and hours with a value, by series. */
async function readTaken(
  parts: WriteParts,
  { key, series }: KnownTarget,
  { samples, nowS }: { readonly samples: readonly MetricSample[]; readonly nowS: number },
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const times = samples.map(({ atS }) => atS).toSorted((left, right) => left - right);
  const range = {
    fromS: slotOf(times[0] ?? 0, nowS),
    toS: slotOf(times.at(-1) ?? 0, nowS) + ENTRY_S.hour,
  };
  const names = new Map<number, string>();
  for (const { name } of samples) names.set(series.get(name)?.id ?? 0, name);
  const found = await readEntries(parts, { key, wanted: new Set(names.keys()), ...range });
  const taken = [...found].map(([id, { entries }]) => {
    return [names.get(id) ?? '', new Set(entries.times.map((time) => slotOf(time, nowS)))] as const;
  });
  return new Map(taken);
}

/** Begin of the minute or hour that a moment is stored in. */
function slotOf(atS: number, nowS: number): number {
  return windowOf(atS, levelAt(atS, nowS) === 'hour' ? ENTRY_S.hour : ENTRY_S.minute);
}
