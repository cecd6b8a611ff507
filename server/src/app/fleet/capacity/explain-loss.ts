/** Says what would happen to VMs if their node were lost now. */
import type {
  NodeLossExplanation,
  VmLoss,
  VmLossExplanation,
} from '@novacron/contract/fleet/loss-operations';
import { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { asksForStandby, startsElsewhere } from '@novacron/contract/kinds/vm/vm-healing';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { explainStranded } from '@novacron/engine/healing/failover/explain-failover';
import type { LossOutcome } from '@novacron/engine/healing/failover/model/failover';
import { planLoss } from '@novacron/engine/healing/failover/plan-loss';
import { explainStandbyGap } from '@novacron/engine/healing/recover/explain-standbys';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { StandbyRow } from '../../../ports/tables/standby-row.ts';
import type { VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';
import { findResource } from '../../kernel/resource-rows/find-resource.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { guardOf } from '../../resources/node/isolation-guard.ts';
import { findStorageFences } from '../../resources/node/node-cut-off.ts';
import { fenceOf, isFencedOn } from '../../resources/node/node-fence.ts';
import {
  type ObservedFailover,
  observeFailover,
} from '../../resources/vm/failover/observe-failover.ts';
import {
  findSharedDisks,
  isReachedElsewhere,
} from '../../resources/vm/reach/find-reaching-nodes.ts';
import {
  describeLossOf,
  findRestore,
  type Restore,
  recoveryPointMs,
  whyNoRestore,
} from '../../resources/vm/reach/find-restore.ts';
import { isUsable } from '../../resources/vm/standby/observe-standbys.ts';
import { desiredAs, mapReadable, observedOf } from '../../rows/answer-resource.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { type Blocks, findBlocks } from './explain-blocks.ts';

/** Explains the loss of the node of one VM. @returns `conflict` where it has no node */
export async function explainVmLoss(
  deps: CapabilityDeps,
  { id, if_node_lost: asked }: ParsedInputOf<'vm.explain'>,
  { principal }: CallContext,
): Promise<Result<VmLossExplanation, Problem>> {
  if (!asked) return err(nothingAsked('if_node_lost', `novacron placement explain ${id}`));
  const { tenantId } = principal;
  const found = await findResource(deps.store, 'vm', { id, tenantId });
  if (!found.ok) return found;
  const observed = await observeFailover(deps);
  const node = observed.rows.find(({ name }) => name === observedOf(found.value).node);
  if (node === undefined) return err(nowhere(found.value));
  const losses = await listLosses(deps, { node, observed, tenantId });
  const own = losses.find(({ vm_id }) => vm_id === id);
  if (own === undefined) return err(nowhere(found.value));
  const fence = fenceKindOf(deps, node, id);
  const blocks = await findBlocks(deps, node, { tenantId, vmIds: [id] });
  const asking = losses.filter(({ position }) => position !== null).length;
  const explanation = [
    `${whenLost(node)} ${describe(own)}`,
    ...blocks.lines,
    ...(own.outcome === 'waits'
      ? []
      : [describeFence({ ...deps, blocks }, fence, node), describeOrder(own, asking)]),
    ...(own.outcome === 'starts' ? [LOST] : []),
    ...describeStandby(own),
  ];
  return ok({ ...own, fence, explanation });
}

/** Explains the loss of a node. */
export async function explainNodeLoss(
  deps: CapabilityDeps,
  { id, if_lost: asked }: ParsedInputOf<'node.explain'>,
  { principal }: CallContext,
): Promise<Result<NodeLossExplanation, Problem>> {
  if (!asked) return err(nothingAsked('if_lost', `novacron node show ${id}`));
  const observed = await observeFailover(deps);
  const node = observed.rows.find((row) => row.id === id);
  if (node === undefined) return err(nodeUnknown(id));
  const vms = await listLosses(deps, { node, observed, tenantId: principal.tenantId });
  const fence = fenceKindOf(deps, node);
  const { tenantId } = principal;
  const vmIds = vms.map(({ vm_id }) => vm_id);
  const blocks = await findBlocks(deps, node, { tenantId, vmIds });
  const count = (outcome: VmLoss['outcome']) => vms.filter((vm) => vm.outcome === outcome).length;
  const explanation = [
    `${whenLost(node)} ${count('starts')} of its ${vms.length} VMs would start on ` +
      `other nodes, ${count('no_room')} would have no room, and ${count('waits')} would wait ` +
      'for it.',
    ...blocks.lines,
    ...(count('starts') + count('no_room') === 0
      ? []
      : [describeFence({ ...deps, blocks }, fence, node)]),
    ...vms.map((vm) => `${vm.vm ?? vm.vm_id}: ${describe(vm)}`),
  ];
  return ok({ node: node.name, fence, vms: [...vms], explanation });
}

/** The begin of a sentence: what is asked has happened, where the node is lost already. */
function whenLost({ name, status }: NodeRow): string {
  return status === 'lost' ? `${name} is lost:` : `If ${name} were lost now:`;
}

interface Loss {
  readonly node: NodeRow;
  readonly observed: ObservedFailover;
  /** Only VMs of this tenant are named. */
  readonly tenantId: string;
}

/** The VMs of a node: those that start elsewhere in their order, then those that do not. */
async function listLosses(
  { store, exports, clock }: CapabilityDeps,
  { node, observed, tenantId }: Loss,
): Promise<readonly VmLoss[]> {
  const { outcomes } = planLoss(observed, [node.name]);
  const planned = new Map<string, { readonly outcome: LossOutcome; readonly at: number }>();
  for (const [at, outcome] of outcomes.entries()) planned.set(outcome.vm.id, { outcome, at });
  const there = observed.vms.filter((vm) => vm.node === node.name);
  const ids = there.map(({ id }) => id);
  const { rows, volumes, standbys, snapshots } = await store.snapshot({
    rows: { from: 'vms', where: { id: { in: ids } } },
    volumes: { from: 'volumes', where: { attached_to: { in: ids } } },
    standbys: { from: 'standbys', where: { id: { in: ids } } },
    snapshots: { from: 'snapshots' },
  });
  const losses = mapReadable(rows, (row): VmLoss => {
    const spec = desiredAs(row, VmSpec);
    const own = planned.get(row.id);
    const disks = volumes.filter(({ attached_to }) => attached_to === row.id);
    const why = own?.outcome.why;
    const to = own?.outcome.to;
    const facts = { volumes: disks, snapshots, nodes: observed.rows, exports };
    const restore = leavesDisks({ spec, disks }, node, { asked: 'restore', nodes: observed.rows })
      ? findRestore(facts, node)
      : undefined;
    const pointMs =
      restore && whyNoRestore(restore) === undefined ? recoveryPointMs(restore) : undefined;
    return {
      vm_id: row.id,
      vm: row.tenant_id === tenantId ? row.name : null,
      node: node.name,
      outcome: to !== undefined ? 'starts' : why === 'room' ? 'no_room' : 'waits',
      to: to ?? null,
      alternatives: [...(own?.outcome.alternatives ?? [])],
      position: own === undefined ? null : own.at + 1,
      priority: spec.priority,
      standby: toStandby({ row, spec }, standbys, observed),
      recovery_point: pointMs === undefined ? null : toTimestamp(pointMs),
      reason:
        why !== undefined
          ? explainStranded(why)
          : own === undefined
            ? (explainNoRestore(restore) ?? explainWaiting({ row, spec, disks }, node, observed))
            : restore !== undefined
              ? sayRestored(restore, {
                  disk: isReachedElsewhere({ nodes: observed.rows, volumes: [] }, node)
                    ? 'kept'
                    : 'new',
                  lossMs: clock.nowMs(),
                })
              : leavesDisks({ spec, disks }, node, { asked: 'recreate', nodes: observed.rows })
                ? NEW_DISK
                : null,
    };
  });
  const last = losses.length + 1;
  return losses.toSorted((left, right) => (left.position ?? last) - (right.position ?? last));
}

/** The standby of a VM; null where it asks for none. */
function toStandby(
  { row, spec }: { readonly row: VmRow; readonly spec: VmSpec },
  standbys: readonly StandbyRow[],
  { rows }: ObservedFailover,
): VmLoss['standby'] {
  if (!asksForStandby(spec.healing)) return null;
  const held = standbys.find(({ id }) => id === row.id);
  if (held === undefined)
    return { node: null, ready: false, reason: 'no node has been chosen yet' };
  const { node } = held;
  if (node === null) {
    const reason = explainStandbyGap(held.reason ?? '', String(observedOf(row).node));
    return { node, ready: false, reason };
  }
  const found = rows.find(({ id }) => id === held.node_id);
  const ready = found !== undefined && isUsable(found);
  return { node, ready, reason: ready ? null : `${node} is out of service` };
}

const NEW_DISK = 'with a new root disk from its template, so what is on it now is lost';

/** Whether a VM that starts elsewhere asks for this, and has disks that no other node reaches. */
function leavesDisks(
  { spec, disks }: { readonly spec: VmSpec; readonly disks: readonly VolumeRow[] },
  node: NodeRow,
  how: { readonly asked: 'recreate' | 'restore'; readonly nodes: readonly NodeRow[] },
): boolean {
  if (spec.healing?.on_node_loss !== how.asked) return false;
  return !isReachedElsewhere({ nodes: how.nodes, volumes: disks }, node);
}

function explainNoRestore(restore: Restore | undefined): string | undefined {
  return restore && whyNoRestore(restore);
}

/** A clause, as the reasons of others are. */
function sayRestored(restore: Restore, more: Parameters<typeof describeLossOf>[1]): string {
  const said = describeLossOf(restore, more).replace(/[.]$/u, '');
  return said.charAt(0).toLowerCase() + said.slice(1);
}

/** Explains why a VM waits for its node, in a clause. */
function explainWaiting(
  vm: { readonly row: VmRow; readonly spec: VmSpec; readonly disks: readonly VolumeRow[] },
  node: NodeRow,
  { rows }: ObservedFailover,
): string {
  const { row, spec, disks } = vm;
  if (!startsElsewhere(spec.healing)) {
    return 'it is not configured to restart on another node (healing.on_node_loss is "wait")';
  }
  if (observedOf(row).status === 'failed') return 'it has failed';
  if (spec.placement?.node !== undefined && spec.placement.node !== null) {
    return `it is pinned to ${node.name} (placement.node)`;
  }
  const root = findSharedDisks([], node);
  if (root === undefined) return `its root disk is in local storage of ${node.name}`;
  if (!isReachedElsewhere({ nodes: rows, volumes: [] }, node)) {
    return `no other node can access the storage ${root.root} with its root disk`;
  }
  const held = disks.filter((volume) => {
    return !isReachedElsewhere({ nodes: rows, volumes: [volume] }, node);
  });
  if (held.length > 0) {
    return `no other node can access its volumes ${held.map(({ name }) => name).join(', ')}`;
  }
  return 'it may be on several nodes, or no other node can access all of its disks';
}

/** A sentence without its subject. */
function describe({ outcome, to, alternatives, reason }: VmLoss): string {
  switch (outcome) {
    case 'starts':
      return (
        `it would start on ${to}` +
        (alternatives.length === 0 ? '' : `, or on ${alternatives.join(', ')}`) +
        (reason === null ? '.' : `, ${reason}.`)
      );
    case 'no_room':
      return `no node could start it: ${reason}.`;
    case 'waits':
      return `it would wait for its node: ${reason}.`;
  }
}

function describeOrder({ position, priority }: VmLoss, asking: number): string {
  return `It would be number ${position} of ${asking} to start, with priority ${priority}.`;
}

function describeStandby({ standby, node }: VmLoss): readonly string[] {
  if (standby === null) return [];
  if (standby.node === null) {
    return [`No node can host its standby: ${standby.reason ?? `see ${node}`}.`];
  }
  return [
    standby.ready
      ? `${standby.node} is its standby: room is reserved there, and it reaches the disks.`
      : `${standby.node} is its standby, and is not ready: ${standby.reason}.`,
  ];
}

const LOST = 'Data that the guest has not written to disk is lost, as after a power failure.';

/** @param vmId - absent for the node as a whole */
function fenceKindOf(
  deps: Pick<CapabilityDeps, 'fenceDevices'>,
  node: NodeRow,
  vmId?: string,
): VmLossExplanation['fence'] {
  const isDone = vmId === undefined ? fenceOf(node) !== undefined : isFencedOn(node, vmId);
  if (isDone) return 'done';
  const hasDevice = hasSwitch(deps, node) || findStorageFences(deps, node).length > 0;
  if (hasDevice && deps.fenceDevices?.automaticAfterMs !== undefined) return 'automatic';
  if (vmId !== undefined && guardOf(node)?.vms.includes(vmId) === true) return 'lease';
  return hasDevice ? 'device' : 'person';
}

function hasSwitch({ fenceDevices }: Pick<CapabilityDeps, 'fenceDevices'>, node: NodeRow): boolean {
  return fenceDevices?.list().some((device) => device.node === node.name) === true;
}

const MS_PER_SECOND = 1_000;

/** Nothing starts elsewhere before the node is known to be off, or cut off from its storage. */
function describeFence(
  { blocks, ...deps }: Pick<CapabilityDeps, 'fenceDevices'> & { readonly blocks: Blocks },
  fence: VmLossExplanation['fence'],
  node: NodeRow,
): string {
  const { name } = node;
  if (fence === 'automatic' && blocks.fence !== undefined) {
    return `${name} is not powered off or cut off automatically now: ${blocks.fence}.`;
  }
  if (!hasSwitch(deps, node) && (fence === 'automatic' || fence === 'device')) {
    const pools = findStorageFences(deps, node).map(({ pool }) => pool);
    const who = fence === 'automatic' ? 'its storage has to' : 'a person has its storage';
    return (
      `${name} has no power switch: ${who} ${pools.join(', ')} cut it off before that, which ` +
      'releases the VMs that have all of their disks there.'
    );
  }
  const leaseS = (guardOf(node)?.lease_ms ?? 0) / MS_PER_SECOND;
  const first: Record<VmLossExplanation['fence'], string> = {
    automatic: `NovaCron first powers ${name} off automatically through its management controller.`,
    device: `An operator must power ${name} off first: novacron node fence ${name}.`,
    lease:
      `${name} stops it when it loses contact with the servers for ${leaseS} s; servers wait for ` +
      'that, so no fence device is needed.',
    person:
      `${name} has no fence device: an operator must first make sure that it is off and confirm ` +
      `it with novacron node confirm-dead ${name}.`,
    done: `${name} is known to be off.`,
  };
  return first[fence];
}

/** Without the flag it is another question. */
function nothingAsked(field: string, other: string): Problem {
  return problem('validation-failed', {
    detail: `This operation only explains a loss, but ${field} is false.`,
    remedy: `Set ${field}, or run ${other}.`,
    fields: [{ path: [field], message: 'must be true' }],
  });
}

function nowhere({ id, name }: VmRow): Problem {
  return problem('conflict', {
    detail: `The VM ${name} is on no node of the fleet.`,
    remedy: `See its state: novacron vm show ${id}.`,
  });
}

function nodeUnknown(id: string): Problem {
  return problem('not-found', {
    detail: `The fleet has no node ${id}.`,
    remedy: 'List the nodes: novacron node list.',
  });
}
