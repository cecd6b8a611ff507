/** Reads what decisions about the sizes of VM groups depend on. */

import { VmGroupId, type VmId } from '@novacron/contract/ids';
import type { GroupScaling } from '@novacron/contract/kinds/vm-group/group-scaling';
import { ScalingHoldDirection } from '@novacron/contract/kinds/vm-group/scaling-operations';
import { VmGroupSpec } from '@novacron/contract/kinds/vm-group/vm-group';
import type {
  ScalingGroup,
  ScalingMember,
  SizeChange,
} from '@novacron/engine/scaling/decide/model/scaling';
import { resolveSettings } from '@novacron/engine/scaling/decide/rules/resolve-settings';
import { groupBy } from '@novacron/runtime/group-by';
import type {
  GroupScalingRow,
  ScalingEventRow,
  ScalingHoldRow,
} from '../../../ports/tables/orchestration-rows.ts';
import type { VmGroupRow, VmRow } from '../../../ports/tables/tables.ts';
import { learnWakeTime } from '../../fleet/optimizer/learn-wake-time.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import {
  type StoredDecision,
  storedDecisionOf,
  storedMemoryOf,
} from '../../resources/vm-group/stored-decision.ts';
import { desiredAs, desiredOf, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { isOutOfContact } from '../../rows/observed/node-suspicion.ts';
import { isServing, shownHealth } from '../../rows/observed/observed-health.ts';
import { findQuotaSize } from './find-quota-size.ts';
import type { ReadForecast } from './forecast-load.ts';
import { readSignals } from './read-signals.ts';
import { eventAction } from './scaling-event-answers.ts';

/**
 * Age of the oldest size changes that are read: the engine counts reversals of an hour. Unit: ms.
 */
const CHANGES_MS = 7_200_000;

/** Events that are looked at for the groups of one page. */
const EVENTS_MAX = 10_000;

/** Growths of which the median is how long a new member takes. */
const BOOTS_MAX = 5;

/** A group with scaling, as it is. */
export interface ObservedGroup {
  readonly row: VmGroupRow;
  readonly spec: VmGroupSpec;
  readonly scaling: GroupScaling;
  readonly group: ScalingGroup;
  /** The latest decision about it; undefined where there is none. */
  readonly last: StoredDecision | undefined;
  /** Its hold, if one applies. */
  readonly hold: ScalingHoldRow | undefined;
  /** Its latest record; undefined where there is none of late. */
  readonly latest: ScalingEventRow | undefined;
  /** Number of its latest consecutive failed changes, and the time of the last failure. */
  readonly failures: { readonly count: number; readonly lastMs: number };
}

/** Everything that was read of the groups of one page. */
interface Facts {
  readonly nowMs: number;
  readonly members: ReadonlyMap<
    string,
    readonly { readonly id: string; readonly ordinal: number }[]
  >;
  readonly vms: ReadonlyMap<string, VmRow>;
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  /** Rates while they run. Unit: micro-units per hour */
  readonly rates: ReadonlyMap<string, number>;
  readonly attached: ReadonlySet<string>;
  readonly down: ReadonlySet<string>;
  readonly holds: ReadonlyMap<string, ScalingHoldRow>;
  readonly decisions: ReadonlyMap<string, GroupScalingRow>;
  readonly events: ReadonlyMap<string, readonly ScalingEventRow[]>;
  readonly quotas: Awaited<ReturnType<typeof readQuotas>>;
  readonly wakeMs: number | undefined;
}

interface NodeFacts {
  readonly answers: boolean;
}

/** Reads them; groups without scaling are left out. */
export async function observeGroups(
  deps: CapabilityDeps,
  rows: readonly VmGroupRow[],
  readForecast: ReadForecast,
): Promise<readonly ObservedGroup[]> {
  const scaled = mapReadable(rows, (row) => {
    const spec = desiredAs(row, VmGroupSpec);
    return spec.scaling === null ? [] : [{ row, spec, scaling: spec.scaling }];
  }).flat();
  if (scaled.length === 0) return [];
  const facts = await readFacts(
    deps,
    scaled.map(({ row }) => row),
  );
  return Promise.all(
    scaled.map(async ({ row, spec, scaling }): Promise<ObservedGroup> => {
      const members = membersOf(deps, row, scaling, facts);
      const group = groupOf({ row, spec, scaling, members }, facts);
      const { bootMs } = group;
      const source = {
        groupId: row.id,
        tenantId: row.tenant_id,
        scaling,
        members,
        bootMs: bootMs + (facts.wakeMs ?? 0),
      };
      const signals = await readSignals(deps, source, readForecast);
      return {
        row,
        spec,
        scaling,
        last: storedDecisionOf(facts.decisions.get(row.id)),
        hold: facts.holds.get(row.id),
        latest: facts.events.get(row.id)?.at(-1),
        failures: countFailures(facts.events.get(row.id) ?? []),
        group: { ...group, signals },
      };
    }),
  );
}

function groupOf(
  {
    row,
    spec,
    scaling,
    members,
  }: {
    readonly row: VmGroupRow;
    readonly spec: VmGroupSpec;
    readonly scaling: GroupScaling;
    readonly members: readonly ScalingMember[];
  },
  facts: Facts,
): Omit<ScalingGroup, 'signals'> {
  const events = facts.events.get(row.id) ?? [];
  const hold = facts.holds.get(row.id);
  const memory = storedMemoryOf(facts.decisions.get(row.id));
  const down = members.filter(({ state }) => state === 'not_ready').length;
  const quotaMax = findQuotaSize(facts.quotas.get(row.tenant_id), { row, spec });
  return {
    id: VmGroupId.parse(row.id),
    name: row.name,
    settings: scaling,
    // A member that could not be removed serves on until it is.
    size: row.busy_operation_id === null ? Math.max(row.size, members.length) : row.size,
    minSize: spec.min_size,
    maxSize: spec.max_size,
    members,
    changes: events.flatMap(toChange),
    memory,
    bootMs: bootTimeOf(events),
    ...(facts.wakeMs === undefined ? {} : { wakeMs: facts.wakeMs }),
    ...(down >= spec.max_unavailable ? { removableMax: 0 } : {}),
    ...(quotaMax === undefined ? {} : { quotaMax }),
    ...(hold === undefined ? {} : { hold: holdOf(hold) }),
    isBusy: row.busy_operation_id !== null,
  };
}

function holdOf(row: ScalingHoldRow): NonNullable<ScalingGroup['hold']> {
  const direction = ScalingHoldDirection.parse(row.direction);
  return { untilMs: row.ends_at_ms, by: row.held_by, direction };
}

function membersOf(
  { usage }: CapabilityDeps,
  group: VmGroupRow,
  scaling: GroupScaling,
  facts: Facts,
): readonly ScalingMember[] {
  const { warmUpMs } = resolveSettings(scaling);
  return (facts.members.get(group.id) ?? []).flatMap(({ id, ordinal }): ScalingMember[] => {
    const vm = facts.vms.get(id);
    if (vm === undefined) return [];
    const [desired, observed] = [desiredOf(vm), observedOf(vm)];
    const nodeName = String(observed.node);
    const node = facts.nodes.get(nodeName);
    const used = usage?.ofVm(nodeName, id)?.cpuCores;
    const rate = facts.rates.get(id);
    return [
      {
        id: vm.id,
        number: ordinal,
        state: stateOf(vm, { node, warmUpMs, nowMs: facts.nowMs }),
        createdAtMs: vm.created_at_ms,
        ...(used === undefined ? {} : { loadRatio: used / Number(desired.cpu_cores) }),
        ...(rate == null ? {} : { costPerHour: rate }),
        isProtected: desired.deletion_protection === true,
        hasOtherState: facts.attached.has(id),
        isHealing: facts.down.has(id),
      },
    ];
  });
}

function stateOf(
  vm: VmRow,
  {
    node,
    warmUpMs,
    nowMs,
  }: { readonly node: NodeFacts | undefined; readonly warmUpMs: number; readonly nowMs: number },
): ScalingMember['state'] {
  const [desired, observed] = [desiredOf(vm), observedOf(vm)];
  const { status } = observed;
  // A member of the future is from before the clock went back.
  const isNew = Math.abs(nowMs - vm.created_at_ms) < warmUpMs;
  const isStarting = status === 'creating' || shownHealth(desired, observed, status) === 'starting';
  const isReady =
    status === 'running' && (node?.answers ?? false) && isServing(desired, observed) && !isStarting;
  if (isReady) return isNew ? 'starting' : 'ready';
  return isNew || isStarting ? 'starting' : 'not_ready';
}

function countFailures(events: readonly ScalingEventRow[]): ObservedGroup['failures'] {
  const last = events.findLastIndex(({ scaling_outcome: outcome }) => outcome !== 'failed');
  const failed = events.slice(last + 1);
  return { count: failed.length, lastMs: failed.at(-1)?.ended_at_ms ?? 0 };
}

/** Changes of the sizes of members say nothing about their number. */
function isOfNumber({ trigger_type: trigger }: ScalingEventRow): boolean {
  return trigger !== 'vertical';
}

/** Changes that took place, were tried or are under way. */
function toChange(event: ScalingEventRow): SizeChange[] {
  const { from, to } = eventAction(event);
  const isChange = !['refused', 'recommended'].includes(event.scaling_outcome ?? '');
  return isChange && from !== null && to !== null ? [{ atMs: event.timestamp, from, to }] : [];
}

/** The median time of the latest growths; 0 where there were none. */
function bootTimeOf(events: readonly ScalingEventRow[]): number {
  const times = events
    .filter((event) => {
      const { from, to } = eventAction(event);
      const isDone = ['measuring', 'succeeded'].includes(event.scaling_outcome ?? '');
      return isDone && event.ended_at_ms !== null && (to ?? 0) > (from ?? 0);
    })
    .slice(-BOOTS_MAX)
    .map(({ ended_at_ms, timestamp }) => (ended_at_ms ?? timestamp) - timestamp)
    .sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? 0;
}

async function readFacts(deps: CapabilityDeps, rows: readonly VmGroupRow[]): Promise<Facts> {
  const { store, clock } = deps;
  const nowMs = clock.nowMs();
  const ids = rows.map(({ id }) => id);
  const found = await store.snapshot({
    members: { from: 'vm_group_members', where: { group_id: { in: ids } } },
    nodes: { from: 'nodes' },
    holds: { from: 'scaling_holds', where: { id: { in: ids }, ends_at_ms: { above: nowMs } } },
    decisions: { from: 'group_scalings', where: { id: { in: ids } } },
    events: {
      from: 'scaling_events',
      where: { cluster_id: { in: ids }, timestamp: { above: nowMs - CHANGES_MS } },
      limit: EVENTS_MAX,
    },
  });
  const vmIds = found.members.map(({ id }) => id);
  const { vms, volumes, down, charges } = await store.snapshot({
    vms: { from: 'vms', where: { id: { in: vmIds } }, damaged: 'blank' },
    volumes: { from: 'volumes', where: { attached_to: { in: vmIds } }, damaged: 'blank' },
    down: { from: 'incident_members', where: { vm_id: { in: vmIds }, up_at_ms: null } },
    charges: { from: 'charges', where: { id: { in: vmIds } } },
  });
  const byOrdinal = found.members.toSorted((left, right) => left.ordinal - right.ordinal);
  return {
    nowMs,
    members: groupBy(byOrdinal, ({ group_id: id }) => id),
    vms: new Map(mapReadable(vms, (vm): [VmId, VmRow] => [vm.id, vm])),
    nodes: new Map(found.nodes.map((node) => [node.name, { answers: !isOutOfContact(node) }])),
    rates: new Map(charges.map(({ id, full_rate }) => [id, full_rate])),
    attached: new Set(volumes.flatMap(({ attached_to: id }) => id ?? [])),
    down: new Set(down.map(({ vm_id: id }) => id)),
    holds: new Map(found.holds.map((row) => [row.id, row])),
    decisions: new Map(found.decisions.map((row) => [row.id, row])),
    events: groupBy(found.events.filter(isOfNumber), ({ cluster_id: id }) => id),
    quotas: await readQuotas(deps, rows),
    wakeMs: await learnWakeTime(deps, found.nodes),
  };
}

async function readQuotas({ store }: CapabilityDeps, rows: readonly VmGroupRow[]) {
  const tenants = [...new Set(rows.map(({ tenant_id: id }) => id))];
  const quotas = await store.read({ from: 'tenant_quotas', where: { id: { in: tenants } } });
  return new Map(quotas.map((row) => [String(row.id), row]));
}
