/** Resources that a prepared write takes on nodes, read from its changes. */
import { canonicalJson } from '@novacron/contract/json';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { Amounts, PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Change } from '../../../../ports/store.ts';
import type { PreparedWrite } from '../../../kernel/write/prepared-write.ts';
import { toPlacementRequest } from '../../../rows/placement-request.ts';

/** A write that takes room, has a VM start elsewhere, or changes its rules about other VMs. */
export interface TakenRoom {
  /** The id of the VM or reservation. */
  readonly id: string;
  readonly write: 'create' | 'change';
  /** The id of the node; undefined where the VM stays on its own and takes nothing. */
  readonly nodeId: string | undefined;
  /** Resources taken on the node. */
  readonly amounts: Amounts;
  /** Resources taken on all nodes, by node id; negative if released. */
  readonly changes: readonly { readonly nodeId: string; readonly amounts: Amounts }[];
  /** Spec after the write; undefined for a reservation, which does not start elsewhere. */
  readonly spec: VmSpec | undefined;
}

const NOTHING: Amounts = { cpuCores: 0, memoryMib: 0, diskGb: 0 };

/** Reads it; empty for a write that neither takes room nor changes who may start elsewhere. */
export function readTakenRoom(write: PreparedWrite): readonly TakenRoom[] {
  if (write.resourceKind !== 'vm' && write.resourceKind !== 'reservation') return [];
  if (write.wanted === null) return [];
  const changes = (write.saga.reserve ?? []).flatMap(roomOf);
  const spec = write.resourceKind === 'vm' ? VmSpec.parse(write.wanted) : undefined;
  const target = changes.find(({ amounts }) => Object.values(amounts).some((each) => each > 0));
  if (target === undefined && !isNewlyAsked(write, spec)) return [];
  return [
    {
      id: write.target.id,
      write: write.before === null ? 'create' : 'change',
      nodeId: target?.nodeId,
      amounts: target?.amounts ?? NOTHING,
      changes,
      spec,
    },
  ];
}

/**
 * The kind of a VM: which nodes may hold it depends on nothing else of it, in a tenant without
 * hard rules about other VMs.
 * @param where - `disks`: where its disks are, as text
 */
export function kindOf(
  { vm, constraints }: PlacementRequest,
  where: { readonly tenantId: string; readonly disks: string },
): string {
  const bare = { ...vm, ...NOTHING, name: '', labels: {}, group: undefined };
  return JSON.stringify([bare, constraints, where.disks, where.tenantId]);
}

/** Whether it has hard rules about other VMs, which may keep these off nodes. */
export function insistsOnOthers(spec: VmSpec): boolean {
  const { affinity = [], spread = [] } = toPlacementRequest(spec).constraints;
  return [...affinity, ...spread].some(({ need }) => need === 'required');
}

function roomOf(change: Change): TakenRoom['changes'] {
  if (change.kind !== 'add' || change.table !== 'nodes') return [];
  const amountOf = (column: string) =>
    change.by.find((each) => each.column === column)?.amount ?? 0;
  const amounts = {
    cpuCores: amountOf('cpu_cores_used'),
    memoryMib: amountOf('memory_mib_used'),
    diskGb: amountOf('disk_gb_used'),
  };
  return [{ nodeId: change.id, amounts }];
}

/**
 * Whether a VM asks for a restart elsewhere from now on, or for another place. One that waits for
 * its node may keep others off nodes, by its rules or theirs.
 */
export function isNewlyAsked(
  { before }: Pick<PreparedWrite, 'before'>,
  spec: VmSpec | undefined,
): boolean {
  if (spec === undefined || before === null) return false;
  const restarts = startsElsewhere(spec.healing);
  const parsed = VmSpec.safeParse(before);
  if (!parsed.success) return restarts;
  if (restarts && !startsElsewhere(parsed.data.healing)) return true;
  const placeOf = (each: VmSpec) => canonicalJson(JSON.parse(JSON.stringify(askOf(each))));
  return placeOf(parsed.data) !== placeOf(spec);
}

function askOf(spec: VmSpec) {
  const { vm, constraints } = toPlacementRequest(spec);
  return { vm, constraints };
}
