/** Advises people on an incident. */
import { listNames } from '@novacron/contract/formats/list-names';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import { isOfProcesses } from '@novacron/engine/healing/incidents/explain-incidents';
import type { Store } from '../../../ports/store.ts';
import type { IncidentMemberRow, IncidentRow } from '../../../ports/tables/incident-rows.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { findPlatformTenant } from '../../access/tenants/tenant-access.ts';
import { readHolds } from '../../kernel/holds/find-hold.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { isolationOf } from '../../resources/node/isolation-guard.ts';
import { findStorageFences } from '../../resources/node/node-cut-off.ts';
import { loneWitnessOf, stateOfNode } from '../../resources/node/node-fence.ts';
import { destinationOf } from '../../resources/vm/recover/find-earlier-recoveries.ts';
import { desiredAs, mapReadable } from '../../rows/answer-resource.ts';
import { conditionsOf } from '../../rows/observed/node-conditions.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import type { WaitingChange } from '../waiting/waiting-change.ts';
import { findDiskLocks } from './find-disk-locks.ts';
import { findCopyRemoval } from './report-copy.ts';

/** Names that one line lists. */
const NAMES_MAX = 5;

/** Known facts about an incident. */
export interface AdviceScope {
  readonly members: readonly IncidentMemberRow[];
  /** Changes about it that healing cannot make yet. */
  readonly waiting: readonly WaitingChange[];
}

/** Advises, a line for each thing to do; none once it is resolved. */
export async function adviseOn(
  deps: CapabilityDeps,
  row: IncidentRow,
  { members, waiting }: AdviceScope,
): Promise<readonly string[]> {
  if (row.state === 'resolved') return [];
  const holds = await readHolds(deps.store, { of: 'healing', nowMs: deps.clock.nowMs() });
  const held = holds.ofTenant(row.tenant_id)
    ? [
        'Healing is on hold: no action is taken until the hold is released (novacron healing ' +
          'status).',
      ]
    : [];
  const down = members.filter(({ up_at_ms }) => up_at_ms === null);
  const locks = await findDiskLocks(deps, row, down);
  const alive = [...new Set(locks.map(({ node }) => node))].map((node) => {
    const vms = listNames(
      locks.filter((each) => each.node === node).map(({ vm }) => vm),
      NAMES_MAX,
    );
    return (
      `Disks are still in use (${vms}): their guests may run on ${node}. Check the host, and ` +
      'power it off through its BMC before you start them elsewhere. Only if it is off and its ' +
      'storage still holds its locks: novacron vm recover VM --ignore-disk-locks --reason WHY.'
    );
  });
  return [
    ...held,
    ...alive,
    ...firstLines(waiting.flatMap(adviseOnRefused), 'vm'),
    ...(await adviseOnCause(deps, row, { members: down, waiting })),
  ];
}

/** A change that is not tried again before something has changed. */
function adviseOnRefused({ operation, target, reason, givenUp }: WaitingChange): readonly string[] {
  // What to do about one that got stuck is said with its operation.
  if (givenUp === undefined || givenUp.how === 'stuck') return [];
  return [`${operation} of ${target} needs manual action: ${reason} ${givenUp.remedy}`];
}

