import type { WriteScope as KernelWriteScope } from '../kernel/admission/prepared-write.ts';
import type { PlacementDeps } from './deps.ts';

/** What preparing a write may use, with the ports of placement. */
export type WriteScope = KernelWriteScope<PlacementDeps>;
