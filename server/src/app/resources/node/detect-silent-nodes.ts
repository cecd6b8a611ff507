/** Marks nodes as suspected and lost whose heartbeats are not heard any more. */
import type { Problem } from '@novacron/contract/problem/problem';
import { problem } from '@novacron/contract/problem/problem';
import { explainJudgement } from '@novacron/engine/healing/detect/explain-detection';
import type {
  BeatHistory,
  Judgement,
  Listener,
} from '@novacron/engine/healing/detect/model/detection';
import { planDetection } from '@novacron/engine/healing/detect/plan-detection';
import { recordBeat } from '@novacron/engine/healing/detect/rules/record-beat';
import { lookAgain, startListening } from '@novacron/engine/healing/detect/rules/watch-listener';
import { steadyMs } from '@novacron/runtime/clock';
import type { NodeRow } from '../../../ports/tables/node-row.ts';
import { repeatWork } from '../../kernel/reconcilers/repeat-work.ts';
import { commitChanges } from '../../kernel/write/commit-changes.ts';
import { isOnlyAgentSilent, unheardText } from '../../rows/observed/node-suspicion.ts';
import type { ResourceDeps } from '../deps.ts';
import { isWatched, lostFrom, WATCHED_STATUSES } from './node-announcement.ts';
import type { NodeNews } from './node-news.ts';
import { plannedMsLeft } from './planned-stop.ts';

type DetectorDeps = Pick<ResourceDeps, 'store' | 'clock' | 'timers' | 'logger'> & {
  readonly settings: Pick<ResourceDeps['settings'], 'healthCheckIntervalMs'>;
};

/**
 * Maximum interval between evaluations of nodes; it delays the detection of a dead node. Unit: ms.
 */
const LOOK_MS_MAX = 250;

/**
 * Interval between reads of all nodes in the store, for nodes that only other servers hear. Unit:
 * ms.
 */
const READ_ALL_MS = 5_000;

/** Defaults for agents that do not announce these values. Unit: ms. */
const BEAT_MS_DEFAULT = 5_000;
const LEASE_MS_DEFAULT = 20_000;

/**
 * Interval at which a server records that it hears a node, and so the heartbeat interval that other
 * servers see. Unit: ms.
 */
const STORED_MS = 14_000;

/** A node that this server has not heard for this time may be heard by others. Unit: ms. */
const UNHEARD_MS_MIN = 10_000;

/** Heartbeat settings that an agent announces. */
export interface Heartbeat {
  readonly node: string;
  readonly beat_ms?: number | undefined;
  readonly lease_ms?: number | undefined;
  /** For how long the agent expects to be away; absent: it does not stop. */
  readonly planned_stop_ms?: number | undefined;
}

/** Listens to heartbeats, and judges the nodes. */
export interface SilenceDetector {
  readonly hear: (beat: Heartbeat) => void;
  /** From now on what is heard of a node counts, or not: that of a revoked agent does not. */
  readonly heed: (node: string, enrollment: 'valid' | 'revoked') => void;
  readonly stop: () => void;
}

/** Dependencies of the detector besides ports. */
export interface DetectorParts {
  readonly news: NodeNews;
  /** Called before a node is marked: its next heartbeat is stored at once. */
  readonly onSilent: (node: string) => void;
}

