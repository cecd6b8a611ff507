/** Says why a VM of a dead node cannot be recovered, and where it can. */
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../../ports/tables/tables.ts';
import { isOutOfReach } from '../../../kernel/write/refuse-lost-node.ts';
import { readClaim } from '../../../rows/allocation-claims.ts';
import { observedOf } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { restoredFrom } from '../../../rows/observed-machine.ts';
import { referenceUnknown } from '../../../rows/resource-problems.ts';
import { givesAway, poolsCutOff } from '../../node/node-cut-off.ts';
import { stateOfNode } from '../../node/node-fence.ts';
import type { MovingVm } from '../migrate/observe-moving-vm.ts';
import { boundByDevices, whereaboutsUnknown } from '../migrate/refuse-migration.ts';
import {
  findNodesForNewDisk,
  findReachingNodes,
  findSharedDisks,
  isReachedElsewhere,
  poolsOfDisks,
  reachesDisks,
} from '../reach/find-reaching-nodes.ts';
import {
  canRestore,
  findRestore,
  type Restore,
  type RestoreFacts,
  whyNoRestore,
} from '../reach/find-restore.ts';
import type { StuckNode } from './find-earlier-recoveries.ts';
import type { RecoveryNodes } from './recover-steps.ts';

/** Nodes on which a VM can run, and the root disk it starts from. */
export interface RecoveryReach {
  readonly disk: RecoveryNodes['disk'];
  /** Restore from snapshots; absent: nothing is restored. */
  readonly restore?: Restore | undefined;
  readonly nodes: readonly NodeRow[];
}

/** Finds the ready nodes that can run a VM, with the one asked for, and from which root disk. */
export function findRecoveryNodes(
  found: MovingVm,
  source: NodeRow,
  input: ParsedInputOf<'vm.recover'>,
  facts: Pick<RestoreFacts, 'snapshots' | 'exports'>,
): Result<RecoveryReach, Problem> {
  const { node: wanted } = input;
  if (wanted !== undefined && !found.nodes.some(({ name }) => name === wanted)) {
    return err(referenceUnknown('node', 'node', wanted));
  }
  const chosen = chooseDisk(found, source, { ...input, facts });
  if (!chosen.ok || wanted === undefined) return chosen;
  const isReached = chosen.value.nodes.some(({ name }) => name === wanted);
  return isReached ? chosen : err(cannotReach(found.row, wanted));
}

function chooseDisk(
  found: MovingVm,
  source: NodeRow,
  input: ParsedInputOf<'vm.recover'> & {
    readonly facts: Pick<RestoreFacts, 'snapshots' | 'exports'>;
  },
): Result<RecoveryReach, Problem> {
  const { row, spec } = found;
  const reaching = findReachingNodes(found, source);
  if (reaching.length > 0) return ok({ disk: 'kept', nodes: reaching });
  if (input.from_snapshot) return chooseRestore(found, source, input.facts);
  if (!input.recreate) return err(outOfReach(found, source, input));
  if (spec.deletion_protection) return err(protectedDisk(row, source));
  const nodes = findNodesForNewDisk(found, source);
  return nodes.length === 0 ? err(outOfReach(found, source, input)) : ok({ disk: 'new', nodes });
}

/** The nodes that can restore a VM: not those that have kept newer disks of it. */
function chooseRestore(
  found: MovingVm,
  source: NodeRow,
  facts: Pick<RestoreFacts, 'snapshots' | 'exports'>,
): Result<RecoveryReach, Problem> {
  const { row, nodes } = found;
  const restore = findRestore({ ...facts, ...found }, source);
  const why = whyNoRestore(restore);
  if (why !== undefined) return err(notRestored(row, source, why));
  const kept = restoredFrom(observedOf(row));
  const able = nodes.filter(
    (node) =>
      node.id !== source.id &&
      node.status === 'ready' &&
      !kept.includes(node.name) &&
      canRestore(node, restore),
  );
  const root = findSharedDisks([], source);
  const disk = isReachedElsewhere({ nodes, volumes: [] }, source) ? 'kept' : 'new';
  const reaching = disk === 'new' ? able : able.filter((node) => root && reachesDisks(node, root));
  if (reaching.length > 0) return ok({ disk, restore, nodes: reaching });
  const gaps = kept.length === 0 ? '' : `, or has kept newer disks of it (${kept.join(', ')})`;
  return err(notRestored(row, source, `no ready node can make its disks${gaps}`));
}

function notRestored({ name }: VmRow, source: NodeRow, why: string): Problem {
  return problem('conflict', {
    detail: `The VM ${name} waits for ${source.name}: ${why}.`,
    remedy: `Bring ${source.name} back, or detach what is not needed; then run this again.`,
    data: { node: source.name, reason: 'no-snapshot' },
  });
}

