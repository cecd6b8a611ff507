/** Which recipients a step may choose: of a mail some of those that an admin gave the channel. */
import type { OpenedChannel } from './open-channel.ts';

/**
 * Why a channel has not these recipients, in words that follow its name. Other kinds than mails go
 * to one place, and their message says whom it is for.
 */
export function refuseRecipients(
  channel: OpenedChannel,
  recipients: readonly string[] = [],
): string | undefined {
  if (channel.kind !== 'email') return undefined;
  const foreign = recipients.find((address) => !channel.to.includes(address));
  return foreign === undefined ? undefined : `does not have the recipient ${foreign}`;
}
