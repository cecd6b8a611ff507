/** Checks whether a VM can change its labels or its placement rules without leaving its node. */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { describeRejection, describeRule } from '../explain/describe-rules.ts';
import { findRejections } from '../filters/reject-nodes.ts';
import { makeFleetIndex } from '../index/fleet-index.ts';
import { openOverlay } from '../index/fleet-overlay.ts';
import type { Peer, PlacementNode, PlacementRequest } from '../model/placement.ts';
import type { Rejection, RejectionReason } from '../model/rule.ts';
import { prepareRequest } from '../ranking/scan-fleet.ts';
import { validateRequest } from '../request/validate-request.ts';

/** Rules that a VM can break without growing. Capacity is checked by the resize itself. */
const RULES: readonly RejectionReason[] = [
  'pinned-elsewhere',
  'zone',
  'node-label',
  'taint',
  'feature',
  'residency',
  'affinity',
  'anti-affinity',
  'spread',
  'unwelcome',
  'spot-risk',
];

/** A change of a VM that is placed already. */
export interface ChangeInPlace {
  readonly before: PlacementRequest;
  readonly after: PlacementRequest;
  readonly nodes: readonly PlacementNode[];
  /** Without the VM itself. */
  readonly peers: readonly Peer[];
  /** Name of the node where it is. */
  readonly home: string;
}

/**
 * Rejects a change that would break a hard rule on the VM's current node: a rule of its own, or the
 * anti-affinity of another VM. A rule that is broken already does not block other changes.
 * @returns `no-capacity` with the rules and the reasons against the node; `validation-failed` for
 *   an invalid request; undefined where the change is allowed
 */
export function checkCurrentNode({ before, after, ...fleet }: ChangeInPlace): Problem | undefined {
  const wrong = validateRequest(after);
  if (wrong !== undefined) return wrong;
  const known = new Set(findBroken(before, fleet).map(describeRule));
  const broken = findBroken(after, fleet).filter((rule) => !known.has(describeRule(rule)));
  if (broken.length === 0) return undefined;
  const { name } = after.vm;
  return problem('no-capacity', {
    title: 'A placement rule would be violated',
    detail:
      `The VM ${name} cannot be changed like this on its node ${fleet.home}. It would ` +
      `violate: ${broken.map((each) => describeBroken(each, fleet.home)).join('; ')}.`,
    remedy:
      'Move the VM, or the VMs that the rule refers to, to another node first (novacron ' +
      'vm migrate), or loosen the rule.',
    data: { node: fleet.home, reasons: broken.map(({ reason }) => reason) },
  });
}

function describeBroken(rejection: Rejection, home: string): string {
  return `${describeRule(rejection)} (${home} ${describeRejection(rejection)})`;
}

function findBroken(
  request: PlacementRequest,
  { nodes, peers, home }: Pick<ChangeInPlace, 'nodes' | 'peers' | 'home'>,
): readonly Rejection[] {
  const node = nodes.find(({ name }) => name === home);
  if (node === undefined) return [];
  const { countedRequest } = prepareRequest(openOverlay(makeFleetIndex({ nodes, peers })), request);
  return findRejections(node, countedRequest).filter(({ reason }) => RULES.includes(reason));
}