/** Only a node that cannot run the VM any more, or cannot write to its disks, gives it away. */
export function refuseLivingNode(
  { row: { id, name }, volumes }: Pick<MovingVm, 'row' | 'volumes'>,
  source: NodeRow,
): Problem | undefined {
  if (!isOutOfReach(source)) {
    return problem('conflict', {
      detail: `The VM ${name} is on node ${source.name}, which answers: it is not lost.`,
      remedy: `Move it: novacron vm migrate ${id}. Or start it there: novacron vm start ${id}.`,
      data: { node: source.name },
    });
  }
  const pools = poolsOfDisks(volumes, source);
  if (givesAway(source, { id, pools })) return undefined;
  const cut = [...poolsCutOff(source)];
  const left = pools?.filter((pool) => !cut.includes(pool)) ?? [];
  const reached = left.length === 0 ? 'its own storage' : `the storage ${left.join(', ')}`;
  return problem('conflict', {
    detail:
      `Node ${source.name} of the VM ${name} does not answer, and may run the VM all the same: ` +
      'two copies would destroy its disk.' +
      (cut.length === 0
        ? ''
        : ` The storage ${cut.join(', ')} has cut it off, and the VM has a disk in ${reached}.`),
    remedy:
      `Make sure that ${source.name} is powered off, and say so: novacron node confirm-dead ` +
      `${source.name}. Then run this again.`,
    data: { node: source.name, reason: 'not-fenced' },
  });
}

/**
 * Refuses a VM that may be anywhere, or is bound to its node.
 * @param stuck - the node on which an earlier recovery got stuck, from which it is removed
 */
export function refuseVm(found: MovingVm, stuck: StuckNode | undefined): Problem | undefined {
  const { row, places, allocation, allocations, nodes } = found;
  if (places > 1 && stuck === undefined) {
    const held = allocations.filter(({ id }) => id !== allocation?.id);
    const silent = nodes.find(
      (node) => held.some(({ node_id }) => node_id === node.id) && stateOfNode(node) === 'silent',
    );
    return silent === undefined ? whereaboutsUnknown(row) : mayRunOn(row, silent.name);
  }
  const { devices = [] } = allocation === undefined ? {} : readClaim(allocation);
  return devices.length > 0 ? boundByDevices(row) : undefined;
}

/**
 * Returns the problem for a VM whose recovery got stuck and which is not started elsewhere. @param
 * node - node on which the recovery got stuck
 */
export function mayRunOn({ name }: Pick<VmRow, 'name'>, node: string): Problem {
  return problem('conflict', {
    detail:
      `The VM ${name} may run on ${node}, on which its recovery or migration got stuck, and ` +
      `${node} does not answer: two copies would destroy its disk.`,
    remedy:
      `Bring ${node} back. Or make sure that it is powered off, and say so: ` +
      `novacron node confirm-dead ${node}.`,
    data: { node, reason: 'not-fenced' },
  });
}

function outOfReach(
  { row: { id, name }, volumes }: MovingVm,
  source: NodeRow,
  { recreate }: ParsedInputOf<'vm.recover'>,
): Problem {
  const data = { node: source.name, reason: 'storage' };
  if (recreate) {
    const names = volumes.filter(isAttachedAsDesired).map((volume) => volume.name);
    return problem('conflict', {
      detail:
        names.length === 0
          ? `No other node is ready to run the VM ${name}.`
          : `No ready node reaches the volumes of the VM ${name}: ${names.join(', ')}.`,
      remedy:
        names.length === 0
          ? 'Bring a node back, or add one.'
          : `Bring ${source.name} back, or another node with their storage; or detach them first.`,
      data,
    });
  }
  return problem('conflict', {
    detail:
      `No ready node reaches the disks of the VM ${name}: they are in storage of ${source.name}, ` +
      'or the other nodes that share it are not ready.',
    remedy:
      `Bring ${source.name} back, or another node with its storage. To go on without what was ` +
      'on its root disk, give it a new one from its template: ' +
      `novacron vm recover ${id} --recreate.`,
    data,
  });
}

function protectedDisk({ name }: VmRow, source: NodeRow): Problem {
  return problem('deletion-protected', {
    detail:
      `The VM ${name} is protected, and only ${source.name} reaches its root disk: with a new ` +
      'one what it has stored would be lost.',
    remedy: `Bring ${source.name} back; or set deletion_protection to false, then run this again.`,
    data: { node: source.name },
  });
}

/** A VM that is pinned to its dead node goes where a person says. */
export function pinned({ id, name }: VmRow, source: NodeRow): Problem {
  return problem('conflict', {
    detail: `The VM ${name} is pinned to node ${source.name} (placement.node), which is dead.`,
    remedy:
      `Name the node that is to run it meanwhile (novacron vm recover ${id} --node NODE), or ` +
      'remove the pin.',
    data: { node: source.name, reason: 'pinned' },
  });
}

function cannotReach({ name }: VmRow, node: string): Problem {
  return problem('validation-failed', {
    detail: `Node ${node} cannot run the VM ${name}: it is not ready, or does not reach its disks.`,
    remedy: 'Choose another node, or none to let NovaCron choose.',
    fields: [{ path: ['node'], message: 'is not ready, or does not reach the disks of the VM' }],
  });
}
