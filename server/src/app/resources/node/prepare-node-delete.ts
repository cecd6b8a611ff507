/**
 * Deletes a node that does not come back: its record, its enrollment, and nothing else. Source of
 * the idea: `kubectl delete node`, `pvecm delnode`.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok } from '@novacron/contract/result';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { reserveOnly } from '../../kernel/operations/saga.ts';
import { notFound, replan } from '../../rows/resource-problems.ts';
import type { Prepare, WriteScope } from '../scope.ts';
import { poolsOfNode } from '../volume/volume-pool.ts';
import { findKeptDisks, noticesOfKept } from './find-kept-disks.ts';

/** A heartbeat is stored at least every 14 s; three missing ones and the node is silent. */
const SILENT_MS_MIN = 40_000;

/** Maximum number of resources that a problem names; it counts all. */
const NAMES_MAX = 5;

/** Plans the deletion. */
export const prepareNodeDelete: Prepare<ParsedInputOf<'node.delete'>> = async (
  { id, discard },
  scope,
) => {
  const found = await observe(id, scope);
  if (found === undefined) return err([notFound('node', id)]);
  const refused =
    refuseAnswering(found.node, scope) ??
    refuseVms(found) ??
    refuseReservations(found) ??
    (discard ? undefined : refuseContents(found));
  if (refused !== undefined) return err([refused]);
  const { node, contents, enrollments } = found;
  const { name, status, last_seen_at_ms } = node;
  const lost = contents.length === 0 ? [] : [noticeOf(contents)];
  const kept = await findKeptDisks(node, scope);
  return ok({
    resourceKind: 'node',
    target: { id, name },
    before: { name, status },
    wanted: null,
    placement: null,
    notices: [...lost, ...noticesOfKept(node, kept, discard ? 'discarded' : 'kept')],
    // The clean-up of a host that joins by this name again removes root disks of deleted VMs.
    ...(discard ? { leftDisks: [name] } : {}),
    saga: reserveOnly([
      {
        kind: 'require-none',
        of: 'allocations',
        where: { node_id: id },
        otherwise: replan(`Node ${name}`),
      },
      {
        kind: 'require-none',
        of: 'reservations',
        where: { node_id: id },
        otherwise: replan(`Node ${name}`),
      },
      ...enrollments.map(({ id: enrollment }) => ({
        kind: 'patch' as const,
        table: 'enrollments' as const,
        id: enrollment,
        set: { status: 'revoked' as const, revoked_at_ms: scope.nowMs },
      })),
      {
        kind: 'delete',
        from: 'nodes',
        id,
        expect: { status, last_seen_at_ms, vm_count: 0 },
        otherwise: replan(`Node ${name}`),
      },
    ]),
  });
};

interface Found {
  readonly node: NodeRow;
  /** The names of the VMs that hold room there. */
  readonly vms: readonly string[];
  readonly reservations: readonly Tables['reservations'][];
  /** Volumes and snapshots whose content no other node reaches, in words. */
  readonly contents: readonly string[];
  readonly enrollments: readonly Tables['enrollments'][];
}

async function observe(id: NodeRow['id'], { deps }: WriteScope): Promise<Found | undefined> {
  const { store } = deps;
  const { nodes, allocations, reservations } = await store.snapshot({
    nodes: { from: 'nodes' },
    allocations: { from: 'allocations', where: { node_id: id } },
    reservations: { from: 'reservations', where: { node_id: id } },
  });
  const node = nodes.find((each) => each.id === id);
  if (node === undefined) return undefined;
  const others = nodes.filter((each) => each.id !== id);
  const elsewhere = new Set(others.flatMap((each) => poolsOfNode(each)));
  const alone = poolsOfNode(node).filter((pool) => !elsewhere.has(pool));
  const vmIds = allocations.map(({ vm_id }) => vm_id);
  const { vms, volumes, snapshots, enrollments } = await store.snapshot({
    vms: { from: 'vms', where: { id: { in: vmIds } }, damaged: 'blank' },
    volumes: { from: 'volumes', where: { pool_id: { in: alone } }, damaged: 'blank' },
    snapshots: { from: 'snapshots', where: { node: node.name }, damaged: 'blank' },
    enrollments: {
      from: 'enrollments',
      where: { node: node.name, status: { in: ['pending', 'active'] } },
    },
  });
  const contents = [
    ...volumes.map(({ name }) => `volume ${name}`),
    ...snapshots.map(({ name }) => `snapshot ${name}`),
  ];
  return { node, vms: vms.map(({ name }) => name), reservations, contents, enrollments };
}

function refuseAnswering(
  { name, status, fenced_json, last_seen_at_ms }: NodeRow,
  { nowMs }: WriteScope,
): Problem | undefined {
  const silentMs = nowMs - last_seen_at_ms;
  const isSilent = silentMs >= SILENT_MS_MIN;
  if (isSilent && status !== 'ready' && status !== 'draining') return undefined;
  const data = { node: name, status };
  if (status === 'lost' || fenced_json !== null) {
    const leftSeconds = Math.max(1, Math.ceil((SILENT_MS_MIN - silentMs) / 1_000));
    return problem('conflict', {
      detail:
        `Node ${name} was heard ${Math.max(0, Math.floor(silentMs / 1_000))} s ago. A node is ` +
        `deleted once it was silent for ${SILENT_MS_MIN / 1_000} s.`,
      remedy: `Repeat this after ${leftSeconds} s.`,
      data,
    });
  }
  return problem('conflict', {
    detail: `Node ${name} is ${status}, and its agent answers or has answered until just now.`,
    remedy:
      `Empty it (novacron node drain ${name}), stop its agent, and repeat this after ` +
      `${SILENT_MS_MIN / 1_000} s.`,
    data,
  });
}

function refuseVms({ node, vms }: Found): Problem | undefined {
  if (vms.length === 0) return undefined;
  const { name, fenced_json } = node;
  const move = 'Run them on other nodes (novacron vm recover) or delete them';
  return problem('conflict', {
    detail: `Node ${name} has ${vms.length === 1 ? 'VM' : 'VMs'} ${listNames(vms, NAMES_MAX)}.`,
    remedy:
      fenced_json === null
        ? `Make sure that it is off, and say so: novacron node confirm-dead ${name}. ${move}.`
        : `${move} first.`,
    data: { node: name, vms: [...vms] },
  });
}

function refuseReservations({ node: { name }, reservations }: Found): Problem | undefined {
  if (reservations.length === 0) return undefined;
  const are = reservations.length === 1 ? 'A reservation holds' : 'Reservations hold';
  return problem('conflict', {
    detail: `${are} room on node ${name}: ${reservations.map(({ id }) => id).join(', ')}.`,
    remedy: 'Delete them (novacron reservation delete), or wait until they have expired.',
  });
}

function refuseContents({ node: { name }, contents }: Found): Problem | undefined {
  if (contents.length === 0) return undefined;
  return problem('conflict', {
    detail:
      `Storage that only node ${name} reaches has the content of ` +
      `${listNames(contents, NAMES_MAX)}.`,
    remedy:
      `Bring the node back to copy them, or accept that their contents are lost: novacron node ` +
      `delete ${name} --discard.`,
    data: { node: name, contents: [...contents] },
  });
}

function noticeOf(contents: readonly string[]): string {
  return (
    `The contents are lost: those of ${listNames(contents, NAMES_MAX)}. The resources are still ` +
    'there: delete them.'
  );
}
