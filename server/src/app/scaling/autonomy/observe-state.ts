/** Reads what autonomous decisions about a VM group are made from, and what limits them. */
import type { AutonomySettings } from '@novacron/contract/autonomy/autonomous-decision';
import type {
  ActionName,
  Constraints,
  DecisionState,
  FeatureName,
} from '@novacron/engine/autonomy/model/decision';
import { ACTIONS } from '@novacron/engine/autonomy/shield/actions';
import { FEATURES } from '@novacron/engine/autonomy/shield/features';
import type { MetricSignal } from '@novacron/engine/scaling/decide/model/scaling';
import { SUBSTITUTE } from '@novacron/engine/scaling/decide/rules/find-lost-source';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isScaledByPolicies, labelsOfGroup } from '../../resources/vm-group/policies-of-groups.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import type { ReadForecast } from '../groups/forecast-load.ts';
import type { ObservedGroup } from '../groups/observe-groups.ts';
import { readGroupMetric } from '../groups/read-signals.ts';
import { decisionOf } from './decision-rows.ts';

const PERCENT = 100;
const MS_PER_SECOND = 1_000;
const SOON_MS = 900_000;
const LATER_MS = 3_600_000;

/** Metrics of a group that are features; agents measure the first two, clients write the others. */
const METRICS = {
  cpu: SUBSTITUTE.metric,
  memory: 'memory_utilization_ratio',
  latency: 'latency_seconds',
  requests: 'requests_per_second',
  errors: 'errors_per_second',
  health: 'health_check_seconds',
} as const;

/** A state, the features that have no value, and the node of each member. */
export interface ObservedState {
  readonly state: DecisionState;
  readonly absent: readonly FeatureName[];
  readonly nodes: readonly string[];
}

/**
 * Reads the state of a group.
 * @param usual - what stands in for a feature without a value
 * @returns undefined where the usage of CPU is not known: then nothing is decided
 */
export async function observeState(
  deps: CapabilityDeps,
  observed: ObservedGroup,
  { usual, readForecast }: { readonly usual: DecisionState; readonly readForecast: ReadForecast },
): Promise<ObservedState | undefined> {
  const nowMs = deps.clock.nowMs();
  const { id: groupId } = observed.row;
  const read = (metric: string) => readGroupMetric(deps, { groupId, metric }, nowMs);
  const [cpu, memory, written, requests, errors, health] = await Promise.all(
    Object.values(METRICS).map(read),
  );
  if (cpu === undefined) return undefined;
  const latency = written ?? health;
  const { size } = observed.group;
  const nodes = await readNodes(deps, observed);
  const cpuUsage = Math.min(PERCENT, cpu * PERCENT);
  const known: Partial<DecisionState> = {
    cpu_usage: cpuUsage,
    ...(memory === undefined ? {} : { memory_usage: Math.min(PERCENT, memory * PERCENT) }),
    ...(latency === undefined ? {} : { network_latency: latency * MS_PER_SECOND }),
    ...(requests === undefined ? {} : { request_rate: requests }),
    ...(requests === undefined || errors === undefined
      ? {}
      : { error_rate: requests > 0 ? Math.min(1, errors / requests) : 0 }),
    active_vms: size,
    vm_hours_per_hour: size + new Set(nodes).size,
    ...(await expect(observed, { readForecast, nowMs, cpuUsage })),
  };
  const absent = FEATURES.map(({ name }) => name).filter((name) => known[name] === undefined);
  return { state: { ...usual, ...known }, absent, nodes };
}

/** Nodes that run members: each costs, too. */
async function readNodes({ store }: CapabilityDeps, { group }: ObservedGroup) {
  const where = { id: { in: group.members.map(({ id }) => id) } };
  const vms = await store.read({ from: 'vms', where, damaged: 'blank' });
  return vms.map((vm) => String(observedOf(vm).node));
}

