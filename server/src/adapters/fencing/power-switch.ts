/** The power switch of one machine. */
import type { Result } from '@novacron/contract/result';
import type { PowerReading } from '../../ports/fence-devices.ts';

/** Power controller of a node; a fault is a clause that follows its address. */
export interface PowerSwitch {
  readonly read: () => Promise<Result<PowerReading, string>>;
  readonly powerOff: () => Promise<Result<void, string>>;
}
