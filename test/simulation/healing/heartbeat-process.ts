/**
 * The process of heartbeats beside the agent of a simulated host: the real work of it, on the bus
 * and the clock of the host. It outlives the agent, and dies with its host.
 */
import type { KilledVms } from '@novacron/agent/isolation/isolation-guard';
import type { Watchdog } from '@novacron/agent/isolation/open-watchdog';
import type {
  FromHeartbeatProcess,
  ToHeartbeatProcess,
} from '@novacron/agent/presence/heartbeat-messages';
import type { Heartbeats, NodeHeartbeats } from '@novacron/agent/presence/heartbeats';
import { createKnownFeatures } from '@novacron/agent/presence/known-features';
import { type RunningHeartbeats, runHeartbeats } from '@novacron/agent/presence/run-heartbeats';
import type { Bus } from '@novacron/bus/bus';
import { AgentFeature } from '@novacron/contract/agent/agent-announcement';
import { announceSubject, leaseSubject } from '@novacron/contract/agent/agent-subjects';
import type { HostClock } from './host-clock.ts';
import type { WatchdogDevice } from './watchdog.ts';

/** Interval at which the agent reports that it responds. Unit: ms. */
const ALIVE_MS = 1_000;

/** The processes of one host. */
export interface HeartbeatProcesses {
  /** Heartbeats that an agent starts with. */
  readonly heartbeats: Heartbeats;
  /** The host has died, and they with it. */
  readonly end: () => void;
}

interface Parts {
  readonly bus: Bus;
  readonly host: Pick<HostClock, 'clock' | 'timers'>;
  readonly watchdog: WatchdogDevice;
  /** Kills what runs of these VMs. */
  readonly kill: (vms: ReadonlySet<string>) => KilledVms;
}

/** Starts none. */
export function createHeartbeatProcesses(parts: Parts): HeartbeatProcesses {
  const living = new Set<Process>();
  let watchdogState: 'ready' | 'failed' = 'failed';

  function start(of: NodeHeartbeats): ReturnType<Heartbeats['start']> {
    const { timers } = parts.host;
    const known = createKnownFeatures(timers);
    const { announcement, guard } = of;
    let announced = announcement();
    let term: string | undefined;
    let cancelAlive = (): void => undefined;
    const own = launch(parts, {
      onEnd: () => {
        living.delete(own);
      },
      hear: (message) => {
        if (message.kind === 'killed') guard?.onKilled(message.vms);
        if (message.kind === 'watchdog') watchdogState = message.state.kind;
        if (message.kind !== 'renewal') return;
        const { knows } = message.renewal;
        known.hear(Array.isArray(knows) ? knows.map(String) : undefined);
        of.onRenewal(message.renewal, message.sentAtMs ?? undefined);
      },
    });
    living.add(own);
    const say = (): void => {
      const now = announcement();
      if (now !== announced) own.take({ kind: 'announcement', node: of.node, announcement: now });
      announced = now;
      own.take({ kind: 'alive', knows: AgentFeature.options.filter((each) => known.has(each)) });
    };
    const goOn = (): void => {
      cancelAlive = timers.after(ALIVE_MS, goOn);
      say();
    };
    own.take({
      kind: 'start',
      node: of.node,
      incarnation: of.incarnation,
      announceSubject: announceSubject(of.node),
      leaseSubject: leaseSubject(of.node),
      afterBeat: 0,
      announcement: announced,
      guard: guard === undefined ? undefined : { leaseMs: guard.leaseMs, guests: [], term },
    });
    goOn();
    return {
      beatNow: () => {
        say();
        own.take({ kind: 'beat', node: of.node });
      },
      accept: ({ control_plane: claim }) => {
        if (claim === undefined || claim.term === term) return;
        term = claim.term;
        own.take({ kind: 'follow', node: of.node, term: claim.term });
      },
      // Agents of this world die: none stops on purpose.
      stop: () => {
        cancelAlive();
        known.stop();
        own.agentGone();
      },
    };
  }

  return {
    heartbeats: { start, canGuard: () => watchdogState === 'ready' },
    end: () => {
      for (const each of [...living]) each.end();
      living.clear();
      watchdogState = 'failed';
    },
  };
}

interface Process extends RunningHeartbeats {
  readonly take: (message: ToHeartbeatProcess) => void;
  readonly end: () => void;
}

function launch(
  { bus, host, watchdog, kill }: Parts,
  {
    hear,
    onEnd,
  }: { readonly hear: (message: FromHeartbeatProcess) => void; readonly onEnd: () => void },
): Process {
  let state: 'runs' | 'ended' = 'runs';
  const leaves = new Set<() => void>();
  let opened: Watchdog | undefined;
  function end(): void {
    state = 'ended';
    for (const leave of leaves) leave();
    // Its end closes the device: the next process of the host can open it.
    if (opened !== undefined) watchdog.drop(opened);
    onEnd();
  }
  /** Wraps a callback so that it never runs after the process has ended. */
  const alive =
    <Given extends readonly unknown[]>(act: (...given: Given) => void) =>
    (...given: Given): void => {
      if (state === 'runs') act(...given);
    };
  const running = runHeartbeats({
    wire: {
      publish: alive((subject: string, message: object) => bus.publish(subject, message)),
      subscribe: (subject, listener) => {
        const leave = bus.subscribe(subject, alive(listener));
        leaves.add(leave);
        return leave;
      },
    },
    timers: { after: (delayMs, callback) => host.timers.after(delayMs, alive(callback)) },
    bootMs: host.clock.bootMs,
    steadyMs: host.clock.steadyMs,
    send: alive(hear),
    watchdog: {
      open: () => {
        opened = watchdog.open();
        return opened;
      },
      readTimeoutMs: () => watchdog.timeoutMs,
    },
    kill: (_guests, vms) => kill(vms),
    onEnd: alive(end),
  });
  return {
    take: alive(running.take),
    agentGone: alive(running.agentGone),
    end: alive(end),
  };
}
