/** Prices of VMs on a node. */
import type { PriceList } from '../../../cost/model/price-list.ts';

/** The price list in force, and what of it holds for a node. */
export interface Prices {
  readonly list: PriceList;
  /** Class of the node; null: it has none. */
  readonly nodeClass: string | null;
}
