/**
 * Whether the guest of a machine is ready. A server asks the agent of the node again and again; the
 * agent answers as soon as the guest is ready or cannot become so, and otherwise when `wait_ms` are
 * over. A question changes nothing, so no journal has it, and a restart of either side loses none.
 */
import { z } from 'zod';
import { VmId } from '../ids.ts';
import { StopReason } from '../kinds/vm/stop-reason.ts';

/** Longest that an agent holds a question back. Unit: ms. */
export const GUEST_WAIT_MS_MAX = 5_000;

/** Conditions to wait for; absent conditions are not checked. */
export const GuestConditions = z.looseObject({
  agent: z.literal('yes').optional(),
  ip: z.literal('yes').optional(),
  port: z.int().min(1).max(65_535).optional(),
  cloud_init: z.literal('yes').optional(),
});
export type GuestConditions = z.infer<typeof GuestConditions>;

/** Names a condition, as the field `wait_for` does. */
export const GuestCondition = z.enum(['agent', 'ip', 'port', 'cloud_init']);
export type GuestCondition = z.infer<typeof GuestCondition>;

/** Query of a server. Only for agents that announce `guestCheck`. */
export const GuestQuery = z.looseObject({
  vm_id: VmId,
  conditions: GuestConditions,
  wait_ms: z.int().min(0).max(GUEST_WAIT_MS_MAX),
});
export type GuestQuery = z.infer<typeof GuestQuery>;

/** Answer of the agent. */
export const GuestAnswer = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('ready'),
    guest_ip_addresses: z
      .array(z.string())
      .optional()
      .describe('Latest report of the guest; absent if its agent was not asked or is silent'),
  }),
  z.looseObject({
    kind: z.literal('waiting'),
    condition: GuestCondition.describe('The first condition that does not hold'),
    seen: z.string().describe('Last observation, in readable form'),
  }),
  z
    .looseObject({ kind: z.literal('stopped'), stop_reason: StopReason.catch('unknown') })
    .describe('The machine does not run'),
  z
    .looseObject({ kind: z.literal('failed'), message: z.string() })
    .describe('The guest cannot become ready, or the node cannot see whether it is'),
]);
export type GuestAnswer = z.infer<typeof GuestAnswer>;
