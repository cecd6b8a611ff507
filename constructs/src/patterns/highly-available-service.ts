import { Construct } from 'constructs';
import { PolicyType, TopologyLevel } from '../props/choices.ts';
import type { MachineProps } from '../props/machine-props.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import type { INetwork } from '../props/references.ts';
import { Network } from '../resources/network.ts';
import { Policy } from '../resources/policy.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** What a highly available service shall be. */
export interface HighlyAvailableServiceProps extends MachineProps {
  /**
   * How many members it has at least; fewer than two cannot be available when one fails.
   * @default 3
   */
  readonly minSize?: number;
  /**
   * How many members it has at most.
   * @default - twice `minSize`
   */
  readonly maxSize?: number;
  /**
   * Address block of a network of its own, where `network` names none.
   * @default '10.64.0.0/16'
   */
  readonly cidr?: string;
  /**
   * What no two members ever share.
   * @default TopologyLevel.NODE
   */
  readonly separate?: TopologyLevel;
}

const MEMBERS_MIN = 2;
const MEMBERS_DEFAULT = 3;
/** More than another member: it is healed first. */
const PRIORITY = 80;

/**
 * A service that outlives a node and a zone: a group that is spread over zones, whose members
 * never share a node, and a policy that keeps anybody from taking that away.
 */
export class HighlyAvailableService extends Construct {
  /** The members. */
  public readonly group: VmGroup;
  /** The network that they are connected to. */
  public readonly network: INetwork;
  /** What guards them. */
  public readonly policy: Policy;

  public constructor(scope: Construct, id: string, props: HighlyAvailableServiceProps) {
    super(scope, id);
    const { minSize = MEMBERS_DEFAULT, cidr = '10.64.0.0/16' } = props;
    if (minSize < MEMBERS_MIN) {
      throw new Error(
        `${this.node.path} has ${minSize} members at least, of which none is left when one ` +
          `fails. Raise \`minSize\` to ${MEMBERS_MIN} or more, or use a VmGroup.`,
      );
    }
    this.network = props.network ?? new Network(this, 'Network', { cidr });
    this.group = new VmGroup(this, 'Group', {
      priority: PRIORITY,
      ...props,
      vmGroupName: deriveName(this),
      network: this.network,
      minSize,
      maxSize: props.maxSize ?? minSize * 2,
      separate: props.separate ?? TopologyLevel.NODE,
    });
    this.group.spread(TopologyLevel.ZONE);
    this.policy = new Policy(this, 'Policy', {
      type: PolicyType.RESOURCE,
      rule: PolicyRule.inline(RULE),
      kinds: ['vm_group'],
    });
    this.policy.bind(this.group);
  }
}

/** The same for every size, so that no change of the sizes waits for a change of the policy. */
const RULE = `package novacron.highly_available

deny contains {"msg": "a highly available service has 2 members or more", "field": "min_size"} if {
	input.action in {"create_vm_group", "update_vm_group"}
	input.resource.min_size < ${MEMBERS_MIN}
}

deny contains {"msg": "its members never share a node", "field": "anti_affinity"} if {
	input.action in {"create_vm_group", "update_vm_group"}
	input.resource.anti_affinity == null
}
`;
