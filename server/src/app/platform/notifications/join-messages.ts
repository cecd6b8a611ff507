/** Digests: messages for the same recipients leave as one. */
import { hash } from 'node:crypto';
import type { NotificationMessageRow } from '../../../ports/tables/automation/notification-message-row.ts';
import { type Notification, TEXT_LENGTH_MAX } from './send-notification.ts';

/** A message that waits. */
export interface Waiting {
  readonly row: NotificationMessageRow;
  readonly message: Notification;
}

/** Messages that leave together. */
export interface Batch {
  readonly rows: readonly NotificationMessageRow[];
  readonly notification: Notification;
}

/**
 * Joins messages in their order; what is too long for one text leaves in the next one.
 * @param name - name of the channel
 */
export function joinMessages(name: string, waiting: readonly Waiting[]): readonly Batch[] {
  const groups: { key: string; length: number; members: Waiting[] }[] = [];
  for (const each of waiting) {
    const { message } = each;
    const key = JSON.stringify(message.recipients);
    const length = partOf(message).length + SEPARATOR.length;
    const open = groups.findLast((group) => group.key === key);
    if (open === undefined || open.length + length > TEXT_LENGTH_MAX) {
      groups.push({ key, length, members: [each] });
    } else {
      open.length += length;
      open.members.push(each);
    }
  }
  return groups.map(({ members }) => ({
    rows: members.map(({ row }) => row),
    notification: digestOf(
      name,
      members.map(({ message }) => message),
    ),
  }));
}

const SEPARATOR = '\n\n';

function partOf({ subject, text }: Notification): string {
  return `${subject}\n${text}`;
}

/** Its id follows from those of the messages, so that another attempt has the same. */
function digestOf(name: string, messages: readonly Notification[]): Notification {
  const [first] = messages;
  if (first !== undefined && messages.length === 1) return first;
  return {
    id: `digest/${hash('sha256', messages.map(({ id }) => id).join('\n'), 'hex')}`,
    subject: `${messages.length} messages of ${name}`,
    text: messages.map(partOf).join(SEPARATOR),
    about: {
      messages: messages.map(({ id, subject, text, about }) => ({ id, subject, text, ...about })),
    },
    recipients: first?.recipients ?? [],
  };
}
