import type { Bus } from '@novacron/bus/bus';
import type { Rng } from '@novacron/engine/env';
import type { Clock } from '@novacron/runtime/clock';
import type { Logger } from '@novacron/runtime/logger';
import type { Timers } from '@novacron/runtime/timers';
import type { Tracer } from '@novacron/tracing/tracer';
import type { Ids } from '../../../ports/ids.ts';
import type { SecretRandom } from '../../../ports/rng.ts';
import type { Store } from '../../../ports/store.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import type { ProgressWatch } from '../bus/watch-progress.ts';
import type { AdmissionSemaphore } from './admission-semaphore.ts';
import type { VerdictGate } from './policy-question.ts';

/** The ports of the kernel: what any write, operation or event needs. */
export interface KernelDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly rng: Rng;
  readonly secretRandom: SecretRandom;
  readonly bus: Bus;
  readonly logger: Logger;
  readonly serverVersion: string;
  /** Counts nothing where metrics are off. */
  readonly telemetry: Telemetry;
  /** Traces nothing where tracing is off. */
  readonly tracer: Tracer;
  /** The progress of the commands that agents are running. */
  readonly progress: Pick<ProgressWatch, 'percentOf' | 'subscribe'>;
  /** Limits how many writes of a tenant are retried at a time. */
  readonly admissions: AdmissionSemaphore;
  /** Decides writes by the tenant's policies. */
  readonly verdicts: VerdictGate;
}

/** Ports of one server among those that share a store. */
export type OfInstance<Deps> = Deps & {
  /** Names this start of the server: no other start of any server has the same. */
  readonly instanceId: string;
};
