/** Finds what a price list offers for a VM, whatever its model. */

import { HOURS_PER_MONTH } from '@novacron/contract/cost/purchase-operations';
import type { Micros, ReservedOffer } from '../model/price-list.ts';
import type { PurchaseQuestion } from '../model/purchase.ts';

/** A type that is large enough, with its hourly prices. */
export interface Offer {
  /** Class of nodes, or instance type; null: the list has neither. */
  readonly type: string | null;
  /** undefined: not sold on demand. */
  readonly onDemand: Micros | undefined;
  /** undefined: not sold as spot. */
  readonly spot: Micros | undefined;
  /** Probability of an interruption of a spot VM within a month; undefined: not known. */
  readonly risk: number | undefined;
  readonly reserved: readonly ReservedOffer[];
}

/** Prices CPU and memory of the VM; undefined where the list has no price. */
export type PriceOf = (at: {
  readonly nodeClass: string | null;
  readonly spot: boolean;
}) => Micros | undefined;

/** Returns the offers for CPU and memory; the disk costs the same however a VM is bought. */
export function findOffers(question: PurchaseQuestion, priceOf: PriceOf): readonly Offer[] {
  const { cpuCores, memoryMib } = question;
  const { model } = question.list;
  switch (model.kind) {
    case 'instance_types':
      return model.types
        .filter((type) => type.cpuCores >= cpuCores && type.memoryMib >= memoryMib)
        .map(({ name, onDemand, spot, interruptionRisk: risk, reserved }) => {
          return { type: name, onDemand, spot, risk, reserved };
        });
    case 'node_classes':
      return [...model.classes].map(([nodeClass, { spotRisk }]) => {
        // Only spot VMs are placed on nodes that may be withdrawn.
        const onDemand = spotRisk > 0 ? undefined : priceOf({ nodeClass, spot: false });
        const spot = priceOf({ nodeClass, spot: true });
        return { type: nodeClass, onDemand, spot, risk: monthlyRisk(spotRisk), reserved: [] };
      });
    case 'generic': {
      const onDemand = priceOf({ nodeClass: null, spot: false });
      const spot = priceOf({ nodeClass: null, spot: true });
      return [{ type: null, onDemand, spot, risk: 0, reserved: [] }];
    }
  }
}

/** The probability of an interruption within a month, of that within an hour. */
export function monthlyRisk(hourly: number): number {
  return 1 - (1 - hourly) ** HOURS_PER_MONTH;
}
