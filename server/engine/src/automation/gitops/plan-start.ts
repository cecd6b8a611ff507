/**
 * Decides whether a sync may start now. Sources: the sync windows of Argo CD, where a window that
 * denies outweighs those that allow, and the `dependsOn` of Flux.
 */
import type { StartFacts, StartPlan } from './model/start.ts';
import { findOpening } from './rules/find-opening.ts';

/** Decides it. */
export function planStart({ windows, unready }: StartFacts, nowMs: number): StartPlan {
  const opensAtMs = findOpening(windows, nowMs);
  if (opensAtMs !== nowMs) return { kind: 'outside-windows', opensAtMs };
  return unready.length === 0 ? { kind: 'start' } : { kind: 'unready', unready };
}
