/** Compares shapes of a VM group by cost, performance and risk; changes nothing. */
import { toAmount } from '@novacron/contract/cost/money';
import { VmGroupId } from '@novacron/contract/ids';
import { networkIdsOf } from '@novacron/contract/kinds/vm/network-interface';
import type {
  GroupAlternative,
  GroupAlternatives,
  GroupShape,
} from '@novacron/contract/kinds/vm-group/alternative-operations';
import { SCALING_WEIGHTS } from '@novacron/contract/kinds/vm-group/group-scaling';
import { GROUP_VMS_MAX } from '@novacron/contract/kinds/vm-group/group-size';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { ok, type Result } from '@novacron/contract/result';
import { explainAlternatives } from '@novacron/engine/scaling/alternatives/explain-alternatives';
import type {
  Alternative,
  AlternativesQuestion,
  Shape,
} from '@novacron/engine/scaling/alternatives/model/alternatives';
import { planAlternatives } from '@novacron/engine/scaling/alternatives/plan-alternatives';
import { planDemand } from '@novacron/engine/scaling/alternatives/plan-demand';
import { planScaling } from '@novacron/engine/scaling/decide/plan-scaling';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmGroupRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import { readClassesOf } from '../../placement/prices/address-classes.ts';
import { takesVms } from '../../placement/prices/price-writes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { forecastsNow } from './forecast-load.ts';
import { observeGroups } from './observe-groups.ts';
import { recommendMemberSize } from './recommend-member-size.ts';

const MIB_PER_GB = 1_024;

/** Digits of ratios. */
const DIGITS = 3;

/** Alternatives of an answer: those with the lowest scores. */
const SHOWN_MAX = 20;

type Input = ParsedInputOf<'vm_group.alternatives'>;

/** Compares them. Problems: `not-found`. */
export async function compareShapes(
  deps: CapabilityDeps,
  input: Input,
  { principal: { tenantId } }: CallContext,
): Promise<Result<GroupAlternatives, Problem>> {
  const found = await findResource(deps.store, 'vm_group', { tenantId, id: input.id });
  if (!found.ok) return found;
  const row = found.value;
  const { scaling } = desiredAs(row, VmGroupSpec);
  const weights = input.weights ?? scaling?.weights ?? SCALING_WEIGHTS;
  const question = await askFor(deps, row, { ...input, weights });
  const list = deps.prices.current();
  const about = {
    group_id: VmGroupId.parse(row.id),
    group: row.name,
    at: toTimestamp(deps.clock.nowMs()),
    price_list: list?.name ?? null,
    currency: list?.currency ?? null,
    weights,
  };
  if (question === undefined) return ok({ ...about, ...UNKNOWN });
  const plan = planAlternatives(question);
  const compared = { question, present: plan.present, name: row.name };
  const toAnswer = (each: Alternative) => toAlternative(each, compared);
  const { demand } = question;
  return ok({
    ...about,
    peak_load: rounded(demand.load),
    peak_by: demand.by,
    forecast_model: demand.model ?? null,
    usage_max: demand.usageMax,
    present: toShape(plan.present),
    recommended: plan.recommended === undefined ? null : toAnswer(plan.recommended),
    alternatives: plan.alternatives.slice(0, SHOWN_MAX).map(toAnswer),
    alternatives_left_out: Math.max(0, plan.alternatives.length - SHOWN_MAX),
    explanation: [...explainAlternatives(plan, question)],
  });
}

const UNKNOWN = {
  peak_load: null,
  peak_by: null,
  forecast_model: null,
  usage_max: null,
  present: null,
  recommended: null,
  alternatives: [],
  alternatives_left_out: 0,
  explanation: ['Nothing is measured of the group yet, so no other shape can be compared.'],
};