async function adviseOnCause(
  deps: CapabilityDeps,
  row: IncidentRow,
  { members: down, waiting }: AdviceScope,
): Promise<readonly string[]> {
  const names = listNames(
    down.map(({ vm_name }) => vm_name),
    NAMES_MAX,
  );
  switch (row.cause) {
    case 'crash_loop':
      return [
        `Find out why it stops (novacron incident explain ${row.id}), then start it: ` +
          `novacron vm start VM (${names}).`,
      ];
    case 'unhealthy':
      if (isOfProcesses(row)) {
        return [
          'An unresponsive process cannot shut down cleanly. Reset the VM ' +
            `(novacron vm reset VM), and check its host: ${names}.`,
        ];
      }
      return [
        'See why the check fails (novacron event list --type vm.unhealthy), and check the guest ' +
          `on its console (novacron vm console VM): ${names}.`,
      ];
    case 'maintenance_overdue':
      return [
        `End the maintenance: novacron node activate ${row.target_name}. If it takes ` +
          `longer, extend it: novacron node drain ${row.target_name} --for 2h.`,
      ];
    case 'agent_unresponsive':
      return [
        `VMs of ${row.target_name} keep running. Find out what its agent waits for ` +
          '(journalctl -u novacron-agent there), and restart it: systemctl restart ' +
          'novacron-agent.',
      ];
    case 'unknown_machine':
      return [
        'The database may be older than these VMs, for example after restoring a backup. ' +
          'NovaCron leaves them unchanged and does not restart, move or delete them. Restore a ' +
          `newer backup, or save the data on their disks on ${row.target_name} and stop them in ` +
          'its hypervisor.',
      ];
    case 'second_copy':
      return [
        ...(await describeRemoval(deps, row)),
        `Check the file systems and databases of ${row.target_name}. If they are damaged, ` +
          'restore a snapshot (novacron snapshot list). Then close the incident: novacron ' +
          `incident ack ${row.id}.`,
        'Before you start a VM elsewhere in spite of its disk locks, power off the node on which ' +
          'it ran.',
      ];
    case 'standby_missing':
      return [
        `${row.target_name} is running without a standby, so a failover would take longer. Add ` +
          'capacity or a node that can access its disks, or set healing.standby = false.',
      ];
    case 'management_lost':
      return [
        'Check the management network of the nodes and their agents (systemctl status ' +
          'novacron-agent): other nodes on the same storage report them as running. ' +
          `${nameNodes(row)} are not powered off automatically.`,
        ...(await adviseOnWitnesses(deps, row)),
      ];
    case 'machine_missing':
      return [
        `The machines no longer exist on ${row.target_name}: novacron vm start VM recreates them` +
          ` from their remaining disks (${names}).`,
      ];
    case 'disk_failing':
    case 'memory_errors':
    case 'raid_degraded':
    case 'storage_errors':
    case 'memory_pressure':
    case 'disk_full':
      return adviseOnCondition(deps, row, waiting);
    default:
      return adviseOnNodes(deps, row, down);
  }
}

/** Describes what became of a second copy; nothing where it is left running. */
async function describeRemoval(deps: CapabilityDeps, row: IncidentRow): Promise<readonly string[]> {
  const removal = await findCopyRemoval(deps, row);
  if (removal === undefined) return [];
  const { node, operation } = removal;
  const { id, status, finished_at_ms: endedMs } = operation;
  const copy = `The copy of ${row.target_name} on ${node}`;
  if (endedMs === null) return [`${copy} is being removed (operation ${id}).`];
  return [
    status === 'succeeded'
      ? `${copy} was removed at ${toTimestamp(endedMs)} (operation ${id}).`
      : `${copy} could not be removed: novacron operation show ${id}.`,
  ];
}

/** Advises on faults that only one node reports. Only operators of the fleet can check them. */
async function adviseOnWitnesses(
  { store, clock }: CapabilityDeps,
  row: IncidentRow,
): Promise<readonly string[]> {
  const platform = await findPlatformTenant(store);
  if (platform?.id !== row.tenant_id) return [];
  const names: readonly string[] = JSON.parse(row.nodes_json);
  const nodes = await store.read({ from: 'nodes', where: { name: { in: names } } });
  return nodes
    .flatMap((node) => {
      const witness = loneWitnessOf(node, clock.nowMs());
      if (witness === undefined) return [];
      const { name } = node;
      return [
        `Only ${witness} reports that ${name} is running, and it may be wrong: check ` +
          `${name} itself. If it is off, confirm it: novacron node confirm-dead ${name} --force ` +
          '--reason "…". Then ' +
          `check ${witness}, too.`,
      ];
    })
    .slice(0, NAMES_MAX);
}

function nameNodes({ nodes_json }: IncidentRow): string {
  return listNames(JSON.parse(nodes_json), NAMES_MAX);
}

