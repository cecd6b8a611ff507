import { Annotations, type IAspect, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { listResources, type Resource } from '../checks/list-resources.ts';
import { type Attributes, isUnknown } from '../checks/read-attributes.ts';

/** What resources cost, in the operator's currency. */
export interface CostAspectProps {
  /** A core for an hour. */
  readonly cpuCore: number;
  /** A gibibyte of memory for an hour. */
  readonly memoryGib: number;
  /** A gibibyte of disk or volume for an hour. */
  readonly diskGib: number;
  /**
   * What spot VMs pay of it, 0 to 1.
   * @default 1
   */
  readonly spotRatio?: number;
  /**
   * What a stack may cost in a month of 730 hours; more fails the synth.
   * @default - any amount
   */
  readonly monthlyBudget?: number;
}

const HOURS_PER_MONTH = 730;

/** Estimates what a stack costs in a month, says it, and holds it against a budget. */
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
      cost: this.estimate(resource) * HOURS_PER_MONTH,
    }));
    const total = estimates.reduce((sum, { cost }) => sum + (Number.isNaN(cost) ? 0 : cost), 0);
    const unknown = estimates.filter(({ cost }) => Number.isNaN(cost)).map(({ path }) => path);
    const rest =
      unknown.length === 0
        ? ''
        : `, without ${unknown.join(', ')}, whose size only Terraform knows`;
    Annotations.of(stack).addInfo(`costs about ${money(total)} a month${rest}`);
    const { monthlyBudget } = this.props;
    if (monthlyBudget === undefined || total <= monthlyBudget) return [];
    const [dearest] = [...estimates].sort((a, b) => (b.cost || 0) - (a.cost || 0));
    return [
      `costs about ${money(total)} a month${rest}; its budget is ${money(monthlyBudget)}. ` +
        `Most is ${dearest?.path} with ${money(dearest?.cost ?? 0)}: make it smaller, or raise ` +
        '`monthlyBudget`.',
    ];
  }

  /** What a resource costs for an hour; NaN where that is not known yet. */
  private estimate({ type, attributes }: Resource): number {
    if (type === 'novacron_vm') return this.estimateMachine(attributes);
    if (type === 'novacron_storage') return amountOf(attributes.size_gb) * this.props.diskGib;
    if (type !== 'novacron_vm_group') return 0;
    const members = amountOf(attributes.desired_size ?? attributes.min_size);
    return members * this.estimateMachine(attributes.vm as Attributes);
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
