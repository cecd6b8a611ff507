/**
 * The quota of uploaded images. It is counted from the files, which are the truth about uploads:
 * what a tenant has sent of an image counts with the size of the whole image, from its first part
 * on. The count in the store is what is shown of it.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { ImageStore } from '../../../ports/image-store.ts';
import type { Store } from '../../../ports/store.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { replan } from '../../rows/resource-problems.ts';
import { checkQuota, GB_DECIMALS } from './tenant-quota.ts';

const BYTES_PER_MIB = 1_048_576;
const MIB_PER_GB = 1_024;

/** A part of an upload that has arrived. */
export interface UploadRequest {
  readonly file: string;
  readonly tenantId: string;
  /** Size of the whole image. Unit: bytes. */
  readonly total: number;
}

/**
 * Admits a part of an upload. Problems: `quota-exceeded`, `unavailable`.
 * @returns what to call once the part was taken or refused
 */
export type AdmitUpload = (upload: UploadRequest) => Promise<Result<() => Promise<void>, Problem>>;

interface UploadDeps {
  readonly store: Store;
  readonly images?: ImageStore | undefined;
}

/** Creates the admission of one server. */
export function createUploadQuota(deps: UploadDeps): AdmitUpload {
  /** Uploads whose first part is not stored yet, by tenant and file. Unit: MiB. */
  const beginning = new Map<string, { readonly tenantId: string; readonly mib: number }>();

  return async ({ file, tenantId, total }) => {
    const { store, images } = deps;
    if (images === undefined) return ok(async () => {});
    const before = images.heldBy(file, tenantId);
    const end = async (): Promise<void> => {
      if (images.heldBy(file, tenantId) !== before)
        await recordUploads({ store, images }, [tenantId]);
    };
    // What goes on was admitted with its first part.
    if (before > 0) return ok(end);
    const key = `${tenantId}/${file}`;
    const [row] = await store.read({ from: 'tenant_quotas', where: { id: tenantId } });
    const others = [...beginning].filter(
      ([other, each]) => other !== key && each.tenantId === tenantId,
    );
    const begun = others.reduce((sum, [, { mib }]) => sum + mib, 0);
    const used = usedMib(images, tenantId) + begun;
    const mib = Math.ceil(total / BYTES_PER_MIB);
    const refusal = checkUpload(row && { ...row, image_mib_used: used }, mib);
    if (refusal !== undefined) return err(refusal);
    beginning.set(key, { tenantId, mib });
    return ok(async () => {
      beginning.delete(key);
      await end();
    });
  };
}

/**
 * Returns the size of a tenant's images; unfinished uploads count with their full size. Unit: MiB.
 */
function usedMib(images: ImageStore, tenantId: string): number {
  return Math.ceil((images.usage().get(tenantId) ?? 0) / BYTES_PER_MIB);
}

/** Returns the uploaded size of every tenant. Unit: MiB. */
export function uploadedMib(images: ImageStore): ReadonlyMap<string, number> {
  const usage = [...images.usage()];
  return new Map(usage.map(([tenant, bytes]) => [tenant, Math.ceil(bytes / BYTES_PER_MIB)]));
}

/** Stores what tenants have uploaded; the next count corrects one that cannot be stored. */
export async function recordUploads(
  { store, images }: Required<Pick<UploadDeps, 'store'>> & { readonly images: ImageStore },
  tenantIds: readonly string[],
): Promise<void> {
  for (const id of tenantIds) {
    const set = { image_mib_used: usedMib(images, id) };
    const otherwise = replan('The tenant');
    await commitChanges({ store }, [
      { kind: 'update', table: 'tenant_quotas', id, set, otherwise },
    ]);
  }
}

function checkUpload(row: TenantQuotaRow | undefined, mib: number): Problem | undefined {
  const found = checkQuota(row, { image_mib: mib });
  if (found?.code !== 'quota-exceeded' || row === undefined) return found;
  const { image_mib_used: used, image_mib_max: max } = row;
  const [has, may, asks] = [used, max, mib].map((each) => inGb(each));
  const enough = Math.ceil((used + mib) / MIB_PER_GB);
  return problem('quota-exceeded', {
    detail:
      `The upload exceeds the image quota of the tenant: ${has} of ${may} GB are used, and ` +
      `the image has ${asks} GB.`,
    remedy:
      'Delete templates that are no longer needed: an unreferenced image is removed seven days ' +
      'after its last use, and an unfinished upload after a day. Or ask the operators of ' +
      `NovaCron to raise the quota: novacron tenant update TENANT --quotas image_gb=${enough}`,
    ...(found.data === undefined ? {} : { data: found.data }),
  });
}

function inGb(mib: number): string {
  return String(Number((mib / MIB_PER_GB).toFixed(GB_DECIMALS)));
}
