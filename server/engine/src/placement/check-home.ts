/** Whether a VM may change what it is, or what it asks of its place, and stay where it is. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { checkAsk } from './check-ask.ts';
import { describeRejection, describeRule } from './describe-rules.ts';
import { makeFleetIndex } from './fleet/fleet-index.ts';
import { openOverlay } from './fleet/overlay.ts';
import { prepareQuestion } from './fleet/survey.ts';
import type { Peer, PlacementAsk, PlacementNode } from './model.ts';
import { findRejections } from './reject-nodes.ts';
import type { Rejection, RejectionReason } from './rules/model.ts';

/** What a VM can break without growing; room is the business of whoever resizes it. */
const RULES: readonly RejectionReason[] = [
  ...(['pinned-elsewhere', 'zone', 'node-label', 'taint', 'residency'] as const),
  ...(['affinity', 'anti-affinity', 'spread', 'unwelcome', 'spot-risk'] as const),
];

/** A change of a VM that has its place. */
export interface ChangeAtHome {
  readonly before: PlacementAsk;
  readonly after: PlacementAsk;
  readonly nodes: readonly PlacementNode[];
  /** Without the VM itself. */
  readonly peers: readonly Peer[];
  /** Name of the node where it is. */
  readonly home: string;
}

/**
 * Refuses a change that would break a hard rule where the VM is: one of its own, or one of a VM
 * that wants to be apart from it. What is broken already does not speak against other changes.
 * @returns `no-capacity` with the rules and what speaks against the node; `validation-failed` for
 *   an ask that makes no sense; undefined where nothing speaks against it
 */
export function checkHome({ before, after, ...fleet }: ChangeAtHome): Problem | undefined {
  const wrong = checkAsk(after);
  if (wrong !== undefined) return wrong;
  const known = new Set(findBroken(before, fleet).map(describeRule));
  const broken = findBroken(after, fleet).filter((rule) => !known.has(describeRule(rule)));
  if (broken.length === 0) return undefined;
  const { name } = after.vm;
  return problem('no-capacity', {
    detail:
      `The VM ${name} cannot be changed like this where it is, on node ${fleet.home}. Broken ` +
      `would be: ${broken.map((each) => describeBroken(each, fleet.home)).join('; ')}.`,
    remedy:
      `Move the VM, or those it must be apart from or near to, to another node first ` +
      '(novacron vm migrate), or loosen the rule.',
    data: { node: fleet.home, reasons: broken.map(({ reason }) => reason) },
  });
}

function describeBroken(rejection: Rejection, home: string): string {
  return `${describeRule(rejection)} (${home} ${describeRejection(rejection)})`;
}

function findBroken(
  ask: PlacementAsk,
  { nodes, peers, home }: Pick<ChangeAtHome, 'nodes' | 'peers' | 'home'>,
): readonly Rejection[] {
  const node = nodes.find(({ name }) => name === home);
  if (node === undefined) return [];
  const { question } = prepareQuestion(openOverlay(makeFleetIndex({ nodes, peers })), ask);
  return findRejections(node, question).filter(({ reason }) => RULES.includes(reason));
}
