/** Prices a member of a group, on demand and as spot, as the bill would. */
import type { InstanceType, Micros, PriceList } from '../../../cost/model/price-list.ts';
import { planPrice } from '../../../cost/plan-price.ts';
import { planRate } from '../../../cost/plan-rate.ts';
import { monthlyRisk } from '../../../cost/rules/find-offers.ts';
import type { MemberSize } from '../../decide/model/member-size.ts';
import type { PricedGroup } from '../model/alternatives.ts';

const MIB_PER_GB = 1_024;

/** The hourly price of a member. */
export interface MemberPrice {
  readonly perHour: Micros;
  /** Class or instance type of the price; null: none. */
  readonly priceClass: string | null;
  /** Probability of an interruption within a month; undefined: not known. */
  readonly interruption: number | undefined;
}

/** Prices a member; undefined where the list has no such price. */
export type PriceMember = (member: MemberSize, isSpot: boolean) => MemberPrice | undefined;

/** Returns the prices of a group. Members on nodes that may be withdrawn are spot members. */
export function priceMembers(group: PricedGroup): PriceMember {
  const { list, nodeClass, zone, tenantVms, diskGb, addressClasses } = group;
  if (list === undefined) return () => undefined;
  const interruptionOf = findInterruptions(list);
  const isWithdrawn = (interruptionOf(nodeClass) ?? 0) > 0;
  return ({ cpuCores, memoryGb }, isSpot) => {
    const amounts = { cpuCores, memoryMib: memoryGb * MIB_PER_GB, diskGb };
    const place = { nodeClass: isWithdrawn && !isSpot ? null : nodeClass, zone };
    const asked = { kind: 'vm', amounts, spot: isSpot, addressClasses, tenantVms } as const;
    const price = planPrice(list, { ...asked, ...place });
    const perHour = planRate({ price, amounts, state: 'running' });
    if (price === null || perHour === null) return undefined;
    const { class: priceClass } = price;
    return { perHour, priceClass, interruption: isSpot ? interruptionOf(priceClass) : 0 };
  };
}

/** Returns the sizes that a list sells; none unless it has instance types. */
export function sizesOf(list: PriceList | undefined): readonly MemberSize[] {
  if (list?.model.kind !== 'instance_types') return [];
  return list.model.types.map(toSize);
}

function toSize({ cpuCores, memoryMib }: InstanceType): MemberSize {
  return { cpuCores, memoryGb: memoryMib / MIB_PER_GB };
}

function findInterruptions({ model }: PriceList): (name: string | null) => number | undefined {
  switch (model.kind) {
    case 'generic':
      return () => 0;
    case 'node_classes': {
      const { classes } = model;
      return (name) => monthlyRisk(classes.get(name ?? '')?.spotRisk ?? 0);
    }
    case 'instance_types': {
      const types = new Map(model.types.map((type) => [type.name, type.interruptionRisk]));
      return (name) => types.get(name ?? '');
    }
  }
}
