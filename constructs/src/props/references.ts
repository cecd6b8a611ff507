import type { IConstruct } from 'constructs';

/** What constructs refer to each other by: references, never ids as text. */

/** A network that VMs are connected to. */
export interface INetwork extends IConstruct {
  /** Id of the network. */
  readonly networkId: string;
}

/** An image that VMs boot from. */
export interface ITemplate extends IConstruct {
  /** Id of the template. */
  readonly templateId: string;
}

/** Firewall rules that VMs have in common. */
export interface ISecurityGroup extends IConstruct {
  /** Id of the security group. */
  readonly securityGroupId: string;
}

/** The content of a volume as it was at one moment. */
export interface ISnapshot extends IConstruct {
  /** Id of the snapshot. */
  readonly snapshotId: string;
}

/** A disk with a life of its own. */
export interface IVolume extends IConstruct {
  /** Id of the volume. */
  readonly volumeId: string;
}

/** A virtual machine. */
export interface IVm extends IConstruct {
  /** Id of the VM. */
  readonly vmId: string;
  /** Name of the VM. */
  readonly vmName: string;
}

/** Like VMs, scaled as one. */
export interface IVmGroup extends IConstruct {
  /** Id of the group. */
  readonly vmGroupId: string;
  /** Name of the group. */
  readonly vmGroupName: string;
}

/** What decides writes. */
export interface IPolicy extends IConstruct {
  /** Id of the policy. */
  readonly policyId: string;
  /** Name of the policy. */
  readonly policyName: string;
}

/** What shall happen to resources, and when. */
export interface IOrchestrationPolicy extends IConstruct {
  /** Id of the orchestration policy. */
  readonly orchestrationPolicyId: string;
  /** Name of the orchestration policy. */
  readonly orchestrationPolicyName: string;
}