/** Starts to listen; every node has a full lease from now. */
export function detectSilentNodes(
  deps: DetectorDeps,
  { news, onSilent }: DetectorParts,
): SilenceDetector {
  const nowMs = (): number => steadyMs(deps.clock);
  const histories = new Map<string, BeatHistory>();
  const revoked = new Set<string>();
  /** Nodes with a commit under way. */
  const marking = new Set<string>();
  let rows: ReadonlyMap<string, NodeRow> = new Map();
  let listener: Listener = startListening(nowMs());
  let lastReadMs = Number.NEGATIVE_INFINITY;

  function hear({ node, beat_ms, lease_ms, planned_stop_ms }: Heartbeat): void {
    if (revoked.has(node)) return;
    const beat = {
      atMs: nowMs(),
      expectedMs: beat_ms ?? BEAT_MS_DEFAULT,
      leaseMs: lease_ms ?? LEASE_MS_DEFAULT,
      plannedStopMs: planned_stop_ms,
    };
    histories.set(node, recordBeat(histories.get(node), beat));
  }

  /** Learns of nodes in service, and of those that other servers hear. */
  async function readAll(): Promise<void> {
    const ready = await deps.store.read({
      from: 'nodes',
      where: { status: { in: WATCHED_STATUSES } },
    });
    lastReadMs = nowMs();
    const before = rows;
    rows = new Map(ready.map((row) => [row.name, row]));
    for (const row of ready) {
      const known = before.get(row.name);
      const history = histories.get(row.name);
      const isStoredAgain = known === undefined || known.last_seen_at_ms !== row.last_seen_at_ms;
      if (history !== undefined && !isStoredAgain) continue;
      if (history !== undefined && lastReadMs - history.lastMs < UNHEARD_MS_MIN) continue;
      const leaseMs = history?.leaseMs ?? LEASE_MS_DEFAULT;
      // Of a planned stop this server may have heard nothing: it was not there, or is new.
      const plannedStopMs = plannedMsLeft(row, deps.clock.nowMs());
      const beat = { atMs: lastReadMs, expectedMs: STORED_MS, leaseMs, plannedStopMs };
      histories.set(row.name, recordBeat(history, beat));
    }
  }

  function judge(): readonly Judgement[] {
    const nodes = [...rows.values()].flatMap(({ name, zone, rack }) => {
      const history = histories.get(name);
      return history === undefined ? [] : [{ name, zone, rack, history }];
    });
    return planDetection({ nodes, listener }, { nowMs: nowMs() }).judgements;
  }

  /** After a pause nodes are lost later: people who wait for it can read why. */
  function noteLook(): void {
    const before = listener;
    listener = lookAgain(before, nowMs());
    if (listener.sinceMs === before.sinceMs) return;
    const pauseMs = Math.round(listener.sinceMs - before.lastMs);
    deps.logger.warn({ pauseMs }, 'this server paused: every node has a full lease from now');
  }

  async function look(): Promise<void> {
    // A store that is away throws: only a look that it answers ends a pause. Meanwhile this server
    // could not learn of the nodes that only others hear.
    if (nowMs() - lastReadMs >= READ_ALL_MS) await readAll();
    noteLook();
    const silent = judge().filter(({ state }) => state !== 'disputed');
    if (silent.length === 0) return;
    const names = silent.map(({ name }) => name);
    const current = await deps.store.read({ from: 'nodes', where: { name: { in: names } } });
    // What was heard while the store answered counts.
    noteLook();
    const judgements = new Map(judge().map((each) => [each.name, each]));
    for (const row of current) {
      const judgement = judgements.get(row.name);
      if (judgement !== undefined && isWatched(row.status)) startMark(row, judgement);
    }
  }

  /** A commit that takes long is not waited for: other nodes are judged meanwhile. */
  function startMark(row: NodeRow, judgement: Judgement): void {
    const { name } = row;
    if (marking.has(name)) return;
    marking.add(name);
    mark(row, judgement)
      .catch((cause) => deps.logger.warn({ node: name, cause }, 'a silent node is not marked'))
      .finally(() => marking.delete(name));
  }

  async function mark(row: NodeRow, judgement: Judgement): Promise<void> {
    if (judgement.state === 'disputed') return;
    onSilent(row.name);
    const isKnown = row.suspected_json !== null && !isOnlyAgentSilent(row);
    if (judgement.state === 'suspected' && isKnown) return;
    if (judgement.state === 'suspected') return await suspect(row, judgement);
    // Few heartbeats are stored: how long the node is silent counts from the last one.
    const nowMs = deps.clock.nowMs();
    const heardMs = Math.round(nowMs - judgement.silentMs);
    // One in the future was stored before the time of day was set back.
    const isLater = row.last_seen_at_ms > heardMs && row.last_seen_at_ms <= nowMs;
    const last_seen_at_ms = isLater ? row.last_seen_at_ms : heardMs;
    const set = { ...lostFrom(row.status), suspected_json: null, last_seen_at_ms };
    const reported = await news.plan(row, { ...row, ...set });
    const done = await commitChanges(deps, [
      {
        kind: 'update',
        table: 'nodes',
        id: row.id,
        set,
        expect: { status: row.status },
        otherwise: changedMeanwhile(row),
      },
      ...reported.changes,
    ]);
    if (done.ok) reported.report();
  }

  /** Nothing is placed there until its next heartbeat; nothing else happens. */
  async function suspect(row: NodeRow, judgement: Judgement): Promise<void> {
    const reason = explainJudgement(judgement);
    const done = await commitChanges(deps, [
      {
        kind: 'update',
        table: 'nodes',
        id: row.id,
        set: { suspected_json: unheardText(row, reason, deps.clock.nowMs()) },
        expect: {
          status: row.status,
          suspected_json: row.suspected_json,
          last_seen_at_ms: row.last_seen_at_ms,
        },
        otherwise: changedMeanwhile(row),
      },
    ]);
    if (done.ok) deps.logger.info({ node: row.name, reason }, 'node is suspected');
  }

  const looks = repeatWork(deps.timers, {
    everyMs: Math.min(LOOK_MS_MAX, deps.settings.healthCheckIntervalMs ?? LOOK_MS_MAX),
    work: look,
    onFailure: (cause) => deps.logger.warn({ cause }, 'leases are not checked'),
  });
  function heed(node: string, enrollment: 'valid' | 'revoked'): void {
    if (enrollment === 'revoked') revoked.add(node);
    else revoked.delete(node);
  }

  return { hear, heed, stop: looks.stop };
}

function changedMeanwhile({ name }: NodeRow): Problem {
  return problem('conflict', {
    detail: `Node ${name} is not ready any more, or was heard.`,
    remedy: 'No action is required: its status has been changed already.',
  });
}
