/** Explains why a VM would not go to a given node. */
import type { PlacementDecision } from '@novacron/contract/placement/placement';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Env } from '../../env.ts';
import { tryPlacement } from './decide/decide-placement.ts';
import { describeRejection } from './explain/describe-rules.ts';
import { findRejections } from './filters/reject-nodes.ts';
import { makeFleetIndex } from './index/fleet-index.ts';
import { openOverlay } from './index/fleet-overlay.ts';
import type { PlacementInput } from './model/placement.ts';
import { planPlacement } from './plan-placement.ts';
import { prepareRequest } from './ranking/scan-fleet.ts';
import { validateRequest } from './request/validate-request.ts';

/** The request and the fleet, without the VM itself if it is placed already. */
export interface NodeQuestion extends PlacementInput {
  /**
   * The recorded decision in this fleet; when absent, the node is compared with a decision made
   * now.
   */
  readonly decided?: PlacementDecision | undefined;
}

/**
 * Explains why a VM would not go to a node.
 * @returns lines for people: the reasons against the node, or how it compares with the one chosen;
 *   `not-found` for a node that the fleet does not have
 */
export function explainNode(
  input: NodeQuestion,
  nodeName: string,
  env: Env,
): Result<readonly string[], Problem> {
  const wrong = validateRequest(input);
  if (wrong !== undefined) return err(wrong);
  const node = input.nodes.find(({ name }) => name === nodeName);
  if (node === undefined) {
    return err(
      problem('not-found', {
        detail: `The fleet has no node named ${nodeName}.`,
        remedy: 'Name one of its nodes: novacron node list.',
        fields: [{ path: ['node'], message: 'is not the name of a node' }],
      }),
    );
  }
  const fleet = openOverlay(makeFleetIndex(input));
  const rejections = findRejections(node, prepareRequest(fleet, input).countedRequest);
  if (rejections.length > 0) {
    return ok(rejections.map((each) => `${nodeName} ${describeRejection(each)}`));
  }
  const only = tryPlacement(fleet, { ...input, constraints: pinTo(input, nodeName) }, env);
  if (!only.ok) return ok([withoutFailover(nodeName)]);
  const { decided } = input;
  if (decided !== undefined) {
    const preferred = `${decided.target_node} was preferred with score ${decided.score}`;
    return ok([`${nodeName} could hold it`, preferred]);
  }
  const chosen = planPlacement(input, env);
  if (!chosen.ok) return ok([withoutFailover(nodeName)]);
  const { target_node: target, score } = chosen.value.decision;
  if (target === nodeName) return ok([`${nodeName} is where it goes, with score ${score}`]);
  return ok([
    `${nodeName} can hold it`,
    `${target} is preferred with score ${score}`,
    ...chosen.value.decision.alternatives.flatMap((each) =>
      each.node === nodeName ? [`${nodeName} scores ${each.score}`] : [],
    ),
  ]);
}

function withoutFailover(node: string): string {
  return `${node} would leave some node's VMs without room to restart elsewhere`;
}

/** Returns the constraints of the request, limited to this node. */
function pinTo({ constraints }: PlacementInput, node: string): PlacementInput['constraints'] {
  return { ...constraints, node };
}
