/** Avoids waiting for nodes that do not respond. */
import type { Bus } from '@novacron/bus/bus';
import { nodeOfSubject } from '@novacron/contract/agent/agent-subjects';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err } from '@novacron/contract/result';
import type { Clock } from '@novacron/runtime/clock';
import type { Breakers } from '../../../ports/breakers.ts';

/**
 * Wraps the bus with a circuit breaker for each node. Only timeouts open it, because each costs a
 * full wait: the bus reports a missing subscriber at once, and an answer with an error proves that
 * the node is there.
 */
export function guardBus(
  bus: Bus,
  { breakers, clock }: { readonly breakers: Breakers; readonly clock: Clock },
): Bus {
  return {
    ...bus,
    request: async (subject, message, options) => {
      const node = nodeOfSubject(subject);
      if (node === '') return bus.request(subject, message, options);
      const breaker = breakers.of('agents', node);
      if (!breaker.tryCall(clock.nowMs())) return err(leftAlone(node));
      const answer = await bus.request(subject, message, options);
      if (!answer.ok && answer.error.code === 'deadline-exceeded') breaker.failed(clock.nowMs());
      else breaker.succeeded();
      return answer;
    },
  };
}

function leftAlone(node: string): Problem {
  return problem('unavailable', {
    detail: `Node ${node} failed to respond several times in a row, so calls to it are suspended.`,
    remedy: 'Wait a few seconds and send the request again; check the agent of the node.',
    data: { reason: 'circuit-open', node },
  });
}
