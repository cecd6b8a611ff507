/** A host of a simulated fleet, as it is. */
import type { SimulatedMachine } from '@novacron/agent/drivers/simulator/machine-store';
import type { EmbeddedFleet } from '@novacron/agent/start-embedded-fleet';
import type { HeartbeatProcesses } from './heartbeat-process.ts';
import type { HostClock } from './host-clock.ts';
import type { WatchdogDevice } from './watchdog.ts';

/** A host. */
export interface Host {
  readonly name: string;
  readonly rack: string;
  readonly zone: string;
  readonly fleet: EmbeddedFleet;
  /**
   * `crashed`: the power is on, and nothing runs; `hung`: guests do not serve, and may write;
   * `suspended`: all of it stands still, and goes on later.
   */
  state: 'runs' | 'hung' | 'suspended' | 'crashed' | 'off';
  bmc: 'answers' | 'gone';
  dataNetwork: 'up' | 'down';
  /** Whether the shared storage takes its writes. */
  storage: 'reaches' | 'cut_off';
  /** Since when it does not. Unit: ms. */
  cutOffAtMs: number;
  /** Time of the last resume. Unit: ms. */
  resumedAtMs: number;
  readonly time: HostClock;
  readonly watchdog: WatchdogDevice;
  /** Its processes of heartbeats. */
  readonly processes: HeartbeatProcesses;
  machines: readonly SimulatedMachine[];
}
