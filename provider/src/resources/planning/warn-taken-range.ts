/**
 * Warns of a replacement of a network whose new address range another network has. Its create is
 * refused by then, and the old network is gone with its VMs; Terraform drops the warnings of the
 * second plan of a replacement, the one of the create, so the first one asks.
 */
import { fromProblemDocument } from '@novacron/contract/problem/problem';
import type { Values } from '../../fields/field-values.ts';
import type { PlanContext } from '../../framework/context.ts';
import type { Session } from '../../rpc/session.ts';

/** Asks for the new network of a replacement; nothing where its name or range is not known yet. */
export async function warnTakenRange(
  { client: session, diagnostics, signal }: PlanContext<Session>,
  { prior, plan, label }: { readonly prior: Values; readonly plan: Values; readonly label: string },
): Promise<void> {
  const { name, cidr } = plan;
  if (typeof name !== 'string' || typeof cidr !== 'string' || prior.cidr === cidr) return;
  const asked = { input: { name, cidr }, unknown: [] };
  const answer = await session.client.call(
    'admission.preview',
    { operation: 'network.create', ...asked },
    { signal },
  );
  if (!answer.ok) return;
  const taken = answer.value.problems
    .map(fromProblemDocument)
    .filter(({ code, data }) => code === 'network-overlap' && data?.resource_id !== prior.id);
  for (const { detail } of taken) {
    diagnostics.warning({
      summary: `The address range is taken: replace ${label}`,
      detail:
        `${detail} Unless this plan deletes that network first, the apply deletes the old ` +
        'network and its VMs, and then cannot make the new one. To lose nothing, make a new ' +
        'network beside the old one, connect the VMs to it (network_id changes in place), and ' +
        'delete the old one.',
      path: ['cidr'],
    });
  }
}