/** The usage that the forecast expects, and at least that of now. */
async function expect(
  { row, scaling, group }: ObservedGroup,
  {
    readForecast,
    nowMs,
    cpuUsage,
  }: {
    readonly readForecast: ReadForecast;
    readonly nowMs: number;
    readonly cpuUsage: number;
  },
): Promise<Pick<DecisionState, 'cpu_usage_soon' | 'cpu_usage_later'>> {
  const source = { groupId: row.id, tenantId: row.tenant_id, bootMs: group.bootMs };
  const forecast = await readForecast({ ...source, scaling, rule: SUBSTITUTE });
  const within = (reachMs: number) => peak(forecast, nowMs + reachMs);
  const percent = (load = 0) => Math.max(cpuUsage, (PERCENT * load) / Math.max(1, group.size));
  return { cpu_usage_soon: percent(within(SOON_MS)), cpu_usage_later: percent(within(LATER_MS)) };
}

/** The largest load until a time; undefined where it is not known. */
function peak(forecast: MetricSignal['forecast'], untilMs: number): number | undefined {
  if (forecast === undefined || forecast === 'pending') return undefined;
  const { startMs, stepMs, point } = forecast;
  const values = point.slice(0, Math.max(1, Math.floor((untilMs - startMs) / stepMs) + 1));
  return values.length === 0 ? undefined : Math.max(0, ...values);
}

/** The label by which compliance checks find what must not fail, too. */
function isCritical(spec: ObservedGroup['spec']): boolean {
  return labelsOfGroup(spec).criticality === 'high';
}

const SIZES: readonly ActionName[] = ['scale_up', 'scale_down'];
const MOVES: readonly ActionName[] = ['migrate', 'rebalance'];
const DECIDED = [...SIZES, ...MOVES];

/** Policies and features are left to people. */
const OTHERS = new Set(ACTIONS.filter((action) => action !== 'wait' && !DECIDED.includes(action)));

/** Members of a group that decisions move within an hour. Each makes its VM slower for a while. */
const HOURLY_MOVES_MAX = 16;
const HOUR_MS = 3_600_000;

/** What limits decisions, besides the group. */
export interface Limiting {
  readonly settings: AutonomySettings;
  /** Node of each member. */
  readonly nodes: readonly string[];
  /** Whether a schedule moves VMs of the whole fleet by a goal of its own. */
  readonly isFleetImproved: boolean;
}

/** Limits of decisions about a group. */
export async function limitDecision(
  deps: CapabilityDeps,
  { row, spec, group, hold }: ObservedGroup,
  { settings, nodes, isFleetImproved }: Limiting,
): Promise<Constraints> {
  const byPolicies = await isScaledByPolicies(spec, deps, row.tenant_id);
  const { mode, min_confidence: minConfidence, stopped } = settings;
  return {
    mode: stopped === null ? mode : 'shadow',
    class: isCritical(spec) ? 'critical' : 'standard',
    isApproved: false,
    holdUntilMs: hold?.ends_at_ms,
    nowMs: deps.clock.nowMs(),
    minConfidence,
    size: group.size,
    sizeMin: spec.min_size,
    sizeMax: Math.min(spec.max_size, group.quotaMax ?? spec.max_size),
    scaling: spec.scaling === null ? 'none' : 'recommend',
    outOfScope: OTHERS,
    ownedByPolicies: new Set([...(byPolicies ? SIZES : []), ...(isFleetImproved ? MOVES : [])]),
    grantedByArbiter: new Set(group.isBusy ? [] : DECIDED),
    movesMax: HOURLY_MOVES_MAX - (await countMoves(deps, row.id)),
    moves: estimateMoves(nodes),
    features: [],
    hasPolicyDraft: false,
  };
}

/** Moves that decisions about the group began within the last hour. */
async function countMoves({ store, clock }: CapabilityDeps, groupId: string): Promise<number> {
  const rows = await store.read({
    from: 'autonomous_decisions',
    where: {
      group_id: groupId,
      action: { in: MOVES },
      status: { in: ['running', 'succeeded', 'failed'] },
      at_ms: { above: clock.nowMs() - HOUR_MS },
    },
    limit: HOURLY_MOVES_MAX,
  });
  return rows.reduce((sum, row) => sum + decisionOf(row).expected_impact.moves, 0);
}

/** Moves at least; a plan of the optimizer says whether there is room for them. */
function estimateMoves(nodes: readonly string[]): Constraints['moves'] {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(node, (counts.get(node) ?? 0) + 1);
  if (counts.size < 2) return { migrate: 0, rebalance: 0 };
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())];
  return { migrate: least, rebalance: Math.floor((most - least) / 2) };
}
