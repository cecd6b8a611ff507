/** Events: what happened, in one gapless order. */
import { z } from 'zod';
import { EventId, TenantId } from '../ids.ts';
import { Timestamp } from '../schema/resource.ts';

/** Priority of an event. */
export const EventPriority = z.enum(['low', 'normal', 'high', 'critical']);
export type EventPriority = z.infer<typeof EventPriority>;

/** Something that happened, at its place in the order. */
export const Event = z.looseObject({
  id: EventId,
  position: z.int().describe('Position in the gapless order, from 1'),
  tenant_id: TenantId,
  type: z.string().describe('Type of the event: vm.create.succeeded'),
  source: z.string().describe('Part of NovaCron that published the event'),
  target: z.string().describe('Id of the resource'),
  priority: EventPriority,
  data: z.record(z.string(), z.json()),
  at: Timestamp,
});
export type Event = z.infer<typeof Event>;
