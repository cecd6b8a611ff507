/** Says in a plan what scaling a VM group will have. */

import type { AdmissionCost } from '@novacron/contract/admission/admission';
import { equalJson } from '@novacron/contract/json';
import { SCALING_HORIZON_MS } from '@novacron/contract/kinds/vm-group/group-scaling';
import { widestBounds } from '@novacron/contract/kinds/vm-group/group-size';
import type { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import { nameModel } from '@novacron/engine/scaling/decide/explain-scaling';
import { priceWrite } from '../../placement/prices/price-writes.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { WriteScope } from '../scope.ts';
import { describeIgnoredPolicies } from './policies-of-groups.ts';
import { storedDecisionOf } from './stored-decision.ts';

/** Age after which an earlier decision is no longer shown. Unit: ms. */
const RECENT_MS = 300_000;

const MS_PER_MINUTE = 60_000;

/** A group that a write makes or changes. */
interface ScaledGroup {
  readonly id: string;
  readonly spec: VmGroupSpec;
  /** Before the write; absent for a new group. */
  readonly before?: VmGroupSpec | undefined;
  readonly size: number;
}

/** The notices of a write that sets or changes the scaling of a group; none for other writes. */
export async function describeScaling(
  { id, spec, before, size }: ScaledGroup,
  scope: Pick<WriteScope, 'deps' | 'context'>,
): Promise<readonly string[]> {
  const { scaling } = spec;
  if (scaling === null) return [];
  const isSame =
    before !== undefined &&
    equalJson(before.scaling, scaling) &&
    before.min_size === spec.min_size &&
    before.max_size === spec.max_size;
  if (isSame) return [];
  return [
    await describeRange({ id, spec, before }, size, scope),
    ...(scaling.prediction === null ? [] : [await describeForecast({ id, spec, before }, scope)]),
    ...(await describeIgnoredPolicies(spec, scope)),
  ];
}

/**
 * Describes the forecast of the latest decision; a plan makes no forecast itself, which may take
 * seconds.
 */
async function describeForecast(
  { id, spec: { name }, before }: Pick<ScaledGroup, 'id' | 'spec' | 'before'>,
  { deps: { store, clock } }: Pick<WriteScope, 'deps'>,
): Promise<string> {
  const [row] = await store.read({ from: 'group_scalings', where: { id } });
  const last = storedDecisionOf(row);
  const isRecent = last !== undefined && clock.nowMs() - last.decided_at_ms < RECENT_MS;
  const { lower, upper } = (isRecent ? last.forecast : undefined) ?? { lower: null, upper: null };
  if (last === undefined || lower === null || upper === null) {
    return (
      `No forecast is used for ${name} now: until there is enough history of its metrics, and ` +
      'forecasts are accurate enough, its size follows from what is measured.'
    );
  }
  const horizon = before?.scaling?.prediction?.horizon ?? `${SCALING_HORIZON_MS / MS_PER_MINUTE}m`;
  const sizes = lower === upper ? `${lower}` : `${lower} to ${upper}`;
  const model = last.forecast?.model;
  const by = model === undefined ? '' : ` by ${nameModel(model)}`;
  return (
    `The present rules of ${name} need ${sizes} members in the next ${horizon}, as forecast${by} ` +
    `at ${toTimestamp(last.decided_at_ms)}.`
  );
}

async function describeRange(
  { id, spec, before }: Pick<ScaledGroup, 'id' | 'spec' | 'before'>,
  size: number,
  { deps, context }: Pick<WriteScope, 'deps' | 'context'>,
): Promise<string> {
  const { name, scaling } = spec;
  const { min, max } = widestBounds(spec);
  const range = `from ${min} to ${max} members`;
  const wanted = { ...spec, min_size: min, max_size: max };
  const { tenantId } = context.principal;
  const asked = { kind: 'vm_group', tenantId, wanted, node: undefined } as const;
  const priced = await priceWrite(deps, { ...asked, id, isNew: before === undefined });
  const costs = priced === null ? '' : ` ${describeCost(priced.cost)}`;
  if (scaling?.mode === 'recommend') {
    const does =
      deps.decisionModel === undefined
        ? 'changes nothing'
        : 'changes nothing by its rules (novacron autonomous-decision settings show says whether ' +
          'a model may)';
    return (
      `NovaCron records which size of ${name} it would choose, ${range}, and ${does}: ` +
      `the group has ${size}. See novacron group explain ${name}.${costs}`
    );
  }
  return (
    `NovaCron chooses the size of ${name}, ${range}; after this change it has ${size}. Members ` +
    'that are removed lose their root disks, and the group does not shrink by itself while such ' +
    `a member has volumes attached. See novacron group explain ${name}.${costs}`
  );
}

/** What the group costs with its smallest and its largest size. */
function describeCost({ currency, per_hour_after: least, per_hour_max: most }: AdmissionCost) {
  if (least === null) return 'What it costs depends on its nodes.';
  const range = most === null ? `${least}` : `from ${least} to ${most}`;
  return `It costs ${range} ${currency} per hour.`;
}
