/**
 * Checks the recipients that a step may choose: for mail, some of those that an admin gave the
 * channel.
 */
import type { OpenedChannel } from './open-channel.ts';

/**
 * Explains why a channel does not have these recipients, in words that follow its name. Channels
 * other than mail have a single destination; their messages name the recipients.
 */
export function refuseRecipients(
  channel: OpenedChannel,
  recipients: readonly string[] = [],
): string | undefined {
  if (channel.kind !== 'email') return undefined;
  const foreign = recipients.find((address) => !channel.to.includes(address));
  return foreign === undefined ? undefined : `does not have the recipient ${foreign}`;
}
