/** Remembers which senders were refused: for the log, and for announcements. */
import type {
  ControlPlaneClaim,
  ControlPlaneTerm,
  RefusedSender,
} from '@novacron/contract/fleet/control-plane';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';

/** Time for which a refused sender is reported after its last message. Unit: ms. */
const REPORT_MS = 60_000;

/** Interval between log entries about a refused sender. Unit: ms. */
const LOG_MS = 60_000;

/** Senders that are remembered at once; others are refused without a report. */
const SENDERS_MAX = 16;

/** The senders that an agent refused. */
export interface RefusedSenders {
  /** Notes a message that was refused. */
  readonly note: (sender: ControlPlaneClaim | undefined, follows: ControlPlaneTerm) => void;
  /**
   * The one that is reported: of several that send, the one that was refused first, so that the
   * report does not change with every message.
   */
  readonly reported: () => RefusedSender | undefined;
  /** Forgets all of them, because the agent follows another term now. */
  readonly clear: () => void;
}

interface Refusal {
  readonly sender: ControlPlaneTerm | null;
  readonly atMs: number;
  readonly loggedAtMs: number;
}

/** Makes the memory of one agent's start. */
export function watchRefusedSenders({
  node,
  clock,
  logger,
}: {
  readonly node: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): RefusedSenders {
  /** Refusals by term, in the order of their first refusal; undefined: a sender without a term. */
  const refusals = new Map<string | undefined, Refusal>();

  function forgetSilent(nowMs: number): void {
    for (const [term, { atMs }] of refusals) {
      if (nowMs - atMs >= REPORT_MS) refusals.delete(term);
    }
  }

  return {
    note: (claim, follows) => {
      const atMs = clock.nowMs();
      forgetSilent(atMs);
      const known = refusals.get(claim?.term);
      if (known === undefined && refusals.size >= SENDERS_MAX) return;
      const sender = claim === undefined ? null : pickTerm(claim);
      const isLogged = known !== undefined && atMs - known.loggedAtMs < LOG_MS;
      refusals.set(claim?.term, { sender, atMs, loggedAtMs: isLogged ? known.loggedAtMs : atMs });
      if (!isLogged) logRefusal(logger, { node, follows, sender });
    },
    reported: () => {
      forgetSilent(clock.nowMs());
      const [first] = refusals.values();
      if (first === undefined) return undefined;
      return { control_plane: first.sender, at: new Date(first.atMs).toISOString() };
    },
    clear: () => refusals.clear(),
  };
}

function pickTerm({ id, term, number }: ControlPlaneTerm): ControlPlaneTerm {
  return { id, term, number };
}

function logRefusal(
  logger: Logger,
  fields: {
    readonly node: string;
    readonly follows: ControlPlaneTerm;
    readonly sender: ControlPlaneTerm | null;
  },
): void {
  const { follows, sender } = fields;
  if (sender?.id === follows.id && sender.number < follows.number) {
    logger.warn(
      fields,
      'messages of an earlier term are refused: a server that has not read the newest term yet, ' +
        'or one on a copy of its store',
    );
    return;
  }
  if (sender?.id === follows.id) {
    logger.warn(
      fields,
      'messages of a later term are refused, which does not name the one that this node follows: ' +
        'its next renewals do, unless the server is on a copy of its store',
    );
    return;
  }
  logger.error(fields, 'messages of another control plane are refused: this node follows one only');
}
