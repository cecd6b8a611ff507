/** Messages about approvals: that one is asked for, and later to others that it still is. */
import { type AutomationStep, durationMsOf } from '@novacron/contract/automation/definition';
import { err, ok, type Result } from '@novacron/contract/result';
import type { Change } from '../../../ports/store.ts';
import type { ApprovalRow } from '../../../ports/tables/access/approval-row.ts';
import { detailsOf } from '../../access/approvals/stored-approval.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { queueMessage } from '../../platform/notifications/queue-messages.ts';
import { findChannelNamed } from '../../platform/notifications/read-channels.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';

/** A message to one channel. */
interface Announcement {
  readonly id: string;
  readonly channel: string;
  readonly subject: string;
  /** From the moment that the approval is asked for; unit: ms. */
  readonly delayMs: number;
}

/**
 * Plans the messages that a step says; they are dropped once the approval has ended.
 * @returns their changes. Problems: why one cannot be sent, as a sentence without its dot
 */
export async function announceApproval(
  deps: Pick<CapabilityDeps, 'store' | 'clock'>,
  { approval }: Pick<AutomationStep, 'approval'>,
  row: ApprovalRow,
): Promise<Result<readonly Change[], string>> {
  const changes: Change[] = [];
  for (const announcement of announcementsOf(approval, row)) {
    const { id, channel: name, subject, delayMs } = announcement;
    const { tenant_id, subject_name: workflow, subject_id: execution_id } = row;
    const step = String(detailsOf(row).step);
    const channel = await findChannelNamed(deps, { tenant_id, name });
    if (channel === undefined) return err(`the notification channel ${name} does not exist`);
    const about = { workflow, execution_id, step, approval_id: row.id };
    const message = { id, subject, text: textOf(row), about, recipients: [] };
    const queued = await queueMessage(deps, channel, message, { delayMs, approvalId: row.id });
    if (!queued.ok) return err(`the channel ${name} ${queued.error}`);
    changes.push(queued.value);
  }
  return ok(changes);
}

function announcementsOf(
  approval: AutomationStep['approval'],
  row: ApprovalRow,
): readonly Announcement[] {
  const { id, subject_name: workflow } = row;
  const { notify = [], escalate } = approval ?? {};
  const place = `${workflow}, step ${String(detailsOf(row).step)}`;
  const first = notify.map((channel) => ({
    id: `${id}/${channel}`,
    channel,
    subject: `Approval needed: ${place}`,
    delayMs: 0,
  }));
  if (escalate === undefined) return first;
  const delayMs = durationMsOf(escalate.after);
  const later = escalate.notify.map((channel) => ({
    id: `${id}/escalate/${channel}`,
    channel,
    subject: `Approval still needed: ${place}`,
    delayMs,
  }));
  return [...first, ...later];
}

function textOf({ id, message, required, created_by: by, expires_at_ms }: ApprovalRow): string {
  const people = required === 1 ? 'One person has' : `${required} people have`;
  return [
    ...(message === null ? [] : [message]),
    `${people} to approve the run started by ${by} before ${toTimestamp(expires_at_ms)}.`,
    `novacron approval show ${id}`,
    `novacron approval approve ${id}`,
  ].join('\n');
}
