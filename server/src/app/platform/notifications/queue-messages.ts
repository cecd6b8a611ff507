/** Messages that wait: those of channels that send digests, and those about approvals. */
import { err, ok, type Result } from '@novacron/contract/result';
import { z } from 'zod';
import type { Change } from '../../../ports/store.ts';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import type { NotificationMessageRow } from '../../../ports/tables/automation/notification-message-row.ts';
import { parseStored } from '../../rows/parse-stored.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { Notification } from './send-notification.ts';

/** More that wait in one channel are a loop, or a receiver that has been down for long. */
const MESSAGES_PER_CHANNEL_MAX = 1_000;

/** A message, as the row has it. */
const StoredMessage = z.object({
  subject: z.string(),
  text: z.string(),
  about: z.record(z.string(), z.json()),
  recipients: z.array(z.string()),
});

/** Condition and delay for sending a message. */
interface Queueing {
  /** From now; unit: ms. Default: 0 */
  readonly delayMs?: number;
  /** Once this approval has ended, the message is dropped. */
  readonly approvalId?: string;
}

/**
 * Plans that a message waits in a channel; one with the same id is replaced.
 * @returns the change. Problems: why it cannot wait, in words that follow the name of the channel
 */
export async function queueMessage(
  { store, clock }: Pick<CapabilityDeps, 'store' | 'clock'>,
  channel: NotificationChannelRow,
  { id, subject, text, about, recipients }: Notification,
  { delayMs = 0, approvalId }: Queueing = {},
): Promise<Result<Change, string>> {
  const waiting = await store.count({
    from: 'notification_messages',
    where: { channel_id: channel.id },
    limit: MESSAGES_PER_CHANNEL_MAX,
  });
  if (waiting === MESSAGES_PER_CHANNEL_MAX) return err(`has ${waiting} messages that wait already`);
  const readyMs = clock.nowMs() + delayMs;
  const row: NotificationMessageRow = {
    id,
    tenant_id: channel.tenant_id,
    channel_id: channel.id,
    approval_id: approvalId ?? null,
    message_json: JSON.stringify({ subject, text, about, recipients }),
    attempts: 0,
    ready_ms: readyMs,
    due_ms: readyMs + (channel.digest_ms ?? 0),
  };
  return ok({ kind: 'put', into: 'notification_messages', row });
}

/** Reads a message that waits; undefined where the row is damaged. */
export function messageOf({ id, message_json }: NotificationMessageRow): Notification | undefined {
  const { data } = StoredMessage.safeParse(parseStored(message_json));
  return data === undefined ? undefined : { id, ...data };
}
