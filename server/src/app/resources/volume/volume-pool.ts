/**
 * In which storage a volume has its content. The storage of a node may be its own: an attachment
 * elsewhere would find nothing there, and an empty disk in its place would hide the data.
 */
import { VolumeSpec, type VolumeType } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { ChangeSet, Store } from '../../../ports/store.ts';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import { desiredAs, observedOf } from '../../rows/answer-resource.ts';
import { isAttachedAsDesired } from '../../rows/observed/observed-resource.ts';
import { replan } from '../../rows/resource-problems.ts';
import { encryptsVolumes } from './volume-encryption.ts';

/** The pools that a change of a volume is about; null where they are not known. */
export interface VolumePools {
  /** Pool of the content before the change; also null if the volume has no content yet. */
  readonly content: string | null;
  /** Pool of the VM to which the volume is attached now. */
  readonly before: string | null;
  /** Pool of the VM to which the volume will be attached. */
  readonly target: string | null;
  /** Nodes that the change sends commands to, and that cannot encrypt volumes. */
  readonly unable: readonly string[];
}

type FactsRow = Pick<NodeRow, 'facts_json'>;

/** The pools that a node uses: for root disks, and for the storage classes that have their own. */
export function poolsOfNode(node: FactsRow | undefined): readonly string[] {
  const storage = node && readFacts(node)?.storage;
  if (storage === undefined) return [];
  const classes = Object.values(storage.classes ?? {}).map(({ pool }) => pool);
  return [...new Set([storage.pool, ...classes])];
}

/**
 * The pool in which a volume is, or would be, on a node: the one with its content if the node uses
 * it, otherwise that of its storage class. Null where the node has announced none, or is not known.
 */
export function poolOnNode(
  node: FactsRow | undefined,
  { type, content }: { readonly type: VolumeType; readonly content: string | null },
): string | null {
  const storage = node && readFacts(node)?.storage;
  if (storage === undefined) return null;
  if (content !== null && poolsOfNode(node).includes(content)) return content;
  return storage.classes?.[type]?.pool ?? storage.pool;
}

/** The node of a VM, of some nodes. */
export function nodeOfVm<N extends Pick<NodeRow, 'name'>>(
  vm: VmRow | undefined,
  nodes: readonly N[],
): N | undefined {
  return vm && nodes.find(({ name }) => name === observedOf(vm).node);
}

/** Reads the nodes that the content of a volume is on, or is to be on. */
export async function readPools(
  store: Pick<Store, 'read'>,
  {
    row,
    type,
    vm,
    vmBefore,
    maker,
  }: {
    readonly row: VolumeRow | undefined;
    /** Its storage class. */
    readonly type: VolumeType;
    readonly vm: VmRow | undefined;
    readonly vmBefore: VmRow | undefined;
    /** Name of the node that makes the content of a new volume; undefined where it begins empty. */
    readonly maker: string | undefined;
  },
): Promise<VolumePools> {
  const homes = [vm, vmBefore].flatMap((each) => (each ? [String(observedOf(each).node)] : []));
  const names = [...new Set([...homes, ...(maker === undefined ? [] : [maker])])];
  const where = { name: { in: names } };
  const nodes = names.length === 0 ? [] : await store.read({ from: 'nodes', where });
  const keeper = nodes.find(({ name }) => name === maker);
  const home = nodeOfVm(vmBefore, nodes);
  const made = poolOnNode(keeper, { type, content: null });
  const content = row === undefined ? made : contentPool(row, home);
  const makers = [keeper, nodeOfVm(vm, nodes)].flatMap((node) => node ?? []);
  return {
    unable: makers.filter((node) => !encryptsVolumes(node)).map(({ name }) => name),
    content,
    before: poolOnNode(home, { type, content }),
    target: poolOnNode(nodeOfVm(vm, nodes), { type, content }),
  };
}

/**
 * The pool with the content of a volume. An attached one is where its VM is: servers of earlier
 * releases migrate VMs and note no pool.
 * @param home - the node of the VM that it is attached to, if that is known
 */
export function contentPool(row: VolumeRow, home: NodeRow | undefined): string | null {
  const isAttached = observedOf(row).status === 'attached' && isAttachedAsDesired(row);
  const { type } = desiredAs(row, VolumeSpec);
  return (isAttached ? poolOnNode(home, { type, content: row.pool_id }) : null) ?? row.pool_id;
}

/** Returns the content fields of a command; none for an agent that has announced no storage. */
export function contentFor(
  content: string | null,
  ofNode: string | null,
): { readonly pool?: string } {
  return content === null || ofNode === null ? {} : { pool: content };
}

/** Whether a node reaches the content, or may do so. */
export function reaches({ content, target }: Pick<VolumePools, 'content' | 'target'>): boolean {
  return content === null || target === null || content === target;
}

/** Refuses a node that does not reach the content; undefined where it does, or may do so. */
export function checkReach(
  name: string,
  pools: Pick<VolumePools, 'content' | 'target'>,
  path: string,
): Problem | undefined {
  const { content, target } = pools;
  if (reaches(pools)) return undefined;
  return problem('in-use', {
    detail:
      `The content of the volume ${name} is in the storage ${content}, and the node concerned ` +
      `uses the storage ${target}: it would find an empty volume.`,
    remedy:
      'Use a VM on a node with the storage of the volume, or migrate the VM to such a node ' +
      '(novacron vm migrate) first.',
    fields: [{ path: [path], message: 'is on a node that does not reach the content' }],
  });
}

/** Notes where a migrated VM takes its volumes, and where it leaves those that are unplugged. */
export function moveContents(
  volumes: readonly VolumeRow[],
  { source, destination }: { readonly source: NodeRow; readonly destination: NodeRow },
): ChangeSet {
  return volumes.flatMap((row) => {
    const { type } = desiredAs(row, VolumeSpec);
    const content = contentPool(row, source) ?? poolOnNode(source, { type, content: null });
    const isMoved = isAttachedAsDesired(row);
    const pool_id = isMoved ? poolOnNode(destination, { type, content }) : (row.pool_id ?? content);
    if (pool_id === row.pool_id) return [];
    const otherwise = replan(`The volume ${row.name}`);
    return [{ kind: 'update', table: 'volumes', id: row.id, set: { pool_id }, otherwise } as const];
  });
}
