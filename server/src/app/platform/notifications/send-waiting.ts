/**
 * Sends the messages that wait: digests, and what is said about approvals. One server does it,
 * under the lease. What fails is tried again with growing pauses, because an admin may correct the
 * channel meanwhile. Source of the idea: the notification pipeline of Alertmanager.
 */
import { groupBy } from '@novacron/runtime/group-by';
import type { Change } from '../../../ports/store.ts';
import type { NotificationChannelRow } from '../../../ports/tables/automation/notification-channel-row.ts';
import type { NotificationMessageRow } from '../../../ports/tables/automation/notification-message-row.ts';
import type { StepOutcome } from '../../kernel/definitions/operation-definition.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { EVENT_SUBJECT } from '../../kernel/events/relay-events.ts';
import type { Reconciler, ReconcilerBudget } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../deps.ts';
import { sendInTurn } from '../send-in-turn.ts';
import { type Batch, joinMessages, type Waiting } from './join-messages.ts';
import { messageOf } from './queue-messages.ts';
import { SEND_MS_DEFAULT, sendNotification } from './send-notification.ts';

/** Interval between checks without a signal. Unit: ms. */
const LOOK_MS = 5_000;

/** Messages of one round; the others are due in the next one. */
const MESSAGES_PER_ROUND_MAX = 200;

/** Then a message is given up, about two hours after the first attempt. */
const ATTEMPTS_MAX = 12;

/** The pauses between attempts double. Unit: ms. */
const PAUSE_MS_MIN = 30_000;
const PAUSE_MS_MAX = 15 * 60_000;

/** Dependencies of sending. */
interface Parts {
  readonly deps: CapabilityDeps;
}

type Round = Parts & Pick<ReconcilerBudget, 'guard' | 'mayContinue'>;

/** Sends the messages that are due. */
export function notificationDelivery(parts: Parts): Reconciler {
  return {
    name: 'notifications',
    summary: 'Sends digests, and messages about approvals, through notification channels.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    subscribe: (_budget, wake) =>
      parts.deps.bus.subscribe(EVENT_SUBJECT, ({ type }) => {
        if (type === 'approval.requested') wake();
      }),
    run: async ({ guard, mayContinue }) => {
      const { store, clock } = parts.deps;
      const due = await store.read({
        from: 'notification_messages',
        where: { due_ms: { until: clock.nowMs() + 1 } },
        orderBy: { column: 'due_ms', direction: 'asc' },
        limit: MESSAGES_PER_ROUND_MAX,
        damaged: 'blank',
      });
      const channels = groupBy(due, ({ channel_id }) => channel_id);
      // At once, so that a receiver that does not answer holds up no other channel.
      await Promise.all(
        [...channels].map(([id, rows]) => sendDue({ ...parts, guard, mayContinue }, id, rows)),
      );
      return undefined;
    },
  };
}

async function sendDue(
  round: Round,
  channelId: string,
  due: readonly NotificationMessageRow[],
): Promise<void> {
  const { store, logger } = round.deps;
  try {
    const [channel] = await store.read({
      from: 'notification_channels',
      where: { id: channelId },
    });
    if (channel === undefined) {
      await commitUnder(round.guard, { store }, due.map(dropped));
      return;
    }
    for (const batch of await batchesOf(round, channel, due)) {
      if (!round.mayContinue()) return;
      await sendBatch(round, channel, batch);
    }
  } catch (cause) {
    logger.warn({ cause, channel: channelId }, 'messages of a notification channel were not sent');
  }
}

/**
 * Returns the batches to send now: for a channel with digests, including messages that wait for a
 * later digest.
 */
async function batchesOf(
  { deps, guard }: Round,
  channel: NotificationChannelRow,
  due: readonly NotificationMessageRow[],
): Promise<readonly Batch[]> {
  const { store, clock, logger } = deps;
  const isDigest = channel.digest_ms !== null;
  const rows = isDigest
    ? await store.read({
        from: 'notification_messages',
        where: { channel_id: channel.id, ready_ms: { until: clock.nowMs() + 1 } },
        orderBy: { column: 'ready_ms', direction: 'asc' },
        limit: MESSAGES_PER_ROUND_MAX,
        damaged: 'blank',
      })
    : due;
  const asked = rows.flatMap(({ approval_id }) => (approval_id === null ? [] : [approval_id]));
  const pending = await store.read({
    from: 'approvals',
    where: { id: { in: asked }, status: 'pending' },
    damaged: 'blank',
  });
  const ids = new Set<string | null>([null, ...pending.map(({ id }) => id)]);
  const waiting = rows.flatMap((row): Waiting[] => {
    const message = messageOf(row);
    if (message === undefined)
      logger.error({ message: row.id }, 'a message is damaged: it is lost');
    return message === undefined || !ids.has(row.approval_id) ? [] : [{ row, message }];
  });
  const kept = new Set(waiting.map(({ row }) => row));
  const gone = rows.filter((row) => !kept.has(row));
  await commitUnder(guard, { store }, gone.map(dropped));
  if (isDigest) return joinMessages(channel.name, waiting);
  return waiting.map(({ row, message }) => ({ rows: [row], notification: message }));
}

async function sendBatch(
  { deps, guard }: Round,
  channel: NotificationChannelRow,
  { rows, notification }: Batch,
): Promise<void> {
  const timeoutMs = SEND_MS_DEFAULT;
  await sendNotification(deps, channel, notification, {
    timeoutMs,
    inTurn: (send) => sendInTurn(deps, { timeoutMs }, send),
    changes: (outcome) => [guard(), ...changesAfter(deps, channel, { rows, outcome })],
  });
}

function changesAfter(
  deps: CapabilityDeps,
  channel: NotificationChannelRow,
  of: { readonly rows: readonly NotificationMessageRow[]; readonly outcome: StepOutcome },
): readonly Change[] {
  const { rows, outcome } = of;
  if (outcome.kind !== 'failed') return rows.map(dropped);
  const attempts = Math.max(...rows.map((row) => row.attempts)) + 1;
  if (attempts >= ATTEMPTS_MAX) {
    return [...rows.map(dropped), givenUp(deps, channel, { rows, error: outcome.message })];
  }
  const pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** (attempts - 1));
  const due_ms = deps.clock.nowMs() + Math.max(pauseMs, outcome.waitMs ?? 0);
  return rows.map(({ id }) => ({
    kind: 'patch',
    table: 'notification_messages',
    id,
    set: { attempts, due_ms },
  }));
}

function dropped({ id }: NotificationMessageRow): Change {
  return { kind: 'drop', from: 'notification_messages', id };
}

function givenUp(
  deps: CapabilityDeps,
  { id, name, tenant_id }: NotificationChannelRow,
  { rows, error }: { readonly rows: readonly NotificationMessageRow[]; readonly error: string },
): Change {
  const [first] = rows;
  const execution = first === undefined ? undefined : messageOf(first)?.about.execution_id;
  return eventChange(deps, {
    tenantId: tenant_id,
    type: 'notification.failed',
    source: 'automation',
    target: id,
    priority: 'high',
    data: {
      channel: name,
      messages: rows.length,
      error,
      ...(execution === undefined ? {} : { execution_id: execution }),
    },
  });
}
