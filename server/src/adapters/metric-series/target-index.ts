/** Index of the targets and series in a database; it caches recently used entries. */
import type { MetricTarget, SeriesSource, TargetSamples } from '../../ports/metric-series.ts';
import type { SeriesDatabase, StoredSeries } from './series-database.ts';
import { SEEN_EVERY_S } from './series-times.ts';

/** Targets that are remembered, each with some hundred bytes for each series. */
const TARGETS_MAX = 50_000;

/** Targets that one statement asks for or adds. */
const TARGETS_AT_ONCE = 500;

/** Values that a statement takes are limited: these many series, each with five. */
const SERIES_AT_ONCE = 2_000;

/** A target with its series by name. */
export interface KnownTarget {
  readonly key: number;
  readonly series: Map<string, StoredSeries>;
}

/** Finds targets. */
export interface TargetIndex {
  /**
   * Undefined where nothing was written of it.
   * @param name - a series that another server may have made; without it all are read again
   */
  readonly find: (targetId: string, name?: string) => Promise<KnownTarget | undefined>;
  /** Makes what a write needs. @returns how many series it made */
  readonly ensure: (batch: readonly TargetSamples[], source: SeriesSource) => Promise<number>;
  /** A target that was just made. */
  readonly known: (targetId: string) => KnownTarget | undefined;
  readonly clear: () => void;
}

/** Makes the index of a database. */
export function createTargetIndex(database: SeriesDatabase): TargetIndex {
  const targets = new Map<string, KnownTarget>();

  function remember(id: string, target: KnownTarget): void {
    targets.delete(id);
    targets.set(id, target);
    const [oldest] = targets.keys();
    if (targets.size > TARGETS_MAX && oldest !== undefined) targets.delete(oldest);
  }

  async function load(ids: readonly string[]): Promise<void> {
    for (let start = 0; start < ids.length; start += TARGETS_AT_ONCE) {
      const found = await database.findTargets(ids.slice(start, start + TARGETS_AT_ONCE));
      const byKey = new Map(found.map(({ id, key }) => [key, { id, key, series: new Map() }]));
      if (found.length === 0) continue;
      for (const series of await database.findSeries([...byKey.keys()])) {
        byKey.get(series.targetKey)?.series.set(series.name, series);
      }
      for (const { id, key, series } of byKey.values()) remember(id, { key, series });
    }
  }

  async function addTargets(batch: readonly TargetSamples[]): Promise<void> {
    const unknown = batch.map(({ target }) => target).filter(({ id }) => !targets.has(id));
    if (unknown.length === 0) return;
    await load(unknown.map(({ id }) => id));
    const absent: readonly MetricTarget[] = unknown.filter(({ id }) => !targets.has(id));
    for (let start = 0; start < absent.length; start += TARGETS_AT_ONCE) {
      await database.addTargets(absent.slice(start, start + TARGETS_AT_ONCE));
    }
    await load(absent.map(({ id }) => id));
  }

  async function addSeries(batch: readonly TargetSamples[], source: SeriesSource): Promise<number> {
    const absent: Omit<StoredSeries, 'id'>[] = [];
    const changed = new Set<string>();
    for (const { target, samples } of batch) {
      const known = targets.get(target.id);
      if (known === undefined || samples.every(({ name }) => known.series.has(name))) continue;
      const names = new Set<string>();
      changed.add(target.id);
      for (const { name, atS } of samples) {
        if (names.has(name) || known.series.has(name)) continue;
        names.add(name);
        absent.push({ targetKey: known.key, name, source, sinceS: atS, seenS: atS });
      }
    }
    let added = 0;
    for (let start = 0; start < absent.length; start += SERIES_AT_ONCE) {
      added += await database.addSeries(absent.slice(start, start + SERIES_AT_ONCE));
    }
    if (changed.size > 0) await load([...changed]);
    return added;
  }

  /** Another server may have removed a series that was not seen for long. */
  async function touch(batch: readonly TargetSamples[]): Promise<void> {
    const seen = new Map<number, number[]>();
    for (const { target, samples } of batch) {
      const known = targets.get(target.id);
      for (const { name, atS } of samples) {
        const series = known?.series.get(name);
        if (series === undefined || atS - series.seenS < SEEN_EVERY_S) continue;
        known?.series.set(name, { ...series, seenS: atS });
        const ids = seen.get(atS);
        if (ids === undefined) seen.set(atS, [series.id]);
        else ids.push(series.id);
      }
    }
    for (const [atS, ids] of seen) {
      if ((await database.touchSeries(ids, atS)) < ids.length) targets.clear();
    }
  }

  return {
    find: async (targetId, name) => {
      const isKnown = name !== undefined && targets.get(targetId)?.series.has(name) === true;
      if (!isKnown) await load([targetId]);
      return targets.get(targetId);
    },
    ensure: async (batch, source) => {
      await touch(batch);
      await addTargets(batch);
      return addSeries(batch, source);
    },
    known: (targetId) => targets.get(targetId),
    clear: () => targets.clear(),
  };
}