/** @returns undefined where nothing is known of the peak */
async function askFor(
  deps: CapabilityDeps,
  row: VmGroupRow,
  { weights, spot_risk_max: spotRiskMax }: Input & Pick<AlternativesQuestion, 'weights'>,
): Promise<AlternativesQuestion | undefined> {
  const spec = desiredAs(row, VmGroupSpec);
  const { scaling, vm } = spec;
  const [observed] = await observeGroups(deps, [row], forecastsNow(deps));
  const groups = observed === undefined ? [] : [observed.group];
  const [decision] = planScaling({ groups }, { nowMs: deps.clock.nowMs() });
  const { cpu_cores: cpu, memory_gb: memory } = await recommendMemberSize(deps, row);
  const used = cpu.used_p95 === null ? undefined : cpu.used_p95 / vm.cpu_cores;
  const demand = planDemand({ decision, settings: scaling, used, size: row.size });
  if (demand === undefined) return undefined;
  const isFollowed = demand.by !== 'usage' && scaling?.mode !== 'recommend';
  return {
    ...(await readPlace(deps, row)),
    list: deps.prices.current(),
    addressClasses: await readClassesOf(deps.store, networkIdsOf(vm)),
    diskGb: vm.disk_gb,
    member: { cpuCores: vm.cpu_cores, memoryGb: vm.memory_gb },
    isSpot: vm.spot ?? false,
    size: isFollowed ? 'demand' : row.size,
    minSize: decision?.bounds.min ?? spec.min_size,
    maxSize: decision?.bounds.max ?? spec.max_size,
    demand,
    memoryUsedGb: memory.used_max ?? undefined,
    weights,
    spotRiskMax,
  };
}

type Place = Pick<AlternativesQuestion, 'nodeClass' | 'zone' | 'tenantVms' | 'nodeSizes'>;

/** Where most members are, and where others may be. */
async function readPlace({ store }: CapabilityDeps, row: VmGroupRow): Promise<Place> {
  const { members, nodes, quotas } = await store.snapshot({
    members: { from: 'vm_group_members', where: { group_id: row.id } },
    nodes: { from: 'nodes' },
    quotas: { from: 'tenant_quotas', where: { id: row.tenant_id } },
  });
  const ids = members.map(({ id }) => id);
  const vms = await store.read({ from: 'vms', where: { id: { in: ids } }, damaged: 'blank' });
  const counts = new Map<string, number>();
  for (const name of mapReadable(vms, (vm) => String(observedOf(vm).node))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const countOf = (node: NodeRow) => counts.get(node.name) ?? 0;
  const able = nodes.filter(takesVms);
  const [node] = able.toSorted((one, other) => countOf(other) - countOf(one));
  return {
    nodeClass: node?.class ?? null,
    zone: node?.zone ?? '',
    tenantVms: quotas[0]?.vms_used ?? 0,
    nodeSizes: able.map(({ cpu_cores: cpuCores, memory_mib: memoryMib }) => {
      return { cpuCores, memoryGb: memoryMib / MIB_PER_GB };
    }),
  };
}

function toShape(shape: Shape): GroupShape {
  const { member, size, spotSize, priceClass, usage, risk, score } = shape;
  return {
    cpu_cores: member.cpuCores,
    memory_gb: member.memoryGb,
    size,
    spot_size: spotSize,
    price_class: priceClass,
    cost_per_hour: toAmount(shape.costPerHour),
    peak_usage: rounded(usage),
    risk: rounded(risk),
    score: score === undefined ? null : rounded(score),
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(DIGITS));
}

interface Compared {
  readonly question: AlternativesQuestion;
  readonly present: Shape;
  readonly name: string;
}

function toAlternative(alternative: Alternative, compared: Compared): GroupAlternative {
  const { costPerHour: now } = compared.present;
  const { costPerHour, givesUp } = alternative;
  const isKnown = now !== undefined && costPerHour !== undefined;
  return {
    ...toShape(alternative),
    savings_per_hour: isKnown ? toAmount(now - costPerHour) : null,
    gives_up: [...givesUp],
    changes: [...listChanges(alternative, compared)],
  };
}

/** The fields to change. Rules choose the number; `max_size` allows the same largest load. */
function listChanges(
  { member, size, spotSize }: Shape,
  { question, present, name }: Compared,
): readonly string[] {
  const isMixed = spotSize > 0 && spotSize < size;
  const isAllSpot = spotSize === size;
  const own = isMixed ? size - spotSize : size;
  const isFixed = question.size !== 'demand';
  const largest = Math.ceil((question.maxSize * present.member.cpuCores) / member.cpuCores);
  return [
    ...(member.cpuCores === present.member.cpuCores ? [] : [`vm.cpu_cores = ${member.cpuCores}`]),
    ...(member.memoryGb === present.member.memoryGb ? [] : [`vm.memory_gb = ${member.memoryGb}`]),
    ...(isAllSpot === question.isSpot ? [] : [`vm.spot = ${isAllSpot}`]),
    ...(isFixed && own !== present.size ? [`desired_size = ${own}`] : []),
    ...(isFixed || largest === question.maxSize
      ? []
      : [`max_size = ${Math.min(GROUP_VMS_MAX, largest)}`]),
    ...(isMixed
      ? [`a second group like ${name} with vm.spot = true for ${spotSize} of ${size} members`]
      : []),
  ];
}
