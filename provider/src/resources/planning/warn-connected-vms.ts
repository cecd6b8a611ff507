/**
 * Warns of a replacement of a network that VMs are connected to: those of the configuration are
 * replaced with it, and any others keep it from being deleted.
 */
import { NetworkId } from '@novacron/contract/ids';
import type { Values } from '../../fields/field-values.ts';
import type { PlanContext } from '../../framework/context.ts';
import type { Session } from '../../rpc/session.ts';

/** More names would hide what to do. */
const NAMES_MAX = 5;

/** Asks which VMs are connected; says nothing where none is, or the server does not answer. */
export async function warnConnectedVms(
  { client: session, diagnostics, signal }: PlanContext<Session>,
  { prior, label }: { readonly prior: Values; readonly label: string },
): Promise<void> {
  const id = NetworkId.safeParse(prior.id);
  if (!id.success) return;
  const asked = { network_id: [id.data], limit: NAMES_MAX + 1 };
  const answer = await session.client.call('vm.list', asked, { signal });
  if (!answer.ok || answer.value.items.length === 0) return;
  const { items } = answer.value;
  const names = items.slice(0, NAMES_MAX).map(({ name }) => name);
  if (items.length > NAMES_MAX) names.push('others');
  diagnostics.warning({
    summary: `VMs are connected: replace ${label}`,
    detail:
      `These VMs are connected to it: ${names.join(', ')}. Those whose network_id refers to this ` +
      'resource are replaced with it, and their disks are deleted. If there are VMs that are not ' +
      'in this configuration, the network is not deleted, and the apply fails after it has ' +
      'deleted its own VMs. To keep all of them, make a new network beside this one, connect the ' +
      'VMs to it (network_id changes in place), and delete this one then.',
    path: ['cidr'],
  });
}
