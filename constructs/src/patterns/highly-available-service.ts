import { Construct } from 'constructs';
import { PolicyType, TopologyLevel } from '../props/choices.ts';
import type { MachineProps } from '../props/machine-props.ts';
import { PolicyRule } from '../props/policy-rule.ts';
import type { ProtectionProps } from '../props/protection.ts';
import type { INetwork } from '../props/references.ts';
import { Network } from '../resources/network.ts';
import { Policy } from '../resources/policy.ts';
import { VmGroup } from '../resources/vm-group.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** Props of a highly available service. */
export interface HighlyAvailableServiceProps extends MachineProps, ProtectionProps {
  /**
   * Minimum number of members, at least two: otherwise the service is down when one fails.
   * @default 3
   */
  readonly minSize?: number;
  /**
   * Maximum number of members.
   * @default - twice `minSize`
   */
  readonly maxSize?: number;
  /**
   * Address block of a new network, if `network` is not set.
   * @default '10.64.0.0/16'
   */
  readonly cidr?: string;
  /**
   * The topology level that no two members share.
   * @default TopologyLevel.NODE
   */
  readonly separate?: TopologyLevel;
}

const MEMBERS_MIN = 2;
const MEMBERS_DEFAULT = 3;
/** Higher than the default: healed first. */
const PRIORITY = 80;

/**
 * A service that survives the failure of a node or a zone: a group that is spread over zones, whose
 * members never share a node, and a policy that prevents removing these guarantees.
 */
export class HighlyAvailableService extends Construct {
  /** The members. */
  public readonly group: VmGroup;
  /** The network that they are connected to. */
  public readonly network: INetwork;
  /** The policy that enforces the guarantees. */
  public readonly policy: Policy;

  public constructor(scope: Construct, id: string, props: HighlyAvailableServiceProps) {
    super(scope, id);
    const { minSize = MEMBERS_DEFAULT, cidr = '10.64.0.0/16' } = props;
    if (minSize < MEMBERS_MIN) {
      throw new Error(
        `${this.node.path} has a minimum of ${minSize} members, so it is not highly available. ` +
          `Raise \`minSize\` to ${MEMBERS_MIN} or more, or use a VmGroup.`,
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
