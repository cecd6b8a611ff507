/**
 * Webhook payload of Prometheus Alertmanager, version 4. Unknown fields are preserved. Source:
 * "webhook_config" in the documentation of Alertmanager.
 */
import { z } from 'zod';

/** More alerts are cut by `max_alerts` of the receiver in Alertmanager. */
const ALERTS_MAX = 1_000;

/** Unit: characters. */
const TEXT_MAX = 4_096;

const AlertStatus = z.enum(['firing', 'resolved']);

const Text = z.string().max(TEXT_MAX);

/** One notification: the alerts of a group that fire, or have ended. */
export const AlertmanagerPayload = z.looseObject({
  version: z.literal('4'),
  groupKey: Text.min(1),
  status: AlertStatus,
  alerts: z
    .array(
      z
        .object({
          status: AlertStatus,
          labels: z.record(z.string(), z.string()),
          startsAt: Text,
          fingerprint: Text.optional(),
          annotations: z.record(z.string(), Text).optional(),
        })
        .catchall(z.json()),
    )
    .min(1)
    .max(ALERTS_MAX),
});
export type AlertmanagerPayload = z.infer<typeof AlertmanagerPayload>;

/** One alert of a notification. */
export type AlertmanagerAlert = AlertmanagerPayload['alerts'][number];
