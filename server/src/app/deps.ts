import type { Bus } from '@novacron/bus/bus';
import type { Rng } from '@novacron/engine/env';
import type { Clock } from '../ports/clock.ts';
import type { Ids } from '../ports/ids.ts';
import type { Logger } from '../ports/logger.ts';
import type { PolicyRuntime } from '../ports/policy-runtime.ts';
import type { SecretRandom } from '../ports/rng.ts';
import type { Store } from '../ports/store.ts';
import type { Timers } from '../ports/timers.ts';

/** Every port that the application's use cases may use. */
export interface AppDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: Ids;
  readonly rng: Rng;
  readonly secretRandom: SecretRandom;
  readonly bus: Bus;
  readonly policies: PolicyRuntime;
  readonly logger: Logger;
  readonly serverVersion: string;
}
