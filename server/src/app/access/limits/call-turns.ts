/**
 * The order in which calls use the main thread. Tenants take turns, and in each tenant its
 * principals; a turn is worth time, so that a tenant with expensive calls has fewer of them. A turn
 * of the event loop starts calls for a limited time only: then connections are read, and what
 * has arrived meanwhile is in the queue before the next call begins. Source of the turns: see
 * `runtime/fair-queue.ts`; of the bounded time in each turn of the loop: Node.js, Don't Block the
 * Event Loop.
 */
import { type Problem, problem } from '@novacron/contract/problem/problem';
import { err, type Result } from '@novacron/contract/result';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import { createFairQueue, type FairQueue } from '@novacron/runtime/fair-queue';
import type { CallTurn, Principal } from '../../kernel/context/call-context.ts';
import type { TimeBudgets } from './call-limits.ts';
import { createFairSlots, type SlotLimits } from './fair-slots.ts';

/** Principal that makes the call. */
export type TurnTaker = Pick<Principal, 'id' | 'tenantId'>;

/** The queue of calls. */
export interface CallTurns {
  /**
   * Runs a call when it is its turn.
   * @param signal - of a caller that no longer waits, whose call is not begun
   * Problems: `rate-limited`; `unavailable` where the caller is gone.
   */
  readonly run: <T>(
    taker: TurnTaker,
    signal: AbortSignal,
    act: (turn: CallTurn) => Promise<Result<T, Problem>>,
  ) => Promise<Result<T, Problem>>;
}

/** The event loop, as far as turns depend on it. */
export interface EventLoop {
  /** Calls back once, after what the loop has to do before: it reads connections first. */
  readonly nextTurn: (callback: () => void) => void;
  /** Fulfilled when what can go on now has done so, up to its next wait. */
  readonly settled: () => Promise<void>;
}

/** Node's: ticks are run when no microtask is left. */
const NODE_LOOP: EventLoop = {
  nextTurn: (callback) => void setImmediate(callback),
  settled: () =>
    new Promise((resolve) => {
      queueMicrotask(() => process.nextTick(resolve));
    }),
};

/**
 * Maximum time that calls may take in one turn of the event loop; the last call may exceed it.
 * Unit: ms.
 */
const TURN_MS_MAX = 8;

/**
 * Turns of the loop that begin no call after a call that took the whole turn alone: until its first
 * call is in the queue, a new connection needs one each to be accepted, read and authenticated.
 */
const FREE_TURNS = 4;

/**
 * Calls in work, most of which wait for the store. One tenant alone has half of them, more than a
 * batch of JSON-RPC has.
 */
const IN_WORK: SlotLimits = {
  total: 512,
  perTenant: 256,
  perKey: Number.POSITIVE_INFINITY,
  perAddress: Number.POSITIVE_INFINITY,
};

/** A longer queue would mean too long a wait: refuse at once and let the caller retry. */
export const WAITING_PER_TENANT_MAX = 10_000;

/** Time that a caller should wait when the queue is full. Unit: milliseconds. */
const RETRY_MS = 1_000;

/** Something that waits for its turn. */
interface Waiting {
  readonly begin: () => void;
}

/** Waiting calls of one tenant. */
interface Line {
  /** Calls that have begun: they have their place, and end before others begin. */
  readonly returning: Waiting[];
  readonly fresh: FairQueue<Waiting>;
  /** Number of waiting calls in `fresh`. */
  waiting: number;
}

