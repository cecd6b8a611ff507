/** One start of a server among those that may share a store and a bus. */
import type { AppDeps, InstanceDeps } from '../context/deps.ts';

/** What an application shares with others. */
export interface Surroundings {
  /** `one`: nobody else can write to the store while this server runs. */
  readonly servers: 'one' | 'several';
  /** Whether the bus keeps events for programs outside of this process. */
  readonly events: 'told' | 'kept';
}

/** Whether nobody else writes to the store or listens to the bus. */
export function isAlone({ servers, events }: Surroundings): boolean {
  return servers === 'one' && events === 'told';
}

/** Enough that no two starts of servers share a name. */
const INSTANCE_BYTES = 10;

/** Gives this start of the server its name. */
export function nameInstance(ports: AppDeps): InstanceDeps {
  const name = Buffer.from(ports.secretRandom.bytes(INSTANCE_BYTES)).toString('hex');
  return { ...ports, instanceId: `srv_${name}` };
}
