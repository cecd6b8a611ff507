import type { Bus } from '@novacron/bus/bus';
import type { Rng } from '@novacron/engine/env';
import type { Tracer } from '@novacron/tracing/tracer';
import type { Clock } from '../../../ports/clock.ts';
import type { Ids } from '../../../ports/ids.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { SecretRandom } from '../../../ports/rng.ts';
import type { Store } from '../../../ports/store.ts';
import type { Telemetry } from '../../../ports/telemetry.ts';
import type { Timers } from '../../../ports/timers.ts';
import type { ProgressWatch } from '../bus/watch-progress.ts';
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
  /** Decides writes by the tenant's policies. */
  readonly verdicts: VerdictGate;
}

/** Ports of one server among those that share a store. */
export type OfInstance<Deps> = Deps & {
  /** Names this start of the server: no other start of any server has the same. */
  readonly instanceId: string;
};
