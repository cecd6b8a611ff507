/** Spares the server the waiting for nodes that have fallen silent. */
import type { Bus } from '@novacron/bus/bus';
import { nodeOfSubject } from '@novacron/contract/agent';
import { type Problem, problem } from '@novacron/contract/problem';
import { err } from '@novacron/contract/result';
import type { Breakers } from '../../../ports/breakers.ts';
import type { Clock } from '../../../ports/clock.ts';

/**
 * The same bus, with a circuit breaker before each node. Only silence counts against a node, for
 * it costs a whole wait: where nobody answers, the bus says so at once, and who answers with a
 * fault is there.
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
    detail: `Node ${node} has not answered several times in a row, so it is left alone for now.`,
    remedy: 'Wait some seconds and send the request again; look at the agent of the node.',
    data: { reason: 'circuit-open', node },
  });
}
