import type { IdByPrefix, IdPrefix } from '@novacron/contract/ids';

/** Makes new ids; a port because they hold time and chance. */
export interface Ids {
  readonly next: <P extends IdPrefix>(prefix: P) => IdByPrefix[P];
}
