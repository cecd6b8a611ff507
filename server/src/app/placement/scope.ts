import type { WriteScope as KernelWriteScope } from '../kernel/write/prepared-write.ts';
import type { PlacementDeps } from './deps.ts';

/** Dependencies of preparing a write, with the ports of placement. */
export type WriteScope = KernelWriteScope<PlacementDeps>;
