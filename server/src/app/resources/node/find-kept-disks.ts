/**
 * Root disks that a node keeps although no VM uses them any more: a node that is confirmed dead is
 * not waited for, so they stay in its storage when a VM is deleted or gets new disks elsewhere.
 */
import { listNames } from '@novacron/contract/formats/list-names';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import { decodeDefinition, isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { observedOf } from '../../rows/answer-resource.ts';
import { recreatedFrom, restoredFrom } from '../../rows/observed-machine.ts';
import type { WriteScope } from '../scope.ts';

/** Deletions that are looked at, the newest first. */
const DELETIONS_MAX = 10_000;

/** Disks that one notice lists; it counts all. */
const NAMES_MAX = 5;

/** The disks of a node, in words. */
export interface KeptDisks {
  /** Disks of deleted VMs. */
  readonly ofDeleted: readonly string[];
  /** Disks of VMs that run elsewhere from new disks. */
  readonly ofMoved: readonly string[];
}

/** Finds those that operations and VMs remember. */
export async function findKeptDisks({ name }: NodeRow, { deps }: WriteScope): Promise<KeptDisks> {
  const { deletions, vms } = await deps.store.snapshot({
    deletions: {
      from: 'operations',
      where: { kind: 'vm.delete', status: 'succeeded' },
      orderBy: { column: 'id', direction: 'desc' },
      limit: DELETIONS_MAX,
      damaged: 'blank',
    },
    vms: { from: 'vms', damaged: 'blank' },
  });
  const kept = deletions.filter((row) => keepsOn(row, name));
  const removed = await findRemoved(kept, name, deps);
  const quoted = JSON.stringify(name);
  const moved = vms
    .filter(({ observed_json }) => observed_json.includes(quoted))
    .filter((row) => {
      const observed = observedOf(row);
      return [...recreatedFrom(observed), ...restoredFrom(observed)].includes(name);
    });
  return {
    ofDeleted: kept
      .filter(({ target_id }) => !removed.has(target_id))
      .map((row) => `${row.target_name} (disks/${row.target_id})`),
    ofMoved: moved.map((row) => `${row.name} (disks/${row.id})`),
  };
}

function keepsOn(row: Tables['operations'], node: string): boolean {
  if (isDamaged(row)) return false;
  const { keptDisks = [], leftDisks = [] } = decodeDefinition(row);
  return keptDisks.includes(node) || leftDisks.includes(node);
}

/** VMs whose disks there a clean-up has removed since. */
async function findRemoved(
  deletions: readonly Tables['operations'][],
  node: string,
  { store }: WriteScope['deps'],
): Promise<ReadonlySet<string>> {
  if (deletions.length === 0) return new Set();
  const ids = deletions.map(({ target_id }) => target_id);
  const cleanups = await store.read({
    from: 'operations',
    where: { kind: 'vm.cleanup', status: 'succeeded', target_id: { in: ids } },
    damaged: 'blank',
  });
  const removing = cleanups.filter(
    (row) =>
      !isDamaged(row) &&
      decodeDefinition(row).steps.some(
        ({ action }) =>
          action.kind === 'agent' && action.node === node && action.action.kind === 'delete-disk',
      ),
  );
  return new Set(removing.map(({ target_id }) => target_id));
}

/** Says which disks stay on the host of a node that is deleted. */
export function noticesOfKept(
  { name }: NodeRow,
  { ofDeleted, ofMoved }: KeptDisks,
  contents: 'kept' | 'discarded',
): readonly string[] {
  const later =
    contents === 'discarded'
      ? `They are removed when a host joins as ${name} again.`
      : `They stay there, also when a host joins as ${name} again; with --discard they are ` +
        'removed then.';
  const deleted = `The host keeps root disks of deleted VMs: ${listNames(ofDeleted, NAMES_MAX)}.`;
  const moved =
    `The host keeps disks of VMs that run elsewhere from new ones: ` +
    `${listNames(ofMoved, NAMES_MAX)}.`;
  return [
    ...(ofDeleted.length === 0 ? [] : [`${deleted} ${later}`]),
    ...(ofMoved.length === 0 ? [] : [moved]),
  ];
}
