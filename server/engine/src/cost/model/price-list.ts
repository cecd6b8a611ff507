/** Price lists: what a resource costs per hour. All prices are integers of micro-units. */

/** A millionth of the currency; an integer. */
export type Micros = number;

/** Parts of a whole, in millionths: an integer. */
export type Millionths = number;

/** Hourly prices of the parts of a VM. */
export interface PartPrices {
  /** Of one core. */
  readonly cpuCore: Micros;
  /** Of a GB of memory. */
  readonly memoryGb: Micros;
  /** Of a GB of root disk. */
  readonly diskGb: Micros;
}

/** The prices of nodes of a class. */
export interface ClassPrices extends PartPrices {
  /** The share that spot VMs pay. */
  readonly spotRatio: Millionths;
  /** Probability that a node is withdrawn within an hour. */
  readonly spotRisk: number;
  /** What a node costs its operator; undefined: not known. */
  readonly nodeCost: Micros | undefined;
}

/** Discount from a number of VMs of a tenant on. */
export interface VolumeDiscount {
  readonly from: number;
  readonly discount: Millionths;
}

/** How a cloud sells an instance type. */
export interface InstanceType {
  readonly name: string;
  readonly cpuCores: number;
  readonly memoryMib: number;
  /** Per hour. */
  readonly onDemand: Micros;
  /** Per hour; undefined: not sold as spot. */
  readonly spot: Micros | undefined;
  /** Probability that a spot instance is interrupted within a month; undefined: not known. */
  readonly interruptionRisk: number | undefined;
  readonly reserved: readonly ReservedOffer[];
}

/** A price for a commitment. */
export interface ReservedOffer {
  readonly years: number;
  /** Paid at once. */
  readonly upfront: Micros;
  /** Per hour, for every hour of the term. */
  readonly hourly: Micros;
}

/** How VMs are priced: per class of nodes, by one formula, or as the instance types of a cloud. */
export type PriceModel =
  | { readonly kind: 'node_classes'; readonly classes: ReadonlyMap<string, ClassPrices> }
  | {
      readonly kind: 'generic';
      readonly parts: PartPrices;
      readonly spotRatio: Millionths;
      readonly discounts: readonly VolumeDiscount[];
      /** Multiplier by zone; a zone that is absent has 1. */
      readonly zones: ReadonlyMap<string, Millionths>;
    }
  | {
      readonly kind: 'instance_types';
      readonly types: readonly InstanceType[];
      /** Of a GB of root disk. */
      readonly diskGb: Micros;
      /** The highest interruption risk of spot prices. */
      readonly spotRiskMax: number;
    };

/** A price list. */
export interface PriceList {
  readonly id: string;
  readonly name: string;
  readonly currency: string;
  readonly validFromMs: number;
  readonly model: PriceModel;
  /** Hourly price of a GB of a volume, by its type. */
  readonly volumeGb: ReadonlyMap<string, Micros>;
  /** Hourly price of an address, by the class of its network; free where it is empty. */
  readonly addresses: ReadonlyMap<string, Micros>;
  /** Hourly price of a GB of a snapshot; undefined: not charged. */
  readonly snapshotGb: Micros | undefined;
  /** Hourly price of a GB of an uploaded image; undefined: not charged. */
  readonly imageGb: Micros | undefined;
}
