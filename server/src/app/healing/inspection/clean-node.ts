/** Removes leftovers from a node: each removal is an operation of its own. */
import type { Machine } from '@novacron/contract/agent/machine';
import type { OperationId, VmId } from '@novacron/contract/ids';
import { explainCleanup } from '@novacron/engine/healing/cleanup/explain-cleanup';
import type { CleanupPlan, KnownVm, Removal } from '@novacron/engine/healing/cleanup/model/healing';
import { planCleanup } from '@novacron/engine/healing/cleanup/plan-cleanup';
import type { Change } from '../../../ports/store.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { auditChange } from '../../kernel/audit/audit.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { eventChange } from '../../kernel/events/events.ts';
import {
  insertOperation,
  type NewOperation,
  planOperation,
} from '../../kernel/operations/admit-operation.ts';
import type { OperationExecutor } from '../../kernel/operations/execute-operations.ts';
import { PLATFORM_NAME, platformCaller } from '../../kernel/operations/platform-caller.ts';
import { planOperationTrace } from '../../kernel/operations/trace-operations.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { deleteDiskAction, forgetAction } from '../../resources/vm/machine/removal-actions.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { recoveredFrom, recreatedFrom, restoredFrom } from '../../rows/observed-machine.ts';
import { replan } from '../../rows/resource-problems.ts';
import type { FoundStrangers } from './found-strangers.ts';
import { inspectNode } from './inspect-node.ts';
import type { ReportCopy, SecondCopy } from './second-copy.ts';

/** The operation name of a machine's removal. */
export const CLEANUP_KIND = 'vm.cleanup';

/** Dependencies of cleaning. */
export interface CleaningParts {
  readonly deps: CapabilityDeps;
  readonly executor: Pick<OperationExecutor, 'start'>;
  /** Learns which machines are of no known VM. */
  readonly strangers: Pick<FoundStrangers, 'note'>;
  readonly reportCopy: ReportCopy;
}

interface Known {
  readonly vms: ReadonlyMap<VmId, KnownVm>;
  /** The tenant of a VM's operations, also after its deletion. */
  readonly tenants: ReadonlyMap<string, string>;
  /** Ids of VMs that were deleted while the node was dead, with their disks there. */
  readonly missed: ReadonlySet<string>;
  /** Time of a VM's last recovery. Unit: ms since the Unix epoch. */
  readonly recoveredMs: ReadonlyMap<string, number>;
}

/** A removal, and the row of the node that it is done on. */
interface Found {
  readonly node: Tables['nodes'];
  readonly removal: Removal;
  readonly tenantId: string;
  /** Whether its deletion did not reach the node, so that its disks are there. */
  readonly isMissed: boolean;
  /** Changes that report it to people. */
  readonly reports: readonly Change[];
}

/**
 * Inspects a node and removes its leftovers. A node that cannot be inspected is left as it is.
 */
export async function cleanNode(parts: CleaningParts, node: string): Promise<void> {
  const { deps } = parts;
  const machines = (await inspectNode(deps, node))?.machines;
  if (machines?.length === 0) parts.strangers.note(node, []);
  if (machines === undefined || machines.length === 0) return;
  // Read after the inspection: everything that it found was admitted before.
  const row = (await deps.store.read({ from: 'nodes', where: { name: node } }))[0];
  if (row === undefined) return;
  const known = await readKnown(deps, row, machines);
  const plan = planCleanup({ node, machines, vms: known.vms });
  for (const line of explainCleanup(plan)) deps.logger.warn({ node }, line);
  parts.strangers.note(node, describeStrangers(plan, machines));
  const report = (left: Left) => reportLeft(parts, { row, machines, known, left });
  for (const removal of plan.removals) {
    const { vmId, why } = removal;
    const tenantId = known.tenants.get(vmId);
    if (tenantId === undefined) continue;
    const reports = why === 'superseded' ? await report({ vmId, fate: 'removed' }) : [];
    const isMissed = known.missed.has(vmId);
    await beginRemoval(parts, { node: row, removal, tenantId, isMissed, reports });
  }
  for (const { vmId, why } of plan.doubts) {
    if (why !== 'second-copy') continue;
    await commitChanges(deps, await report({ vmId, fate: 'left' }));
  }
}

/** A machine whose VM has its place elsewhere. */
type Left = Pick<SecondCopy, 'fate'> & { readonly vmId: VmId };

/** Reports one that runs. */
async function reportLeft(
  { reportCopy }: CleaningParts,
  {
    row,
    machines,
    known,
    left: { vmId, fate },
  }: {
    readonly row: Tables['nodes'];
    readonly machines: readonly Machine[];
    readonly known: Known;
    readonly left: Left;
  },
): Promise<readonly Change[]> {
  const machine = machines.find(({ vm_id }) => vm_id === vmId);
  const tenantId = known.tenants.get(vmId);
  if (machine?.status !== 'running' || tenantId === undefined) return [];
  return reportCopy({
    vmId,
    name: machine.spec.name,
    tenantId,
    node: row,
    places: known.vms.get(vmId)?.places ?? [],
    generation: machine.generation,
    startedMs: known.recoveredMs.get(vmId),
    fate,
  });
}

