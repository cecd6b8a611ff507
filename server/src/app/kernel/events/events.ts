/**
 * Events go through an outbox: written with the change that they describe, published afterwards.
 */
import type { EventPriority } from '@novacron/contract/events/event';
import { problem } from '@novacron/contract/problem/problem';
import type { Change } from '../../../ports/store.ts';
import type { KernelDeps } from '../context/deps.ts';

/** The change that puts an event into the outbox. */
export function eventChange(
  deps: Pick<KernelDeps, 'ids' | 'clock'>,
  event: {
    readonly tenantId: string;
    readonly type: string;
    readonly source: string;
    readonly target: string;
    readonly priority: EventPriority;
    readonly data: Readonly<Record<string, unknown>>;
  },
): Change {
  return {
    kind: 'insert',
    into: 'events',
    row: {
      id: deps.ids.next('evt'),
      position: null,
      tenant_id: event.tenantId,
      type: event.type,
      source: event.source,
      target: event.target,
      priority: event.priority,
      data_json: JSON.stringify(event.data),
      at_ms: deps.clock.nowMs(),
    },
    otherwise: problem('internal', {
      detail: 'The id of a new event is taken.',
      remedy: 'Check the clock of the server and send the request again.',
    }),
  };
}
