/**
 * Heartbeats of a fleet with pauses, jitter and outages, judged by `engine/healing/detect` alone.
 * Only stretches around faults are simulated in full: between them a node that is heard each
 * second is never suspected, which is a property of its own (`plan-detection.test.ts`).
 */
import type { BeatHistory, Judgement } from '@novacron/engine/healing/detect/model/detection';
import { planDetection } from '@novacron/engine/healing/detect/plan-detection';
import { recordBeat } from '@novacron/engine/healing/detect/rules/record-beat';
import { lookAgain, startListening } from '@novacron/engine/healing/detect/rules/watch-listener';
import type { Rng } from '@novacron/runtime/rng';

/** The fleet: ten racks of ten nodes; a rack is not more than 20 % of its zone. */
const ZONES = 2;
const RACKS_PER_ZONE = 5;
const NODES_PER_RACK = 10;

const BEAT_MS = 1_000;
const LEASE_MS = 20_000;
/** Silence after which a lost node is powered off: `after_seconds` of fence devices. */
const FENCE_AFTER_MS = 60_000;

/** Time before and after a fault: its effects end within 30 s. Unit: ms. */
const BEFORE_MS = 15_000;
const AFTER_MS = 40_000;

/** Most messages arrive within milliseconds; one in a hundred is late by up to 2.5 s. */
const DELAY_MS_MEAN = 3;
const LATE_SHARE = 0.01;
const LATE_MS_MAX = 2_500;
const LOST_SHARE = 0.001;

/** Fault that silences a node or pauses the server. */
export interface Fault {
  readonly kind: 'pause' | 'network' | 'control-plane' | 'clock' | 'death';
  /** Unit: ms. */
  readonly durationMs: number;
}

/** Result of a stretch. */
export interface Stretch {
  /** Nodes that would be powered off although they were alive. */
  readonly falseEvictions: number;
  /** Nodes that were called lost although they were alive. */
  readonly falselyLost: number;
  readonly falselySuspected: number;
  /** Silence of a dead node until it was suspected and lost. Unit: ms. */
  readonly suspectedAfterMs: number | undefined;
  readonly lostAfterMs: number | undefined;
  /** Whether a dead node would be powered off. */
  readonly isDeadEvicted: boolean;
}

interface SimulatedNode {
  readonly name: string;
  readonly zone: string;
  readonly rack: string;
  history: BeatHistory;
  /** Moments at which the next heartbeat is sent. */
  nextMs: number;
  /** Heartbeats on their way: moments of arrival. */
  arrivals: number[];
}

/** Simulates the stretch around one fault. */
export function simulateStretch(fault: Fault, rng: Rng): Stretch {
  const nodes = startFleet(rng);
  const startMs = BEFORE_MS + rng.next() * BEAT_MS;
  const endMs = startMs + (fault.kind === 'death' ? 2 * FENCE_AFTER_MS : fault.durationMs);
  const silent = findVictims(nodes, fault);
  const found = createFindings(fault, startMs);
  let listener = startListening(0);
  for (let nowMs = 0; nowMs <= endMs + AFTER_MS; nowMs += BEAT_MS) {
    const isDuring = nowMs >= startMs && nowMs < endMs;
    if (isDuring && fault.kind === 'control-plane') {
      // A server that is away does not look, and hears nothing of what is sent meanwhile.
      nowMs = endMs;
    }
    for (const node of nodes) {
      if (!silent.has(node)) hearOther(node, nowMs, rng);
      else {
        send(node, { nowMs, rng, isSilent: (atMs) => atMs >= startMs && atMs < endMs });
        receive(node, nowMs);
      }
    }
    listener = lookAgain(listener, nowMs);
    const { judgements } = planDetection({ nodes, listener }, { nowMs });
    for (const judgement of judgements) found.note(judgement, nowMs);
    if (fault.kind === 'death' && found.isEvicted()) break;
  }
  return found.stretch();
}

