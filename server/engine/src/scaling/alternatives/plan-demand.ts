/** Finds the peak that a group has to serve, by its rules or by what its members have used. */
import { unitOfMetric } from '@novacron/contract/formats/metric-name';
import {
  type GroupScaling,
  type ScalingRule,
  THRESHOLD_UP,
} from '@novacron/contract/kinds/vm-group/group-scaling';
import type { GroupDecision, RuleSize } from '../decide/model/scaling.ts';
import type { GroupDemand } from './model/alternatives.ts';

/** Usage of members at the peak where no rule says how much a member may be used. */
const USAGE_MAX = 0.8;

/** The rule of which members follow the cores alone. */
const CPU = 'cpu_utilization_ratio';

/**
 * Finds the peak: of the rule that counts by `combine`, the largest load that is measured or
 * forecast in the horizon; without such a rule, the CPU that members have used.
 * @param used - usage of members at their peaks, a ratio; undefined: not known
 * @param size - number of members
 * @returns undefined where nothing is known
 */
export function planDemand({
  decision,
  settings,
  used,
  size,
}: {
  readonly decision: Pick<GroupDecision, 'rules' | 'combine'> | undefined;
  readonly settings: Pick<GroupScaling, 'rules'> | null;
  readonly used: number | undefined;
  readonly size: number;
}): GroupDemand | undefined {
  const rules = decision?.rules ?? [];
  const known = rules.flatMap((each) => demandOf(each, settings?.rules?.[each.rule]) ?? []);
  const sorted = known.toSorted((one, other) => membersFor(one) - membersFor(other));
  const counted = decision?.combine === 'min' ? sorted[0] : sorted.at(-1);
  if (counted !== undefined) return counted;
  if (used === undefined || size === 0) return undefined;
  const measured = { usageMax: USAGE_MAX, servedBy: 'cpu', by: 'usage' } as const;
  return { load: used * size, ...measured, model: undefined };
}

function membersFor({ load, usageMax }: GroupDemand): number {
  return load / usageMax;
}

/** @param rule - undefined: a rule that stands in for one whose metric is lost */
function demandOf(wish: RuleSize, rule: ScalingRule | undefined): GroupDemand | undefined {
  const { kind, metric, scope, load, loadHorizon, sizeGrow, sizeShrink, peak } = wish;
  if (load === undefined || loadHorizon === undefined) return undefined;
  const most = Math.max(load, loadHorizon, peak?.load ?? 0);
  const isForecast = wish.forecast === 'used';
  const by = isForecast ? 'forecast' : 'rule';
  const model = isForecast ? wish.by?.model : undefined;
  const servedBy = metric === CPU ? 'cpu' : 'both';
  const about = { servedBy, by, model } as const;
  const isOfMembers = scope === 'member';
  const wanted = (kind === 'target' ? rule?.value : rule?.up) ?? THRESHOLD_UP;
  if (kind === 'target' || (kind === 'threshold' && isOfMembers)) {
    const isUsage = isOfMembers && unitOfMetric(metric)?.unit === 'ratio';
    if (isUsage) return { load: most, usageMax: wanted, ...about };
    return { load: (most / wanted) * USAGE_MAX, usageMax: USAGE_MAX, ...about };
  }
  // A queue has no usage of members, and its size is not in proportion to its load.
  if (kind !== 'queue') return undefined;
  const members = Math.max(sizeGrow ?? 0, sizeShrink ?? 0);
  return { load: members * USAGE_MAX, usageMax: USAGE_MAX, ...about };
}
