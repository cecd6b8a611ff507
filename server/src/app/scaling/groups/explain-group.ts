/** Explains the size of a VM group: decides as the next round would, and changes nothing. */
import { VmGroupId } from '@novacron/contract/ids';
import type { Rightsizing } from '@novacron/contract/kinds/vm/rightsizing';
import {
  type GroupExplanation,
  ScalingHoldDirection,
} from '@novacron/contract/kinds/vm-group/scaling-operations';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { assert, ok, type Result } from '@novacron/contract/result';
import {
  explainResize,
  explainSizingGap,
} from '@novacron/engine/scaling/decide/explain-member-sizes';
import { explainScaling } from '@novacron/engine/scaling/decide/explain-scaling';
import type { GroupDecision, RuleSize } from '@novacron/engine/scaling/decide/model/scaling';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import { readWaiting } from '../../kernel/arbitration/read-waiting.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { getVmGroup } from '../../resources/vm-group/read-vm-groups.ts';
import type { RefusedSize } from '../../resources/vm-group/stored-decision.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { forecastsNow } from './forecast-load.ts';
import { toScalingHold } from './hold-scaling.ts';
import { type ObservedGroup, observeGroups } from './observe-groups.ts';
import { MEMBER_SIZING, type ObservedSizes, observeSizes, planSizes } from './observe-sizes.ts';
import { recommendMemberSize } from './recommend-member-size.ts';
import { checkResize } from './resize-window.ts';
import { toScalingEvent } from './scaling-event-answers.ts';

/** What a hold prevents, in words. */
const HELD: Readonly<Record<ScalingHoldDirection, string>> = {
  up: 'its growth',
  down: 'its shrinkage',
  both: 'it',
};

/** Explains it. Problems: `not-found`. */
export async function explainGroup(
  deps: CapabilityDeps,
  { id }: ParsedInputOf<'vm_group.explain'>,
  context: CallContext,
): Promise<Result<GroupExplanation, Problem>> {
  const { tenantId } = context.principal;
  const found = await findResource(deps.store, 'vm_group', { tenantId, id });
  if (!found.ok) return found;
  const group = await getVmGroup(deps, id, context);
  if (!group.ok) return group;
  const [observed] = await observeGroups(deps, [found.value], forecastsNow(deps));
  const { scaling } = desiredAs(found.value, VmGroupSpec);
  const rightsizing =
    scaling?.vertical === 'off' ? null : await recommendMemberSize(deps, found.value);
  const nowMs = deps.clock.nowMs();
  const at = toTimestamp(nowMs);
  const ready = group.value.ready_size;
  const sizing = observed?.scaling.vertical === 'apply' ? await explainSizes(deps, observed) : [];
  const moment = { at, ready, rightsizing };
  if (observed === undefined) return ok(unscaled(found.value, moment));
  const [decision] = planScaling({ groups: [observed.group] }, { nowMs });
  assert(decision !== undefined, 'every group gets a decision');
  const shown = toExplanation(observed, decision, moment);
  return ok({ ...shown, explanation: [...shown.explanation, ...sizing] });
}

/** Explains the next changes of the members' sizes, and the reasons for waiting. */
async function explainSizes(
  deps: CapabilityDeps,
  observed: ObservedGroup,
): Promise<readonly string[]> {
  const sizes = await observeSizes(deps, observed);
  const plan = await planSizes(deps, sizes, new Map());
  if (plan.kind === 'ask') return [];
  if (plan.kind === 'keep') {
    const gap = explainSizingGap(plan.why);
    return plan.why === 'paused' ? [gap, ...explainLatest(sizes)] : [gap];
  }
  const row = sizes.rows.get(plan.member.id);
  if (row === undefined) return [];
  const { waits } = await checkResize(deps, plan, { row, scaling: observed.scaling });
  const intents = await readWaiting(deps, row.tenant_id);
  const intent = intents.find(({ who, vm_id: id }) => who === MEMBER_SIZING && id === row.id);
  const reason = waits ?? intent?.reason ?? null;
  return [explainResize(plan), ...(reason === null ? [] : [reason])];
}

