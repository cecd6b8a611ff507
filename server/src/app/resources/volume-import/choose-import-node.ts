/** Chooses the node that makes the content of a volume from an image. */
import type { VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { VmRow } from '../../../ports/tables/tables.ts';
import { isOutOfReach, lostProblem } from '../../kernel/write/refuse-lost-node.ts';
import { readFacts } from '../../placement/facts/node-facts.ts';
import type { WriteScope } from '../scope.ts';
import { capabilitiesOf } from '../vm/machine/configure-steps.ts';
import { nodeOfVm } from '../volume/volume-pool.ts';

/** Source of the image: an upload to the server, or an address. */
export type ImageOrigin = 'upload' | 'address';

/**
 * The node of the VM that the volume is attached to, whose storage may be its own. Without a VM,
 * the ready node whose storage of the class has the most room; where none announces its room, one
 * of them at random.
 * @returns the name of the node
 */
export async function chooseImportNode(
  {
    spec,
    vm,
    origin,
  }: {
    readonly spec: VolumeSpec;
    readonly vm: VmRow | undefined;
    readonly origin: ImageOrigin;
  },
  { deps }: WriteScope,
): Promise<Result<string, Problem>> {
  const nodes = await deps.store.read({ from: 'nodes' });
  const home = nodeOfVm(vm, nodes);
  if (vm !== undefined && home !== undefined) {
    if (isOutOfReach(home)) return err(lostProblem(home, vm.id));
    if (!importsImages(home)) return err(homeImportsNone(spec, vm, home));
    return getsImages(home, origin) ? ok(home.name) : err(homeGetsNone(spec, vm, home));
  }
  const importing = nodes.filter((node) => node.status === 'ready' && importsImages(node));
  const able = importing.filter((node) => getsImages(node, origin));
  const most = Math.max(...able.map((node) => freeGb(node, spec)));
  const best = able.filter((node) => freeGb(node, spec) === most);
  const chance = deps.rng.fork(`import/${spec.name}`).next();
  const chosen = best[Math.floor(chance * best.length)];
  if (chosen !== undefined) return ok(chosen.name);
  return err(importing.length === 0 ? noImportNode() : noNodeGetsImages());
}

function importsImages(node: NodeRow): boolean {
  return capabilitiesOf(node).volumeImport === 'yes';
}

/**
 * Whether a node can get the image. Agents send exports to the server from which they fetch
 * uploads, so what they say of exports holds for uploads.
 */
function getsImages(node: NodeRow, origin: ImageOrigin): boolean {
  return origin === 'address' || capabilitiesOf(node).snapshotExport === 'yes';
}

/** Returns the free space of a storage class on a node; 0 if the node does not announce it. */
function freeGb(node: NodeRow, { type }: VolumeSpec): number {
  const storage = readFacts(node)?.storage;
  const ofClass = storage?.classes?.[type];
  return (ofClass === undefined ? storage?.free_gb : ofClass.free_gb) ?? 0;
}

function homeImportsNone({ name }: VolumeSpec, vm: VmRow, node: NodeRow): Problem {
  return problem('in-use', {
    detail:
      `The volume ${name} cannot be imported for ${vm.name}: the agent of ${node.name}, where ` +
      'this VM is, makes no volumes from images.',
    remedy: `Update the agent of ${node.name}, or migrate the VM first (novacron vm migrate).`,
    fields: [{ path: ['attached_to'], message: 'is on a node that imports no images' }],
    data: { node: node.name },
  });
}

function homeGetsNone({ name }: VolumeSpec, vm: VmRow, node: NodeRow): Problem {
  return problem('in-use', {
    detail:
      `The volume ${name} cannot be imported for ${vm.name} from an upload: the agent of ` +
      `${node.name}, where this VM is, does not know the server to fetch it from.`,
    remedy:
      `Start the agent of ${node.name} with --image-server, the https address of the server, or ` +
      'import the image from an https address (--image).',
    fields: [{ path: ['attached_to'], message: 'is on a node that fetches no uploaded images' }],
    data: { node: node.name },
  });
}

function noNodeGetsImages(): Problem {
  return problem('in-use', {
    detail:
      'No ready node can fetch an image that is uploaded: their agents do not know the server to ' +
      'fetch it from.',
    remedy:
      'Start the agent of a node with --image-server, the https address of the server, or import ' +
      'the image from an https address (--image).',
  });
}

function noImportNode(): Problem {
  return problem('no-capacity', {
    detail: 'No ready node makes volumes from images.',
    remedy:
      'Find the reason why nodes are not ready (novacron node list), or start an agent whose ' +
      'driver imports images.',
  });
}
