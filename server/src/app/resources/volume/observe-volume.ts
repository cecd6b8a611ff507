/** Reads the rows that a change of a volume depends on, and collects its problems. */
import { VOLUME_FIELDS, VolumeSpec } from '@novacron/contract/kinds/volume/volume';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { SnapshotRow, VmRow, VolumeRow } from '../../../ports/tables/tables.ts';
import { checkQuota } from '../../access/quota/tenant-quota.ts';
import { desiredAs } from '../../rows/answer-resource.ts';
import { changedFields } from '../../rows/changed-fields.ts';
import {
  busy,
  fieldsToReplace,
  nameTaken,
  referenceUnknown,
  replacementNeeded,
  toProblemList,
} from '../../rows/resource-problems.ts';
import type { WriteScope } from '../scope.ts';
import { checkContent } from './snapshot-changes.ts';
import { checkPool } from './volume-changes.ts';
import { refusePlainCopy } from './volume-encryption.ts';
import { readPools, type VolumePools } from './volume-pool.ts';

/** The rows. */
export interface VolumeContext {
  readonly problems: readonly Problem[];
  /** Reason why its pool has no room for it. */
  readonly shortage: Problem | undefined;
  /** The VM that the volume is to be attached to. */
  readonly vm: VmRow | undefined;
  /** The VM that it is attached to now. */
  readonly vmBefore: VmRow | undefined;
  /** The snapshot that a new volume is created from. */
  readonly source: SnapshotRow | undefined;
  /** Name of the node that makes the content of a new volume; undefined where it begins empty. */
  readonly maker: string | undefined;
  readonly pools: VolumePools;
}

/** Reads and checks a change; `row` is undefined for a new volume. */
export async function observeVolume(
  row: VolumeRow | undefined,
  spec: VolumeSpec,
  scope: WriteScope,
): Promise<VolumeContext> {
  const { tenantId } = scope.context.principal;
  const rows = await scope.deps.store.snapshot({
    holders: {
      from: 'volumes',
      where: { tenant_id: tenantId, name: spec.name, id: { not: row?.id ?? '' } },
    },
    vms: {
      from: 'vms',
      where: { tenant_id: tenantId, id: { in: [spec.attached_to ?? '', row?.attached_to ?? ''] } },
    },
    sources: {
      from: 'snapshots',
      where: { tenant_id: tenantId, id: row === undefined ? (spec.source_snapshot_id ?? '') : '' },
    },
    pools: { from: 'storage_pools', where: { id: spec.type } },
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
  });
  const problems: Problem[] = [];
  const holder = rows.holders[0];
  if (holder !== undefined) problems.push(nameTaken('volume', spec.name, holder.id));
  const vm = rows.vms.find((candidate) => candidate.id === spec.attached_to);
  const vmBefore = rows.vms.find((candidate) => candidate.id === row?.attached_to);
  if (spec.attached_to !== null && vm === undefined) {
    problems.push(referenceUnknown('attached_to', 'vm', spec.attached_to));
  }
  for (const involved of new Set([vm, vmBefore])) {
    const isInvolved = row === undefined || involvesVms(row, spec);
    if (isInvolved && involved !== undefined && involved.busy_operation_id !== null) {
      problems.push(busy('vm', involved));
    }
  }
  const before = row === undefined ? undefined : desiredAs(row, VolumeSpec);
  const growthGb = spec.size_gb - (before?.size_gb ?? 0);
  const shortage = growthGb > 0 ? checkPool(rows.pools[0], spec.type, growthGb) : undefined;
  const charge = { volumes: row === undefined ? 1 : 0, volume_gb: Math.max(0, growthGb) };
  const quota = checkQuota(rows.quotas[0], charge);
  if (quota !== undefined) problems.push(quota);
  if (before !== undefined) problems.push(...checkReplaced(before, spec));
  const [source] = rows.sources;
  if (row === undefined) problems.push(...checkSource(source, spec));
  problems.push(...toProblemList(await checkCopy(source, spec, scope)));
  const maker = source?.node;
  const pools = await readPools(scope.deps.store, { row, type: spec.type, vm, vmBefore, maker });
  return { problems, shortage, vm, vmBefore, source, maker, pools };
}

function checkSource(source: SnapshotRow | undefined, spec: VolumeSpec): Problem[] {
  if (spec.source_snapshot_id === null) return [];
  if (source === undefined) {
    return [referenceUnknown('source_snapshot_id', 'snapshot', spec.source_snapshot_id)];
  }
  const content = checkContent(source);
  if (content !== undefined) return [content];
  return spec.size_gb >= source.size_gb ? [] : [tooSmall(source, spec)];
}

/** Refuses a copy in plain of an encrypted snapshot. */
async function checkCopy(
  source: SnapshotRow | undefined,
  spec: VolumeSpec,
  { deps }: WriteScope,
): Promise<Problem | undefined> {
  if (source === undefined || spec.encrypted) return undefined;
  const where = { id: source.volume_id };
  const [original] = await deps.store.read({ from: 'volumes', where });
  return original && refusePlainCopy(source, original);
}

function tooSmall({ name, size_gb }: SnapshotRow, spec: VolumeSpec): Problem {
  return problem('validation-failed', {
    detail: `The snapshot ${name} has ${size_gb} GB: a volume of ${spec.size_gb} GB is too small.`,
    remedy: `Set the size to ${size_gb} GB or more.`,
    fields: [{ path: ['size_gb'], message: `must be at least ${size_gb}, as the snapshot is` }],
  });
}

function checkReplaced(before: VolumeSpec, after: VolumeSpec): Problem[] {
  const changes = changedFields(before, after);
  const replaced = fieldsToReplace(VOLUME_FIELDS, changes);
  return replaced.length === 0 ? [] : [replacementNeeded('volume', before.name, replaced)];
}

/** Whether a change of the volume affects the VMs that it is or will be attached to. */
function involvesVms(row: VolumeRow, after: VolumeSpec): boolean {
  const before = desiredAs(row, VolumeSpec);
  return before.attached_to !== after.attached_to || before.size_gb !== after.size_gb;
}
