import { Annotations, type IAspect, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { listResources, type Resource } from '../checks/list-resources.ts';
import {
  type Attributes,
  attributesOf,
  instancesOf,
  isUnknown,
} from '../checks/read-attributes.ts';

/** Prices of resources. NovaCron does not define the currency. */
export interface CostAspectProps {
  /** Price of a core per hour. */
  readonly cpuCore: number;
  /** Price of a gibibyte of memory per hour. */
  readonly memoryGib: number;
  /** Price of a gibibyte of disk or volume per hour. */
  readonly diskGib: number;
  /**
   * Fraction of the price that spot VMs cost, 0 to 1.
   * @default 1
   */
  readonly spotRatio?: number;
  /**
   * Maximum cost of a stack per month of 730 hours; a higher cost fails the synth.
   * @default - no limit
   */
  readonly monthlyBudget?: number;
}

const HOURS_PER_MONTH = 730;

/** Estimates the monthly cost of a stack, reports it and compares it with a budget. */
export class CostAspect implements IAspect {
  private readonly props: CostAspectProps;
  private readonly visited = new WeakSet<IConstruct>();

  public constructor(props: CostAspectProps) {
    this.props = props;
  }

  public visit(node: IConstruct): void {
    if (!TerraformStack.isStack(node) || this.visited.has(node)) return;
    this.visited.add(node);
    node.node.addValidation({ validate: () => this.check(node) });
  }

  private check(stack: TerraformStack): string[] {
    const estimates = listResources(stack).map((resource) => ({
      ...resource,
      cost: this.estimate(resource) * instancesOf(resource.attributes) * HOURS_PER_MONTH,
    }));
    const total = estimates.reduce((sum, { cost }) => sum + (Number.isNaN(cost) ? 0 : cost), 0);
    const unknown = estimates.filter(({ cost }) => Number.isNaN(cost)).map(({ path }) => path);
    const rest =
      unknown.length === 0
        ? ''
        : `, without ${unknown.join(', ')}, whose size or number is only known to Terraform`;
    Annotations.of(stack).addInfo(`costs about ${money(total)} a month${rest}`);
    const { monthlyBudget } = this.props;
    if (monthlyBudget === undefined || total <= monthlyBudget) return [];
    const [dearest] = [...estimates].sort((a, b) => (b.cost || 0) - (a.cost || 0));
    return [
      `costs about ${money(total)} a month${rest}; its budget is ${money(monthlyBudget)}. ` +
        `The most expensive is ${dearest?.path} with ${money(dearest?.cost ?? 0)}: reduce it, ` +
        'or raise ' +
        '`monthlyBudget`.',
    ];
  }

  /** Returns the price of a resource per hour; NaN if it is not known yet. */
  private estimate({ type, attributes }: Resource): number {
    if (type === 'novacron_vm') return this.estimateMachine(attributes);
    if (type === 'novacron_storage') return amountOf(attributes.size_gb) * this.props.diskGib;
    if (type !== 'novacron_vm_group') return 0;
    const members = amountOf(attributes.desired_size ?? attributes.min_size);
    return members * this.estimateMachine(attributesOf(attributes.vm));
  }

  private estimateMachine({ cpu_cores, memory_gb, disk_gb, spot }: Attributes): number {
    const { cpuCore, memoryGib, diskGib, spotRatio = 1 } = this.props;
    const full =
      amountOf(cpu_cores) * cpuCore + amountOf(memory_gb) * memoryGib + amountOf(disk_gb) * diskGib;
    return spot === true ? full * spotRatio : full;
  }
}

function amountOf(value: unknown): number {
  return isUnknown(value) ? Number.NaN : Number(value);
}

function money(amount: number): string {
  return amount.toFixed(2);
}
