/** Types of the comparison of shapes of a group: size, number and spot share of its members. */
import type { ScalingWeights } from '@novacron/contract/kinds/vm-group/group-scaling';
import type { Micros, PriceList } from '../../../cost/model/price-list.ts';
import type { MemberSize } from '../../decide/model/member-size.ts';

/** The peak that all shapes have to serve. */
export interface GroupDemand {
  /** In members of the present size that are fully used. */
  readonly load: number;
  /** Usage of members at the peak that shapes do not exceed: more than 0. */
  readonly usageMax: number;
  /** `cpu`: a member serves by its cores; `both`: by cores or memory, whichever has less. */
  readonly servedBy: 'cpu' | 'both';
  /** Largest load of the forecast, load by a rule, or CPU that members have used. */
  readonly by: 'forecast' | 'rule' | 'usage';
  /** Model of the forecast, or `ensemble`; undefined: no forecast is used. */
  readonly model: string | undefined;
}

/** What the price of a member depends on besides its size. */
export interface PricedGroup {
  /** The list in force; undefined: none. */
  readonly list: PriceList | undefined;
  /** Class of the nodes of the members; null: they have none. */
  readonly nodeClass: string | null;
  readonly zone: string;
  /** Class of each address of a member; null: its network has none. */
  readonly addressClasses: readonly (string | null)[];
  /** VMs of the tenant, the members included. */
  readonly tenantVms: number;
  /** Root disk of a member. Unit: GB. */
  readonly diskGb: number;
}

/** The question. */
export interface AlternativesQuestion extends PricedGroup {
  readonly member: MemberSize;
  readonly isSpot: boolean;
  /** Members that the group has, or `demand`: as many as rules give it at the peak. */
  readonly size: number | 'demand';
  readonly minSize: number;
  readonly maxSize: number;
  readonly demand: GroupDemand;
  /** The most memory that a member has used; undefined: not known. Unit: GB. */
  readonly memoryUsedGb: number | undefined;
  /** Capacities of nodes: members are no larger than one of them. */
  readonly nodeSizes: readonly MemberSize[];
  readonly weights: ScalingWeights;
  /** Highest accepted probability that a spot VM is interrupted within a month. */
  readonly spotRiskMax: number;
}

/** A shape of the group at the peak. */
export interface Shape {
  readonly member: MemberSize;
  readonly size: number;
  /** Number of the members that are spot VMs. */
  readonly spotSize: number;
  /** Class or instance type of its price; null: none. */
  readonly priceClass: string | null;
  /** Of all members; undefined: not known. */
  readonly costPerHour: Micros | undefined;
  /** Usage of members at the peak. */
  readonly usage: number;
  /** The part of the peak that is unserved after a loss of members, 0 to 1; see README.md. */
  readonly risk: number;
  /** Probability that spot members are interrupted within a month; 0 without any. */
  readonly interruption: number;
  /** Lower is better; undefined: the weights count only a price that is not known. */
  readonly score: number | undefined;
}

/** Another shape, with what is worse than in the present one. */
export interface Alternative extends Shape {
  readonly givesUp: readonly string[];
}

/** The comparison. */
export interface AlternativesPlan {
  readonly present: Shape;
  /** Shapes that no other one dominates, the lowest score first. */
  readonly alternatives: readonly Alternative[];
  /** The first of them where its score is below that of the present shape. */
  readonly recommended: Alternative | undefined;
  /** Spot prices are left out, because their risk is too high or not known. */
  readonly isSpotRefused: boolean;
}
