/** Measures the bus: its messages, and whether it is there. */
import type { Bus } from '@novacron/bus/bus';
import type { Logger } from '@novacron/runtime/logger';
import type { Telemetry } from '../../../ports/telemetry.ts';

/** Dependencies of watching the connection of the bus. */
export interface LinkParts {
  readonly telemetry: Telemetry;
  readonly logger: Logger;
}

/** Reports the connection, which is up, and what the bus drops while it is not. */
export function watchLink({ telemetry, logger }: LinkParts) {
  const onLink = (state: 'up' | 'down'): void =>
    telemetry.set('novacron_bus_connected', [{ labels: {}, value: state === 'up' ? 1 : 0 }]);
  onLink('up');
  return {
    onLink,
    onDropped: (messages: number): void => {
      telemetry.count('novacron_bus_messages_total', { outcome: 'dropped' }, messages);
      logger.warn({ messages }, 'messages were dropped: NATS was unavailable');
    },
  };
}

/** Wraps the bus with metrics of what is published and received. */
export function observeBus(bus: Bus, telemetry: Telemetry): Bus {
  const count = (outcome: 'published' | 'received'): void =>
    telemetry.count('novacron_bus_messages_total', { outcome });
  return {
    ...bus,
    publish: (...given) => {
      count('published');
      bus.publish(...given);
    },
    subscribe: (subject, subscriber) =>
      bus.subscribe(subject, (...heard) => {
        count('received');
        subscriber(...heard);
      }),
    request: async (...given) => {
      count('published');
      const answer = await bus.request(...given);
      if (answer.ok) count('received');
      return answer;
    },
    respond: (subject, responder) =>
      bus.respond(subject, async (message) => {
        count('received');
        const answer = await responder(message);
        count('published');
        return answer;
      }),
  };
}
