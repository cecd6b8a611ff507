/** A recommended size as a recommendation: title, action and undo, cost, HCL. */
import { hash } from 'node:crypto';
import { Recommendation } from '@novacron/contract/fleet/recommendation';
import { canonicalJson, type JsonObject } from '@novacron/contract/json';
import { RESOURCE_DEFINITIONS } from '@novacron/contract/kinds/resource-kinds';
import { renderResource } from '@novacron/engine/drift/render-hcl';
import { roundTo } from '@novacron/engine/round';
import { explainRisks, explainSize, explainTuning } from '@novacron/engine/tuning/explain-tuning';
import type { TunedChange, TunedSize } from '@novacron/engine/tuning/model/tuning';
import { priceWrite } from '../../placement/prices/price-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { restartsForGrowth } from '../../resources/vm/update/restarts-for-growth.ts';
import { desiredOf } from '../../rows/answer-resource.ts';
import type { FoundTarget } from './read-targets.ts';

/** Digits that are worth showing. */
const DECIMALS = 2;

type VmTarget = Extract<FoundTarget, { readonly kind: 'vm' }>;

/** Describes it. */
export async function describeChange(
  deps: CapabilityDeps,
  change: TunedChange,
  target: FoundTarget,
): Promise<Recommendation> {
  const { subject, plan } = change;
  const { improvement, confidence, before, after, alternatives } = plan;
  const common = {
    id: `right_sizing:${subject.id}`,
    source: 'right_sizing',
    target: plan.target,
    state: 'open',
    subject_kind: subject.kind,
    subject_id: subject.id,
    subject_name: subject.name,
    title: `${subject.name}: ${explainSize(before)} to ${explainSize(after)}`,
    estimated_improvement: roundTo(improvement.estimate, DECIMALS),
    improvement_lower: roundTo(improvement.lower, DECIMALS),
    improvement_upper: roundTo(improvement.upper, DECIMALS),
    confidence: roundTo(confidence, DECIMALS),
    needs_approval: false,
    alternatives: alternatives.map(explainSize),
    explanation: [...explainTuning(change)],
    measured_improvement: null,
    applied_at: null,
  } as const;
  const risks = [...explainRisks(change)];
  if (target.kind === 'vm_group') {
    return withDigest({ ...common, ...UNPRICED, actions: [], hcl: groupHcl(target, after), risks });
  }
  const { store } = deps;
  const input = { id: target.id, ...fieldsOf(before, after) };
  const restarts = await restartsForGrowth(store, target.row, {
    restart: 'allowed',
    ...input,
    id: target.row.id,
  });
  const [baseline] = await store.read({
    from: 'baselines',
    where: { id: target.id },
    damaged: 'blank',
  });
  return withDigest({
    ...common,
    ...(await priceChange(deps, target, after)),
    actions: [
      {
        operation: 'vm.update',
        input: { ...input, restart: 'allowed' },
        undo: { id: target.id, ...fieldsOf(after, before), restart: 'allowed' },
      },
    ],
    hcl: baseline === undefined ? [] : vmHcl(target, fieldsOf(before, after)),
    risks: restarts ? [restartOf(target), ...risks] : risks,
  });
}

const UNPRICED = { currency: null, cost_per_hour_before: null, cost_per_hour_after: null };

/** Identifies what a recommendation does. */
export function withDigest(recommendation: Omit<Recommendation, 'digest'>): Recommendation {
  const { id, actions, hcl } = recommendation;
  const digest = hash('sha256', canonicalJson({ id, actions, hcl }), 'hex');
  return Recommendation.parse({ ...recommendation, digest });
}

function fieldsOf(before: TunedSize, after: TunedSize): JsonObject {
  return {
    ...(after.cpuCores === before.cpuCores ? {} : { cpu_cores: after.cpuCores }),
    ...(after.memoryGb === before.memoryGb ? {} : { memory_gb: after.memoryGb }),
  };
}

function restartOf({ row }: VmTarget): string {
  const { restart_window } = desiredOf(row);
  return restart_window == null
    ? 'The VM restarts at once.'
    : 'The VM restarts in its restart window.';
}

async function priceChange(deps: CapabilityDeps, { row, id }: VmTarget, after: TunedSize) {
  const wanted = { ...desiredOf(row), cpu_cores: after.cpuCores, memory_gb: after.memoryGb };
  const asked = { id, isNew: false, tenantId: row.tenant_id, wanted, node: undefined } as const;
  const priced = await priceWrite(deps, { kind: 'vm', ...asked });
  if (priced === null) return UNPRICED;
  const { currency, per_hour_before, per_hour_after } = priced.cost;
  return { currency, cost_per_hour_before: per_hour_before, cost_per_hour_after: per_hour_after };
}

function vmHcl({ name }: VmTarget, current: JsonObject): string[] {
  return renderResource(RESOURCE_DEFINITIONS.vm, name, { fields: Object.keys(current), current });
}

/** People change groups: `scaling.vertical = "apply"` has NovaCron do it, one member at a time. */
function groupHcl(
  { name, row }: Extract<FoundTarget, { readonly kind: 'vm_group' }>,
  after: TunedSize,
): string[] {
  const { vm } = desiredOf(row);
  const size = { cpu_cores: after.cpuCores, memory_gb: after.memoryGb };
  const current = { vm: { ...(typeof vm === 'object' ? vm : {}), ...size } };
  return renderResource(RESOURCE_DEFINITIONS.vm_group, name, { fields: ['vm'], current });
}
