/** Notification channels as they are stored, and as answers carry them. */

import {
  type NotificationChannel,
  NotificationTarget,
  NotificationType,
} from '@novacron/contract/automation/notification-channel';
import { formatDuration } from '@novacron/contract/formats/duration';
import { NotificationChannelId, TenantId } from '@novacron/contract/ids';
import { z } from 'zod';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import { damagedRow, parseStored } from '../../rows/parse-stored.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** The last attempt to deliver a message, as the row has it. */
const StoredDelivery = z.looseObject({
  result: z.enum(['delivered', 'failed']),
  at_ms: z.number(),
  source: z.string(),
  error: z.string().nullable(),
});
export type StoredDelivery = z.infer<typeof StoredDelivery>;

/** Returns the target of a channel. @throws damagedRow */
export function targetOf(row: NotificationChannelRow): NotificationTarget {
  const target = NotificationTarget.safeParse(parseStored(row.target_json));
  if (!target.success) throw damagedRow(row.id, 'target_json does not say where it sends to');
  return target.data;
}

/** The type of a channel. @throws damagedRow */
export function typeOf(row: NotificationChannelRow): NotificationType {
  const type = NotificationType.safeParse(row.type);
  if (!type.success) throw damagedRow(row.id, `${row.type} is not a type of notification channel`);
  return type.data;
}

/** The last attempt; undefined before it. */
export function deliveryOf(row: NotificationChannelRow): StoredDelivery | undefined {
  return StoredDelivery.safeParse(parseStored(row.delivery_json ?? '')).data;
}

/** A channel as answers carry it. @throws damagedRow */
export function toChannel(row: NotificationChannelRow): NotificationChannel {
  const target = targetOf(row);
  const delivery = deliveryOf(row);
  return {
    id: NotificationChannelId.parse(row.id),
    tenant_id: TenantId.parse(row.tenant_id),
    name: row.name,
    description: row.description,
    type: typeOf(row),
    digest_interval: row.digest_ms === null ? null : formatDuration(row.digest_ms),
    url: target.url ?? null,
    url_secret: target.url_secret ?? null,
    token_secret: target.token_secret ?? null,
    smtp_server: target.smtp_server ?? null,
    smtp_security: target.smtp_security ?? null,
    smtp_user: target.smtp_user ?? null,
    password_secret: target.password_secret ?? null,
    from: target.from ?? null,
    to: target.to ?? [],
    last_delivery:
      delivery === undefined
        ? null
        : {
            result: delivery.result,
            at: toTimestamp(delivery.at_ms),
            source: delivery.source,
            error: delivery.error,
          },
    last_delivered_at: row.delivered_at_ms === null ? null : toTimestamp(row.delivered_at_ms),
    revision: row.revision,
    created_at: toTimestamp(row.created_at_ms),
    created_by: row.created_by,
    updated_at: toTimestamp(row.updated_at_ms),
    updated_by: row.updated_by,
  };
}
