/** Steps that notify people: whether a run can begin with them, and how one is performed. */
import {
  type AutomationDefinition,
  type AutomationStep,
  durationMsOf,
} from '@novacron/contract/automation/definition';
import {
  type RunValues,
  resolveStep,
} from '@novacron/engine/automation/workflows/resolve/resolve-step';
import { z } from 'zod';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps, CapabilityStepParts } from '../../platform/deps.ts';
import { failed } from '../../platform/egress-outcome.ts';
import { type OpenDeps, openChannel } from '../../platform/notifications/open-channel.ts';
import { queueMessage } from '../../platform/notifications/queue-messages.ts';
import { findChannelNamed } from '../../platform/notifications/read-channels.ts';
import { refuseRecipients } from '../../platform/notifications/refuse-recipients.ts';
import {
  type Notification,
  SEND_MS_DEFAULT,
  sendNotification,
} from '../../platform/notifications/send-notification.ts';
import { sendInTurn, stopSignalOf } from '../../platform/send-in-turn.ts';

/** An attempt at a step that notifies people. */
export interface NotifyRun {
  readonly parts: CapabilityStepParts;
  readonly row: Tables['operations'];
  readonly step: AutomationStep;
  /** The id of the step, and the number of its item. */
  readonly name: string;
  readonly values: RunValues;
  readonly signal: AbortSignal;
}

/** Values of other kinds are shown as JSON. */
const Shown = z.json().transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});

const Resolved = z.object({
  notify: z.object({
    channel: z.string(),
    subject: Shown.optional(),
    recipients: z.array(Shown).default([]),
    message: Shown,
  }),
});

/**
 * Finds notifications that could not be sent if the run began now.
 * @returns lines that say which step has which channel, and why it cannot be used
 */
export async function refuseNotifications(
  deps: OpenDeps,
  { steps, sla }: AutomationDefinition,
  tenantId: string,
): Promise<readonly string[]> {
  const late = [...new Set([...(sla?.notify ?? []), ...(sla?.escalate?.notify ?? [])])];
  const unknown = await Promise.all(
    late.map(async (channel) => {
      const why = await whyNotSent(deps, { channel }, tenantId);
      return why === undefined ? [] : [`sla notifies ${channel}, which ${why}`];
    }),
  );
  const lines = await Promise.all(
    steps.flatMap((step) =>
      messagesOf(step).map(async (message) => {
        const why = await whyNotSent(deps, message, tenantId);
        if (why === undefined) return [];
        return [`step ${step.id} notifies ${message.channel}, which ${why}`];
      }),
    ),
  );
  return [...unknown, ...lines].flat();
}

/** Destination of a step's messages. */
interface Message {
  readonly channel: string;
  readonly recipients?: readonly string[] | undefined;
}

function messagesOf({ notify, approval }: AutomationStep): readonly Message[] {
  if (notify !== undefined) return [notify];
  const names = [...(approval?.notify ?? []), ...(approval?.escalate?.notify ?? [])];
  return [...new Set(names)].map((channel) => ({ channel }));
}

async function whyNotSent(
  deps: OpenDeps,
  { channel: name, recipients }: Message,
  tenantId: string,
): Promise<string | undefined> {
  const row = await findChannelNamed(deps, { tenant_id: tenantId, name });
  if (row === undefined) return 'is not a notification channel';
  const opened = await openChannel(deps, row);
  // What may pass does so before the message is sent, or it is sent again.
  if (!opened.ok) return opened.error.next === 'final' ? opened.error.words : undefined;
  const known = recipients?.filter((address) => !address.includes('${'));
  return refuseRecipients(opened.value, known);
}

/**
 * Sends the message, once for each attempt; all attempts at a step, or an item, have the same id.
 * @param stopped - the reason of a signal that ends the attempt at once
 */
export async function performNotify(run: NotifyRun, stopped: string): Promise<StepOutcome> {
  const { parts, row, step, name: part, values, signal } = run;
  const resolved = resolveStep(step, 'notify', values);
  if (!resolved.ok) return failed(resolved.error);
  const { channel: name, subject, recipients, message } = Resolved.parse(resolved.value).notify;
  const channel = await findChannelNamed(parts.deps, { tenant_id: row.tenant_id, name });
  if (channel === undefined) return failed(`the notification channel ${name} does not exist`);
  const { id: execution, target_name: workflow } = row;
  const notification = {
    id: `${execution}/${part}`,
    subject: subject ?? `${workflow}: ${step.name ?? step.id}`,
    text: message,
    about: { workflow, execution_id: execution, step: step.id },
    recipients,
  };
  if (channel.digest_ms !== null) return queue(parts.deps, channel, notification);
  const timeoutMs = step.timeout === undefined ? SEND_MS_DEFAULT : durationMsOf(step.timeout);
  return sendNotification(parts.deps, channel, notification, {
    timeoutMs,
    signal: stopSignalOf(signal, stopped),
    inTurn: (send) => sendInTurn(parts.deps, { timeoutMs, signal }, send),
  });
}

/** The step has succeeded once the message waits for the next digest. */
async function queue(
  deps: CapabilityDeps,
  channel: NotificationChannelRow,
  notification: Notification,
): Promise<StepOutcome> {
  const opened = await openChannel(deps, channel);
  const refused = opened.ok
    ? refuseRecipients(opened.value, notification.recipients)
    : opened.error.words;
  if (!opened.ok && opened.error.next === 'retry') {
    return failed(`the channel ${channel.name} ${opened.error.words}`, 'retry');
  }
  if (refused !== undefined) return failed(`the channel ${channel.name} ${refused}`);
  const queued = await queueMessage(deps, channel, notification);
  if (!queued.ok) return failed(`the channel ${channel.name} ${queued.error}`, 'retry');
  const stored = await commitChanges(deps, [queued.value]);
  return stored.ok ? { kind: 'succeeded' } : failed(stored.error.detail, 'retry');
}
