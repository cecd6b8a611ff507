/** One start of a server among those that may share a store and a bus. */
import type { SecretRandom } from '../../../ports/rng.ts';

/** Deployment topology: the resources that an application shares with other servers. */
export interface Surroundings {
  /** `one`: no other server can write to the store while this server runs. */
  readonly servers: 'one' | 'several';
  /** Whether the bus retains events for programs outside of this process. */
  readonly events: 'reported' | 'kept';
}

/** Whether no other server writes to the store or uses the bus. */
export function isAlone({ servers, events }: Surroundings): boolean {
  return servers === 'one' && events === 'reported';
}

/** Enough that no two starts of servers share a name. */
const INSTANCE_BYTES = 10;

/** Names a start of a server. */
export function nameInstance(random: Pick<SecretRandom, 'bytes'>): string {
  return `srv_${Buffer.from(random.bytes(INSTANCE_BYTES)).toString('hex')}`;
}
