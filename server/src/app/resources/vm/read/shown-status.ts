/**
 * The status that answers show of VMs whose nodes are not observed, and of those that are given up.
 * What ran on such a node may run or not: nothing is recorded for it, so that nothing has to be
 * taken back when the node answers again.
 */
import type { JsonObject } from '@novacron/contract/json';
import type { VmStatus } from '@novacron/contract/kinds/vm/vm-status';
import type { Clock } from '@novacron/runtime/clock';
import type { Store } from '../../../../ports/store.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import { mapReadable, observedOf } from '../../../rows/answer-resource.ts';
import { isAgentSilent, isOutOfContact } from '../../../rows/observed/node-suspicion.ts';
import { attemptsBefore } from '../../../rows/observed-machine.ts';

/** Ids that a list is narrowed to at most; both databases take as many in one statement. */
const IDS_MAX = 30_000;

/**
 * Whether the machines of a node are not observed: it is out of contact, its agent does not
 * respond, or it is back and was not inspected since.
 */
export function isUnobserved(node: NodeRow, nowMs: number): boolean {
  return isOutOfContact(node) || isAgentSilent(node, nowMs) || node.unchecked_since_ms !== null;
}

/** The names of the nodes whose machines are not observed. */
export async function readUnobserved({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'read'>;
  readonly clock: Pick<Clock, 'nowMs'>;
}): Promise<ReadonlySet<string>> {
  const nodes = await store.read({ from: 'nodes' });
  const nowMs = clock.nowMs();
  return new Set(nodes.filter((node) => isUnobserved(node, nowMs)).map(({ name }) => name));
}

/** The names of the nodes that a server hears nothing of. */
export async function readLostNodes(store: Pick<Store, 'read'>): Promise<ReadonlySet<string>> {
  const nodes = await store.read({ from: 'nodes' });
  return new Set(nodes.filter(isOutOfContact).map(({ name }) => name));
}

/** The status of a VM as answers show it, of its observed fields. */
export function shownStatus(observed: JsonObject, unobserved: ReadonlySet<string>): unknown {
  const { status, node } = observed;
  if (attemptsBefore(observed) !== null) return 'failed' satisfies VmStatus;
  return status === 'running' && unobserved.has(String(node)) ? 'unknown' : status;
}

/** Recorded statuses of which some are shown as another one. */
const SHOWN_AS = [
  ['running', 'unknown'],
  ['stopped', 'failed'],
] as const;

/**
 * The filter of a list by the status that is shown.
 * @returns undefined where the recorded one will do, as long as all nodes are observed
 */
export async function statusFilter(
  deps: { readonly store: Pick<Store, 'read'>; readonly clock: Pick<Clock, 'nowMs'> },
  tenantId: string,
  statuses: readonly VmStatus[] | undefined,
): Promise<{ readonly id: { readonly in: readonly string[] } } | undefined> {
  if (statuses === undefined) return undefined;
  const unobserved = await readUnobserved(deps);
  const uncertain = SHOWN_AS.filter(([is, shown]) => {
    // With both, the VMs in question are among them; with neither, they are not.
    return (
      statuses.includes(is) !== statuses.includes(shown) &&
      (is !== 'running' || unobserved.size > 0)
    );
  });
  if (uncertain.length === 0) return undefined;
  const recorded = new Set<string>([...statuses, ...uncertain.map(([is]) => is)]);
  const rows = await deps.store.read({
    from: 'vms',
    where: { tenant_id: tenantId, status: { in: [...recorded] } },
    damaged: 'blank',
  });
  const wanted = new Set<unknown>(statuses);
  const ids = mapReadable(rows, (row) =>
    wanted.has(shownStatus(observedOf(row), unobserved)) ? [row.id] : [],
  ).flat();
  return ids.length > IDS_MAX ? undefined : { id: { in: ids } };
}
