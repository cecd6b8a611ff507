/** Votes of another person. */
import type { PolicyWaiver } from '@novacron/contract/kinds/policy/policy-violation';
import type { Bench } from './start-bench.ts';

/** Makes the key of an admin who is a person of their own. */
export async function adminNamed(bench: Bench, name: string) {
  const { items } = await bench.expectOk('api_key.list', { limit: 1000 });
  const known = items.find((key) => key.name === name);
  const { id, tenant_id: tenantId } =
    known ??
    (await bench.expectOk('api_key.create', { name, role: 'admin', person: name })).resource;
  return { principal: { id, name, role: 'admin', tenantId } };
}

/** Approves a waiver as another person than its requester. */
export async function approveWaiver(bench: Bench, { approval_id: id }: PolicyWaiver) {
  if (id === null) throw new Error('it needs no approval');
  await bench.expectOk('approval.approve', { id }, await adminNamed(bench, 'ben'));
}