/** A step of a clock silences nothing: detection never reads the time of day. */
function findVictims(nodes: readonly SimulatedNode[], { kind }: Fault): ReadonlySet<SimulatedNode> {
  if (kind === 'control-plane' || kind === 'clock') return new Set();
  return new Set(nodes.slice(0, kind === 'network' ? NODES_PER_RACK : 1));
}

/** Collects what was judged, and who was alive then. */
function createFindings({ kind }: Fault, startMs: number) {
  const evicted = new Set<string>();
  const lost = new Set<string>();
  const suspected = new Set<string>();
  let suspectedAfterMs: number | undefined;
  let lostAfterMs: number | undefined;
  let isDeadEvicted = false;
  return {
    note: (judgement: Judgement, nowMs: number): void => {
      const { name, state } = judgement;
      if (state === 'disputed') return;
      if (kind === 'death' && name === 'node-0' && nowMs >= startMs) {
        suspectedAfterMs ??= nowMs - startMs;
        if (state === 'lost') lostAfterMs ??= nowMs - startMs;
        if (isEvicted(judgement)) isDeadEvicted = true;
        return;
      }
      suspected.add(name);
      if (state === 'lost') lost.add(name);
      if (isEvicted(judgement)) evicted.add(name);
    },
    isEvicted: () => isDeadEvicted,
    stretch: (): Stretch => ({
      falseEvictions: evicted.size,
      falselyLost: lost.size,
      falselySuspected: suspected.size,
      suspectedAfterMs,
      lostAfterMs,
      isDeadEvicted,
    }),
  };
}

/** Whether `engine/healing/fence` powers the node off, if it has a device and a VM to recover. */
function isEvicted({ state, scope, silentMs }: Judgement): boolean {
  return state === 'lost' && scope === 'node' && silentMs >= FENCE_AFTER_MS;
}

function startFleet(rng: Rng): SimulatedNode[] {
  return Array.from({ length: ZONES * RACKS_PER_ZONE * NODES_PER_RACK }, (_, at) => {
    const rack = Math.floor(at / NODES_PER_RACK);
    const firstMs = -rng.next() * BEAT_MS;
    return {
      name: `node-${at}`,
      zone: `zone-${Math.floor(rack / RACKS_PER_ZONE)}`,
      rack: `rack-${rack}`,
      history: recordBeat(undefined, { atMs: firstMs, expectedMs: BEAT_MS, leaseMs: LEASE_MS }),
      nextMs: firstMs + BEAT_MS,
      arrivals: [],
    };
  });
}

/** The others are heard with the same delays and losses, and without their rhythm: cheaply. */
function hearOther(node: SimulatedNode, nowMs: number, rng: Rng): void {
  if (rng.next() < LOST_SHARE) return;
  const lateMs = rng.next() < LATE_SHARE ? LATE_MS_MAX : BEAT_MS;
  node.history = { ...node.history, lastMs: nowMs - rng.next() * lateMs };
}

function send(
  node: SimulatedNode,
  {
    nowMs,
    rng,
    isSilent,
  }: {
    readonly nowMs: number;
    readonly rng: Rng;
    readonly isSilent: (atMs: number) => boolean;
  },
): void {
  for (; node.nextMs <= nowMs; node.nextMs += BEAT_MS) {
    if (isSilent(node.nextMs) || rng.next() < LOST_SHARE) continue;
    const lateMs = rng.next() < LATE_SHARE ? rng.next() * LATE_MS_MAX : 0;
    node.arrivals.push(node.nextMs - DELAY_MS_MEAN * Math.log(1 - rng.next()) + lateMs);
  }
}

function receive(node: SimulatedNode, nowMs: number): void {
  const due = node.arrivals.filter((atMs) => atMs <= nowMs).sort((left, right) => left - right);
  if (due.length === 0) return;
  node.arrivals = node.arrivals.filter((atMs) => atMs > nowMs);
  for (const atMs of due) {
    const beat = { atMs, expectedMs: BEAT_MS, leaseMs: LEASE_MS };
    node.history = recordBeat(node.history, beat);
  }
}
