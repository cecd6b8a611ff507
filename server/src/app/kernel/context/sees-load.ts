import type { Store } from '../../../ports/store.ts';
import type { Principal } from './call-context.ts';

/** Whether the load of nodes is shown to a principal: to those whose tenant runs the fleet. */
export async function seesLoad(
  { store }: { readonly store: Store },
  { tenantId }: Principal,
): Promise<boolean> {
  const [own] = await store.read({ from: 'tenants', where: { id: tenantId } });
  return own?.is_platform === 1;
}
