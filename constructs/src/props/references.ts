import type { IConstruct } from 'constructs';

/** References between constructs, which are never ids as strings. */

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

/** A public key that VMs let in. */
export interface ISshKey extends IConstruct {
  /** Id of the SSH key. */
  readonly sshKeyId: string;
}

/** A point-in-time copy of a volume. */
export interface ISnapshot extends IConstruct {
  /** Id of the snapshot. */
  readonly snapshotId: string;
}

/** A disk that is managed independently of VMs. */
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

/** A group of identical VMs, scaled as one. */
export interface IVmGroup extends IConstruct {
  /** Id of the group. */
  readonly vmGroupId: string;
  /** Name of the group. */
  readonly vmGroupName: string;
}

/** A policy that allows or denies writes. */
export interface IPolicy extends IConstruct {
  /** Id of the policy. */
  readonly policyId: string;
  /** Name of the policy. */
  readonly policyName: string;
}

/** A policy that defines actions on resources. */
export interface IOrchestrationPolicy extends IConstruct {
  /** Id of the orchestration policy. */
  readonly orchestrationPolicyId: string;
  /** Name of the orchestration policy. */
  readonly orchestrationPolicyName: string;
}