/** Makes the queue of one server. */
export function createCallTurns(
  clock: Clock,
  budgets: TimeBudgets,
  loop: EventLoop = NODE_LOOP,
): CallTurns {
  const tenants = createFairQueue<'waits'>();
  const lines = new Map<string, Line>();
  const slots = createFairSlots(IN_WORK, 'calls in work');
  const others = watchOthers();
  let spentMs = 0;
  let turnsOff = 0;
  let isServing = false;
  let isTurnDue = false;
  const nowMs = (): number => steadyMs(clock);

  function lineOf(tenantId: string): Line {
    const line = lines.get(tenantId) ?? { returning: [], fresh: createFairQueue(), waiting: 0 };
    lines.set(tenantId, line);
    return line;
  }

  function mayServe(tenantId: string): boolean {
    const hasBegun = (lines.get(tenantId)?.returning.length ?? 0) > 0;
    return hasBegun || slots.check({ tenantId }).ok;
  }

  /** Serves until the time of this turn of the loop is used up, or nothing waits that may begin. */
  async function serve(): Promise<void> {
    if (isServing || turnsOff > 0) return;
    isServing = true;
    while (spentMs < TURN_MS_MAX) {
      const tenantId = tenants.next(mayServe);
      if (tenantId === undefined) break;
      await serveOne(tenantId);
    }
    isServing = false;
    if (spentMs > 0) awaitTurn();
  }

  async function serveOne(tenantId: string): Promise<void> {
    tenants.take(tenantId, 1);
    const line = lineOf(tenantId);
    const returning = line.returning.shift();
    const principalId = returning === undefined ? line.fresh.next(() => true) : undefined;
    const [first] = principalId === undefined ? [] : line.fresh.take(principalId, 1);
    if (returning === undefined) line.waiting -= 1;
    const beganMs = nowMs();
    (returning ?? first)?.begin();
    await loop.settled();
    const tookMs = nowMs() - beganMs;
    spentMs += tookMs;
    if (tookMs >= TURN_MS_MAX) turnsOff = FREE_TURNS;
    tenants.charge(tenantId, tookMs);
    if (principalId !== undefined) line.fresh.charge(principalId, tookMs);
    if (tenants.lengthOf(tenantId) === 0) lines.delete(tenantId);
    if (others.areHere(tenantId, beganMs)) budgets.charge(tenantId, tookMs);
  }

  function awaitTurn(): void {
    if (isTurnDue) return;
    isTurnDue = true;
    loop.nextTurn(() => {
      isTurnDue = false;
      turnsOff = Math.max(0, turnsOff - 1);
      if (turnsOff > 0) return awaitTurn();
      spentMs = 0;
      void serve();
    });
  }

  /** Waits for the turn of a call: a new one, or one that goes on before or after its like. */
  function wait({ id, tenantId }: TurnTaker, as: 'fresh' | 'first' | 'last'): Promise<void> {
    return new Promise((resolve) => {
      const line = lineOf(tenantId);
      if (as === 'first') line.returning.unshift({ begin: resolve });
      else if (as === 'last') line.returning.push({ begin: resolve });
      else {
        line.waiting += 1;
        line.fresh.push(id, { begin: resolve }, 'back');
      }
      tenants.push(tenantId, 'waits', 'back');
      void serve();
    });
  }

  function takePlace({ tenantId }: TurnTaker): () => void {
    const slot = slots.take({ tenantId });
    return () => {
      if (slot.ok) slot.value();
      void serve();
    };
  }

  return {
    run: async (taker, signal, act) => {
      others.note(taker.tenantId, nowMs());
      const refusal = budgets.refuse(taker.tenantId) ?? refuseCrowd(lines.get(taker.tenantId));
      if (refusal !== undefined) return err(refusal);
      await wait(taker, 'fresh');
      if (signal.aborted) return err(callerGone());
      let leave = takePlace(taker);
      let outside = 0;
      let isOver = false;
      const turn: CallTurn = {
        // Before other calls of the tenant: of two halves neither would be of use.
        next: () => wait(taker, 'first'),
        aside: async (waited) => {
          outside += 1;
          if (outside === 1) leave();
          try {
            return await waited;
          } finally {
            await wait(taker, 'last');
            outside -= 1;
            if (outside === 0 && !isOver) leave = takePlace(taker);
          }
        },
      };
      try {
        return await act(turn);
      } finally {
        isOver = true;
        leave();
      }
    },
  };
}

/** Time for which a tenant counts as present after a call. Unit: milliseconds. */
const PRESENT_MS = 1_000;

/** Knows whether a tenant has the server to itself: then it may have all of the time. */
function watchOthers() {
  let last = { tenantId: '', atMs: Number.NEGATIVE_INFINITY };
  let beforeMs = Number.NEGATIVE_INFINITY;
  return {
    /** A tenant called. */
    note: (tenantId: string, atMs: number): void => {
      if (tenantId !== last.tenantId) beforeMs = last.atMs;
      last = { tenantId, atMs };
    },
    /** Whether another one called lately. */
    areHere: (tenantId: string, atMs: number): boolean =>
      atMs - (tenantId === last.tenantId ? beforeMs : last.atMs) < PRESENT_MS,
  };
}

function refuseCrowd(line: Line | undefined): Problem | undefined {
  if (line === undefined || line.waiting < WAITING_PER_TENANT_MAX) return undefined;
  return problem('rate-limited', {
    detail:
      `${WAITING_PER_TENANT_MAX} calls of your tenant are already queued; this request was not ` +
      'processed.',
    remedy: `Send it again in ${RETRY_MS} ms, and send fewer at the same time.`,
    data: { scope: 'tenant', limit: WAITING_PER_TENANT_MAX, retry_after_ms: RETRY_MS },
  });
}

/** This problem is never sent. */
function callerGone(): Problem {
  return problem('unavailable', {
    detail: 'The client closed the connection before its call started.',
    remedy: 'Send the request again.',
  });
}
