/** The whole fleet as the optimizer sees it: nodes, and what reserves room on them. */
import type { VmId } from '@novacron/contract/ids';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type {
  ImprovementInput,
  ResidentVm,
} from '@novacron/engine/placement/optimizer/model/optimizer';
import type { PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { ReservationRow } from '../../../ports/tables/reservation-row.ts';
import type { StandbyRow } from '../../../ports/tables/standby-row.ts';
import type { Tables, VmRow } from '../../../ports/tables/tables.ts';
import { FLEET_NODES, toFleetFacts } from '../../placement/facts/fleet-facts.ts';
import { readFacts, withClaims } from '../../placement/facts/node-facts.ts';
import { specOf } from '../../placement/reservations/reservation-row.ts';
import { steerFleet } from '../../placement/steering/steer-fleet.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { movesStopped, movesTpm } from '../../resources/vm/migrate/refuse-migration.ts';
import { amountsOfStandby } from '../../resources/vm/standby/standby-room.ts';
import { encryptsVolumes, hasEncrypted } from '../../resources/volume/volume-encryption.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { withCpuFeature } from '../../rows/cpu-baselines.ts';
import { isOff, isPaused } from '../../rows/observed-machine.ts';
import { UNREADABLE } from '../../rows/parse-stored.ts';
import { toPlacementRequest } from '../../rows/placement-request.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { amountsHeldBy } from '../../rows/vm-amounts.ts';

/** Nodes and VMs of all tenants, in one snapshot. */
export interface ObservedFleet extends Pick<ImprovementInput, 'nodes' | 'vms'> {
  readonly rows: readonly Tables['nodes'][];
}

/** Reads the fleet. */
export async function observeFleet(
  deps: Pick<CapabilityDeps, 'store' | 'clock' | 'logger' | 'decisions' | 'usage' | 'prices'>,
): Promise<ObservedFleet> {
  const { store } = deps;
  const { nodes, vms, volumes, allocations, reservations, standbys } = await store.snapshot({
    nodes: FLEET_NODES,
    reservations: { from: 'reservations' },
    vms: { from: 'vms' },
    volumes: { from: 'volumes', where: { attached_to: { not: null } }, damaged: 'blank' },
    allocations: { from: 'allocations' },
    standbys: { from: 'standbys', where: { node: { not: null } } },
  });
  const asks = await steerFleet(deps, vms);
  const unable = nodes.filter((node) => !movesStopped(node)).map(({ name }) => name);
  const unableTpm = nodes.filter((node) => !movesTpm(node)).map(({ name }) => name);
  const unableEncrypted = nodes.filter((node) => !encryptsVolumes(node)).map(({ name }) => name);
  const encrypted = new Set(
    mapReadable(volumes, (row) => (hasEncrypted([row]) ? row.attached_to : null)),
  );
  const vmOf = new Map<string, VmRow>(vms.map((row) => [row.id, row]));
  const nodeOf = new Map<string, string>(nodes.map(({ id, name }) => [id, name]));
  const standbyOf = new Map<string, StandbyRow>(standbys.map((row) => [row.id, row]));
  const places = new Map<string, number>();
  for (const { vm_id } of allocations) places.set(vm_id, (places.get(vm_id) ?? 0) + 1);
  const shared = new Set<string>(
    nodes.filter((row) => readFacts(row)?.storage?.sharing === 'shared').map(({ name }) => name),
  );
  const residents = allocations.flatMap((allocation) => {
    const row = vmOf.get(allocation.vm_id);
    const node = nodeOf.get(allocation.node_id);
    if (row === undefined || node === undefined) return [];
    const ask = asks.get(row.id);
    const held = {
      row,
      allocation,
      node,
      ask,
      places: places.get(row.id) ?? 1,
      unable,
      unableTpm,
      unableEncrypted: encrypted.has(row.id) ? unableEncrypted : [],
      shared,
      standbyRoom: toStandby(standbyOf.get(row.id)),
    };
    const [resident = toUnreadable(held)] = mapReadable([held], toResident);
    return [resident];
  });
  const held = reservations.flatMap((row) => {
    const node = nodeOf.get(row.node_id);
    return node === undefined ? [] : [toHeldRoom(row, node)];
  });
  const fleet = toFleetFacts(
    withClaims(
      nodes,
      allocations.filter(({ has_claims }) => has_claims === 1),
    ),
    deps,
  );
  return { nodes: fleet.nodes, vms: [...residents, ...held], rows: nodes };
}

function toStandby(row: StandbyRow | undefined): ResidentVm['standbyRoom'] {
  if (row === undefined || row.node === null) return undefined;
  return { node: row.node, amounts: amountsOfStandby(row) };
}

/** A reservation counts as a VM that does not move. */
function toHeldRoom(row: ReservationRow, node: string): ResidentVm {
  const until = toTimestamp(row.deadline_ms);
  return {
    // Plans name it by its own id: nothing looks it up as a VM.
    id: row.id as string as VmId,
    tenantId: row.tenant_id,
    node,
    request: toPlacementRequest(specOf(row)),
    immovable: `it is the reservation ${row.name}, which expires at ${until}`,
  };
}

/** A VM on a node. */
interface HeldVm {
  readonly row: VmRow;
  readonly allocation: Tables['allocations'];
  readonly node: string;
  readonly ask: PlacementRequest | undefined;
  readonly places: number;
  /** Names of the nodes that move only running VMs. */
  readonly unable: readonly string[];
  /** Names of the nodes that move no VMs with a virtual TPM. */
  readonly unableTpm: readonly string[];
  /** Names of the nodes that cannot open its volumes. */
  readonly unableEncrypted: readonly string[];
  /** Names of the nodes whose root disks other nodes reach. */
  readonly shared: ReadonlySet<string>;
  readonly standbyRoom: ResidentVm['standbyRoom'];
}

/** A VM whose row is damaged: of what it asks for, only the amounts that it holds are known. */
function toUnreadable({ row, allocation, node }: HeldVm): ResidentVm {
  const vm = { name: row.name, labels: {}, ...amountsHeldBy(allocation) };
  return {
    id: row.id,
    tenantId: row.tenant_id,
    priority: 0,
    node,
    request: { vm, constraints: {}, strategy: 'balanced', unknownFacts: 'accept' },
    immovable: UNREADABLE,
  };
}

function toResident(held: HeldVm): ResidentVm {
  const { row, allocation, node } = held;
  const spec = desiredAs(row, VmSpec);
  const ask = withCpuFeature(held.ask ?? toPlacementRequest(spec), row);
  const { constraints } = ask;
  const excludeNodes = [
    ...(constraints.excludeNodes ?? []),
    ...(isOff(row) ? held.unable : []),
    ...(spec.tpm ? held.unableTpm : []),
    ...held.unableEncrypted,
  ];
  return {
    id: row.id,
    tenantId: row.tenant_id,
    priority: spec.priority,
    node,
    // The held amounts, which can exceed the desired ones after a change that got stuck.
    // It may go where nothing is known, as it may stay where nothing is known.
    request: {
      ...ask,
      constraints: excludeNodes.length === 0 ? constraints : { ...constraints, excludeNodes },
      vm: { ...ask.vm, ...amountsHeldBy(allocation) },
      unknownFacts: 'accept',
    },
    ...(isOff(row) ? { power: 'off' } : {}),
    standbyRoom: held.standbyRoom,
    restartableOn: startsElsewhere(spec.healing) && held.shared.has(node) ? held.shared : undefined,
    immovable: whyImmovable(held, spec),
  };
}

function whyImmovable(
  { row, places, node, unable, unableTpm }: HeldVm,
  { tpm }: Pick<VmSpec, 'tpm'>,
): string | undefined {
  if (tpm && unableTpm.includes(node)) {
    return `it has a virtual TPM, and ${node} cannot migrate VMs with one`;
  }
  if (row.busy_operation_id !== null) return `it is being changed by ${row.busy_operation_id}`;
  if (places > 1) return 'its location is unknown: a migration of it is stuck';
  if (isPaused(row)) return 'it is paused and cannot move until it is resumed or stopped';
  const { status } = observedOf(row);
  if (status === 'running') return undefined;
  if (status !== 'stopped')
    return `it is ${String(status)}, and only running or stopped VMs can move`;
  return unable.includes(node)
    ? `it is stopped, and ${node} can only migrate running VMs`
    : undefined;
}