/** Describes automatic actions, and those that need manual action. */
async function adviseOnCondition(
  { store, settings }: CapabilityDeps,
  { target_name: name, cause }: IncidentRow,
  waiting: readonly WaitingChange[],
): Promise<readonly string[]> {
  const nodes = await store.read({ from: 'nodes' });
  const vms = nodes.find((row) => row.name === name)?.vm_count ?? 0;
  const isSound = nodes.some(
    (row) => row.name !== name && row.status === 'ready' && conditionsOf(row).length === 0,
  );
  const stay = waiting.filter(({ operation }) => operation === 'vm.migrate');
  const moved = describeMoves(settings.proactiveMoves, { isSound, allStay: stay.length >= vms });
  const stuck = stay
    .slice(0, NAMES_MAX)
    .map(({ target, reason }) => `VM ${target} is not moved: ${reason}`);
  return [
    ...(vms === 0 ? [] : [`${vms === 1 ? '1 VM is' : `${vms} VMs are`} there.${moved}`]),
    ...stuck,
    adviseOnRepair(cause, name),
  ];
}

function adviseOnRepair(cause: string, node: string): string {
  const empty = `To empty it: novacron node drain ${node}.`;
  switch (cause) {
    case 'memory_pressure':
      return `Find out what uses the memory of ${node}: novacron node show ${node}.`;
    case 'disk_full':
      return (
        `Make room on ${node}, or enlarge its disk: VMs that wait for room continue where they ` +
        'were. Snapshots that are not needed any more: novacron snapshot list.'
      );
    case 'storage_errors':
      return `Check the storage on ${node}: its mount, and its disks or storage server. ${empty}`;
    default:
      return `Have the hardware of ${node} checked. ${empty}`;
  }
}

interface Moves {
  readonly isSound: boolean;
  readonly allStay: boolean;
}

function describeMoves(movesMax: number, { isSound, allStay }: Moves): string {
  if (movesMax === 0)
    return ' None is moved automatically, because the server is configured that way.';
  if (!isSound) return ' None is moved: every other node in service has such a condition, too.';
  if (allStay) return '';
  const most = movesMax === 1 ? 'one at a time' : `at most ${movesMax} at a time`;
  return ` VMs that can move are migrated to other nodes, ${most}.`;
}

async function adviseOnNodes(
  { store, fenceDevices }: CapabilityDeps,
  row: IncidentRow,
  down: readonly IncidentMemberRow[],
): Promise<readonly string[]> {
  const names: readonly string[] = JSON.parse(row.nodes_json);
  const nodes = await store.read({ from: 'nodes', where: { name: { in: names } } });
  const silent = nodes.filter(
    ({ status, fenced_json }) => status === 'lost' && fenced_json === null,
  );
  const common =
    row.cause === 'node_lost'
      ? []
      : ['Find out what the nodes have in common: a switch, power, or the network of this server.'];
  const off = silent.map((node) => `If ${node.name} ${adviseOnSilent(node, { fenceDevices })}`);
  const waiting = await nameWaiting(store, down);
  const vms = listNames(waiting, NAMES_MAX);
  const recover =
    waiting.length === 0
      ? []
      : [
          silent.length === 0
            ? `VMs that wait for their node, which is known to be off: ${vms}. To start them on ` +
              'other nodes: novacron vm recover VM.'
            : `VMs that wait for their node: ${vms}. Once it is known to be off, start them on ` +
              'other nodes: novacron vm recover VM.',
        ];
  const guarded = silent.flatMap(describeGuarded);
  const stuck = await adviseOnStuck({ store, fenceDevices }, down);
  const others = await adviseOnOthers(store, row);
  const back = await adviseOnReturned(store, down);
  return [
    ...common,
    ...firstLines(guarded),
    ...firstLines(off),
    ...recover,
    ...back,
    ...stuck,
    ...others,
  ];
}

/** Advises people on a node that does not answer, in a clause that follows its name. */
function adviseOnSilent(
  node: NodeRow,
  { fenceDevices }: Pick<CapabilityDeps, 'fenceDevices'>,
): string {
  const { name, cut_off_json } = node;
  if (fenceDevices?.list().some((device) => device.node === name)) {
    return `does not come back, power it off: novacron node fence ${name}.`;
  }
  if (cut_off_json === null && findStorageFences({ fenceDevices }, node).length > 0) {
    return `does not come back, cut it off: novacron node cut-off ${name}.`;
  }
  return `is off, confirm it: novacron node confirm-dead ${name}.`;
}

