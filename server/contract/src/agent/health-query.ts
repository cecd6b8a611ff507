/**
 * One check of the health of a guest, which a server asks the agent of its node to make. A question
 * changes nothing, so no journal has it; one that got lost is asked again at the next interval.
 */
import { z } from 'zod';
import { ControlPlaneClaim } from '../fleet/control-plane.ts';
import { VmId } from '../ids.ts';

/** Longest that a check takes. Unit: ms. */
export const HEALTH_CHECK_MS_MAX = 60_000;

/** Probe to run. */
export const HealthProbe = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('http'),
    tls: z.boolean(),
    port: z.int().min(1).max(65_535),
    path: z.string(),
  }),
  z.looseObject({ kind: z.literal('tcp'), port: z.int().min(1).max(65_535) }),
  z.looseObject({ kind: z.literal('command'), command: z.array(z.string()).min(1) }),
]);
export type HealthProbe = z.infer<typeof HealthProbe>;

/** Query of a server. Only for agents that announce `healthCheck`. */
export const HealthQuery = z.looseObject({
  vm_id: VmId,
  probe: HealthProbe,
  timeout_ms: z.int().min(1).max(HEALTH_CHECK_MS_MAX),
  control_plane: ControlPlaneClaim.optional(),
});
export type HealthQuery = z.infer<typeof HealthQuery>;

/** Answer of the agent. */
export const HealthAnswer = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('passed'),
    answer_ms: z
      .number()
      .min(0)
      .max(HEALTH_CHECK_MS_MAX)
      .optional()
      .describe('Time until the guest answered; only of HTTP probes'),
  }),
  z.looseObject({ kind: z.literal('failed'), seen: z.string().describe('For people') }),
  z
    .looseObject({ kind: z.literal('unknown'), reason: z.string() })
    .describe('It could not be checked: the machine does not run, or the node cannot reach it'),
]);
export type HealthAnswer = z.infer<typeof HealthAnswer>;
