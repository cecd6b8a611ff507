import type { ResourceSettings } from '../../resources/deps.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { RetentionTimes } from './retention-times.ts';

/** Dependencies of deleting expired records. */
export interface RetentionDeps extends CapabilityDeps {
  readonly settings: ResourceSettings & { readonly retention: RetentionTimes };
  /** The settings that operators change: they are read again before each run. */
  readonly live: { readonly load: () => Promise<unknown> };
}
