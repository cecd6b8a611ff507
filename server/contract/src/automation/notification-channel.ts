/**
 * Notification channels: where steps of workflows and runbooks send messages to. Credentials, and
 * addresses that are credentials, are secrets that a channel names. Source of the idea: contact
 * points of Grafana, receivers of Alertmanager.
 */
import { z } from 'zod';
import { durationText } from '../formats/duration-text.ts';
import { NotificationChannelId, TenantId } from '../ids.ts';
import { PrincipalName, ResourceName, Timestamp } from '../schema/resource.ts';

/** Unit: characters. */
const DESCRIPTION_MAX = 1_024;
const URL_MAX = 2_048;
const ADDRESS_MAX = 254;
const HOST_MAX = 259;

/** More people are a mailing list. */
const RECIPIENTS_MAX = 50;

/** Delivery method of a channel. */
export const NotificationType = z
  .enum(['webhook', 'slack', 'email', 'log'])
  .describe(
    '`webhook`: a request with the message as JSON; `slack`: an incoming webhook of Slack, or of ' +
      'what is compatible with it; `email`: over SMTP; `log`: a line in the log of the server',
  );
export type NotificationType = z.infer<typeof NotificationType>;

const SECURITY_TEXT =
  '`starttls`: encrypted before anything is sent, usually at port 587; `tls`: encrypted from the ' +
  'beginning, usually at port 465; `none`: in clear text, without a password';

const SmtpSecurity = z.enum(['starttls', 'tls', 'none']);

const Description = z.string().max(DESCRIPTION_MAX);

const Address = z
  .string()
  .max(ADDRESS_MAX, { abort: true })
  .regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, 'must be an address: ops@example.com');

const MailServer = z
  .string()
  .max(HOST_MAX, { abort: true })
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]):[1-9][0-9]{0,4}$/,
    'must be HOST:PORT in small letters, such as smtp.example.com:587',
  );

const Url = z
  .string()
  .max(URL_MAX, { abort: true })
  .regex(
    /^https?:[/][/][^\s@\\/?#]+(?:[/?][^\s#\\]*)?$/,
    'must be an address that begins with https:// or http://, without user and fragment',
  );

const SecretName = ResourceName;

/** Descriptions of the fields of a channel's target; its type decides which fields it has. */
const TEXTS = {
  url: 'Address that a webhook sends to',
  url_secret:
    'Name of the secret whose value is the address, where knowing the address is enough to send',
  token_secret: 'Name of the secret that a webhook sends as `Authorization: Bearer`',
  smtp_server: 'Mail server that takes the message, as HOST:PORT',
  smtp_security: SECURITY_TEXT,
  smtp_user: 'User at the mail server',
  password_secret: 'Name of the secret that is the password of the user',
  from: 'Sender of the mail',
  to: 'Recipients of the mail',
} as const;

const User = z.string().min(1).max(ADDRESS_MAX);
const Recipients = z.array(Address).min(1).max(RECIPIENTS_MAX);

/** Target of a channel, in a request and in the store. */
export const NotificationTarget = z.object({
  url: Url.optional().describe(TEXTS.url),
  url_secret: SecretName.optional().describe(TEXTS.url_secret),
  token_secret: SecretName.optional().describe(TEXTS.token_secret),
  smtp_server: MailServer.optional().describe(TEXTS.smtp_server),
  smtp_security: SmtpSecurity.optional().describe(TEXTS.smtp_security),
  smtp_user: User.optional().describe(TEXTS.smtp_user),
  password_secret: SecretName.optional().describe(TEXTS.password_secret),
  from: Address.optional().describe(TEXTS.from),
  to: Recipients.optional().describe(TEXTS.to),
});
export type NotificationTarget = z.infer<typeof NotificationTarget>;

/** Names one of these fields. */
export type NotificationSetting = keyof NotificationTarget;

/** Shorter ones save no messages; longer ones are news of yesterday. Unit: ms. */
const DIGEST_MS_MIN = 10_000;
const DIGEST_MS_MAX = 86_400_000;

const DigestInterval = durationText(
  DIGEST_MS_MIN,
  DIGEST_MS_MAX,
  'must be a duration from 10s to 1d, such as 15m',
);

const DIGEST_TEXT =
  'Messages of such a time leave as one, counted from the first; without it each leaves at once';

/** Fields of a request to create a channel. */
export const NotificationChannelCreate = {
  description: Description.optional().describe('Purpose of the channel'),
  type: NotificationType,
  digest_interval: DigestInterval.optional().describe(DIGEST_TEXT),
  ...NotificationTarget.shape,
};

/** Fields of a request to update a channel; null removes a field. */
export const NotificationChannelUpdate = {
  description: Description.nullish().describe('Purpose of the channel'),
  digest_interval: DigestInterval.nullish().describe(DIGEST_TEXT),
  url: Url.nullish().describe(TEXTS.url),
  url_secret: SecretName.nullish().describe(TEXTS.url_secret),
  token_secret: SecretName.nullish().describe(TEXTS.token_secret),
  smtp_server: MailServer.nullish().describe(TEXTS.smtp_server),
  smtp_security: SmtpSecurity.nullish().describe(TEXTS.smtp_security),
  smtp_user: User.nullish().describe(TEXTS.smtp_user),
  password_secret: SecretName.nullish().describe(TEXTS.password_secret),
  from: Address.nullish().describe(TEXTS.from),
  to: Recipients.nullish().describe(TEXTS.to),
};

/** Result of the last attempt to deliver a message. */
export const NotificationDelivery = z.looseObject({
  result: z.enum(['delivered', 'failed']),
  at: Timestamp,
  source: z
    .string()
    .describe('`EXECUTION/STEP`, `EXECUTION/sla/…`, `APPROVAL/…`, `digest/HASH`, or a request'),
  error: z.string().nullable().describe('Reason it failed; null if delivered'),
});
export type NotificationDelivery = z.infer<typeof NotificationDelivery>;

/** A notification channel as answers carry it. */
export const NotificationChannel = z.looseObject({
  id: NotificationChannelId,
  tenant_id: TenantId,
  name: ResourceName.describe('Name of the channel, unique within the tenant'),
  description: z.string().nullable(),
  type: NotificationType,
  digest_interval: z.string().nullable().describe(DIGEST_TEXT),
  url: z.string().nullable(),
  url_secret: z.string().nullable(),
  token_secret: z.string().nullable(),
  smtp_server: z.string().nullable(),
  smtp_security: SmtpSecurity.nullable(),
  smtp_user: z.string().nullable(),
  password_secret: z.string().nullable(),
  from: z.string().nullable(),
  to: z.array(z.string()).describe('Recipients of the mail; empty for other types'),
  last_delivery: NotificationDelivery.nullable().describe('The last attempt; null before it'),
  last_delivered_at: Timestamp.nullable().describe('Time a message was last delivered'),
  revision: z.int().describe('Increases with each change; the ETag'),
  created_at: Timestamp,
  created_by: PrincipalName,
  updated_at: Timestamp,
  updated_by: PrincipalName,
});
export type NotificationChannel = z.infer<typeof NotificationChannel>;
