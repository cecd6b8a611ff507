/**
 * Finds what the volumes of a VM can be restored from when its node is lost: of those that no other
 * node reaches, the newest snapshot that was exported to the server. Source of the idea: recovery
 * points of disaster recovery, as VMware Site Recovery Manager has them.
 */
import { formatDuration } from '@novacron/contract/formats/duration';
import { listNames } from '@novacron/contract/formats/list-names';
import { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { SnapshotExports, StoredExport } from '../../../../ports/snapshot-exports.ts';
import type { NodeRow } from '../../../../ports/tables/node-row.ts';
import type { SnapshotRow, VolumeRow } from '../../../../ports/tables/tables.ts';
import { desiredAs } from '../../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../../rows/observed/observed-resource.ts';
import { toTimestamp } from '../../../rows/to-timestamp.ts';
import { encryptsVolumes, hasEncrypted } from '../../volume/volume-encryption.ts';
import { contentPool, poolOnNode, poolsOfNode } from '../../volume/volume-pool.ts';
import { capabilitiesOf } from '../machine/configure-steps.ts';

/** Volumes and snapshots that a text names. */
const NAMES_MAX = 5;

/** A volume that gets the content of a snapshot. */
export interface RestoredVolume {
  readonly volume: VolumeRow;
  readonly snapshot: SnapshotRow;
  readonly stored: StoredExport;
}

/** Requirements and data loss of a restore. */
export interface Restore {
  readonly volumes: readonly RestoredVolume[];
  /** Names of the volumes that no other node reaches, and of which there is no export. */
  readonly missing: readonly string[];
  /** The pools of the volumes that other nodes reach. */
  readonly pools: readonly string[];
  /** Whether one of its volumes is encrypted. */
  readonly encrypted: boolean;
  /** Whether the VM has volumes at all: what is on its root disk is in no snapshot. */
  readonly has: 'volumes' | 'nothing';
}

/** Facts from which a restore is planned. */
export interface RestoreFacts {
  /** Volumes of the VM. */
  readonly volumes: readonly VolumeRow[];
  /** Snapshots of these volumes; unrelated snapshots are ignored. */
  readonly snapshots: readonly SnapshotRow[];
  readonly nodes: readonly NodeRow[];
  readonly exports: Pick<SnapshotExports, 'find'> | undefined;
}

/** Finds it. @param source - the node of the VM */
export function findRestore(
  { volumes, snapshots, nodes, exports }: RestoreFacts,
  source: NodeRow,
): Restore {
  const others = nodes.filter(({ id }) => id !== source.id);
  const reached = new Set(others.flatMap((node) => poolsOfNode(node)));
  const attached = volumes.filter(isAttachedAsDesired).map((volume) => {
    const { type } = desiredAs(volume, VolumeSpec);
    const content = contentPool(volume, source) ?? poolOnNode(source, { type, content: null });
    return { volume, content };
  });
  const lost = attached.filter(({ content }) => content !== null && !reached.has(content));
  const found = lost.map(({ volume }) => ({
    volume,
    newest: newestOf(volume, snapshots, exports),
  }));
  return {
    volumes: found.flatMap(({ volume, newest }) =>
      newest === undefined ? [] : [{ volume, ...newest }],
    ),
    missing: found.flatMap(({ volume, newest }) => (newest === undefined ? [volume.name] : [])),
    pools: [...new Set(attached.flatMap(({ content }) => content ?? []))].filter((pool) =>
      reached.has(pool),
    ),
    encrypted: hasEncrypted(volumes),
    has: attached.length === 0 ? 'nothing' : 'volumes',
  };
}

function newestOf(
  { id }: VolumeRow,
  snapshots: readonly SnapshotRow[],
  exports: RestoreFacts['exports'],
): Omit<RestoredVolume, 'volume'> | undefined {
  const newestFirst = snapshots
    .filter(({ volume_id }) => volume_id === id)
    .toSorted((left, right) => right.created_at_ms - left.created_at_ms);
  for (const snapshot of newestFirst) {
    const stored = exports?.find(snapshot.id);
    if (stored !== undefined) return { snapshot, stored };
  }
  return undefined;
}

/** Whether a node can make the volumes of a restore: it reaches the others, and gets exports. */
export function canRestore(node: NodeRow, { pools, volumes, encrypted }: Restore): boolean {
  if (encrypted && !encryptsVolumes(node)) return false;
  const own = poolsOfNode(node);
  if (!pools.every((pool) => own.includes(pool))) return false;
  if (volumes.length === 0) return true;
  const { volumeImport, snapshotExport } = capabilitiesOf(node);
  return volumeImport === 'yes' && snapshotExport === 'yes';
}

/** Explains in a clause why nothing can be restored; undefined if a restore is possible. */
export function whyNoRestore({ missing, has }: Restore): string | undefined {
  if (has === 'nothing') {
    return 'it has no volume, and there are no snapshots of root disks: nothing can be restored';
  }
  if (missing.length === 0) return undefined;
  const names = listNames([...missing], NAMES_MAX);
  return `no snapshot of ${names} was exported (novacron snapshot export)`;
}

/** The recovery point: when the oldest of the snapshots was taken; undefined without any. */
export function recoveryPointMs({ volumes }: Pick<Restore, 'volumes'>): number | undefined {
  if (volumes.length === 0) return undefined;
  return Math.min(...volumes.map(({ snapshot }) => snapshot.created_at_ms));
}

/**
 * Says what a restore loses, in a sentence.
 * @param disk - whether its root disk is the one that it has
 * @param lossMs - when the node is, or was, lost. Unit: ms since the Unix epoch
 */
export function describeLossOf(
  { volumes }: Restore,
  { disk, lossMs }: { readonly disk: 'kept' | 'new'; readonly lossMs: number },
): string {
  const root =
    disk === 'kept'
      ? 'Its root disk is the one that it has.'
      : 'Its root disk is made from its template: what is on it is lost.';
  const pointMs = recoveryPointMs({ volumes });
  if (pointMs === undefined) return root;
  const each = volumes.map(
    ({ volume, snapshot }) =>
      `${volume.name} from ${snapshot.name} of ${toTimestamp(snapshot.created_at_ms)}`,
  );
  const seconds = Math.max(0, Math.round((lossMs - pointMs) / 1_000));
  return (
    `Volumes are restored from exported snapshots: ${listNames(each, NAMES_MAX)}. What was ` +
    `written since is lost: ${formatDuration(seconds * 1_000)} (recovery point). ${root}`
  );
}
