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
import type { ControlPlane } from '../control-plane/control-plane.ts';
import type { DefinitionCache } from '../definitions/definition-cache.ts';
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
  /** Identity of this server towards agents. */
  readonly controlPlane: ControlPlane;
  readonly serverVersion: string;
  /** Names this start of the server: no other start of any server has the same. */
  readonly instanceId: string;
  /** Counts nothing where metrics are off. */
  readonly telemetry: Telemetry;
  /** Traces nothing where tracing is off. */
  readonly tracer: Tracer;
  /** The progress of the commands that agents are running. */
  readonly progress: Pick<ProgressWatch, 'percentOf' | 'subscribe'>;
  /** The definitions of operations that were admitted here. */
  readonly definitions: DefinitionCache;
  /** Limits how many writes of a tenant are retried at a time. */
  readonly admissions: AdmissionSemaphore;
  /** Decides writes by the tenant's policies. */
  readonly verdicts: VerdictGate;
}

/** Dependencies that an application creates itself; the rest are ports, which exist before it. */
type OwnPart = 'instanceId' | 'progress' | 'definitions' | 'admissions' | 'verdicts';

/** The ports among the deps of a use case that runs before the application is made. */
export type PortsOf<Deps extends KernelDeps> = Omit<Deps, OwnPart>;
