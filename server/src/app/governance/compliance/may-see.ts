/** Whom subjects of checks are shown to: findings tell no more than lists do. */
import type { Allowed } from '@novacron/contract/operations-table/permissions';
import { mayCall } from '../../access/identity/may-call.ts';
import type { CallContext } from '../../kernel/context/call-context.ts';

/** Operations that show what the checks of a kind judge. */
const SHOWN_BY = new Map<string, Allowed>([
  ['vm', 'vm.list'],
  ['vm_group', 'vm_group.list'],
  ['volume', 'volume.list'],
  ['network', 'network.list'],
  ['security_group', 'security_group.list'],
  ['template', 'template.list'],
  ['snapshot', 'snapshot.list'],
  ['ssh_key', 'ssh_key.list'],
  ['policy', 'policy.list'],
  ['orchestration_policy', 'orchestration_policy.list'],
  ['node', 'node.list'],
  ['api_key', 'api_key.list'],
  ['role', 'role.list'],
  ['policy_waiver', 'policy_waiver.list'],
  ['incident', 'incident.list'],
  // Its facts are about administrators and channels.
  ['tenant', 'api_key.list'],
  ['server', 'settings.get'],
]);

/** Whether a caller may see what checks say about subjects of a kind. */
export function maySee({ principal }: Pick<CallContext, 'principal'>, kind: string): boolean {
  const operation = SHOWN_BY.get(kind);
  return operation !== undefined && mayCall(principal, operation);
}
