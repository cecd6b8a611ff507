/** Gathers the evidence of an incident: of its tenant's resources, and of their nodes. */
import { IncidentCause } from '@novacron/contract/healing/incident';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import type {
  AffectedVm,
  DiagnosisInput,
  Stop,
  SuspectNode,
} from '@novacron/engine/healing/diagnose/model/diagnosis';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { reduceSuspect } from '../../access/tenants/reduce-for-tenants.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { fenceOf, poolHeartbeatOf, stateOfNode } from '../../resources/node/node-fence.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { seenOfHung } from '../../rows/observed/observed-health.ts';
import { consoleTailOf } from '../../rows/observed-machine.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import { amountsOf } from '../../rows/vm-amounts.ts';
import { findDiskLocks } from './find-disk-locks.ts';
import { findOccurrence, type Occurrence } from './find-occurrence.ts';
import { readRecentChanges } from './read-recent-changes.ts';

/** VMs that are looked at: those of a rack say what all say. */
const VMS_MAX = 100;

/** Stops that are looked at. */
const STOPS_MAX = 1_000;

/** Stops further apart are not of one row: a stable run, and the longest wait. Unit: ms. */
const ROW_GAP_MS = 900_000;

/** Scope of the evidence. */
export interface EvidenceScope {
  readonly members: readonly IncidentMemberRow[];
  readonly platformTenantId: string;
}

/** Gathers it. */
export async function gatherEvidence(
  deps: CapabilityDeps,
  row: IncidentRow,
  { members, platformTenantId }: EvidenceScope,
): Promise<DiagnosisInput> {
  const { store } = deps;
  const isPlatform = row.tenant_id === platformTenantId;
  const names: readonly string[] = JSON.parse(row.nodes_json);
  const fleet = await store.read({ from: 'nodes' });
  const nodes = fleet.filter(({ name }) => names.includes(name));
  const current = findOccurrence(row, members);
  const vmIds = idsOf(current.members);
  const where = { id: { in: vmIds }, tenant_id: row.tenant_id };
  const vms = await store.read({ from: 'vms', where, damaged: 'blank' });
  const suspects = nodes.map((node) => toSuspect(deps, node));
  const stops = await readStops(deps, row, { vmIds, fromMs: current.previousEndMs });
  const startedAtMs = findStart(row, current, stops);
  return {
    incident: { cause: IncidentCause.safeParse(row.cause).data ?? null, startedAtMs },
    fleet: {
      nodes: fleet.length,
      silent: fleet.filter(isSilent).length,
      dead: fleet.filter((node) => !isSilent(node) && stateOfNode(node) === 'dead').length,
    },
    nodes: isPlatform ? suspects : suspects.map(reduceSuspect),
    locks: await findDiskLocks(deps, row, members),
    vms: mapReadable(vms, (vm) => toAffected(deps, vm, stops.get(vm.id) ?? [])),
    changes: await readRecentChanges(deps, {
      tenantId: row.tenant_id,
      platformTenantId,
      startedAtMs,
      nodeIds: nodes.map(({ id }) => id),
      vms,
    }),
  };
}

function idsOf(members: readonly IncidentMemberRow[]): readonly string[] {
  return [...new Set(members.map(({ vm_id }) => vm_id))].slice(0, VMS_MAX);
}

function isSilent(node: NodeRow): boolean {
  return stateOfNode(node) === 'silent' || node.followed_json !== null;
}

function toSuspect({ usage }: CapabilityDeps, node: NodeRow): SuspectNode {
  const measured = usage?.ofNode(node.name);
  const usedMib = measured?.memoryMib;
  return {
    name: node.name,
    zone: node.zone,
    rack: node.rack,
    state: isSilent(node) ? 'silent' : stateOfNode(node),
    poolHeartbeat: toPoolHeartbeat(node),
    fence: node.status === 'lost' ? (fenceOf(node)?.kind ?? null) : null,
    fenceReason: fenceOf(node)?.reason ?? null,
    memoryUsedRatio: usedMib === undefined ? null : usedMib / Math.max(1, node.memory_mib),
    storageFreeRatio: freeOf(node),
    vmCount: node.vm_count,
  };
}

function toPoolHeartbeat(node: NodeRow): SuspectNode['poolHeartbeat'] {
  const read = poolHeartbeatOf(node);
  if (read === undefined) return null;
  const { state, by, guests, at } = read;
  return { state, by, guests, atMs: Date.parse(at) };
}

/** The free share of the storage of disks, as the node has announced it; null where not known. */
function freeOf({ facts_json: facts }: NodeRow): number | null {
  if (facts === null) return null;
  const { storage } = parseStored<{ readonly storage?: Storage }>(facts) ?? {};
  const { size_gb: sizeGb, free_gb: freeGb } = storage ?? {};
  return typeof sizeGb === 'number' && typeof freeGb === 'number' && sizeGb > 0
    ? freeGb / sizeGb
    : null;
}

interface Storage {
  readonly size_gb?: unknown;
  readonly free_gb?: unknown;
}

function toAffected({ usage }: CapabilityDeps, row: VmRow, stops: readonly Stop[]): AffectedVm {
  const observed = observedOf(row);
  const node = String(observed.node);
  const availableMib = usage?.ofVm(node, row.id)?.machine.memory_available_mib;
  const { memoryMib } = amountsOf(desiredAs(row, VmSpec));
  const hung = seenOfHung(observed);
  return {
    id: row.id,
    name: row.name,
    node,
    stops,
    memoryAvailableRatio: availableMib === undefined ? null : availableMib / memoryMib,
    console: consoleTailOf(observed),
    ...(hung === undefined ? {} : { hung }),
  };
}

/** Reads the stops of VMs from a time to the end of the incident, by VM, oldest first. */
export async function readStops(
  { store }: CapabilityDeps,
  { tenant_id, resolved_at_ms }: IncidentRow,
  { vmIds, fromMs }: { readonly vmIds: readonly string[]; readonly fromMs: number },
): Promise<ReadonlyMap<string, readonly Stop[]>> {
  const events = await store.read({
    from: 'events',
    where: { tenant_id, target: { in: vmIds }, type: 'vm.stopped', at_ms: { above: fromMs } },
    orderBy: { column: 'at_ms', direction: 'desc' },
    limit: STOPS_MAX,
  });
  const endMs = resolved_at_ms ?? Number.MAX_SAFE_INTEGER;
  const stops = new Map<string, Stop[]>();
  for (const { target, at_ms: atMs, data_json } of events) {
    if (atMs > endMs) continue;
    const data = parseStored<Readonly<Record<string, unknown>>>(data_json) ?? {};
    const stop = { atMs, reason: String(data.stop_reason ?? ''), node: String(data.node ?? '') };
    const found = stops.get(target) ?? [];
    const next = found[0];
    // An earlier row of stops, or one of before a stable run, had another cause.
    if (next !== undefined && next.atMs - atMs > ROW_GAP_MS) continue;
    stops.set(target, [stop, ...found]);
  }
  return stops;
}

/** Finds when it began: for a crash loop at the first stop, which was before it was given up. */
export function findStart(
  { cause }: IncidentRow,
  { sinceMs }: Pick<Occurrence, 'sinceMs'>,
  stops: ReadonlyMap<string, readonly Stop[]>,
): number {
  if (cause !== 'crash_loop') return sinceMs;
  return Math.min(sinceMs, ...[...stops.values()].flat().map(({ atMs }) => atMs));
}
