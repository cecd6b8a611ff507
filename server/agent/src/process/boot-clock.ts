/** The clock of an agent's host. */
import { uptime } from 'node:os';
import { type Clock, systemClock } from '@novacron/runtime/clock';

const MS_PER_S = 1_000;

/** The machine's clock, with the time since the host was started: that of /proc/uptime on Linux. */
export const hostClock: Clock = { ...systemClock, bootMs: () => uptime() * MS_PER_S };
