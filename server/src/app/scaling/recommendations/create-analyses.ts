/**
 * The latest analysis of each tenant by this server. It follows from stored series, so that it is
 * not stored itself: a server that has none makes one.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ReplayedChange, TunedChange } from '@novacron/engine/tuning/model/tuning';
import { planLatency, planReplay, planTuning } from '@novacron/engine/tuning/plan-tuning';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { seriesOf } from '../../platform/metrics/find-target.ts';
import { findSignals, readSignals } from './read-signals.ts';
import { type FoundTarget, readTargets } from './read-targets.ts';

/** Interval between analyses of a tenant. Unit: ms. */
const ANALYSIS_EVERY_MS = 15 * 60_000;

/** Models of one analysis: each takes some tens of milliseconds. */
export const MODELS_MAX = 20;

/** What was found. */
export interface Analysis {
  readonly atMs: number;
  readonly targets: ReadonlyMap<string, FoundTarget>;
  readonly changes: readonly TunedChange[];
  readonly replayed: readonly ReplayedChange[];
}

/** Makes analyses. */
export interface Analyses {
  /** Returns that of the last 15 minutes, or makes one. Problems: `unavailable`. */
  readonly latest: (tenantId: string) => Promise<Result<Analysis, Problem>>;
  /** Forgets that of a tenant: something it rests on has changed. */
  readonly forget: (tenantId: string) => void;
}

/** Makes it. */
export function createAnalyses(deps: CapabilityDeps): Analyses {
  const made = new Map<string, Analysis>();
  const making = new Map<string, Promise<Analysis>>();
  return {
    latest: async (tenantId) => {
      const series = seriesOf(deps);
      if (!series.ok) return err(series.error);
      const nowMs = deps.clock.nowMs();
      const before = made.get(tenantId);
      // A clock that went back must not keep an analysis for longer.
      const isFresh = before !== undefined && Math.abs(nowMs - before.atMs) < ANALYSIS_EVERY_MS;
      if (before !== undefined && isFresh) return ok(before);
      const begun = making.get(tenantId) ?? analyze(deps, tenantId);
      making.set(tenantId, begun);
      try {
        const done = await begun;
        made.set(tenantId, done);
        return ok(done);
      } finally {
        making.delete(tenantId);
      }
    },
    forget: (tenantId) => void made.delete(tenantId),
  };
}

async function analyze(deps: CapabilityDeps, tenantId: string): Promise<Analysis> {
  const atMs = deps.clock.nowMs();
  const found = await readTargets(deps, tenantId);
  const replayed = await replayAll(found);
  const changes: TunedChange[] = [];
  let models = 0;
  for (const target of found) {
    const [change] = planTuning([target], replayed);
    // Each takes some milliseconds: other work of the server goes on between them.
    await nextTurn();
    if (change === undefined) continue;
    const isModeled = models < MODELS_MAX && (await mayLearn(deps, target));
    models += isModeled ? 1 : 0;
    const signals = isModeled ? await readSignals(deps, target.id) : undefined;
    changes.push(planLatency({ ...target, signals }, change, deps));
  }
  return { atMs, targets: new Map(found.map((each) => [each.id, each])), changes, replayed };
}

/** Replays all targets, one at a time. */
export async function replayAll(
  targets: readonly FoundTarget[],
  replaysMax?: number,
): Promise<readonly ReplayedChange[]> {
  const replayed: ReplayedChange[] = [];
  for (const target of targets) {
    replayed.push(...planReplay([target], replaysMax));
    await nextTurn();
  }
  return replayed;
}

async function mayLearn(deps: CapabilityDeps, target: FoundTarget): Promise<boolean> {
  if (!deps.settings.learningEnabled || target.kind !== 'vm') return false;
  return (await findSignals(deps, target.id)).includes('latency_seconds');
}
