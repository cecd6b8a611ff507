/**
 * The second channel of a node: has a process of its own write heartbeats into the shared storage,
 * sees to it that they arrive, and watches those of other nodes.
 */

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Clock, steadyMs } from '@novacron/runtime/clock';
import type { Timers } from '@novacron/runtime/timers';
import { isStopped, readThreadStates } from '../../../isolation/read-thread-states.ts';
import type { DriverHeartbeats } from '../../driver.ts';
import { type HeartbeatReading, watchHeartbeat } from '../../watch-heartbeat.ts';
import type { Places } from '../files/directories.ts';
import { usedPool } from '../files/storage-pool.ts';
import { readStored, writeStored } from '../files/stored-json.ts';
import type { Launcher } from '../launch/launcher.ts';
import { isRunning, type ProcessRecord, recordProcess } from '../machine/machine-process.ts';
import type { QemuNode } from '../machine/qemu-node.ts';
import { heartbeatFile, listHeartbeats, readHeartbeat } from './heartbeat-file.ts';
import type { HeartbeatOrder } from './heartbeat-order.ts';
import { type MovingPeers, rememberPeers, SeenPeers } from './moving-peers.ts';

/** Interval at which the node reads its own heartbeat. Unit: ms. */
const CHECK_MS = 1_000;

/** After this time without a movement its heartbeats do not arrive. Unit: ms. */
const LATE_MS = 5_000;

/**
 * After this time without a movement its process is replaced, unless it waits for the storage: in
 * time for a server that watches the heartbeat for 3 s. Unit: ms.
 */
const HUNG_MS = 2_000;

/**
 * The same for a process that has hardly moved since it was started: a busy host takes long to
 * start it, and would have to begin again each time. Unit: ms.
 */
const START_MS_MAX = 60_000;

/** The first of them may be one of the process before it. */
const MOVEMENTS_MIN = 2;

/** Time limit for a reading of the storage. Unit: ms. */
const ANSWER_MS = 2_000;

/** A process that has ended is started again after this time. Unit: ms. */
const RESTART_MS = 5_000;

/** Interval between readings of all other nodes' heartbeats. Unit: ms. */
const PEERS_MS = 10_000;

/** A small program: 32 MB for its objects are plenty. */
const NODE_FLAGS = ['--max-old-space-size=32', '--max-semi-space-size=1'];

/** Dependencies of `openHeartbeats`. */
export interface HeartbeatParts {
  readonly node: string;
  readonly places: Places;
  readonly launcher: Launcher;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Hears that its heartbeats arrive in the storage, and that they do not. */
  readonly onState: (state: 'arrives' | 'late') => void;
}

/** Heartbeats at work. Closing stops no process: the machines of the node run on, too. */
export interface OpenHeartbeats extends DriverHeartbeats {
  readonly close: () => void;
}

/** Opens it where the storage is shared: only what other nodes can read is a second channel. */
export function beginHeartbeats(
  {
    storage,
    onHeartbeats: onState,
    clock,
    timers,
  }: Pick<HeartbeatParts, 'clock' | 'timers'> & {
    readonly storage?: 'local' | 'shared';
    readonly onHeartbeats?: HeartbeatParts['onState'];
  },
  { name: node, places, launcher }: Pick<QemuNode, 'name' | 'places' | 'launcher'>,
): OpenHeartbeats | undefined {
  if (storage !== 'shared' || onState === undefined) return undefined;
  return openHeartbeats({ node, places, launcher, clock, timers, onState });
}