/** An incident of nodes counts the VMs of all tenants, and lists those of its own. */
async function adviseOnOthers(
  store: Pick<Store, 'count'>,
  row: IncidentRow,
): Promise<readonly string[]> {
  const own = await store.count({
    from: 'incident_members',
    where: { incident_id: row.id, up_at_ms: null },
  });
  const others = row.vms_down - own;
  if (others <= 0) return [];
  return [
    others === 1
      ? '1 VM of another tenant is also down; see the incident of that tenant.'
      : `${others} VMs of other tenants are also down; see the incidents of these tenants.`,
  ];
}

/** VMs that are stopped on nodes that answer again. */
async function adviseOnReturned(
  store: CapabilityDeps['store'],
  down: readonly IncidentMemberRow[],
): Promise<readonly string[]> {
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: down.map(({ vm_id }) => vm_id) }, status: 'stopped' },
    damaged: 'blank',
  });
  if (rows.length === 0) return [];
  const names = listNames(
    rows.map(({ name }) => name),
    NAMES_MAX,
  );
  return [`Their node is back, but they are stopped. Start them: novacron vm start VM (${names}).`];
}

/** VMs that have arrived on a node that does not start them, or does not answer any more. */
async function adviseOnStuck(
  deps: Pick<CapabilityDeps, 'store' | 'fenceDevices'>,
  down: readonly IncidentMemberRow[],
): Promise<readonly string[]> {
  const stuck = await deps.store.read({
    from: 'operations',
    where: {
      kind: 'vm.recover',
      status: 'stuck',
      target_id: { in: down.map(({ vm_id }) => vm_id) },
    },
    limit: NAMES_MAX,
    damaged: 'blank',
  });
  const names = stuck.flatMap((operation) => destinationOf(operation).node ?? []);
  const nodes = await deps.store.read({ from: 'nodes', where: { name: { in: names } } });
  return stuck.map((operation) => {
    const { id, target_name: name } = operation;
    const { node: destination } = destinationOf(operation);
    const node = nodes.find((each) => each.name === destination);
    const got = `The recovery of ${name} is stuck (see novacron operation show ${id}).`;
    if (node !== undefined && stateOfNode(node) === 'silent') {
      return (
        `${got} ${name} may run on ${node.name}, which does not answer. If it ` +
        `${adviseOnSilent(node, deps)} Then ${name} is started on another node.`
      );
    }
    return (
      `${got} Fix the problem on its node, then: novacron operation retry ${id}. Or choose ` +
      `another node: novacron vm recover ${name} --node NODE.`
    );
  });
}

/** The first lines, and how many nodes or VMs the others are about. */
function firstLines(lines: readonly string[], of: 'node' | 'vm' = 'node'): readonly string[] {
  const more = lines.length - NAMES_MAX;
  const noun = of === 'vm' ? 'VM' : 'node';
  const rest = more === 1 ? `1 more ${noun}` : `${more} more ${noun}s`;
  return [
    ...lines.slice(0, NAMES_MAX),
    ...(more > 0 ? [`The same applies to ${rest}: novacron ${of} list.`] : []),
  ];
}

/** Describes the effect on VMs that their node stops automatically. */
function describeGuarded(row: NodeRow): readonly string[] {
  const isolation = isolationOf(row);
  if (isolation === null) return [];
  const { kind, vms, lease_seconds: leaseS } = isolation;
  const count = vms.length === 1 ? '1 VM' : `${vms.length} VMs`;
  if (kind === 'lease-expired') {
    return [`${row.name} stopped ${count}, so that they can run elsewhere.`];
  }
  return [
    `${row.name} stops ${count} after ${leaseS} s without contact; those configured for it then ` +
      'start elsewhere. The remaining VMs may still run there.',
  ];
}

/** VMs that are started elsewhere on request only. */
async function nameWaiting(
  store: CapabilityDeps['store'],
  down: readonly IncidentMemberRow[],
): Promise<readonly string[]> {
  const rows = await store.read({
    from: 'vms',
    where: { id: { in: down.map(({ vm_id }) => vm_id) } },
    damaged: 'blank',
  });
  const names = mapReadable(rows, (row) =>
    startsElsewhere(desiredAs(row, VmSpec).healing) ? [] : [row.name],
  );
  return names.flat().sort();
}
