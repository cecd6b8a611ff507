import type { ResourceSettings } from '../../resources/deps.ts';
import type { CapabilityDeps } from '../deps.ts';
import type { LiveSettings } from '../settings/live-settings.ts';
import type { RetentionTimes } from './retention-times.ts';

/** What deleting expired records needs. */
export interface RetentionDeps extends CapabilityDeps {
  readonly settings: ResourceSettings & { readonly retention: RetentionTimes };
  readonly live: Pick<LiveSettings<unknown>, 'load'>;
}
