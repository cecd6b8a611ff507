/**
 * The second channel to nodes that servers do not hear: other nodes read whether the heartbeat of
 * such a node moves in the shared storage. They are asked from the first missing heartbeats on, so
 * that the answer is there when the node is suspected.
 */
import {
  ANY_NODE,
  announceSubject,
  nodeOfSubject,
  poolHeartbeatSubject,
} from '@novacron/contract/agent/agent';
import { PLANNED_STOP_MS_MAX } from '@novacron/contract/agent/agent-announcement';
import { PoolHeartbeatAnswer } from '@novacron/contract/agent/pool-heartbeat';
import type { PoolEvidence } from '@novacron/engine/fencing/model/fencing';
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import type { CapabilityDeps } from '../deps.ts';
import { findPoolPeers, type PoolPeer } from './find-pool-peers.ts';

/** A node may be silent that was not heard for longer: more than a heartbeat is missing. */
const QUIET_MS = 1_500;

/** How long a heartbeat has to stand still: three are written in that time. Unit: ms. */
const WATCH_MS = 3_000;

/** How long an answer may take beyond that. Unit: ms. */
const REPLY_MS_MAX = 5_000;

/** Nodes of the pool that are asked: one may have died just now, too. */
const PEERS_MAX = 2;

/** Nodes that others are asked about at a time: more are silent for one cause, and are held. */
const ASKED_MAX = 16;

/** When others are asked again, and how often of a node that has been silent for long. Unit: ms. */
const AGAIN_MS = 5_000;
const AGAIN_MS_LATER = 30_000;
const LONG_MS = 60_000;

/** What other nodes have read. */
export interface PoolReading extends PoolEvidence {
  /** Why it is not known; null where it is. */
  readonly reason: string | null;
}

/** What this server hears, and what other nodes read in its place. */
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
  /** How long a node was not heard; undefined where it never was. Unit: ms. */
  readonly silenceMs: (node: string) => number | undefined;
  /**
   * Asks about each node that is quiet, and each one of `silent`, unless others are being asked.
   * @param rows - of the whole fleet
   * @param silent - names of nodes that are suspected or lost
   */
  readonly ask: (rows: readonly NodeRow[], silent: ReadonlySet<string>) => void;
  /** What was read of a node since it was heard last; undefined: nothing. */
  readonly readingOf: (node: string) => PoolReading | undefined;
  /** Forgets what was read, as after a pause of this server. */
  readonly forget: () => void;
}

interface Asked {
  readonly atMs: number;
  readonly reading: PoolReading | undefined;
  readonly state: 'asking' | 'answered';
}

/** Creates it. */
export function createSecondChannel(deps: CapabilityDeps): SecondChannel {
  const nowMs = (): number => steadyMs(deps.clock);
  const heardMs = new Map<string, number>();
  /** Until when agents that stop on purpose may be away. */
  const plannedMs = new Map<string, number>();
  const asked = new Map<string, Asked>();
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
    const startMs = nowMs();
    const healthy = rows.filter(({ name }) => heardMs.has(name) && !isQuiet(name));
    const peers = findPoolPeers(row, healthy).slice(0, PEERS_MAX);
    asked.set(row.name, { atMs: startMs, reading: readingOf(row.name), state: 'asking' });
    const reading = await readFrom(deps, row, peers);
    // What was heard meanwhile counts more than what was read before.
    const heard = (heardMs.get(row.name) ?? Number.NEGATIVE_INFINITY) > startMs;
    if (heard) asked.delete(row.name);
    else asked.set(row.name, { atMs: nowMs(), reading, state: 'answered' });
    if (!heard && reading !== undefined) wakeAll();
  }

  function readingOf(node: string): PoolReading | undefined {
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
          deps.logger.warn({ node: row.name, cause }, 'no other node can be asked about a node');
        });
      }
    },
    readingOf,
    forget: () => asked.clear(),
  };
}

/**
 * Asks the peers at once. The first one that has seen the heartbeat move decides, else the first
 * one that has watched it stand still: all of them watch the same time.
 * @returns undefined where there is none to ask
 */
function readFrom(
  deps: CapabilityDeps,
  row: NodeRow,
  peers: readonly PoolPeer[],
): Promise<PoolReading | undefined> {
  if (peers.length === 0) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const reasons: string[] = [];
    for (const peer of peers) {
      askPeer(deps, row, peer).then((answer) => {
        deps.telemetry.count('novacron_pool_heartbeat_answers_total', { answer: answer.kind });
        const by = [peer.name];
        if (answer.kind === 'unknown') {
          reasons.push(`${peer.name}: ${answer.reason}`);
          if (reasons.length < peers.length) return;
          const all = peers.map(({ name }) => name);
          resolve({ kind: 'unknown', by: all, guests: null, reason: reasons.sort().join('; ') });
          return;
        }
        resolve({ kind: answer.kind, by, guests: answer.guests ?? null, reason: null });
      }, reject);
    }
  });
}

async function askPeer(
  { bus }: CapabilityDeps,
  { name: node }: NodeRow,
  { name, pool }: PoolPeer,
): Promise<PoolHeartbeatAnswer> {
  const query = { node, pool, watch_ms: WATCH_MS };
  const timeoutMs = WATCH_MS + REPLY_MS_MAX;
  const reply = await bus.request(poolHeartbeatSubject(name), query, { timeoutMs });
  const answer = reply.ok ? PoolHeartbeatAnswer.safeParse(reply.value).data : undefined;
  return answer ?? { kind: 'unknown', reason: 'does not answer' };
}