/** Those whose VM the store never knew: it may have been restored from an older backup. */
function describeStrangers(
  { doubts }: Pick<CleanupPlan, 'doubts'>,
  machines: readonly Machine[],
): readonly string[] {
  return doubts
    .filter(({ why }) => why === 'stranger')
    .map(({ vmId, name }) => {
      const status = machines.find(({ vm_id: id }) => id === vmId)?.status ?? 'unknown';
      return `${name} (${vmId}, ${status})`;
    });
}

/** Reads the known VMs whose machines do not belong on the node. */
async function readKnown(
  { store }: CapabilityDeps,
  node: Tables['nodes'],
  machines: readonly Machine[],
): Promise<Known> {
  const held = await store.read({ from: 'allocations', where: { node_id: node.id } });
  const here = new Set(held.map(({ vm_id }) => vm_id));
  const ids = machines.map(({ vm_id }) => vm_id).filter((id) => !here.has(id));
  if (ids.length === 0) {
    return { vms: new Map(), tenants: new Map(), missed: new Set(), recoveredMs: new Map() };
  }
  const rows = await store.snapshot({
    vms: { from: 'vms', where: { id: { in: ids } } },
    allocations: { from: 'allocations', where: { vm_id: { in: ids } } },
    nodes: { from: 'nodes' },
    operations: { from: 'operations', where: { target_id: { in: ids } }, damaged: 'blank' },
    discards: {
      from: 'operations',
      where: { kind: 'node.delete', target_name: node.name, status: 'succeeded' },
      damaged: 'blank',
    },
  });
  // An earlier node by this name, whose contents were given up.
  const discarded = rows.discards.filter((row) => leftDisksOf(row).includes(node.name));
  const nodeNames = new Map<string, string>(rows.nodes.map(({ id, name }) => [id, name]));
  const vms = ids.map((id) => {
    const vm = rows.vms.find((row) => row.id === id);
    const operations = rows.operations.filter((row) => row.target_id === id);
    const isInFlight =
      operations.some(isUnended) ||
      // What it wanted of the node is not known.
      operations.some(isDamaged) ||
      (vm !== undefined && vm.busy_operation_id !== null);
    const known: KnownVm = {
      life: vm !== undefined ? 'exists' : operations.length > 0 ? 'gone' : 'never',
      generation: vm?.generation ?? 1 + Math.max(0, ...operations.map(generationOf)),
      places: rows.allocations
        .filter((allocation) => allocation.vm_id === id)
        .map((allocation) => nodeNames.get(allocation.node_id) ?? ''),
      recoveredFrom: vm === undefined ? [] : recoveredFrom(observedOf(vm)),
      recreatedFrom:
        vm === undefined
          ? [
              ...operations.flatMap(leftDisksOf),
              ...(isGivenUp(operations, discarded) ? [node.name] : []),
            ]
          : recreatedFrom(observedOf(vm)),
      restoredFrom: vm === undefined ? [] : restoredFrom(observedOf(vm)),
      inFlight: isInFlight ? 'yes' : 'no',
    };
    return [id, known] as const;
  });
  const tenants = [...rows.operations.map(tenantOfTarget), ...rows.vms.map(tenantOfVm)];
  const recoveries = rows.operations.flatMap(({ kind, status, target_id, finished_at_ms: atMs }) =>
    kind === 'vm.recover' && isDone(status) && atMs !== null ? [[target_id, atMs] as const] : [],
  );
  return {
    vms: new Map(vms),
    tenants: new Map(tenants),
    missed: new Set(
      rows.operations
        .filter((row) => hasMissed(row, node.name))
        .map(({ target_id }): string => target_id),
    ),
    recoveredMs: new Map(recoveries.sort(([, left], [, right]) => left - right)),
  };
}

function isUnended({ status }: Tables['operations']): boolean {
  return status === 'running' || status === 'undoing';
}

/** Whether a VM was deleted before its node was, with its contents. */
function isGivenUp(
  operations: readonly Tables['operations'][],
  discards: readonly Tables['operations'][],
): boolean {
  const deletions = operations.filter(({ kind, status }) => isDeletion(kind) && isDone(status));
  return discards.some(({ created_at_ms: atMs }) =>
    deletions.some(({ created_at_ms }) => created_at_ms <= atMs),
  );
}

/** The nodes on which a deletion has left root disks that no VM needs. */
function leftDisksOf(row: Tables['operations']): readonly string[] {
  if (!isDeletion(row.kind) || !isDone(row.status) || isDamaged(row)) return [];
  return decodeDefinition(row).leftDisks ?? [];
}

