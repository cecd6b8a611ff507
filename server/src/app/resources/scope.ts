import type { StepParts } from '../kernel/arbitration/begin-step.ts';
import type { Check as KernelCheck } from '../kernel/write/checked-write.ts';
import type {
  Prepare as KernelPrepare,
  WriteScope as KernelWriteScope,
} from '../kernel/write/prepared-write.ts';
import type { ResourceDeps } from './deps.ts';

/** Dependencies for preparing a write, with the ports of resources. */
export type WriteScope = KernelWriteScope<ResourceDeps>;

/** Reads and plans one kind of write to a resource. */
export type Prepare<Input> = KernelPrepare<Input, ResourceDeps>;

/** Checks one kind of write to a resource, and plans it once the policies allow it. */
export type Check<Input> = KernelCheck<Input, ResourceDeps>;

/** A step that is a child operation, with the ports of resources. */
export type ResourceStepParts = StepParts<ResourceDeps>;
