/**
 * The second channel to nodes that servers do not hear: other nodes read whether the heartbeat of
 * such a node moves in the shared storage. They are asked from the first missing heartbeats on, so
 * that the answer is there when the node is suspected.
 */

import { PLANNED_STOP_MS_MAX } from '@novacron/contract/agent/agent-announcement';
import {
  ANY_NODE,
  announceSubject,
  nodeOfSubject,
  poolHeartbeatSubject,
} from '@novacron/contract/agent/agent-subjects';
import { PoolHeartbeatAnswer } from '@novacron/contract/agent/pool-heartbeat';
import {
  judgeReadings,
  type PoolAnswer,
  type PoolVerdict,
} from '@novacron/engine/healing/fence/rules/judge-readings';
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { CapabilityDeps } from '../../platform/deps.ts';
import { findPoolPeers, type PoolPeer } from './find-pool-peers.ts';

/** A node may be silent that was not heard for longer: more than a heartbeat is missing. */
const QUIET_MS = 1_500;

/** Time for which a heartbeat must not change: three are written in that time. Unit: ms. */
const WATCH_MS = 3_000;

/** Nodes are asked to watch for a little longer: their clocks may be faster than ours. Unit: ms. */
const SPARE_MS = 100;

/** Additional time for an answer. Unit: ms. */
const REPLY_MS_MAX = 5_000;

/**
 * Nodes of the pool that are asked: one may have died just now, too, and one may be wrong. They are
 * drawn again each time, so that no node can arrange to be the one that is asked.
 */
const PEERS_MAX = 2;

/** Nodes that others are asked about at a time: more are silent for one cause, and are held. */
const ASKED_MAX = 16;

/**
 * Intervals between requests to other nodes: at first, and about a node that has been silent for
 * long. Unit: ms.
 */
const AGAIN_MS = 5_000;
const AGAIN_MS_LATER = 30_000;
const LONG_MS = 60_000;

/** Heartbeats that this server hears, and readings by other nodes on its behalf. */
export interface SecondChannel {
  /** Listens to heartbeats. @param wake - called when others have answered */
  readonly listen: (wake: () => void) => () => void;
  /**
   * Whether a node that was heard before has become quiet within the last minute. One whose agent
   * has stopped on purpose is not quiet before it should be back.
   */
  readonly hasQuiet: () => boolean;
  /** Until the next node may be quiet. Unit: ms. */
  readonly untilQuietMs: () => number;
  /** Returns the time since a node was last heard; undefined if it never was. Unit: ms. */
  readonly silenceMs: (node: string) => number | undefined;
  /**
   * Asks about each node that is quiet, and each one of `silent`, unless others are being asked.
   * @param rows - of the whole fleet
   * @param silent - names of nodes that are suspected or lost
   */
  readonly ask: (rows: readonly NodeRow[], silent: ReadonlySet<string>) => void;
  /** Returns the readings about a node since it was last heard; undefined if there are none. */
  readonly readingOf: (node: string) => PoolVerdict | undefined;
  /** Forgets what was read, as after a pause of this server. */
  readonly forget: () => void;
}

interface Asked {
  readonly atMs: number;
  readonly reading: PoolVerdict | undefined;
  readonly state: 'asking' | 'answered';
}

type ChannelDeps = Pick<CapabilityDeps, 'bus' | 'clock' | 'logger' | 'rng' | 'telemetry'>;