/** Explains the latest change if it did not succeed, with the reason of a refusal. */
function explainLatest({ latest }: ObservedSizes): readonly string[] {
  if (latest === undefined) return [];
  const { at, outcome, reason } = toScalingEvent(latest);
  return [`The last change at ${at} has the outcome ${String(outcome)}: ${String(reason)}`];
}

interface Moment {
  readonly at: string;
  /** Number of members that serve. */
  readonly ready: number;
  readonly rightsizing: Rightsizing | null;
}

function unscaled(row: VmGroupRow, { at, ready, rightsizing }: Moment): GroupExplanation {
  const spec = desiredAs(row, VmGroupSpec);
  const why =
    spec.desired_size === null
      ? `${row.name} has ${row.size} members because that is the size that it was given last.`
      : `${row.name} has ${row.size} members because desired_size says so.`;
  return {
    group_id: VmGroupId.parse(row.id),
    group: row.name,
    at,
    mode: null,
    size: row.size,
    ready_size: ready,
    wanted_size: row.size,
    next_size: row.size,
    min_size: spec.min_size,
    max_size: spec.max_size,
    limited_by: [],
    rules: [],
    hold: null,
    last_event: null,
    rightsizing,
    explanation: [
      why,
      'It has no scaling, so no rule of the group changes that. Orchestration policies may: ' +
        'novacron orchestration-policy list.',
    ],
  };
}

function toExplanation(
  { row, scaling, group, hold, latest, last }: ObservedGroup,
  decision: GroupDecision,
  { at, ready, rightsizing }: Moment,
): GroupExplanation {
  const refused = last?.refused ?? null;
  const limits = [...decision.limitedBy, ...(refused === null ? [] : [refused.limit])];
  return {
    group_id: VmGroupId.parse(row.id),
    group: row.name,
    at,
    mode: scaling.mode ?? 'apply',
    size: group.size,
    ready_size: ready,
    wanted_size: decision.wanted,
    next_size: decision.to,
    min_size: decision.bounds.min,
    max_size: decision.bounds.max,
    limited_by: [...new Set<string>(limits)],
    rules: decision.rules.map(toWish),
    hold: hold === undefined ? null : toScalingHold(hold, row.name),
    last_event: latest === undefined ? null : toScalingEvent(latest),
    rightsizing,
    explanation: [
      ...explainScaling(decision),
      ...(hold === undefined
        ? []
        : [
            `${hold.held_by} holds ${HELD[ScalingHoldDirection.parse(hold.direction)]} until ` +
              `${toTimestamp(hold.ends_at_ms)}: ${hold.reason}. ` +
              `To end that: novacron scaling release ${row.name}.`,
          ]),
      ...(refused === null ? [] : [describeRefusal(refused)]),
      ...(scaling.mode === 'recommend'
        ? ['The mode is recommend: decisions are recorded, and nothing is changed.']
        : []),
    ],
  };
}

function describeRefusal({ to, detail, at_ms: atMs }: RefusedSize): string {
  return `A size of ${to} was refused at ${toTimestamp(atMs)}: ${detail}`;
}

function toWish(rule: RuleSize): GroupExplanation['rules'][number] {
  return {
    kind: rule.kind,
    metric: rule.metric,
    state: rule.state,
    value: rule.value ?? null,
    load: rule.load ?? null,
    load_expected: rule.loadSoon ?? null,
    load_forecast: rule.peak?.load ?? null,
    load_lower: rule.peak?.lower ?? null,
    load_upper: rule.peak?.upper ?? null,
    size_measured: rule.sizeMeasured ?? null,
    size_to_grow: rule.sizeGrow ?? null,
    size_to_shrink: rule.sizeShrink ?? null,
    size_lower: rule.peak?.sizeLower ?? null,
    size_upper: rule.peak?.sizeUpper ?? null,
    forecast: rule.forecast,
  };
}