/** Whether a deletion was to remove a machine from a node that still has it. */
function hasMissed(row: Tables['operations'], node: string): boolean {
  if (row.kind !== 'vm.delete' || !isDone(row.status) || isDamaged(row)) return false;
  const { keptDisks = [], steps } = decodeDefinition(row);
  const isAsked = steps.some(({ action }) => action.kind === 'agent' && action.node === node);
  return isAsked || keptDisks.includes(node);
}

function isDeletion(kind: string): boolean {
  return kind === 'vm.delete' || kind === 'node.delete';
}

function isDone(status: string): boolean {
  return status === 'succeeded';
}

/** The highest generation of the commands of an operation. */
function generationOf(row: Tables['operations']): number {
  if (isDamaged(row)) return 0;
  const generations = decodeDefinition(row).steps.flatMap(({ action }) =>
    action.kind === 'agent' ? [action.generation] : [],
  );
  return Math.max(0, ...generations);
}

function tenantOfTarget({ target_id, tenant_id }: Tables['operations']) {
  return [target_id, tenant_id] as const;
}

function tenantOfVm({ id, tenant_id }: Tables['vms']) {
  return [id, tenant_id] as const;
}

async function beginRemoval({ deps, executor }: CleaningParts, found: Found): Promise<void> {
  const operation = planRemoval(deps, found);
  const done = await commitChanges(deps, removalChanges(deps, operation, found));
  if (done.ok) executor.start(operation.row);
  else
    deps.logger.info(
      { node: found.node.name, problem: done.error },
      'a removal could not be started',
    );
}

function planRemoval(deps: CapabilityDeps, found: Found): NewOperation {
  const { node, removal, tenantId } = found;
  const { vmId, name, generation, disk } = removal;
  // On storage that nodes share, a disk may be the one that the VM runs from elsewhere.
  const isOwnDisk = readFacts(node)?.storage?.sharing !== 'shared';
  const isDeleted = disk === 'delete' && isOwnDisk;
  const id: OperationId = deps.ids.next('op');
  const subject = {
    id,
    tenant_id: tenantId,
    kind: CLEANUP_KIND,
    target_kind: 'vm',
    target_id: vmId,
    target_name: name,
    created_at_ms: deps.clock.nowMs(),
    created_by: PLATFORM_NAME,
  };
  const agent = { kind: 'agent', node: node.name, vmId, generation } as const;
  return planOperation(deps, subject, {
    steps: [
      {
        name: 'delete',
        after: [],
        action: { ...agent, action: isDeleted ? deleteDiskAction(node) : forgetAction(node) },
        undo: null,
        noReturn: 'yes',
      },
    ],
    onSuccess: [],
    onFailure: [],
    onStuck: [],
    ...planOperationTrace(deps.tracer, { operationId: id, parent: undefined }),
  });
}

function removalChanges(deps: CapabilityDeps, operation: NewOperation, found: Found): Change[] {
  const { row } = operation;
  const { node, removal, tenantId } = found;
  const { vmId, name, was, why, generation } = removal;
  const otherwise = replan(`The VM ${vmId}`);
  const unchanged: Change =
    why === 'orphan'
      ? { kind: 'require-none', of: 'vms', where: { id: vmId }, otherwise }
      : {
          kind: 'update',
          table: 'vms',
          id: vmId,
          set: { busy_operation_id: null },
          expect: { busy_operation_id: null, generation },
          otherwise,
        };
  return [
    unchanged,
    ...insertOperation(operation, otherwise),
    auditChange(deps, platformCaller(deps, tenantId, 'healer'), {
      operation: CLEANUP_KIND,
      outcome: 'done',
      resourceKind: 'vm',
      target: { id: vmId, name },
      changes: { machine: { was: `${was} on ${node.name} (${why})`, is: null } },
      atMs: row.created_at_ms,
    }),
    eventChange(deps, {
      tenantId,
      type: `${CLEANUP_KIND}.accepted`,
      source: 'healing',
      target: vmId,
      priority: 'normal',
      data: { operation_id: row.id, name, node: node.name, why },
    }),
    ...(isDiskKept(found) ? [keptDisk(deps, found)] : []),
    ...found.reports,
  ];
}

/**
 * Whether people decide about its disks: they have what was written since the snapshot that the VM
 * was restored from, or are all that is left of a deleted VM.
 */
function isDiskKept({ node, isMissed, removal: { disk, why } }: Found): boolean {
  // Of one that was deleted elsewhere, storage that nodes share has none any more.
  const isThere = isMissed || readFacts(node)?.storage?.sharing !== 'shared';
  return disk === 'keep-newer' || (disk === 'keep' && why === 'orphan' && isThere);
}

function keptDisk(deps: CapabilityDeps, { node, removal, tenantId }: Found): Change {
  return eventChange(deps, {
    tenantId,
    type: 'vm.disk_kept',
    source: 'healing',
    target: removal.vmId,
    priority: 'high',
    data: { name: removal.name, node: node.name, disk: `disks/${removal.vmId}` },
  });
}
