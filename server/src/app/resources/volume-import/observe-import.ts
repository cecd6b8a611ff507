/** Reads what an import depends on, besides its image: name, quota, VM; room and a node. */
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import type { ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { fillDefaults } from '@novacron/contract/schema/field';
import { toProblemList } from '../../rows/resource-problems.ts';
import type { WriteScope } from '../scope.ts';
import { observeVolume, type VolumeContext } from '../volume/observe-volume.ts';
import { readPools } from '../volume/volume-pool.ts';
import { chooseImportNode, type ImageOrigin } from './choose-import-node.ts';

type Fields = Omit<ParsedInputOf<'volume.import'>, 'image' | 'size_gb'> & {
  readonly size_gb: number;
};

/** The volume of an import, and what was found. */
export interface ObservedImport {
  readonly spec: VolumeSpec;
  readonly found: VolumeContext;
}

/** Reads it; what is in the way is in `found.problems`. */
export async function observeImport(
  { image_checksum: _checksum, ...fields }: Fields,
  scope: WriteScope,
): Promise<ObservedImport> {
  const spec = VolumeSpec.parse(fillDefaults(VOLUME_FIELDS, fields));
  return { spec, found: await observeVolume(undefined, spec, scope) };
}

/**
 * Chooses the node that imports.
 * @returns its name; the problems are a lack of room, and those of `chooseImportNode`
 */
export async function placeImport(
  { spec, found }: ObservedImport,
  origin: ImageOrigin,
  scope: WriteScope,
): Promise<Result<{ node: string; found: VolumeContext }, readonly Problem[]>> {
  const { vm, vmBefore, shortage } = found;
  const chosen = await chooseImportNode({ spec, vm, origin }, scope);
  const problems = [...toProblemList(shortage), ...(chosen.ok ? [] : [chosen.error])];
  if (problems.length > 0 || !chosen.ok) return err(problems);
  const maker = chosen.value;
  const of = { row: undefined, type: spec.type, vm, vmBefore, maker };
  const pools = await readPools(scope.deps.store, of);
  return ok({ node: maker, found: { ...found, maker, pools } });
}
