/** Tracks slow policies and their circuit breakers: policies that fail repeatedly are suspended. */
import { hash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import {
  afterFailure,
  type BreakerRules,
  type BreakerState,
  CLOSED,
  passCall,
} from '@novacron/contract/circuit-breaker';
import type { Problem } from '@novacron/contract/problem/problem';
import { LRUCache } from 'lru-cache';
import { suspended } from './policy-problems.ts';
import type { LaneJob } from './worker-lane.ts';

/** A policy that takes longer goes to the lane of slow ones. Others wait for it no longer. */
export const FAST_MS_MAX = 100;

/** Slow policies that are remembered, each for each tenant that asks it, and for how long. */
const SLOW_MAX = 10_000;
const SLOW_MS = 600_000;

/** One that exceeded its slice may have been unlucky; one that did so this often is slow. */
const OVERRUNS_MAX = 3;

/** Each failure has cost a whole deadline. */
const BREAKER: BreakerRules = { failuresMax: 3, openMs: 30_000, openMsMax: 300_000 };

/** State of a policy that exceeded a slice. */
interface Slowness {
  readonly lane: 'fast' | 'slow';
  readonly overruns: number;
  readonly breaker: BreakerState;
}

const QUICK: Slowness = { lane: 'fast', overruns: 0, breaker: CLOSED };

/**
 * The slow policies and their breakers. Each counts for the tenant that asks alone: with its own
 * requests a tenant could otherwise make a policy of the platform fail for all others.
 */
export function createSlowness() {
  const known = new LRUCache<string, Slowness>({
    max: SLOW_MAX,
    ttl: SLOW_MS,
    noUpdateTTL: true,
  });
  const find = (key: string): Slowness => known.get(key) ?? QUICK;

  function admit(key: string): 'runs' | Problem {
    const nowMs = performance.now();
    const before = find(key);
    const breaker = passCall(before.breaker, BREAKER, nowMs);
    if (breaker === undefined) {
      return suspended(before.breaker.failures, before.breaker.closedFromMs - nowMs);
    }
    known.set(key, { ...before, breaker });
    return 'runs';
  }

  function answered(key: string, tookMs: number): void {
    const { overruns } = find(key);
    const isQuick = tookMs < FAST_MS_MAX && overruns < OVERRUNS_MAX;
    known.set(key, { lane: isQuick ? 'fast' : 'slow', overruns, breaker: CLOSED });
  }

  function fail(key: string): void {
    const before = find(key);
    const breaker = afterFailure(before.breaker, BREAKER, performance.now());
    known.set(key, { ...before, lane: 'slow', breaker });
  }

  return {
    isSlow: (job: LaneJob): boolean => find(keyOf(job)).lane === 'slow',
    /** A job of the lane of quick policies exceeded its time, or ended its thread. */
    overran: (job: LaneJob): void => {
      const { overruns, breaker } = find(keyOf(job));
      known.set(keyOf(job), { lane: 'slow', overruns: overruns + 1, breaker });
    },
    /** Makes a job one of the lane of slow policies. */
    join: (job: LaneJob): LaneJob => {
      const key = keyOf(job);
      let tookMs = 0;
      return {
        ...job,
        admit: () => {
          const admitted = job.admit();
          return admitted === 'runs' ? admit(key) : admitted;
        },
        spent: (ms) => {
          tookMs = ms;
          job.spent(ms);
        },
        overran: () => {
          fail(key);
          job.overran();
        },
        died: (reason) => {
          fail(key);
          job.died(reason);
        },
        resolve: (outcome) => {
          if (outcome.ok) answered(key, tookMs);
          job.resolve(outcome);
        },
      };
    },
  };
}

/** Breakers of a lane whose jobs nothing waits for: one that fails costs its whole deadline. */
export function createBreakers() {
  const failed = new LRUCache<string, BreakerState>({ max: SLOW_MAX, ttl: SLOW_MS });

  function admit(key: string): 'runs' | Problem {
    const before = failed.get(key);
    if (before === undefined) return 'runs';
    const nowMs = performance.now();
    const breaker = passCall(before, BREAKER, nowMs);
    if (breaker === undefined) return suspended(before.failures, before.closedFromMs - nowMs);
    failed.set(key, breaker);
    return 'runs';
  }

  function fail(key: string): void {
    const before = failed.get(key) ?? CLOSED;
    failed.set(key, afterFailure(before, BREAKER, performance.now()));
  }

  return {
    guard: (job: LaneJob): LaneJob => ({
      ...job,
      admit: () => {
        const admitted = job.admit();
        return admitted !== 'runs' || failed.size === 0 ? admitted : admit(keyOf(job));
      },
      overran: () => {
        fail(keyOf(job));
        job.overran();
      },
      died: (reason) => {
        fail(keyOf(job));
        job.died(reason);
      },
    }),
  };
}

/** A changed rule is another program, whose breaker is closed. */
function keyOf({ tenantId, task }: LaneJob): string {
  return `${tenantId} ${whatOf(task)}`;
}

function whatOf(task: LaneJob['task']): string {
  if (task.kind === 'compile') return hash('sha256', task.rule);
  if (task.kind === 'evaluate') return String(task.program.number);
  return `${task.before?.number}-${task.after?.number}`;
}
