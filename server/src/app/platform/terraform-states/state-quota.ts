/** The quota of states of Terraform: the size of the contents of all versions of a tenant. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Store } from '../../../ports/store.ts';
import type { TenantQuotaRow } from '../../../ports/tables/tenant-rows.ts';
import { checkQuota } from '../../access/quota/tenant-quota.ts';

const BYTES_PER_GB = 1_073_741_824;
const BYTES_PER_MB = 1_048_576;
const DECIMALS = 2;

/** Refuses bytes beyond the quota; undefined where there is room. */
type StateRoom = (more: number) => Problem | undefined;

/** Reads how much room a tenant has left. */
export async function readRoom(
  { store }: { readonly store: Pick<Store, 'read'> },
  { tenantId, name }: { readonly tenantId: string; readonly name: string },
): Promise<StateRoom> {
  const [row] = await store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  return (more) => {
    const found = checkQuota(row, { terraform_state_bytes: more });
    return found?.code === 'quota-exceeded' && row !== undefined
      ? { ...found, ...noRoom(row, { more, name }) }
      : found;
  };
}

function noRoom(
  { terraform_state_bytes_used: used, terraform_state_bytes_max: max }: TenantQuotaRow,
  { more, name }: { readonly more: number; readonly name: string },
): Pick<Problem, 'detail' | 'remedy'> {
  const enough = Math.ceil((used + more) / BYTES_PER_GB);
  return {
    detail:
      `The states of Terraform of the tenant use ${sizeOf(used)} of ${sizeOf(max)}, and the ` +
      `state ${name} needs ${sizeOf(more)} more.`,
    remedy:
      `Keep fewer versions (novacron terraform-state prune ${name} --keep 10), delete states ` +
      'that nothing uses, or ask the operators of NovaCron to raise the quota: novacron tenant ' +
      `update TENANT --quotas terraform_state_gb=${enough}`,
  };
}

function sizeOf(bytes: number): string {
  const [size, unit] = bytes < BYTES_PER_GB ? [BYTES_PER_MB, 'MB'] : [BYTES_PER_GB, 'GB'];
  return `${Number((bytes / size).toFixed(DECIMALS))} ${unit}`;
}
