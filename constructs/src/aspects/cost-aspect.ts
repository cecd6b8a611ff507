import { readFileSync } from 'node:fs';
import type { PriceList } from '@novacron/engine/cost/model/price-list';
import { Annotations, type IAspect, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { listResources, type Resource } from '../checks/list-resources.ts';
import {
  type Attributes,
  attributesOf,
  instancesOf,
  isUnknown,
} from '../checks/read-attributes.ts';
import { loadOffline } from '../offline/load-offline.ts';
import { TYPE_DEFAULT } from './pool-aspect.ts';

/** Prices of resources, and what a stack may cost. */
export interface CostAspectProps {
  /** File that `novacron price-list show NAME --output json` has written. */
  readonly priceList: string;
  /**
   * Maximum cost of a stack per month of 730 hours, in the currency of the price list; a higher
   * cost fails the synth.
   * @default - no limit
   */
  readonly monthlyBudget?: number;
}

const HOURS_PER_MONTH = 730;

const MIB_PER_GB = 1024;

/** What a resource costs per hour, or why that is not known. */
type Estimate = number | 'unknown' | 'unpriced';

/** A resource with its estimate, of all its instances. */
interface Estimated extends Resource {
  readonly cost: Estimate;
}

/** Estimates the monthly cost of a stack, reports it and compares it with a budget. */
export class CostAspect implements IAspect {
  private readonly prices: PriceList;
  private readonly monthlyBudget: number | undefined;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(props: CostAspectProps) {
    this.prices = readPrices(props.priceList);
    this.monthlyBudget = props.monthlyBudget;
  }

  public visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node) || this.visited.has(node)) return;
    this.visited.add(node);
    node.node.addValidation({ validate: () => this.check(node) });
  }

  private check(stack: TerraformStack): string[] {
    const estimates = listResources(stack).map((each) => ({ ...each, cost: this.estimate(each) }));
    const known = estimates.filter(({ cost }) => typeof cost === 'number' && cost > 0);
    for (const { resource, cost } of known) {
      Annotations.of(resource).addInfo(`costs about ${this.monthly(cost)} a month`);
    }
    const total = known.reduce((sum, { cost }) => sum + Number(cost), 0);
    const rest = gapsOf(estimates);
    const words = `costs about ${this.monthly(total)} a month${rest}`;
    Annotations.of(stack).addInfo(words);
    const { monthlyBudget } = this;
    if (monthlyBudget === undefined || total * HOURS_PER_MONTH <= monthlyBudget) return [];
    const [dearest] = known.sort((a, b) => Number(b.cost) - Number(a.cost));
    return [
      `${words}; its budget is ${this.money(monthlyBudget)}. ` +
        `The most expensive is ${dearest?.path} with ${this.monthly(dearest?.cost ?? 0)}: ` +
        'reduce it, or raise `monthlyBudget`.',
    ];
  }

  /** Returns the cost of a resource per hour. */
  private estimate({ type, attributes }: Resource): Estimate {
    const times = instancesOf(attributes);
    if (type === 'novacron_vm') return timesOf(this.estimateMachine(attributes), times);
    if (type === 'novacron_storage') return timesOf(this.estimateVolume(attributes), times);
    if (type !== 'novacron_vm_group') return 0;
    const members = amountOf(attributes.desired_size ?? attributes.min_size);
    return timesOf(this.estimateMachine(attributesOf(attributes.vm)), members * times);
  }

  /** The synth knows neither nodes nor addresses: a VM costs what it does without a class. */
  private estimateMachine({
    cpu_cores,
    memory_gb,
    disk_gb,
    spot,
    placement,
  }: Attributes): Estimate {
    const { zone } = attributesOf(placement);
    const amounts = {
      cpuCores: amountOf(cpu_cores),
      memoryMib: Math.round(amountOf(memory_gb) * MIB_PER_GB),
      diskGb: amountOf(disk_gb),
    };
    if (Object.values(amounts).some(Number.isNaN)) return 'unknown';
    const { planPrice, planRate, toAmount } = loadOffline();
    const price = planPrice(this.prices, {
      kind: 'vm',
      amounts,
      spot: spot === true,
      nodeClass: null,
      zone: typeof zone === 'string' ? zone : '',
      tenantVms: 1,
      addressClasses: [],
    });
    return toAmount(planRate({ price, amounts, state: 'running' })) ?? 'unpriced';
  }

  private estimateVolume({ size_gb, type = TYPE_DEFAULT }: Attributes): Estimate {
    const amounts = { cpuCores: 0, memoryMib: 0, diskGb: amountOf(size_gb) };
    if (Number.isNaN(amounts.diskGb) || isUnknown(type)) return 'unknown';
    const { planPrice, planRate, toAmount } = loadOffline();
    const price = planPrice(this.prices, { kind: 'volume', type: String(type) });
    return toAmount(planRate({ price, amounts, state: 'stored' })) ?? 'unpriced';
  }

  private monthly(perHour: Estimate): string {
    return this.money(Number(perHour) * HOURS_PER_MONTH);
  }

  private money(amount: number): string {
    return `${amount.toFixed(2)} ${this.prices.currency}`;
  }
}

function readPrices(file: string): PriceList {
  const { PriceListShown, readPriceList } = loadOffline();
  const read = PriceListShown.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new Error(
      `${file} is not a price list: ${issue?.path.join('.')}: ${issue?.message}. ` +
        `Write it again: novacron price-list show NAME --output json > ${file}`,
    );
  }
  const { id, name, currency, valid_from: from } = read.data;
  return readPriceList({ id, name, currency, validFromMs: Date.parse(from) }, read.data);
}

function timesOf(cost: Estimate, times: number): Estimate {
  if (typeof cost !== 'number') return cost;
  return Number.isNaN(times) ? 'unknown' : cost * times;
}

/** What is not in the sum. */
function gapsOf(estimates: readonly Estimated[]): string {
  const pathsOf = (gap: Estimate) =>
    estimates
      .filter(({ cost }) => cost === gap)
      .map(({ path }) => path)
      .join(', ');
  const [unknown, unpriced] = [pathsOf('unknown'), pathsOf('unpriced')];
  return [
    unknown === '' ? '' : `, without ${unknown}, whose size or number is only known to Terraform`,
    unpriced === '' ? '' : `, without ${unpriced}, which the price list has no price for`,
  ].join('');
}

function amountOf(value: unknown): number {
  return isUnknown(value) ? Number.NaN : Number(value);
}
