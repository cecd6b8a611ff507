import type { Solver } from '../../ports/solver.ts';
import type { DecidingDeps } from '../policy/memory/deciding-deps.ts';
import type { UsageWatch } from './measured-usage.ts';
import type { PlacementMemory } from './placement-memory.ts';
import type { PriceBook } from './prices/price-book.ts';

/** Dependencies of placing VMs besides policies. */
export interface PlacementDeps extends DecidingDeps {
  /** Proves batches optimal; undefined where they are placed by heuristics alone. */
  readonly solver: Solver | undefined;
  /** The measured usage of nodes and VMs; undefined where none is measured. */
  readonly usage: UsageWatch | undefined;
  /** The price lists. */
  readonly prices: Pick<PriceBook, 'current' | 'isCharging'>;
  /** State that this server retains between decisions. */
  readonly placementMemory: PlacementMemory;
}
