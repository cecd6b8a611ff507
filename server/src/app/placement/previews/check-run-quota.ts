/** Checks the VMs that a run of a client has previewed against the quota of its tenant. */
import type { Problem } from '@novacron/contract/problem/problem';
import type { Amounts, PlacementRequest } from '@novacron/engine/placement/place/model/placement';
import type { Store } from '../../../ports/store.ts';
import { chargeOfVms, checkQuota } from '../../access/quota/tenant-quota.ts';
import type { PreviewRun } from '../placement-memory.ts';
import { addAmounts, NOTHING } from './preview-run.ts';

/**
 * Refuses a VM that exceeds the quota together with the other VMs of the run: nothing is charged
 * before they are created, so each alone would pass.
 * @returns undefined where the quota covers all of them
 */
export async function checkRunQuota(
  store: Store,
  tenantId: string,
  { run, ask }: { readonly run: PreviewRun; readonly ask: PlacementRequest },
): Promise<Problem | undefined> {
  const [quota] = await store.read({ from: 'tenant_quotas', where: { id: tenantId } });
  const atMost = chargeOfVms(run.wantedAtMost.vms + 1, addAmounts(run.wantedAtMost, ask.vm));
  // Most plans are far from any limit: then nothing has to be counted one by one.
  if (checkQuota(quota, atMost) === undefined) return undefined;
  const wanted = [...run.places.values()].filter(
    ({ row }) => row.name !== ask.vm.name && row.node_id !== null,
  );
  // Of one moment: a VM that has been created meanwhile is charged already.
  const { quotas, vms } = await store.snapshot({
    quotas: { from: 'tenant_quotas', where: { id: tenantId } },
    vms: {
      from: 'vms',
      where: { tenant_id: tenantId, name: { in: wanted.map(({ row }) => row.name) } },
    },
  });
  const created = new Set(vms.map(({ name }) => name));
  const pending = wanted.filter(({ row }) => !created.has(row.name));
  const asks = pending.map((place) => place.ask);
  const all = [...asks, ask].map(({ vm }) => vm).reduce<Amounts>(addAmounts, NOTHING);
  const refused = checkQuota(quotas[0], chargeOfVms(asks.length + 1, all));
  if (refused === undefined || asks.length === 0) return refused;
  return {
    ...refused,
    detail: `${refused.detail} The plan contains ${asks.length} other VMs, which count too.`,
  };
}
