/** Says that executions are late, and does what their SLAs say: one server for all. */
import { planSla, type SlaMoment } from '@novacron/engine/automation/workflows/plan-sla';
import type { Change } from '../../../ports/store.ts';
import type { ExecutionSlaRow } from '../../../ports/tables/automation/workflow-rows.ts';
import type { Tables } from '../../../ports/tables/tables.ts';
import type { BeginParts } from '../../kernel/arbitration/platform-write.ts';
import { isDamaged } from '../../kernel/definitions/operation-definition.ts';
import { eventChange } from '../../kernel/events/events.ts';
import { platformContext } from '../../kernel/operations/platform-caller.ts';
import { cancelNow } from '../../kernel/operations/steer-operations.ts';
import type { Reconciler } from '../../kernel/reconcilers/reconciler.ts';
import { commitUnder } from '../../kernel/write/commit-changes.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { queueMessage } from '../../platform/notifications/queue-messages.ts';
import { findChannelNamed } from '../../platform/notifications/read-channels.ts';
import { replan } from '../../rows/resource-problems.ts';
import { toTimestamp } from '../../rows/to-timestamp.ts';
import { timesOfRow } from './sla-rows.ts';
import type { TriggerRound } from './start-by-trigger.ts';

/** Interval between checks of deadlines. Unit: ms. */
const LOOK_MS = 5_000;

/** Executions of one round; the others are due in the next one. */
const EXECUTIONS_PER_ROUND_MAX = 200;

/** Watches the SLAs of executions. */
export function slaWatch(parts: BeginParts<CapabilityDeps>): Reconciler {
  return {
    name: 'workflow-slas',
    summary: 'Reports executions of workflows that take longer than their SLAs allow.',
    everyMs: LOOK_MS,
    lease: 'reconcilers',
    run: async ({ guard, mayContinue }) => {
      const { store, clock, logger } = parts.deps;
      const rows = await store.read({
        from: 'execution_slas',
        where: { due_ms: { until: clock.nowMs() + 1 } },
        orderBy: { column: 'due_ms', direction: 'asc' },
        limit: EXECUTIONS_PER_ROUND_MAX,
      });
      for (const row of rows) {
        if (!mayContinue()) return undefined;
        try {
          await judge({ ...parts, guard, mayContinue }, row);
        } catch (cause) {
          logger.warn(
            { cause, execution: row.id },
            'the SLA of an execution could not be evaluated',
          );
        }
      }
      return undefined;
    },
  };
}

async function judge(round: TriggerRound, sla: ExecutionSlaRow): Promise<void> {
  const { deps, guard } = round;
  const { id } = sla;
  const [row] = await deps.store.read({
    from: 'operations',
    where: { id },
    damaged: 'blank',
  });
  if (row === undefined) {
    await commitUnder(guard, deps, [{ kind: 'drop', from: 'execution_slas', id }]);
    return;
  }
  const nowMs = deps.clock.nowMs();
  const state = { times: timesOfRow(sla), dueMs: sla.due_ms, endedMs: row.finished_at_ms };
  const { missed, dueMs } = planSla(state, nowMs);
  const cancelled = missed.includes('breached') ? await cancelLate(round, row) : undefined;
  const changes: Change[] = [];
  for (const moment of missed) {
    // Who is late in several ways at once is announced as the last of them.
    const isLast = moment === missed.at(-1);
    const sent = isLast ? await announce(deps, { row, sla, moment }) : NOTHING_SENT;
    changes.push(...sent.changes, eventOf(deps, { row, sla, moment }, sent, cancelled));
  }
  const set: Partial<ExecutionSlaRow> = {
    due_ms: dueMs,
    ...(missed.includes('warning') && { warned_ms: nowMs }),
    ...(missed.includes('breached') && { breached_ms: nowMs }),
    ...(missed.includes('escalated') && { escalated_ms: nowMs }),
  };
  await commitUnder(guard, deps, [
    {
      kind: 'update',
      table: 'execution_slas',
      id,
      set,
      expect: { due_ms: sla.due_ms },
      otherwise: replan('The SLA of the execution'),
    },
    ...changes,
  ]);
}

/**
 * Cancels an execution that is late, where its SLA says so and it still runs.
 * @returns what became of that; undefined where nothing was to be done
 */
async function cancelLate(
  round: TriggerRound,
  row: Tables['operations'],
): Promise<string | undefined> {
  if (row.finished_at_ms !== null || slaOf(round.deps, row)?.on_breach !== 'cancel') {
    return undefined;
  }
  const caller = platformContext(round.deps, row.tenant_id, 'platform');
  const done = await cancelNow(round, row.id, caller);
  return done.ok ? 'cancelled' : done.error.detail;
}

function slaOf({ definitions }: CapabilityDeps, row: Tables['operations']) {
  return isDamaged(row) ? undefined : definitions.read(row).execution?.sla;
}

/** A moment at which an execution was late. */
interface Late {
  readonly row: Tables['operations'];
  readonly sla: ExecutionSlaRow;
  readonly moment: SlaMoment;
}

interface Sent {
  readonly changes: readonly Change[];
  /** Reasons why channels were not sent a message, one sentence per channel. */
  readonly refused: readonly string[];
}

const NOTHING_SENT: Sent = { changes: [], refused: [] };

/** Plans the messages of a moment. */
async function announce(deps: CapabilityDeps, late: Late): Promise<Sent> {
  const { row, moment } = late;
  const { notify = [], escalate } = slaOf(deps, row) ?? {};
  const changes: Change[] = [];
  const refused: string[] = [];
  for (const name of moment === 'escalated' ? (escalate?.notify ?? []) : notify) {
    const channel = await findChannelNamed(deps, { tenant_id: row.tenant_id, name });
    if (channel === undefined) {
      refused.push(`The notification channel ${name} does not exist.`);
      continue;
    }
    const queued = await queueMessage(deps, channel, {
      id: `${row.id}/sla/${moment}/${name}`,
      subject: `${row.target_name} ${SUBJECTS[moment]}`,
      text: textOf(late),
      about: { workflow: row.target_name, execution_id: row.id, sla: moment },
      recipients: [],
    });
    if (queued.ok) changes.push(queued.value);
    else refused.push(`The channel ${name} ${queued.error}.`);
  }
  return { changes, refused };
}

const SUBJECTS: Readonly<Record<SlaMoment, string>> = {
  warning: 'may breach its SLA',
  breached: 'has breached its SLA',
  escalated: 'is still running after it breached its SLA',
};

function textOf({ row, sla }: Late): string {
  const breach = toTimestamp(sla.breach_ms);
  const begun = `${row.created_by} started it at ${toTimestamp(row.created_at_ms)}`;
  return [
    `${begun}; its SLA allows until ${breach}.`,
    `novacron execution inspect ${row.id}`,
    `novacron operation cancel ${row.id}`,
  ].join('\n');
}

function eventOf(
  deps: CapabilityDeps,
  { row, sla, moment }: Late,
  { refused }: Sent,
  cancelled: string | undefined,
): Change {
  return eventChange(deps, {
    tenantId: row.tenant_id,
    type: `workflow.sla.${moment}`,
    source: 'automation',
    target: row.id,
    priority: moment === 'warning' ? 'normal' : 'high',
    data: {
      execution_id: row.id,
      workflow_id: row.target_id,
      workflow: row.target_name,
      breaches_at: toTimestamp(sla.breach_ms),
      ...(refused.length === 0 ? {} : { not_notified: refused }),
      ...(cancelled === undefined || moment !== 'breached' ? {} : { cancel: cancelled }),
    },
  });
}
