/** A metric that stays unknown: when people have to know, and what stands in for it. */
import { isMeasuredMetric } from '@novacron/contract/formats/metric-name';
import { ScalingRule } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { RuleSize, ScalingGroup, ScalingMemory } from '../model/scaling.ts';
import type { ResolvedSettings } from './resolve-settings.ts';
import { sizeByRule } from './size-by-rule.ts';

/** A metric that is unknown for so long is lost. Unit: ms. */
const SOURCE_LOST_MS = 300_000;

/**
 * One more member above the default threshold; an unknown metric lets no group shrink. Agents
 * measure its metric for every group, regardless of its rules.
 */
export const SUBSTITUTE = ScalingRule.parse({
  kind: 'threshold',
  metric: 'cpu_utilization_ratio',
});

/** State of a group's metric sources. */
export interface LostSource {
  readonly isLost: boolean;
  /** To be remembered until the next round. */
  readonly remembered: Pick<ScalingMemory, 'unknownSinceMs'>;
}

/**
 * Finds out whether a metric is lost: no value came for some time, or none of those that came was
 * of use. Of a group whose members are all new nothing is known yet.
 */
export function findLostSource(
  { members, memory, signals }: ScalingGroup,
  rules: readonly RuleSize[],
  nowMs: number,
): LostSource {
  const unknown = rules.filter(({ state }) => state === 'unknown');
  if (unknown.length === 0) return { isLost: false, remembered: {} };
  const unknownSinceMs = Math.min(memory?.unknownSinceMs ?? nowMs, nowMs);
  // What is far ahead is from before the clock went back.
  const isOld = (atMs: number) => Math.abs(nowMs - atMs) >= SOURCE_LOST_MS;
  const isSilent = unknown.some(({ metric }) => {
    const signal = signals.find((each) => each.metric === metric);
    return signal === undefined || isOld(signal.atMs);
  });
  const isLost =
    members.some(({ createdAtMs }) => isOld(createdAtMs)) && (isSilent || isOld(unknownSinceMs));
  return { isLost, remembered: { unknownSinceMs } };
}

/**
 * Returns the substitute for a lost metric: the CPU usage of members, if no rule reads agent
 * metrics.
 * @returns none where it is unknown as well
 */
export function substituteRule(
  request: { readonly group: ScalingGroup; readonly settings: ResolvedSettings },
  nowMs: number,
): readonly RuleSize[] {
  const { group, settings } = request;
  const own = group.settings.rules ?? [];
  if (group.size === 0 || own.some(({ metric }) => isMeasuredMetric(metric))) return [];
  // A forecast is of a metric that a rule of the group reads.
  const reactive = { ...settings, prediction: undefined };
  const size = sizeByRule({ group, rule: SUBSTITUTE, at: own.length, settings: reactive }, nowMs);
  return size.state === 'unknown' ? [] : [{ ...size, isSubstitute: true }];
}