/** Creates it. */
export function createSecondChannel(deps: ChannelDeps): SecondChannel {
  const nowMs = (): number => steadyMs(deps.clock);
  const heardMs = new Map<string, number>();
  /** Until when agents that stop on purpose may be away. */
  const plannedMs = new Map<string, number>();
  const asked = new Map<string, Asked>();
  const rng = deps.rng.fork('pool-peers');
  let wakeAll = (): void => undefined;

  const silenceMs = (node: string): number | undefined => {
    const lastMs = heardMs.get(node);
    return lastMs === undefined ? undefined : nowMs() - lastMs;
  };
  const isPlanned = (node: string): boolean => (plannedMs.get(node) ?? 0) > nowMs();
  const isQuiet = (node: string): boolean => (silenceMs(node) ?? 0) >= QUIET_MS && !isPlanned(node);

  function isDue(node: string): boolean {
    const last = asked.get(node);
    if (last === undefined) return true;
    const againMs = (silenceMs(node) ?? 0) > LONG_MS ? AGAIN_MS_LATER : AGAIN_MS;
    return last.state === 'answered' && nowMs() - last.atMs >= againMs;
  }

  async function askAbout(row: NodeRow, rows: readonly NodeRow[]): Promise<void> {
    const { name } = row;
    const startMs = nowMs();
    const healthy = rows.filter((each) => heardMs.has(each.name) && !isQuiet(each.name));
    const peers = findPoolPeers(row, healthy, { rng }).slice(0, PEERS_MAX);
    asked.set(name, { atMs: startMs, reading: readingOf(name), state: 'asking' });
    // What was heard meanwhile counts more than what was read before.
    const isHeard = () => (heardMs.get(name) ?? Number.NEGATIVE_INFINITY) > startMs;
    const onMoves = (reading: PoolVerdict): void => {
      if (isHeard()) return;
      asked.set(name, { atMs: startMs, reading, state: 'asking' });
      wakeAll();
    };
    const reading = await readFrom(deps, row, { peers, onMoves });
    const heard = isHeard();
    if (heard) asked.delete(name);
    else asked.set(name, { atMs: nowMs(), reading, state: 'answered' });
    if (!heard && reading !== undefined) wakeAll();
  }

  function readingOf(node: string): PoolVerdict | undefined {
    return asked.get(node)?.reading;
  }

  return {
    listen: (wake) => {
      wakeAll = wake;
      return deps.bus.subscribe(announceSubject(ANY_NODE), (message, subject) => {
        const { node, planned_stop_ms: awayMs } = message;
        if (typeof node !== 'string' || nodeOfSubject(subject) !== node) return;
        heardMs.set(node, nowMs());
        if (typeof awayMs !== 'number') plannedMs.delete(node);
        else plannedMs.set(node, nowMs() + Math.min(awayMs, PLANNED_STOP_MS_MAX));
        if (asked.get(node)?.state === 'answered') asked.delete(node);
      });
    },
    hasQuiet: () =>
      [...heardMs.keys()].some((node) => isQuiet(node) && (silenceMs(node) ?? 0) < LONG_MS),
    untilQuietMs: () => {
      const loud = [...heardMs.values()].map((lastMs) => lastMs + QUIET_MS - nowMs());
      return Math.ceil(Math.min(...loud.filter((restMs) => restMs > 0), QUIET_MS));
    },
    silenceMs,
    ask: (rows, silent) => {
      const names = new Set(rows.map(({ name }) => name));
      for (const known of [heardMs, plannedMs]) {
        for (const node of known.keys()) if (!names.has(node)) known.delete(node);
      }
      const due = rows.filter(({ name }) => (silent.has(name) || isQuiet(name)) && isDue(name));
      const underWay = [...asked.values()].filter(({ state }) => state === 'asking').length;
      for (const row of due.slice(0, Math.max(0, ASKED_MAX - underWay))) {
        askAbout(row, rows).catch((cause) => {
          asked.delete(row.name);
          deps.logger.warn(
            { node: row.name, cause },
            'no other node is available to check on a node',
          );
        });
      }
    },
    readingOf,
    forget: () => asked.clear(),
  };
}

/**
 * Asks the peers at once, and waits for all of them until the deadline.
 * @param onMoves - called as soon as one has seen the heartbeat move, which decides
 * @returns undefined where there is none to ask
 */
async function readFrom(
  deps: ChannelDeps,
  row: NodeRow,
  {
    peers,
    onMoves,
  }: { readonly peers: readonly PoolPeer[]; readonly onMoves: (reading: PoolVerdict) => void },
): Promise<PoolVerdict | undefined> {
  if (peers.length === 0) return undefined;
  const answers: PoolAnswer[] = [];
  await Promise.all(
    peers.map(async (peer) => {
      const answer = await askPeer(deps, row, peer);
      answers.push(answer);
      deps.telemetry.count('novacron_pool_heartbeat_answers_total', {
        answer: judgeReadings([answer], { watchMs: WATCH_MS }).kind,
      });
      if (answer.kind === 'moves') onMoves(judgeReadings(answers, { watchMs: WATCH_MS }));
    }),
  );
  return judgeReadings(answers, { watchMs: WATCH_MS });
}

/** Its time is that of this server: what a node says of its own is not believed alone. */
async function askPeer(
  { bus, clock }: ChannelDeps,
  { name: node }: NodeRow,
  { name: by, pool }: PoolPeer,
): Promise<PoolAnswer> {
  const query = { node, pool, watch_ms: WATCH_MS + SPARE_MS };
  const timeoutMs = query.watch_ms + REPLY_MS_MAX;
  const startMs = steadyMs(clock);
  const reply = await bus.request(poolHeartbeatSubject(by), query, { timeoutMs });
  const base = { by, afterMs: steadyMs(clock) - startMs, watchedMs: null, guests: null };
  if (!reply.ok) return { ...base, kind: 'silent', reason: null };
  const answer = PoolHeartbeatAnswer.safeParse(reply.value).data;
  if (answer === undefined || answer.kind === 'unknown') {
    const reason = answer?.reason ?? 'sent an invalid response';
    return { ...base, kind: 'unknown', reason };
  }
  const watchedMs = answer.kind === 'stopped' ? answer.watched_ms : null;
  return { ...base, kind: answer.kind, watchedMs, guests: answer.guests ?? null, reason: null };
}