/** Opens the channel. */
export function openHeartbeats(parts: HeartbeatParts): OpenHeartbeats {
  const { node, places, clock, timers, onState } = parts;
  const lane = createLane(places.storageDir, timers);
  const peers = peersOf(places, clock);
  const reader = createReader(parts, lane, peers);
  let state: 'arrives' | 'late' = 'late';
  let writer: ProcessRecord | undefined;
  let startedMs = Number.NEGATIVE_INFINITY;
  let last: { readonly reading: HeartbeatReading; readonly sinceMs: number } | undefined;
  /** Number of heartbeats observed since its process started. */
  let movements = 0;
  /** Whether the storage answered the last reading. */
  let canRead = false;
  let isClosed = false;
  let cancelNext = (): void => undefined;
  let cancelLook = (): void => undefined;

  function turn(next: 'arrives' | 'late'): void {
    if (next === state || isClosed) return;
    state = next;
    onState(next);
  }

  /** Whether the process does nothing, though the storage answers. */
  function isHung(pid: number): boolean {
    if (isStopped(pid)) return true;
    if (last === undefined) return false;
    const nowMs = steadyMs(clock);
    const isLate =
      movements >= MOVEMENTS_MIN
        ? nowMs - last.sinceMs >= HUNG_MS
        : nowMs - startedMs >= START_MS_MAX;
    return isLate && canRead && !readThreadStates(pid).includes('D');
  }

  /** A process that the agent before this one has started ends when it sees the new order. */
  function ensureWriter(): void {
    const pool = usedPool(places);
    const nowMs = steadyMs(clock);
    if (pool === undefined || nowMs - startedMs < RESTART_MS) return;
    if (writer !== undefined && isRunning(writer)) {
      if (!isHung(writer.pid)) return;
      endHung(writer.pid);
    }
    startedMs = nowMs;
    movements = 0;
    writer = startWriter(parts, pool);
  }

  async function check(): Promise<void> {
    try {
      ensureWriter();
      canRead = false;
      const reading = await reader(node);
      canRead = true;
      if (reading !== undefined && reading.counter !== last?.reading.counter) {
        const isFirst = last === undefined;
        last = { reading, sinceMs: steadyMs(clock) };
        // What an earlier process has written says nothing of this one.
        if (!isFirst) {
          movements += 1;
          turn('arrives');
        }
      }
    } catch {
      // It does not arrive, or cannot be read: after a while it is late.
    }
    if (last === undefined || steadyMs(clock) - last.sinceMs >= LATE_MS) turn('late');
    if (!isClosed) cancelNext = timers.after(CHECK_MS, () => void check());
  }

  /** Reads all of them, one after another: a question is not kept waiting. */
  async function look(nextMs: number): Promise<void> {
    try {
      const names = await lane(() => listHeartbeats(places.storageDir));
      for (const name of names) if (name !== node) await reader(name).catch(() => undefined);
    } catch {
      // The storage is away: nothing moves there.
    }
    if (!isClosed) cancelLook = timers.after(nextMs, () => void look(PEERS_MS));
  }

  void check();
  // The second time soon: a movement is seen only by the difference.
  void look(2 * CHECK_MS);
  return {
    state: () => state,
    peers: peers.list,
    watch: async ({ node: other, pool, watch_ms: watchMs }) => {
      const own = usedPool(places);
      if (own !== pool) {
        return { kind: 'unknown', reason: `${node} uses the storage ${own}, not ${pool}` };
      }
      const { isTrusted } = peers;
      return watchHeartbeat({ read: reader, own: node, node: other, isTrusted, watchMs, timers });
    },
    close: () => {
      isClosed = true;
      cancelNext();
      cancelLook();
    },
  };
}

/** Starts the process that writes; undefined where it cannot be started now. */
function startWriter({ node, places, launcher }: HeartbeatParts, pool: string) {
  const token = randomUUID();
  const file = join(places.runDir, 'pool-heartbeat.json');
  const order: HeartbeatOrder = {
    token,
    node,
    storage_dir: places.storageDir,
    pool,
    run_dir: places.runDir,
  };
  writeStored(file, order);
  const { program, args } = launcher.commandOf({
    name: 'heartbeat',
    program: process.execPath,
    args: [...NODE_FLAGS, programPath(), file, token],
  });
  const child = spawn(program, [...args], { detached: true, stdio: 'ignore', cwd: '/' });
  child.on('error', () => undefined);
  child.unref();
  return child.pid === undefined ? undefined : recordProcess(child.pid);
}

/** It may be stopped by a signal, and would hear no other one. */
function endHung(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}

/** The compiled program, also where this module runs from its source. */
function programPath(): string {
  const url = new URL('./heartbeat-process.js', import.meta.url).href;
  return fileURLToPath(url.replace('/server/agent/src/', '/server/agent/dist/'));
}

/**
 * Opens the record of peers, a file next to the files of the machines: it survives a restart of the
 * agent.
 */
function peersOf(places: Places, clock: Clock): MovingPeers {
  const file = join(places.runDir, 'pool-peers.json');
  return rememberPeers({
    pool: () => usedPool(places),
    nowMs: () => clock.nowMs(),
    load: () => {
      try {
        return readStored(file, SeenPeers);
      } catch {
        // They are seen again.
        return undefined;
      }
    },
    save: (seen) => {
      try {
        writeStored(file, seen);
      } catch {
        // The next movement is recorded; until then the agent remembers it.
      }
    },
  });
}

type Lane = <T>(job: () => Promise<T>) => Promise<T>;

/**
 * Reads in the storage, one at a time: a storage that hangs keeps one thread, and the next readings
 * are refused at once.
 */
function createLane(storageDir: string, timers: Timers): Lane {
  let lane: Promise<unknown> = Promise.resolve();
  let hangs = false;
  const refusal = `the storage ${storageDir} has not answered for ${ANSWER_MS / 1_000} s`;
  return (job) => {
    if (hangs) return Promise.reject(new Error(refusal));
    return new Promise((resolve, reject) => {
      const cancel = timers.after(ANSWER_MS, () => {
        hangs = true;
        reject(new Error(refusal));
      });
      lane = lane
        .then(job)
        .then(resolve, reject)
        .finally(() => {
          hangs = false;
          cancel();
        });
    });
  };
}

/** Reads heartbeats, and takes note of those of other nodes that move. */
function createReader({ node: own, places }: HeartbeatParts, lane: Lane, peers: MovingPeers) {
  return async (node: string): Promise<HeartbeatReading | undefined> => {
    const file = heartbeatFile(places.storageDir, node);
    if (file === undefined) throw new Error(`${node} is not the name of a file`);
    const reading = await lane(() => readHeartbeat(file));
    if (node !== own) peers.note(node, reading);
    return reading;
  };
}
