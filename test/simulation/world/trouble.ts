/** Makes trouble at random moments, of the kinds that the seed has chosen for this world. */
import type { FaultKind } from '@novacron/agent/drivers/simulator/faults';
import type { Chance } from './chance.ts';
import type { Kernel } from './kernel.ts';
import type { Weather } from './simulated-bus.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';
import type { SimulatedServer } from './simulated-server.ts';
import type { Trace } from './trace.ts';

/** Ports that a process calls in about a second of work: a crash hits one of them. */
const CALLS_BEFORE_CRASH_MAX = 60;

const AWAY_MS_MIN = 50;
const AWAY_MS_MAX = 20_000;
/** Now and then longer than all tries of a step together. */
const LONG_AWAY_MS_MAX = 200_000;
const DISK_FULL_MS_MAX = 8_000;

const TROUBLE_KINDS = [
  'server-crash',
  'driver-fault',
  'agent-crash',
  'power-off',
  'cut-off',
  'disk-full',
  'whole-crash',
] as const;
type TroubleKind = (typeof TROUBLE_KINDS)[number];

const DRIVER_FAULTS: readonly FaultKind[] = [
  'fail-retry',
  'fail-retry',
  'fail-retry',
  'fail-final',
  'fail-final',
  'crash-before-answer',
  'hang',
];

/** Parts of the world that trouble can affect. */
export interface TroubleParts {
  readonly kernel: Kernel;
  readonly trace: Trace;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly disk: SimulatedDisk;
  readonly fleet: SimulatedFleet;
  readonly server: SimulatedServer;
}

/** Trouble that has begun. */
export interface Trouble {
  /** No more of it, and what was broken is mended; what hangs goes on hanging. */
  readonly end: () => Promise<void>;
}

/** Chooses the weather of a world: some are calm, some lose every fourth message. */
export function chooseWeather(chance: Chance): Weather {
  const ratio = (most: number): number => (chance.happens(0.5) ? chance.next() * most : 0);
  return {
    lossRatio: ratio(0.25),
    repeatRatio: ratio(0.2),
    slowRatio: ratio(0.3),
    cutOff: new Set(),
  };
}

/** No message is lost, repeated or late any more. */
export function clearUp(weather: Weather): void {
  weather.cutOff.clear();
  Object.assign(weather, { lossRatio: 0, repeatRatio: 0, slowRatio: 0 });
}

/** Begins to make trouble. */
export function makeTrouble(parts: TroubleParts): Trouble {
  const { kernel, trace, chance, weather, disk, fleet, server } = parts;
  // Worlds differ most when each has only some kinds of trouble (swarm testing, Groce et al. 2012).
  const kinds = TROUBLE_KINDS.filter(() => chance.happens(0.5));
  const everyMs = chance.between(1_500, 12_000);
  let isOver = false;

  function awayMs(): number {
    return chance.between(AWAY_MS_MIN, chance.happens(0.2) ? LONG_AWAY_MS_MAX : AWAY_MS_MAX);
  }

  function comeBack(node: string): void {
    kernel.timers.after(awayMs(), () => void kernel.hold(fleet.startAgent(node)));
  }

  async function strike(kind: TroubleKind): Promise<void> {
    const node = chance.pick(fleet.nodeNames);
    trace.note('trouble', kind, node);
    switch (kind) {
      case 'server-crash':
        server.killAfterCalls(chance.between(0, CALLS_BEFORE_CRASH_MAX));
        return;
      case 'whole-crash':
        server.killAfterCalls(0);
        for (const each of fleet.nodeNames) await fleet.killAgent(each);
        for (const each of fleet.nodeNames) comeBack(each);
        return;
      case 'driver-fault':
        breakDriver(node);
        return;
      case 'agent-crash':
        await fleet.killAgent(node);
        comeBack(node);
        return;
      case 'power-off':
        await fleet.powerOff(node);
        comeBack(node);
        return;
      case 'cut-off':
        weather.cutOff.add(node);
        kernel.timers.after(awayMs(), () => weather.cutOff.delete(node));
        return;
      case 'disk-full':
        disk.setRoom('full');
        kernel.timers.after(chance.between(0, DISK_FULL_MS_MAX), () => disk.setRoom('free'));
        return;
    }
  }

  function breakDriver(node: string): void {
    const kind = chance.pick(DRIVER_FAULTS);
    const times = chance.pick([1, 1, 2, 7]);
    fleet.drivers.get(node)?.faults.add({ action: 'any', kind, times });
  }

  function strikeLater(): void {
    kernel.timers.after(chance.between(0, 2 * everyMs), () => {
      const kind = chance.pickAny(kinds);
      if (isOver || kind === undefined) return;
      void kernel.hold(strike(kind));
      strikeLater();
    });
  }

  strikeLater();
  return {
    end: async () => {
      isOver = true;
      trace.note('trouble', 'ends', {});
      clearUp(weather);
      disk.setRoom('free');
      for (const node of fleet.nodeNames) await fleet.startAgent(node);
      for (const driver of fleet.drivers.values()) driver.faults.clear();
    },
  };
}
