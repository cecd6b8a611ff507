/** Preemption in lines for people. */
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import type { PreviewedPlace } from '../decide/place-as-previewed.ts';
import type { PlacementPlan } from '../model/placement.ts';

/** Names that a line lists; the rest is counted. */
const NAMES_MAX = 5;

/** Prefix of every such line. */
const VERB = 'preempts ';

/** A spot VM to stop; without a name for readers who may not see its tenant's VMs. */
export interface NamedVictim {
  readonly name: string | undefined;
  readonly priority: number;
}

/** Lists the VMs that are stopped for a VM. @returns one line, without a full stop */
export function explainPreemption(victims: readonly NamedVictim[]): string {
  const named = victims.flatMap(({ name, priority }) =>
    name === undefined ? [] : [`${name} (priority ${priority})`],
  );
  const shown = named.slice(0, NAMES_MAX);
  const further = named.length - shown.length;
  const foreign = victims.length - named.length;
  const who = [
    ...shown,
    ...(further > 0 ? [`${further} more`] : []),
    ...(foreign > 0 ? [`${foreign} of other tenants`] : []),
  ];
  const what = victims.length === 1 ? '1 spot VM' : `${victims.length} spot VMs`;
  return `${VERB}${what}, since no node has room otherwise: ${who.join(', ')}`;
}

/** Whether a line of an explanation is about preemption. */
function isPreemption(line: string): boolean {
  return line.startsWith(VERB);
}

/**
 * Adds the VMs that are stopped to the explanation of a placement.
 * @param vm - its name, and the decision that a preview has shown of it, which is shown again where
 *   it was about preemption on the same node
 * @returns the placement, with a notice that says which VMs are stopped unless a preview has shown
 *   that; the plan itself where no VM is stopped
 */
export function explainPreemptingPlan(
  plan: PlacementPlan,
  victims: readonly NamedVictim[],
  { name, kept }: { readonly name: string; readonly kept: PlacementDecision | undefined },
): PreviewedPlace {
  if (victims.length === 0) return { plan, notice: undefined };
  const { decision } = plan;
  const wasShown =
    kept?.target_node === decision.target_node && kept.explanation.some(isPreemption);
  if (wasShown) return { plan: { ...plan, decision: kept }, notice: undefined };
  const line = explainPreemption(victims);
  const explained = { ...decision, explanation: [line, ...decision.explanation] };
  const notice = `The VM ${name} on ${decision.target_node} ${line}.`;
  return { plan: { ...plan, decision: explained }, notice };
}
