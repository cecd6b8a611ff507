/**
 * Sends messages through notification channels. Every attempt at one message has the same id, by
 * which receivers can drop repeats; one that the channel knows as delivered is not sent again.
 */
import type { JsonObject } from '@novacron/contract/json';
import { problem } from '@novacron/contract/problem/problem';
import type {
  EgressAnswer,
  EgressRequest,
  MailAnswer,
  MailRequest,
} from '../../../ports/egress.ts';
import type { Change } from '../../../ports/store.ts';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import type { StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../deps.ts';
import { failed, failureOf } from '../egress-outcome.ts';
import { deliveryOf, type StoredDelivery } from './channel-row.ts';
import { type OpenedChannel, openChannel } from './open-channel.ts';
import { refuseRecipients } from './refuse-recipients.ts';

/** A receiver writes down what it got and answers. Unit: ms. */
export const SEND_MS_DEFAULT = 10_000;

/** More is a report, not a message. Unit: characters. */
export const TEXT_LENGTH_MAX = 16_384;
const SUBJECT_LENGTH_MAX = 256;

/** A message for people. */
export interface Notification {
  /** Names the message: the same in every attempt. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  /** Data for programs that receive the notification. */
  readonly about: JsonObject;
  /** Recipients; for mail, some of the channel's recipients; empty: all of them. */
  readonly recipients: readonly string[];
}

/** Options of sending, and the data stored with its outcome. */
export interface Sender {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly inTurn: <Answer extends EgressAnswer | MailAnswer>(
    send: () => Promise<Answer>,
  ) => Promise<Answer>;
  readonly changes?: (outcome: StepOutcome) => readonly Change[];
}

type Deps = Pick<CapabilityDeps, 'store' | 'settings' | 'egress' | 'vault' | 'clock' | 'logger'>;

/** Sends a message once, and records how that went. */
export async function sendNotification(
  deps: Deps,
  row: NotificationChannelRow,
  notification: Notification,
  sender: Sender,
): Promise<StepOutcome> {
  const last = deliveryOf(row);
  if (last?.result === 'delivered' && last.source === notification.id) {
    if (sender.changes !== undefined) await commitChanges(deps, sender.changes(SENT));
    return SENT;
  }
  const opened = await openChannel(deps, row);
  const outcome = opened.ok
    ? await deliver(deps, row, { to: opened.value, notification: shorten(notification), sender })
    : failed(`the channel ${row.name} ${opened.error.words}`, opened.error.next);
  const error = outcome.kind === 'failed' ? outcome.message : null;
  const delivery: StoredDelivery = {
    result: error === null ? 'delivered' : 'failed',
    at_ms: deps.clock.nowMs(),
    source: notification.id,
    error,
  };
  await commitChanges(deps, [recorded(row, delivery), ...(sender.changes?.(outcome) ?? [])]);
  return outcome;
}

const SENT: StepOutcome = { kind: 'succeeded' };

/** Subjects are one line: a line break would begin another header. */
function shorten(notification: Notification): Notification {
  const subject = notification.subject.replace(/[\p{C}\s]+/gu, ' ').trim();
  return {
    ...notification,
    subject: cut(subject, SUBJECT_LENGTH_MAX),
    text: cut(notification.text, TEXT_LENGTH_MAX),
  };
}

function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // Half of a character is left out, too.
  return `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

async function deliver(
  { egress, logger }: Deps,
  row: NotificationChannelRow,
  of: {
    readonly to: OpenedChannel;
    readonly notification: Notification;
    readonly sender: Sender;
  },
): Promise<StepOutcome> {
  const { to, notification, sender } = of;
  const { subject, text, about, recipients } = notification;
  const foreign = refuseRecipients(to, notification.recipients);
  if (foreign !== undefined) return failed(`the channel ${row.name} ${foreign}`);
  if (to.kind === 'log') {
    const { tenant_id: tenantId, name: channel } = row;
    logger.info({ tenantId, channel, subject, text, about, recipients }, 'a notification');
    return SENT;
  }
  if (egress === undefined) return failed('this server sends no notifications');
  if (to.kind === 'email') {
    const mail = mailOf(to, row.tenant_id, of);
    return failureOf(to.server, await sender.inTurn(() => egress.sendMail(mail))) ?? SENT;
  }
  const request = requestOf(to, row.tenant_id, of);
  return failureOf(to.url.host, await sender.inTurn(() => egress.send(request))) ?? SENT;
}

interface Sending {
  readonly notification: Notification;
  readonly sender: Sender;
}

function requestOf(
  { kind, url, token, hosts }: OpenedChannel & { readonly kind: 'webhook' | 'slack' },
  tenantId: string,
  { notification, sender }: Sending,
): EgressRequest {
  const { id, subject, text, about, recipients } = notification;
  const body =
    kind === 'slack'
      ? { text: slackText(notification) }
      : { type: 'notification', id, subject, text, recipients: [...recipients], ...about };
  return {
    link: 'notifications',
    tenantId,
    hosts,
    method: 'POST',
    url: url.href,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'novacron',
      'idempotency-key': id,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    // The receiver's body is not read, so that it cannot be too long.
    bodyBytesMax: 0,
    timeoutMs: sender.timeoutMs,
    signal: sender.signal,
  };
}

function slackText({ subject, text, recipients }: Notification): string {
  const people = recipients.length === 0 ? '' : `For ${escapeSlack(recipients.join(', '))}\n`;
  return `*${escapeSlack(subject)}*\n${people}${escapeSlack(text)}`;
}

/** A text must not become a link or a mention of everyone. Source: formatting of Slack. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function mailOf(
  { kind: _, ...mail }: OpenedChannel & { readonly kind: 'email' },
  tenantId: string,
  { notification, sender }: Sending,
): MailRequest {
  const { id, subject, text, recipients } = notification;
  return {
    ...mail,
    tenantId,
    to: recipients.length === 0 ? mail.to : recipients,
    subject,
    text,
    messageId: `${id.replaceAll('/', '.')}@novacron`,
    timeoutMs: sender.timeoutMs,
    signal: sender.signal,
  };
}

/** A channel that was deleted meanwhile has no last delivery, so nothing is done about it. */
function recorded({ id }: NotificationChannelRow, delivery: StoredDelivery): Change {
  const isDelivered = delivery.result === 'delivered';
  return {
    kind: 'update',
    table: 'notification_channels',
    id,
    set: {
      delivery_json: JSON.stringify(delivery),
      ...(isDelivered ? { delivered_at_ms: delivery.at_ms } : {}),
    },
    otherwise: problem('not-found', {
      detail: 'The notification channel was deleted meanwhile.',
      remedy: 'No action is required.',
    }),
  };
}
