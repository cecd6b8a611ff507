/** Remembers which senders were refused: for the log, and for announcements. */
import type {
  ControlPlaneClaim,
  ControlPlaneTerm,
  RefusedSender,
} from '@novacron/contract/fleet/control-plane';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';

/** How long a refused sender is reported after its last message. Unit: ms. */
const REPORT_MS = 60_000;

/** How often the log repeats that a sender is refused. Unit: ms. */
const LOG_MS = 60_000;

/** The senders that an agent refused. */
export interface RefusedSenders {
  /** Notes a message that was refused. */
  readonly note: (sender: ControlPlaneClaim | undefined, follows: ControlPlaneTerm) => void;
  /** The one that was refused last, if that was lately. */
  readonly latest: () => RefusedSender | undefined;
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
  let latest: { readonly sender: ControlPlaneTerm | null; readonly atMs: number } | undefined;
  let logged: { readonly term: string | undefined; readonly atMs: number } | undefined;
  return {
    note: (claim, follows) => {
      const atMs = clock.nowMs();
      const sender =
        claim === undefined ? null : { id: claim.id, term: claim.term, number: claim.number };
      latest = { sender, atMs };
      if (logged?.term === sender?.term && logged !== undefined && atMs - logged.atMs < LOG_MS) {
        return;
      }
      logged = { term: sender?.term, atMs };
      const isOutdated = sender?.id === follows.id && sender.number < follows.number;
      if (isOutdated) {
        // A replica that has not heard of the newest term yet; it reads it after the refusal.
        logger.warn({ node, follows, sender }, 'messages of an earlier term are refused');
        return;
      }
      logger.error(
        { node, follows, sender },
        'messages of another control plane are refused: this node follows one only',
      );
    },
    latest: () => {
      if (latest === undefined || clock.nowMs() - latest.atMs >= REPORT_MS) return undefined;
      return { control_plane: latest.sender, at: new Date(latest.atMs).toISOString() };
    },
  };
}
