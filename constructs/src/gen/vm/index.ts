// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface VmConfig extends cdktf.TerraformMetaArguments {
  /**
  * Name of an anti-affinity group: VMs of the tenant with the same group never share a node. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#anti_affinity Vm#anti_affinity}
  */
  readonly antiAffinity?: string;
  /**
  * Number of virtual CPU cores. Unit: cores. Default: the value of the template. Growing is live if the hypervisor supports it, otherwise a restart; shrinking is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#cpu_cores Vm#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Protects the VM from deletion and replacement, already in plans. Set it to false and apply before you delete the VM. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#deletion_protection Vm#deletion_protection}
  */
  readonly deletionProtection?: boolean | cdktf.IResolvable;
  /**
  * Description of the VM. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#description Vm#description}
  */
  readonly description?: string;
  /**
  * Size of the root disk. It can grow; a smaller size replaces the VM. Unit: GB. Default: the value of the template. Growing is live if the hypervisor supports it, otherwise a restart; shrinking is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#disk_gb Vm#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * ISO image with drivers, such as virtio-win: a read-only CD-ROM besides the one with the configuration. An https address, or `uploaded:` and the file of an ISO image that `novacron template upload` has sent. It needs `guest_os = "windows"`. A change restarts the VM. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#drivers_image Vm#drivers_image}
  */
  readonly driversImage?: string;
  /**
  * SHA-256 of `drivers_image`; nodes reject an image with another checksum. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#drivers_image_checksum Vm#drivers_image_checksum}
  */
  readonly driversImageChecksum?: string;
  /**
  * Firewall rules of the VM itself, in addition to those of its security groups, in no order. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#firewall_rules Vm#firewall_rules}
  */
  readonly firewallRules?: VmFirewallRules[] | cdktf.IResolvable;
  /**
  * Boot firmware of the VM: `bios` or `uefi`. Default: that of its template, else `bios`. A change replaces the VM. Only nodes that have UEFI firmware take a VM with `uefi`. Default: the value of the template. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#firmware Vm#firmware}
  */
  readonly firmware?: string;
  /**
  * Ids of further networks of the VM, besides `network_id`: one more interface each, in this order, with an address that NovaCron assigns (`network_interfaces`). Firewall rules hold on each interface. A change replaces the VM. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#further_network_ids Vm#further_network_ids}
  */
  readonly furtherNetworkIds?: string[];
  /**
  * Operating system of the guest, which decides how it is configured: `linux` by cloud-init, from a disk; `windows` by cloudbase-init or Windows Setup, from a CD-ROM. Default: `linux`. A change replaces the VM. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#guest_os Vm#guest_os}
  */
  readonly guestOs?: string;
  /**
  * What NovaCron does by itself for the VM when something under it fails. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#healing Vm#healing}
  */
  readonly healing?: VmHealing;
  /**
  * I/O limits of the VM: the most that its disks and its network interface carry. A change is made while the VM runs. Only nodes that can limit take the VM. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#io_limits Vm#io_limits}
  */
  readonly ioLimits?: VmIoLimits;
  /**
  * IP address in the network. If it is not set, NovaCron assigns one. The VM keeps it until it leaves the network; null without a network. A change is made in place. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#ip_address Vm#ip_address}
  */
  readonly ipAddress?: string;
  /**
  * Memory of the guest, in steps of 0.0625 (64 MiB). Unit: GB. Default: the value of the template. Growing is live if the hypervisor supports it, otherwise a restart; shrinking is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#memory_gb Vm#memory_gb}
  */
  readonly memoryGb?: number;
  /**
  * Labels of the VM: names and values for people, selectors and policies. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#metadata Vm#metadata}
  */
  readonly metadata?: { [key: string]: string };
  /**
  * Name of the VM, unique within the tenant. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#name Vm#name}
  */
  readonly name: string;
  /**
  * Id of the network of the VM. Default: the value of the template. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#network_id Vm#network_id}
  */
  readonly networkId?: string;
  /**
  * Write-only password of the default user of the guest. It is sent when the VM is created and when `password_wo_version` changes. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#password_wo Vm#password_wo}
  */
  readonly passwordWo?: string;
  /**
  * Any number, set together with `password_wo`; a change sends `password_wo` again. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#password_wo_version Vm#password_wo_version}
  */
  readonly passwordWoVersion?: number;
  /**
  * Placement rules of the VM. A change is checked against the current node and applies to later placements; it does not move the VM, except that an apply of Terraform with another `node` migrates it there first. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#placement Vm#placement}
  */
  readonly placement?: VmPlacement;
  /**
  * Power state of the VM. A stopped VM keeps its node, its disks and its address. A change starts or stops it. One of `running`, `stopped`. Default: `running`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#power_state Vm#power_state}
  */
  readonly powerState?: string;
  /**
  * Priority of the VM, 0 to 100: VMs with a higher priority are healed first, start first when their host restarts, and leave a drained node first. Spot VMs with the lowest priority are preempted first. Default: `50`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#priority Vm#priority}
  */
  readonly priority?: number;
  /**
  * Text of your choice. A change to another value re-images the VM: its root disk is replaced by a new one from its template, and what was on it is lost. Id, address, volumes and node stay. Removing it does nothing. A change is a restart with a new root disk; removing it is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#reimage_trigger Vm#reimage_trigger}
  */
  readonly reimageTrigger?: string;
  /**
  * Requirements on the node beyond CPU, memory and disk: devices, bandwidth, licences, and the taints that it tolerates. A change applies to later placements; it does not move the VM. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#requirements Vm#requirements}
  */
  readonly requirements?: VmRequirements;
  /**
  * Window in which the VM may be restarted for a change. A change that the node cannot make while the VM runs then waits until the window opens or the VM is stopped; its arguments are in `pending_restart`. Without a window, the VM is restarted at once. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#restart_window Vm#restart_window}
  */
  readonly restartWindow?: VmRestartWindow;
  /**
  * Whether the firmware boots only what Microsoft has signed, as most distributions are; it needs `firmware = "uefi"`. Default: `false`. A change replaces the VM. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#secure_boot Vm#secure_boot}
  */
  readonly secureBoot?: boolean | cdktf.IResolvable;
  /**
  * Ids of the security groups of the VM. With a security group or a firewall rule, incoming traffic is denied unless a rule allows it; without them, the VM is reachable from its network. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#security_groups Vm#security_groups}
  */
  readonly securityGroups?: string[];
  /**
  * Allows the VM to run on spot nodes, which may be withdrawn, at their discount. It may be preempted (stopped) to make room for a VM that is not a spot VM, and starts again when there is room. A change is checked against the current node. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#spot Vm#spot}
  */
  readonly spot?: boolean | cdktf.IResolvable;
  /**
  * Ids of SSH keys whose public keys the default user has, besides `ssh_keys`. The VM keeps a key that it was given when the SSH key is deleted or replaced. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#ssh_key_ids Vm#ssh_key_ids}
  */
  readonly sshKeyIds?: string[];
  /**
  * Public SSH keys of the default user, in the format of authorized_keys. The guest reads them when it boots; a restart adds new keys, and removed ones stay in the guest. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#ssh_keys Vm#ssh_keys}
  */
  readonly sshKeys?: string[];
  /**
  * Id of the template of the VM. Default: the built-in template `default`. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#template_id Vm#template_id}
  */
  readonly templateId?: string;
  /**
  * Time a run waits. An operation that takes longer continues on the server, and the next run finds its result; its create is tainted (`terraform untaint` keeps the resource). A change is live: only Terraform uses it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#timeouts Vm#timeouts}
  */
  readonly timeouts?: VmTimeouts;
  /**
  * Whether the VM has a virtual TPM 2.0. Its state is beside the root disk, and moves with the VM. Default: `false`. A change replaces the VM. A change is a replacement that loses data.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#tpm Vm#tpm}
  */
  readonly tpm?: boolean | cdktf.IResolvable;
  /**
  * Write-only answer file of Windows Setup (`Autounattend.xml`), which an installer and sysprep find on the CD-ROM of the VM. It needs `guest_os = "windows"`. It is sent when the VM is created and when `unattend_wo_version` changes. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#unattend_wo Vm#unattend_wo}
  */
  readonly unattendWo?: string;
  /**
  * Any number, set together with `unattend_wo`; a change sends `unattend_wo` again. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#unattend_wo_version Vm#unattend_wo_version}
  */
  readonly unattendWoVersion?: number;
  /**
  * Data for cloud-init, such as a #cloud-config document, or base64 of compressed data; the guest applies it at its first boot, and a changed value again at the restart. It is part of the Terraform state and of plans, unless the value is sensitive: put secrets into `user_data_wo`. Only one of the two can be set. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#user_data Vm#user_data}
  */
  readonly userData?: string;
  /**
  * Write-only data for cloud-init: it is never part of a state, a plan or an answer. It is sent when the VM is created and when `user_data_wo_version` changes. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#user_data_wo Vm#user_data_wo}
  */
  readonly userDataWo?: string;
  /**
  * Any number, set together with `user_data_wo`; a change sends `user_data_wo` again. A change is a restart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#user_data_wo_version Vm#user_data_wo_version}
  */
  readonly userDataWoVersion?: number;
  /**
  * Conditions of the guest that the create waits for, and an update that starts or restarts the VM. If they do not hold in time, the operation fails and the VM stays. A change of `wait_for` does nothing to the VM. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#wait_for Vm#wait_for}
  */
  readonly waitFor?: VmWaitFor;
}
export interface VmFirewallRules {
  /**
  * Action: `allow` or `deny`; a `deny` rule overrides all `allow` rules.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#action Vm#action}
  */
  readonly action: string;
  /**
  * Address block of the source (ingress) or the destination (egress).
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#cidr Vm#cidr}
  */
  readonly cidr?: string;
  /**
  * Description of the rule.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#description Vm#description}
  */
  readonly description?: string;
  /**
  * Direction of the traffic: `ingress` or `egress`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#direction Vm#direction}
  */
  readonly direction: string;
  /**
  * Id of the security group whose VMs the rule lets in, or lets the VM reach.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#group_id Vm#group_id}
  */
  readonly groupId?: string;
  /**
  * Port, such as `443`, range, such as `8000-8999`, or `all`. Required for `tcp` and `udp`; other protocols have no ports.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#ports Vm#ports}
  */
  readonly ports?: string;
  /**
  * Protocol; `any` means all protocols. One of `tcp`, `udp`, `icmp`, `any`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#protocol Vm#protocol}
  */
  readonly protocol: string;
}

export function vmFirewallRulesToTerraform(struct?: VmFirewallRules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    action: cdktf.stringToTerraform(struct!.action),
    cidr: cdktf.stringToTerraform(struct!.cidr),
    description: cdktf.stringToTerraform(struct!.description),
    direction: cdktf.stringToTerraform(struct!.direction),
    group_id: cdktf.stringToTerraform(struct!.groupId),
    ports: cdktf.stringToTerraform(struct!.ports),
    protocol: cdktf.stringToTerraform(struct!.protocol),
  }
}


export function vmFirewallRulesToHclTerraform(struct?: VmFirewallRules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    action: {
      value: cdktf.stringToHclTerraform(struct!.action),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    cidr: {
      value: cdktf.stringToHclTerraform(struct!.cidr),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    description: {
      value: cdktf.stringToHclTerraform(struct!.description),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    direction: {
      value: cdktf.stringToHclTerraform(struct!.direction),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    group_id: {
      value: cdktf.stringToHclTerraform(struct!.groupId),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    ports: {
      value: cdktf.stringToHclTerraform(struct!.ports),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    protocol: {
      value: cdktf.stringToHclTerraform(struct!.protocol),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmFirewallRulesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmFirewallRules | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._action !== undefined) {
      hasAnyValues = true;
      internalValueResult.action = this._action;
    }
    if (this._cidr !== undefined) {
      hasAnyValues = true;
      internalValueResult.cidr = this._cidr;
    }
    if (this._description !== undefined) {
      hasAnyValues = true;
      internalValueResult.description = this._description;
    }
    if (this._direction !== undefined) {
      hasAnyValues = true;
      internalValueResult.direction = this._direction;
    }
    if (this._groupId !== undefined) {
      hasAnyValues = true;
      internalValueResult.groupId = this._groupId;
    }
    if (this._ports !== undefined) {
      hasAnyValues = true;
      internalValueResult.ports = this._ports;
    }
    if (this._protocol !== undefined) {
      hasAnyValues = true;
      internalValueResult.protocol = this._protocol;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmFirewallRules | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._action = undefined;
      this._cidr = undefined;
      this._description = undefined;
      this._direction = undefined;
      this._groupId = undefined;
      this._ports = undefined;
      this._protocol = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._action = value.action;
      this._cidr = value.cidr;
      this._description = value.description;
      this._direction = value.direction;
      this._groupId = value.groupId;
      this._ports = value.ports;
      this._protocol = value.protocol;
    }
  }

  // action - computed: false, optional: false, required: true
  private _action?: string; 
  public get action() {
    return this.getStringAttribute('action');
  }
  public set action(value: string) {
    this._action = value;
  }
  // Temporarily expose input value. Use with caution.
  public get actionInput() {
    return this._action;
  }

  // cidr - computed: false, optional: true, required: false
  private _cidr?: string; 
  public get cidr() {
    return this.getStringAttribute('cidr');
  }
  public set cidr(value: string) {
    this._cidr = value;
  }
  public resetCidr() {
    this._cidr = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cidrInput() {
    return this._cidr;
  }

  // description - computed: false, optional: true, required: false
  private _description?: string; 
  public get description() {
    return this.getStringAttribute('description');
  }
  public set description(value: string) {
    this._description = value;
  }
  public resetDescription() {
    this._description = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get descriptionInput() {
    return this._description;
  }

  // direction - computed: false, optional: false, required: true
  private _direction?: string; 
  public get direction() {
    return this.getStringAttribute('direction');
  }
  public set direction(value: string) {
    this._direction = value;
  }
  // Temporarily expose input value. Use with caution.
  public get directionInput() {
    return this._direction;
  }

  // group_id - computed: false, optional: true, required: false
  private _groupId?: string; 
  public get groupId() {
    return this.getStringAttribute('group_id');
  }
  public set groupId(value: string) {
    this._groupId = value;
  }
  public resetGroupId() {
    this._groupId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get groupIdInput() {
    return this._groupId;
  }

  // ports - computed: false, optional: true, required: false
  private _ports?: string; 
  public get ports() {
    return this.getStringAttribute('ports');
  }
  public set ports(value: string) {
    this._ports = value;
  }
  public resetPorts() {
    this._ports = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get portsInput() {
    return this._ports;
  }

  // protocol - computed: false, optional: false, required: true
  private _protocol?: string; 
  public get protocol() {
    return this.getStringAttribute('protocol');
  }
  public set protocol(value: string) {
    this._protocol = value;
  }
  // Temporarily expose input value. Use with caution.
  public get protocolInput() {
    return this._protocol;
  }
}

export class VmFirewallRulesList extends cdktf.ComplexList {
  public internalValue? : VmFirewallRules[] | cdktf.IResolvable

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmFirewallRulesOutputReference {
    return new VmFirewallRulesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmForeignDevices {
}

export function vmForeignDevicesToTerraform(struct?: VmForeignDevices): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function vmForeignDevicesToHclTerraform(struct?: VmForeignDevices): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class VmForeignDevicesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmForeignDevices | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmForeignDevices | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // kind - computed: true, optional: false, required: false
  public get kind() {
    return this.getStringAttribute('kind');
  }

  // mac_address - computed: true, optional: false, required: false
  public get macAddress() {
    return this.getStringAttribute('mac_address');
  }

  // name - computed: true, optional: false, required: false
  public get name() {
    return this.getStringAttribute('name');
  }
}

export class VmForeignDevicesList extends cdktf.ComplexList {

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmForeignDevicesOutputReference {
    return new VmForeignDevicesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmHealingGrowTo {
  /**
  * Most CPU cores that healing may give the VM. Default: its CPU does not grow.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#cpu_cores Vm#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Most memory that healing may give the VM. Unit: GB. Default: its memory does not grow.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#memory_gb Vm#memory_gb}
  */
  readonly memoryGb?: number;
}

export function vmHealingGrowToToTerraform(struct?: VmHealingGrowTo | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
  }
}


export function vmHealingGrowToToHclTerraform(struct?: VmHealingGrowTo | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    cpu_cores: {
      value: cdktf.numberToHclTerraform(struct!.cpuCores),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    memory_gb: {
      value: cdktf.numberToHclTerraform(struct!.memoryGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmHealingGrowToOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmHealingGrowTo | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cpuCores !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCores = this._cpuCores;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmHealingGrowTo | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cpuCores = undefined;
      this._memoryGb = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cpuCores = value.cpuCores;
      this._memoryGb = value.memoryGb;
    }
  }

  // cpu_cores - computed: false, optional: true, required: false
  private _cpuCores?: number; 
  public get cpuCores() {
    return this.getNumberAttribute('cpu_cores');
  }
  public set cpuCores(value: number) {
    this._cpuCores = value;
  }
  public resetCpuCores() {
    this._cpuCores = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoresInput() {
    return this._cpuCores;
  }

  // memory_gb - computed: false, optional: true, required: false
  private _memoryGb?: number; 
  public get memoryGb() {
    return this.getNumberAttribute('memory_gb');
  }
  public set memoryGb(value: number) {
    this._memoryGb = value;
  }
  public resetMemoryGb() {
    this._memoryGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get memoryGbInput() {
    return this._memoryGb;
  }
}
export interface VmHealingHealthCheck {
  /**
  * Program of `command` with its arguments. No shell reads it. Everyone who may read the VM can read them: no secrets belong there.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#command Vm#command}
  */
  readonly command?: string[];
  /**
  * Passed checks in a row after which the VM is healthy. Default: 3.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#healthy_after Vm#healthy_after}
  */
  readonly healthyAfter?: number;
  /**
  * Time between two checks, from 5s to 1h. Default: `30s`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#interval Vm#interval}
  */
  readonly interval?: string;
  /**
  * Kind of check. `http`, `https`: a GET to its address is answered with a status from 200 to 399; redirects are not followed, and certificates are not verified. `tcp`: a port accepts a connection. `command`: a program in the guest, started through the guest agent, ends with status 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#kind Vm#kind}
  */
  readonly kind: string;
  /**
  * Path and query of `http` and `https`. Default: `/`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#path Vm#path}
  */
  readonly path?: string;
  /**
  * Port of `http`, `https` and `tcp`. Default: 80 for `http`, 443 for `https`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#port Vm#port}
  */
  readonly port?: number;
  /**
  * Time after a start in which failures do not count, until the first check passes. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#start_period Vm#start_period}
  */
  readonly startPeriod?: string;
  /**
  * Time after which a check has failed, from 1s to 60s. Default: `10s`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#timeout Vm#timeout}
  */
  readonly timeout?: string;
  /**
  * Failed checks in a row after which the VM is unhealthy. Default: 2.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#unhealthy_after Vm#unhealthy_after}
  */
  readonly unhealthyAfter?: number;
}

export function vmHealingHealthCheckToTerraform(struct?: VmHealingHealthCheck | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    command: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.command),
    healthy_after: cdktf.numberToTerraform(struct!.healthyAfter),
    interval: cdktf.stringToTerraform(struct!.interval),
    kind: cdktf.stringToTerraform(struct!.kind),
    path: cdktf.stringToTerraform(struct!.path),
    port: cdktf.numberToTerraform(struct!.port),
    start_period: cdktf.stringToTerraform(struct!.startPeriod),
    timeout: cdktf.stringToTerraform(struct!.timeout),
    unhealthy_after: cdktf.numberToTerraform(struct!.unhealthyAfter),
  }
}


export function vmHealingHealthCheckToHclTerraform(struct?: VmHealingHealthCheck | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    command: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.command),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    healthy_after: {
      value: cdktf.numberToHclTerraform(struct!.healthyAfter),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    interval: {
      value: cdktf.stringToHclTerraform(struct!.interval),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    kind: {
      value: cdktf.stringToHclTerraform(struct!.kind),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    path: {
      value: cdktf.stringToHclTerraform(struct!.path),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    port: {
      value: cdktf.numberToHclTerraform(struct!.port),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    start_period: {
      value: cdktf.stringToHclTerraform(struct!.startPeriod),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    timeout: {
      value: cdktf.stringToHclTerraform(struct!.timeout),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    unhealthy_after: {
      value: cdktf.numberToHclTerraform(struct!.unhealthyAfter),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmHealingHealthCheckOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmHealingHealthCheck | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._command !== undefined) {
      hasAnyValues = true;
      internalValueResult.command = this._command;
    }
    if (this._healthyAfter !== undefined) {
      hasAnyValues = true;
      internalValueResult.healthyAfter = this._healthyAfter;
    }
    if (this._interval !== undefined) {
      hasAnyValues = true;
      internalValueResult.interval = this._interval;
    }
    if (this._kind !== undefined) {
      hasAnyValues = true;
      internalValueResult.kind = this._kind;
    }
    if (this._path !== undefined) {
      hasAnyValues = true;
      internalValueResult.path = this._path;
    }
    if (this._port !== undefined) {
      hasAnyValues = true;
      internalValueResult.port = this._port;
    }
    if (this._startPeriod !== undefined) {
      hasAnyValues = true;
      internalValueResult.startPeriod = this._startPeriod;
    }
    if (this._timeout !== undefined) {
      hasAnyValues = true;
      internalValueResult.timeout = this._timeout;
    }
    if (this._unhealthyAfter !== undefined) {
      hasAnyValues = true;
      internalValueResult.unhealthyAfter = this._unhealthyAfter;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmHealingHealthCheck | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._command = undefined;
      this._healthyAfter = undefined;
      this._interval = undefined;
      this._kind = undefined;
      this._path = undefined;
      this._port = undefined;
      this._startPeriod = undefined;
      this._timeout = undefined;
      this._unhealthyAfter = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._command = value.command;
      this._healthyAfter = value.healthyAfter;
      this._interval = value.interval;
      this._kind = value.kind;
      this._path = value.path;
      this._port = value.port;
      this._startPeriod = value.startPeriod;
      this._timeout = value.timeout;
      this._unhealthyAfter = value.unhealthyAfter;
    }
  }

  // command - computed: false, optional: true, required: false
  private _command?: string[]; 
  public get command() {
    return this.getListAttribute('command');
  }
  public set command(value: string[]) {
    this._command = value;
  }
  public resetCommand() {
    this._command = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get commandInput() {
    return this._command;
  }

  // healthy_after - computed: false, optional: true, required: false
  private _healthyAfter?: number; 
  public get healthyAfter() {
    return this.getNumberAttribute('healthy_after');
  }
  public set healthyAfter(value: number) {
    this._healthyAfter = value;
  }
  public resetHealthyAfter() {
    this._healthyAfter = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get healthyAfterInput() {
    return this._healthyAfter;
  }

  // interval - computed: false, optional: true, required: false
  private _interval?: string; 
  public get interval() {
    return this.getStringAttribute('interval');
  }
  public set interval(value: string) {
    this._interval = value;
  }
  public resetInterval() {
    this._interval = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get intervalInput() {
    return this._interval;
  }

  // kind - computed: false, optional: false, required: true
  private _kind?: string; 
  public get kind() {
    return this.getStringAttribute('kind');
  }
  public set kind(value: string) {
    this._kind = value;
  }
  // Temporarily expose input value. Use with caution.
  public get kindInput() {
    return this._kind;
  }

  // path - computed: false, optional: true, required: false
  private _path?: string; 
  public get path() {
    return this.getStringAttribute('path');
  }
  public set path(value: string) {
    this._path = value;
  }
  public resetPath() {
    this._path = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pathInput() {
    return this._path;
  }

  // port - computed: false, optional: true, required: false
  private _port?: number; 
  public get port() {
    return this.getNumberAttribute('port');
  }
  public set port(value: number) {
    this._port = value;
  }
  public resetPort() {
    this._port = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get portInput() {
    return this._port;
  }

  // start_period - computed: false, optional: true, required: false
  private _startPeriod?: string; 
  public get startPeriod() {
    return this.getStringAttribute('start_period');
  }
  public set startPeriod(value: string) {
    this._startPeriod = value;
  }
  public resetStartPeriod() {
    this._startPeriod = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get startPeriodInput() {
    return this._startPeriod;
  }

  // timeout - computed: false, optional: true, required: false
  private _timeout?: string; 
  public get timeout() {
    return this.getStringAttribute('timeout');
  }
  public set timeout(value: string) {
    this._timeout = value;
  }
  public resetTimeout() {
    this._timeout = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutInput() {
    return this._timeout;
  }

  // unhealthy_after - computed: false, optional: true, required: false
  private _unhealthyAfter?: number; 
  public get unhealthyAfter() {
    return this.getNumberAttribute('unhealthy_after');
  }
  public set unhealthyAfter(value: number) {
    this._unhealthyAfter = value;
  }
  public resetUnhealthyAfter() {
    this._unhealthyAfter = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get unhealthyAfterInput() {
    return this._unhealthyAfter;
  }
}
export interface VmHealing {
  /**
  * Maximum number of consecutive starts, at growing intervals, before it is given up and its status is `failed`. A VM that runs for 10 minutes begins a new row. Default: 3.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#attempts Vm#attempts}
  */
  readonly attempts?: number;
  /**
  * The largest size that healing may give the VM when restarts have not helped and its guest has run out of memory or CPU. It is doubled at most three times, while the VM runs where the node can do that, else with a restart in its `restart_window`. `memory_gb` and `cpu_cores` stay as they are configured; `grown_memory_gb` and `grown_cpu_cores` show what the VM has. Default: it never grows.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#grow_to Vm#grow_to}
  */
  readonly growTo?: VmHealingGrowTo;
  /**
  * Health check of the running guest. A VM that is unhealthy is reset or rebooted, unless `restart` is `never`, within `attempts`. A member of a VM group that stays unhealthy is replaced. Default: only its machine is watched.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#health_check Vm#health_check}
  */
  readonly healthCheck?: VmHealingHealthCheck;
  /**
  * Action when the node of the VM is confirmed dead. `wait`: the VM waits for its node, or for `vm recover`; `restart`: it is started on another node that reaches its disks; `recreate`: as `restart`, and where no other node reaches its root disk, the VM gets a new one from its template: what was on it is lost; `restore`: as `recreate`, and volumes that no other node reaches get the content of their last exported snapshots; without one the VM waits. Default: `wait`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#on_node_loss Vm#on_node_loss}
  */
  readonly onNodeLoss?: string;
  /**
  * Whether the VM is started again when it stops by itself. `on-failure`: after a crash, a panic or a disk error; `always`: also when its guest shuts down; `never`: it stays stopped. Default: `on-failure`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#restart Vm#restart}
  */
  readonly restart?: string;
  /**
  * Program with its arguments that restarts the service in the guest, such as `["systemctl", "restart", "shop"]`. An unhealthy VM has it run through its guest agent before it is reset, as one of its `attempts`; each run is audited. No shell reads it, and it has 20 seconds. Everyone who may read the VM can read it: no secrets belong there. It needs `health_check`. Default: none.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#restart_command Vm#restart_command}
  */
  readonly restartCommand?: string[];
  /**
  * Whether room for the VM is reserved on a second node, on which it is started first when its own is confirmed dead. It needs `on_node_loss` = `restart` and a root disk in storage that nodes share. The room counts against the quotas of the tenant. Default: false.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#standby Vm#standby}
  */
  readonly standby?: boolean | cdktf.IResolvable;
  /**
  * Ids of VMs that NovaCron starts before this one after an outage, when both are down: it waits until they run and are healthy. One that was stopped by a person, is given up or finds no room is not waited for. Default: by `priority` alone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#start_after Vm#start_after}
  */
  readonly startAfter?: string[];
  /**
  * Whether the node stops the VM by itself when it has not heard from a server for the time of its isolation lease, so that the VM can be started elsewhere without a fence device. Only nodes with a watchdog take such a VM. Default: `false`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#stop_when_isolated Vm#stop_when_isolated}
  */
  readonly stopWhenIsolated?: boolean | cdktf.IResolvable;
}

export function vmHealingToTerraform(struct?: VmHealing | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    attempts: cdktf.numberToTerraform(struct!.attempts),
    grow_to: vmHealingGrowToToTerraform(struct!.growTo),
    health_check: vmHealingHealthCheckToTerraform(struct!.healthCheck),
    on_node_loss: cdktf.stringToTerraform(struct!.onNodeLoss),
    restart: cdktf.stringToTerraform(struct!.restart),
    restart_command: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.restartCommand),
    standby: cdktf.booleanToTerraform(struct!.standby),
    start_after: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.startAfter),
    stop_when_isolated: cdktf.booleanToTerraform(struct!.stopWhenIsolated),
  }
}


export function vmHealingToHclTerraform(struct?: VmHealing | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    attempts: {
      value: cdktf.numberToHclTerraform(struct!.attempts),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    grow_to: {
      value: vmHealingGrowToToHclTerraform(struct!.growTo),
      isBlock: true,
      type: "struct",
      storageClassType: "VmHealingGrowTo",
    },
    health_check: {
      value: vmHealingHealthCheckToHclTerraform(struct!.healthCheck),
      isBlock: true,
      type: "struct",
      storageClassType: "VmHealingHealthCheck",
    },
    on_node_loss: {
      value: cdktf.stringToHclTerraform(struct!.onNodeLoss),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    restart: {
      value: cdktf.stringToHclTerraform(struct!.restart),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    restart_command: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.restartCommand),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    standby: {
      value: cdktf.booleanToHclTerraform(struct!.standby),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    start_after: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.startAfter),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    stop_when_isolated: {
      value: cdktf.booleanToHclTerraform(struct!.stopWhenIsolated),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmHealingOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmHealing | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._attempts !== undefined) {
      hasAnyValues = true;
      internalValueResult.attempts = this._attempts;
    }
    if (this._growTo?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.growTo = this._growTo?.internalValue;
    }
    if (this._healthCheck?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.healthCheck = this._healthCheck?.internalValue;
    }
    if (this._onNodeLoss !== undefined) {
      hasAnyValues = true;
      internalValueResult.onNodeLoss = this._onNodeLoss;
    }
    if (this._restart !== undefined) {
      hasAnyValues = true;
      internalValueResult.restart = this._restart;
    }
    if (this._restartCommand !== undefined) {
      hasAnyValues = true;
      internalValueResult.restartCommand = this._restartCommand;
    }
    if (this._standby !== undefined) {
      hasAnyValues = true;
      internalValueResult.standby = this._standby;
    }
    if (this._startAfter !== undefined) {
      hasAnyValues = true;
      internalValueResult.startAfter = this._startAfter;
    }
    if (this._stopWhenIsolated !== undefined) {
      hasAnyValues = true;
      internalValueResult.stopWhenIsolated = this._stopWhenIsolated;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmHealing | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._attempts = undefined;
      this._growTo.internalValue = undefined;
      this._healthCheck.internalValue = undefined;
      this._onNodeLoss = undefined;
      this._restart = undefined;
      this._restartCommand = undefined;
      this._standby = undefined;
      this._startAfter = undefined;
      this._stopWhenIsolated = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._attempts = value.attempts;
      this._growTo.internalValue = value.growTo;
      this._healthCheck.internalValue = value.healthCheck;
      this._onNodeLoss = value.onNodeLoss;
      this._restart = value.restart;
      this._restartCommand = value.restartCommand;
      this._standby = value.standby;
      this._startAfter = value.startAfter;
      this._stopWhenIsolated = value.stopWhenIsolated;
    }
  }

  // attempts - computed: false, optional: true, required: false
  private _attempts?: number; 
  public get attempts() {
    return this.getNumberAttribute('attempts');
  }
  public set attempts(value: number) {
    this._attempts = value;
  }
  public resetAttempts() {
    this._attempts = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get attemptsInput() {
    return this._attempts;
  }

  // grow_to - computed: false, optional: true, required: false
  private _growTo = new VmHealingGrowToOutputReference(this, "grow_to");
  public get growTo() {
    return this._growTo;
  }
  public putGrowTo(value: VmHealingGrowTo) {
    this._growTo.internalValue = value;
  }
  public resetGrowTo() {
    this._growTo.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get growToInput() {
    return this._growTo.internalValue;
  }

  // health_check - computed: false, optional: true, required: false
  private _healthCheck = new VmHealingHealthCheckOutputReference(this, "health_check");
  public get healthCheck() {
    return this._healthCheck;
  }
  public putHealthCheck(value: VmHealingHealthCheck) {
    this._healthCheck.internalValue = value;
  }
  public resetHealthCheck() {
    this._healthCheck.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get healthCheckInput() {
    return this._healthCheck.internalValue;
  }

  // on_node_loss - computed: false, optional: true, required: false
  private _onNodeLoss?: string; 
  public get onNodeLoss() {
    return this.getStringAttribute('on_node_loss');
  }
  public set onNodeLoss(value: string) {
    this._onNodeLoss = value;
  }
  public resetOnNodeLoss() {
    this._onNodeLoss = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get onNodeLossInput() {
    return this._onNodeLoss;
  }

  // restart - computed: false, optional: true, required: false
  private _restart?: string; 
  public get restart() {
    return this.getStringAttribute('restart');
  }
  public set restart(value: string) {
    this._restart = value;
  }
  public resetRestart() {
    this._restart = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get restartInput() {
    return this._restart;
  }

  // restart_command - computed: false, optional: true, required: false
  private _restartCommand?: string[]; 
  public get restartCommand() {
    return this.getListAttribute('restart_command');
  }
  public set restartCommand(value: string[]) {
    this._restartCommand = value;
  }
  public resetRestartCommand() {
    this._restartCommand = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get restartCommandInput() {
    return this._restartCommand;
  }

  // standby - computed: false, optional: true, required: false
  private _standby?: boolean | cdktf.IResolvable; 
  public get standby() {
    return this.getBooleanAttribute('standby');
  }
  public set standby(value: boolean | cdktf.IResolvable) {
    this._standby = value;
  }
  public resetStandby() {
    this._standby = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get standbyInput() {
    return this._standby;
  }

  // start_after - computed: false, optional: true, required: false
  private _startAfter?: string[]; 
  public get startAfter() {
    return this.getListAttribute('start_after');
  }
  public set startAfter(value: string[]) {
    this._startAfter = value;
  }
  public resetStartAfter() {
    this._startAfter = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get startAfterInput() {
    return this._startAfter;
  }

  // stop_when_isolated - computed: false, optional: true, required: false
  private _stopWhenIsolated?: boolean | cdktf.IResolvable; 
  public get stopWhenIsolated() {
    return this.getBooleanAttribute('stop_when_isolated');
  }
  public set stopWhenIsolated(value: boolean | cdktf.IResolvable) {
    this._stopWhenIsolated = value;
  }
  public resetStopWhenIsolated() {
    this._stopWhenIsolated = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get stopWhenIsolatedInput() {
    return this._stopWhenIsolated;
  }
}
export interface VmIoLimits {
  /**
  * Most operations a second of all its disks together. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#disk_iops Vm#disk_iops}
  */
  readonly diskIops?: number;
  /**
  * Most that all its disks together read and write. Unit: MB a second. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#disk_mb_per_second Vm#disk_mb_per_second}
  */
  readonly diskMbPerSecond?: number;
  /**
  * Most that the VM receives. Unit: Mbit/s. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#network_in_mbps Vm#network_in_mbps}
  */
  readonly networkInMbps?: number;
  /**
  * Most that the VM sends. Unit: Mbit/s. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#network_out_mbps Vm#network_out_mbps}
  */
  readonly networkOutMbps?: number;
}

export function vmIoLimitsToTerraform(struct?: VmIoLimits | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    disk_iops: cdktf.numberToTerraform(struct!.diskIops),
    disk_mb_per_second: cdktf.numberToTerraform(struct!.diskMbPerSecond),
    network_in_mbps: cdktf.numberToTerraform(struct!.networkInMbps),
    network_out_mbps: cdktf.numberToTerraform(struct!.networkOutMbps),
  }
}


export function vmIoLimitsToHclTerraform(struct?: VmIoLimits | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    disk_iops: {
      value: cdktf.numberToHclTerraform(struct!.diskIops),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    disk_mb_per_second: {
      value: cdktf.numberToHclTerraform(struct!.diskMbPerSecond),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    network_in_mbps: {
      value: cdktf.numberToHclTerraform(struct!.networkInMbps),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    network_out_mbps: {
      value: cdktf.numberToHclTerraform(struct!.networkOutMbps),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmIoLimitsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmIoLimits | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._diskIops !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskIops = this._diskIops;
    }
    if (this._diskMbPerSecond !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskMbPerSecond = this._diskMbPerSecond;
    }
    if (this._networkInMbps !== undefined) {
      hasAnyValues = true;
      internalValueResult.networkInMbps = this._networkInMbps;
    }
    if (this._networkOutMbps !== undefined) {
      hasAnyValues = true;
      internalValueResult.networkOutMbps = this._networkOutMbps;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmIoLimits | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._diskIops = undefined;
      this._diskMbPerSecond = undefined;
      this._networkInMbps = undefined;
      this._networkOutMbps = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._diskIops = value.diskIops;
      this._diskMbPerSecond = value.diskMbPerSecond;
      this._networkInMbps = value.networkInMbps;
      this._networkOutMbps = value.networkOutMbps;
    }
  }

  // disk_iops - computed: false, optional: true, required: false
  private _diskIops?: number; 
  public get diskIops() {
    return this.getNumberAttribute('disk_iops');
  }
  public set diskIops(value: number) {
    this._diskIops = value;
  }
  public resetDiskIops() {
    this._diskIops = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskIopsInput() {
    return this._diskIops;
  }

  // disk_mb_per_second - computed: false, optional: true, required: false
  private _diskMbPerSecond?: number; 
  public get diskMbPerSecond() {
    return this.getNumberAttribute('disk_mb_per_second');
  }
  public set diskMbPerSecond(value: number) {
    this._diskMbPerSecond = value;
  }
  public resetDiskMbPerSecond() {
    this._diskMbPerSecond = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskMbPerSecondInput() {
    return this._diskMbPerSecond;
  }

  // network_in_mbps - computed: false, optional: true, required: false
  private _networkInMbps?: number; 
  public get networkInMbps() {
    return this.getNumberAttribute('network_in_mbps');
  }
  public set networkInMbps(value: number) {
    this._networkInMbps = value;
  }
  public resetNetworkInMbps() {
    this._networkInMbps = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkInMbpsInput() {
    return this._networkInMbps;
  }

  // network_out_mbps - computed: false, optional: true, required: false
  private _networkOutMbps?: number; 
  public get networkOutMbps() {
    return this.getNumberAttribute('network_out_mbps');
  }
  public set networkOutMbps(value: number) {
    this._networkOutMbps = value;
  }
  public resetNetworkOutMbps() {
    this._networkOutMbps = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkOutMbpsInput() {
    return this._networkOutMbps;
  }
}
export interface VmNetworkInterfaces {
}

export function vmNetworkInterfacesToTerraform(struct?: VmNetworkInterfaces): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function vmNetworkInterfacesToHclTerraform(struct?: VmNetworkInterfaces): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class VmNetworkInterfacesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmNetworkInterfaces | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmNetworkInterfaces | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // ip_address - computed: true, optional: false, required: false
  public get ipAddress() {
    return this.getStringAttribute('ip_address');
  }

  // mac_address - computed: true, optional: false, required: false
  public get macAddress() {
    return this.getStringAttribute('mac_address');
  }

  // network_id - computed: true, optional: false, required: false
  public get networkId() {
    return this.getStringAttribute('network_id');
  }
}

export class VmNetworkInterfacesList extends cdktf.ComplexList {

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmNetworkInterfacesOutputReference {
    return new VmNetworkInterfacesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmPlacementAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#group Vm#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#labels Vm#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#level Vm#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#mode Vm#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#vm Vm#vm}
  */
  readonly vm?: string;
}

export function vmPlacementAffinityToTerraform(struct?: VmPlacementAffinity | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    group: cdktf.stringToTerraform(struct!.group),
    labels: cdktf.hashMapper(cdktf.stringToTerraform)(struct!.labels),
    level: cdktf.stringToTerraform(struct!.level),
    mode: cdktf.stringToTerraform(struct!.mode),
    vm: cdktf.stringToTerraform(struct!.vm),
  }
}


export function vmPlacementAffinityToHclTerraform(struct?: VmPlacementAffinity | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    group: {
      value: cdktf.stringToHclTerraform(struct!.group),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    labels: {
      value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(struct!.labels),
      isBlock: false,
      type: "map",
      storageClassType: "stringMap",
    },
    level: {
      value: cdktf.stringToHclTerraform(struct!.level),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    mode: {
      value: cdktf.stringToHclTerraform(struct!.mode),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    vm: {
      value: cdktf.stringToHclTerraform(struct!.vm),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmPlacementAffinityOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmPlacementAffinity | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._group !== undefined) {
      hasAnyValues = true;
      internalValueResult.group = this._group;
    }
    if (this._labels !== undefined) {
      hasAnyValues = true;
      internalValueResult.labels = this._labels;
    }
    if (this._level !== undefined) {
      hasAnyValues = true;
      internalValueResult.level = this._level;
    }
    if (this._mode !== undefined) {
      hasAnyValues = true;
      internalValueResult.mode = this._mode;
    }
    if (this._vm !== undefined) {
      hasAnyValues = true;
      internalValueResult.vm = this._vm;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmPlacementAffinity | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._group = undefined;
      this._labels = undefined;
      this._level = undefined;
      this._mode = undefined;
      this._vm = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._group = value.group;
      this._labels = value.labels;
      this._level = value.level;
      this._mode = value.mode;
      this._vm = value.vm;
    }
  }

  // group - computed: false, optional: true, required: false
  private _group?: string; 
  public get group() {
    return this.getStringAttribute('group');
  }
  public set group(value: string) {
    this._group = value;
  }
  public resetGroup() {
    this._group = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get groupInput() {
    return this._group;
  }

  // labels - computed: false, optional: true, required: false
  private _labels?: { [key: string]: string }; 
  public get labels() {
    return this.getStringMapAttribute('labels');
  }
  public set labels(value: { [key: string]: string }) {
    this._labels = value;
  }
  public resetLabels() {
    this._labels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get labelsInput() {
    return this._labels;
  }

  // level - computed: false, optional: true, required: false
  private _level?: string; 
  public get level() {
    return this.getStringAttribute('level');
  }
  public set level(value: string) {
    this._level = value;
  }
  public resetLevel() {
    this._level = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get levelInput() {
    return this._level;
  }

  // mode - computed: false, optional: true, required: false
  private _mode?: string; 
  public get mode() {
    return this.getStringAttribute('mode');
  }
  public set mode(value: string) {
    this._mode = value;
  }
  public resetMode() {
    this._mode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get modeInput() {
    return this._mode;
  }

  // vm - computed: false, optional: true, required: false
  private _vm?: string; 
  public get vm() {
    return this.getStringAttribute('vm');
  }
  public set vm(value: string) {
    this._vm = value;
  }
  public resetVm() {
    this._vm = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get vmInput() {
    return this._vm;
  }
}

export class VmPlacementAffinityList extends cdktf.ComplexList {
  public internalValue? : VmPlacementAffinity[] | cdktf.IResolvable

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmPlacementAffinityOutputReference {
    return new VmPlacementAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmPlacementAntiAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#group Vm#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#labels Vm#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#level Vm#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#mode Vm#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#vm Vm#vm}
  */
  readonly vm?: string;
}

export function vmPlacementAntiAffinityToTerraform(struct?: VmPlacementAntiAffinity | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    group: cdktf.stringToTerraform(struct!.group),
    labels: cdktf.hashMapper(cdktf.stringToTerraform)(struct!.labels),
    level: cdktf.stringToTerraform(struct!.level),
    mode: cdktf.stringToTerraform(struct!.mode),
    vm: cdktf.stringToTerraform(struct!.vm),
  }
}


export function vmPlacementAntiAffinityToHclTerraform(struct?: VmPlacementAntiAffinity | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    group: {
      value: cdktf.stringToHclTerraform(struct!.group),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    labels: {
      value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(struct!.labels),
      isBlock: false,
      type: "map",
      storageClassType: "stringMap",
    },
    level: {
      value: cdktf.stringToHclTerraform(struct!.level),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    mode: {
      value: cdktf.stringToHclTerraform(struct!.mode),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    vm: {
      value: cdktf.stringToHclTerraform(struct!.vm),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmPlacementAntiAffinityOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmPlacementAntiAffinity | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._group !== undefined) {
      hasAnyValues = true;
      internalValueResult.group = this._group;
    }
    if (this._labels !== undefined) {
      hasAnyValues = true;
      internalValueResult.labels = this._labels;
    }
    if (this._level !== undefined) {
      hasAnyValues = true;
      internalValueResult.level = this._level;
    }
    if (this._mode !== undefined) {
      hasAnyValues = true;
      internalValueResult.mode = this._mode;
    }
    if (this._vm !== undefined) {
      hasAnyValues = true;
      internalValueResult.vm = this._vm;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmPlacementAntiAffinity | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._group = undefined;
      this._labels = undefined;
      this._level = undefined;
      this._mode = undefined;
      this._vm = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._group = value.group;
      this._labels = value.labels;
      this._level = value.level;
      this._mode = value.mode;
      this._vm = value.vm;
    }
  }

  // group - computed: false, optional: true, required: false
  private _group?: string; 
  public get group() {
    return this.getStringAttribute('group');
  }
  public set group(value: string) {
    this._group = value;
  }
  public resetGroup() {
    this._group = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get groupInput() {
    return this._group;
  }

  // labels - computed: false, optional: true, required: false
  private _labels?: { [key: string]: string }; 
  public get labels() {
    return this.getStringMapAttribute('labels');
  }
  public set labels(value: { [key: string]: string }) {
    this._labels = value;
  }
  public resetLabels() {
    this._labels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get labelsInput() {
    return this._labels;
  }

  // level - computed: false, optional: true, required: false
  private _level?: string; 
  public get level() {
    return this.getStringAttribute('level');
  }
  public set level(value: string) {
    this._level = value;
  }
  public resetLevel() {
    this._level = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get levelInput() {
    return this._level;
  }

  // mode - computed: false, optional: true, required: false
  private _mode?: string; 
  public get mode() {
    return this.getStringAttribute('mode');
  }
  public set mode(value: string) {
    this._mode = value;
  }
  public resetMode() {
    this._mode = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get modeInput() {
    return this._mode;
  }

  // vm - computed: false, optional: true, required: false
  private _vm?: string; 
  public get vm() {
    return this.getStringAttribute('vm');
  }
  public set vm(value: string) {
    this._vm = value;
  }
  public resetVm() {
    this._vm = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get vmInput() {
    return this._vm;
  }
}

export class VmPlacementAntiAffinityList extends cdktf.ComplexList {
  public internalValue? : VmPlacementAntiAffinity[] | cdktf.IResolvable

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmPlacementAntiAffinityOutputReference {
    return new VmPlacementAntiAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmPlacement {
  /**
  * VMs near which this VM is placed.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#affinity Vm#affinity}
  */
  readonly affinity?: VmPlacementAffinity[] | cdktf.IResolvable;
  /**
  * VMs from which this VM is kept apart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#anti_affinity Vm#anti_affinity}
  */
  readonly antiAffinity?: VmPlacementAntiAffinity[] | cdktf.IResolvable;
  /**
  * Name of the required node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#node Vm#node}
  */
  readonly nodeAttribute?: string;
  /**
  * Labels that the node must have, all of them, as its agent announces them (`--label`).
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#node_labels Vm#node_labels}
  */
  readonly nodeLabels?: { [key: string]: string };
  /**
  * Whether the VM must fit in one NUMA cell of the node. Default: `any`. One of `any`, `prefer-single`, `single`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#numa Vm#numa}
  */
  readonly numa?: string;
  /**
  * Fails the create if the node of the plan no longer has room for the VM, instead of choosing another node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#pin_preview Vm#pin_preview}
  */
  readonly pinPreview?: boolean | cdktf.IResolvable;
  /**
  * Labels of preferred nodes: the more of them a node has, the higher its score.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#preferred_node_labels Vm#preferred_node_labels}
  */
  readonly preferredNodeLabels?: { [key: string]: string };
  /**
  * Name of the required rack.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#rack Vm#rack}
  */
  readonly rack?: string;
  /**
  * Spreads the VM and similar VMs (of the same group, or with the same metadata) evenly over nodes, racks or zones: the numbers differ by at most one. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#spread_domain Vm#spread_domain}
  */
  readonly spreadDomain?: string;
  /**
  * Strategy for ranking the nodes that fit. Default: `balanced`. One of `balanced`, `pack`, `spread`, `cost`, `performance`, `fragmentation`, `failover`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#strategy Vm#strategy}
  */
  readonly strategy?: string;
  /**
  * Name of the required zone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#zone Vm#zone}
  */
  readonly zone?: string;
}

export function vmPlacementToTerraform(struct?: VmPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    affinity: cdktf.listMapper(vmPlacementAffinityToTerraform, false)(struct!.affinity),
    anti_affinity: cdktf.listMapper(vmPlacementAntiAffinityToTerraform, false)(struct!.antiAffinity),
    node: cdktf.stringToTerraform(struct!.nodeAttribute),
    node_labels: cdktf.hashMapper(cdktf.stringToTerraform)(struct!.nodeLabels),
    numa: cdktf.stringToTerraform(struct!.numa),
    pin_preview: cdktf.booleanToTerraform(struct!.pinPreview),
    preferred_node_labels: cdktf.hashMapper(cdktf.stringToTerraform)(struct!.preferredNodeLabels),
    rack: cdktf.stringToTerraform(struct!.rack),
    spread_domain: cdktf.stringToTerraform(struct!.spreadDomain),
    strategy: cdktf.stringToTerraform(struct!.strategy),
    zone: cdktf.stringToTerraform(struct!.zone),
  }
}


export function vmPlacementToHclTerraform(struct?: VmPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    affinity: {
      value: cdktf.listMapperHcl(vmPlacementAffinityToHclTerraform, false)(struct!.affinity),
      isBlock: true,
      type: "list",
      storageClassType: "VmPlacementAffinityList",
    },
    anti_affinity: {
      value: cdktf.listMapperHcl(vmPlacementAntiAffinityToHclTerraform, false)(struct!.antiAffinity),
      isBlock: true,
      type: "list",
      storageClassType: "VmPlacementAntiAffinityList",
    },
    node: {
      value: cdktf.stringToHclTerraform(struct!.nodeAttribute),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    node_labels: {
      value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(struct!.nodeLabels),
      isBlock: false,
      type: "map",
      storageClassType: "stringMap",
    },
    numa: {
      value: cdktf.stringToHclTerraform(struct!.numa),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    pin_preview: {
      value: cdktf.booleanToHclTerraform(struct!.pinPreview),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    preferred_node_labels: {
      value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(struct!.preferredNodeLabels),
      isBlock: false,
      type: "map",
      storageClassType: "stringMap",
    },
    rack: {
      value: cdktf.stringToHclTerraform(struct!.rack),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    spread_domain: {
      value: cdktf.stringToHclTerraform(struct!.spreadDomain),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    strategy: {
      value: cdktf.stringToHclTerraform(struct!.strategy),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    zone: {
      value: cdktf.stringToHclTerraform(struct!.zone),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmPlacementOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmPlacement | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._affinity?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.affinity = this._affinity?.internalValue;
    }
    if (this._antiAffinity?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.antiAffinity = this._antiAffinity?.internalValue;
    }
    if (this._node !== undefined) {
      hasAnyValues = true;
      internalValueResult.nodeAttribute = this._node;
    }
    if (this._nodeLabels !== undefined) {
      hasAnyValues = true;
      internalValueResult.nodeLabels = this._nodeLabels;
    }
    if (this._numa !== undefined) {
      hasAnyValues = true;
      internalValueResult.numa = this._numa;
    }
    if (this._pinPreview !== undefined) {
      hasAnyValues = true;
      internalValueResult.pinPreview = this._pinPreview;
    }
    if (this._preferredNodeLabels !== undefined) {
      hasAnyValues = true;
      internalValueResult.preferredNodeLabels = this._preferredNodeLabels;
    }
    if (this._rack !== undefined) {
      hasAnyValues = true;
      internalValueResult.rack = this._rack;
    }
    if (this._spreadDomain !== undefined) {
      hasAnyValues = true;
      internalValueResult.spreadDomain = this._spreadDomain;
    }
    if (this._strategy !== undefined) {
      hasAnyValues = true;
      internalValueResult.strategy = this._strategy;
    }
    if (this._zone !== undefined) {
      hasAnyValues = true;
      internalValueResult.zone = this._zone;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmPlacement | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._affinity.internalValue = undefined;
      this._antiAffinity.internalValue = undefined;
      this._node = undefined;
      this._nodeLabels = undefined;
      this._numa = undefined;
      this._pinPreview = undefined;
      this._preferredNodeLabels = undefined;
      this._rack = undefined;
      this._spreadDomain = undefined;
      this._strategy = undefined;
      this._zone = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._affinity.internalValue = value.affinity;
      this._antiAffinity.internalValue = value.antiAffinity;
      this._node = value.nodeAttribute;
      this._nodeLabels = value.nodeLabels;
      this._numa = value.numa;
      this._pinPreview = value.pinPreview;
      this._preferredNodeLabels = value.preferredNodeLabels;
      this._rack = value.rack;
      this._spreadDomain = value.spreadDomain;
      this._strategy = value.strategy;
      this._zone = value.zone;
    }
  }

  // affinity - computed: false, optional: true, required: false
  private _affinity = new VmPlacementAffinityList(this, "affinity", false);
  public get affinity() {
    return this._affinity;
  }
  public putAffinity(value: VmPlacementAffinity[] | cdktf.IResolvable) {
    this._affinity.internalValue = value;
  }
  public resetAffinity() {
    this._affinity.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get affinityInput() {
    return this._affinity.internalValue;
  }

  // anti_affinity - computed: false, optional: true, required: false
  private _antiAffinity = new VmPlacementAntiAffinityList(this, "anti_affinity", false);
  public get antiAffinity() {
    return this._antiAffinity;
  }
  public putAntiAffinity(value: VmPlacementAntiAffinity[] | cdktf.IResolvable) {
    this._antiAffinity.internalValue = value;
  }
  public resetAntiAffinity() {
    this._antiAffinity.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get antiAffinityInput() {
    return this._antiAffinity.internalValue;
  }

  // node - computed: false, optional: true, required: false
  private _node?: string; 
  public get nodeAttribute() {
    return this.getStringAttribute('node');
  }
  public set nodeAttribute(value: string) {
    this._node = value;
  }
  public resetNodeAttribute() {
    this._node = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nodeAttributeInput() {
    return this._node;
  }

  // node_labels - computed: false, optional: true, required: false
  private _nodeLabels?: { [key: string]: string }; 
  public get nodeLabels() {
    return this.getStringMapAttribute('node_labels');
  }
  public set nodeLabels(value: { [key: string]: string }) {
    this._nodeLabels = value;
  }
  public resetNodeLabels() {
    this._nodeLabels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nodeLabelsInput() {
    return this._nodeLabels;
  }

  // numa - computed: false, optional: true, required: false
  private _numa?: string; 
  public get numa() {
    return this.getStringAttribute('numa');
  }
  public set numa(value: string) {
    this._numa = value;
  }
  public resetNuma() {
    this._numa = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get numaInput() {
    return this._numa;
  }

  // pin_preview - computed: false, optional: true, required: false
  private _pinPreview?: boolean | cdktf.IResolvable; 
  public get pinPreview() {
    return this.getBooleanAttribute('pin_preview');
  }
  public set pinPreview(value: boolean | cdktf.IResolvable) {
    this._pinPreview = value;
  }
  public resetPinPreview() {
    this._pinPreview = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pinPreviewInput() {
    return this._pinPreview;
  }

  // preferred_node_labels - computed: false, optional: true, required: false
  private _preferredNodeLabels?: { [key: string]: string }; 
  public get preferredNodeLabels() {
    return this.getStringMapAttribute('preferred_node_labels');
  }
  public set preferredNodeLabels(value: { [key: string]: string }) {
    this._preferredNodeLabels = value;
  }
  public resetPreferredNodeLabels() {
    this._preferredNodeLabels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get preferredNodeLabelsInput() {
    return this._preferredNodeLabels;
  }

  // rack - computed: false, optional: true, required: false
  private _rack?: string; 
  public get rack() {
    return this.getStringAttribute('rack');
  }
  public set rack(value: string) {
    this._rack = value;
  }
  public resetRack() {
    this._rack = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get rackInput() {
    return this._rack;
  }

  // spread_domain - computed: false, optional: true, required: false
  private _spreadDomain?: string; 
  public get spreadDomain() {
    return this.getStringAttribute('spread_domain');
  }
  public set spreadDomain(value: string) {
    this._spreadDomain = value;
  }
  public resetSpreadDomain() {
    this._spreadDomain = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spreadDomainInput() {
    return this._spreadDomain;
  }

  // strategy - computed: false, optional: true, required: false
  private _strategy?: string; 
  public get strategy() {
    return this.getStringAttribute('strategy');
  }
  public set strategy(value: string) {
    this._strategy = value;
  }
  public resetStrategy() {
    this._strategy = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get strategyInput() {
    return this._strategy;
  }

  // zone - computed: false, optional: true, required: false
  private _zone?: string; 
  public get zone() {
    return this.getStringAttribute('zone');
  }
  public set zone(value: string) {
    this._zone = value;
  }
  public resetZone() {
    this._zone = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get zoneInput() {
    return this._zone;
  }
}
export interface VmPlacementPreview {
}

export function vmPlacementPreviewToTerraform(struct?: VmPlacementPreview): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function vmPlacementPreviewToHclTerraform(struct?: VmPlacementPreview): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class VmPlacementPreviewOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmPlacementPreview | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmPlacementPreview | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // cost_per_hour - computed: true, optional: false, required: false
  public get costPerHour() {
    return this.getNumberAttribute('cost_per_hour');
  }

  // explanation - computed: true, optional: false, required: false
  public get explanation() {
    return this.getStringAttribute('explanation');
  }

  // node - computed: true, optional: false, required: false
  public get nodeAttribute() {
    return this.getStringAttribute('node');
  }
}
export interface VmRequirementsDevices {
  /**
  * Number of devices, all of the same node. Default: 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#count Vm#count}
  */
  readonly count?: number;
  /**
  * Kind of the devices, as nodes announce it, for example `gpu`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#kind Vm#kind}
  */
  readonly kind: string;
  /**
  * Required model. Default: any.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#model Vm#model}
  */
  readonly model?: string;
}

export function vmRequirementsDevicesToTerraform(struct?: VmRequirementsDevices | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    count: cdktf.numberToTerraform(struct!.count),
    kind: cdktf.stringToTerraform(struct!.kind),
    model: cdktf.stringToTerraform(struct!.model),
  }
}


export function vmRequirementsDevicesToHclTerraform(struct?: VmRequirementsDevices | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    count: {
      value: cdktf.numberToHclTerraform(struct!.count),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    kind: {
      value: cdktf.stringToHclTerraform(struct!.kind),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    model: {
      value: cdktf.stringToHclTerraform(struct!.model),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmRequirementsDevicesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param complexObjectIndex the index of this item in the list
  * @param complexObjectIsFromSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string, complexObjectIndex: number, complexObjectIsFromSet: boolean) {
    super(terraformResource, terraformAttribute, complexObjectIsFromSet, complexObjectIndex);
  }

  public get internalValue(): VmRequirementsDevices | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._count !== undefined) {
      hasAnyValues = true;
      internalValueResult.count = this._count;
    }
    if (this._kind !== undefined) {
      hasAnyValues = true;
      internalValueResult.kind = this._kind;
    }
    if (this._model !== undefined) {
      hasAnyValues = true;
      internalValueResult.model = this._model;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmRequirementsDevices | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._count = undefined;
      this._kind = undefined;
      this._model = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._count = value.count;
      this._kind = value.kind;
      this._model = value.model;
    }
  }

  // count - computed: false, optional: true, required: false
  private _count?: number; 
  public get count() {
    return this.getNumberAttribute('count');
  }
  public set count(value: number) {
    this._count = value;
  }
  public resetCount() {
    this._count = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get countInput() {
    return this._count;
  }

  // kind - computed: false, optional: false, required: true
  private _kind?: string; 
  public get kind() {
    return this.getStringAttribute('kind');
  }
  public set kind(value: string) {
    this._kind = value;
  }
  // Temporarily expose input value. Use with caution.
  public get kindInput() {
    return this._kind;
  }

  // model - computed: false, optional: true, required: false
  private _model?: string; 
  public get model() {
    return this.getStringAttribute('model');
  }
  public set model(value: string) {
    this._model = value;
  }
  public resetModel() {
    this._model = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get modelInput() {
    return this._model;
  }
}

export class VmRequirementsDevicesList extends cdktf.ComplexList {
  public internalValue? : VmRequirementsDevices[] | cdktf.IResolvable

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  * @param wrapsSet whether the list is wrapping a set (will add tolist() to be able to access an item via an index)
  */
  constructor(protected terraformResource: cdktf.IInterpolatingParent, protected terraformAttribute: string, protected wrapsSet: boolean) {
    super(terraformResource, terraformAttribute, wrapsSet)
  }

  /**
  * @param index the index of the item to return
  */
  public get(index: number): VmRequirementsDevicesOutputReference {
    return new VmRequirementsDevicesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmRequirements {
  /**
  * Devices of the node that the VM has to itself.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#devices Vm#devices}
  */
  readonly devices?: VmRequirementsDevices[] | cdktf.IResolvable;
  /**
  * Names of products of whose licences the VM takes one each.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#licences Vm#licences}
  */
  readonly licences?: string[];
  /**
  * Network bandwidth of the node that is reserved for the VM. Unit: Mbit/s.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#network_mbps Vm#network_mbps}
  */
  readonly networkMbps?: number;
  /**
  * Taints of nodes that the VM tolerates: `key`, or `key=value`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#tolerations Vm#tolerations}
  */
  readonly tolerations?: string[];
}

export function vmRequirementsToTerraform(struct?: VmRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    devices: cdktf.listMapper(vmRequirementsDevicesToTerraform, false)(struct!.devices),
    licences: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.licences),
    network_mbps: cdktf.numberToTerraform(struct!.networkMbps),
    tolerations: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.tolerations),
  }
}


export function vmRequirementsToHclTerraform(struct?: VmRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    devices: {
      value: cdktf.listMapperHcl(vmRequirementsDevicesToHclTerraform, false)(struct!.devices),
      isBlock: true,
      type: "list",
      storageClassType: "VmRequirementsDevicesList",
    },
    licences: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.licences),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    network_mbps: {
      value: cdktf.numberToHclTerraform(struct!.networkMbps),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    tolerations: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.tolerations),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmRequirementsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmRequirements | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._devices?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.devices = this._devices?.internalValue;
    }
    if (this._licences !== undefined) {
      hasAnyValues = true;
      internalValueResult.licences = this._licences;
    }
    if (this._networkMbps !== undefined) {
      hasAnyValues = true;
      internalValueResult.networkMbps = this._networkMbps;
    }
    if (this._tolerations !== undefined) {
      hasAnyValues = true;
      internalValueResult.tolerations = this._tolerations;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmRequirements | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._devices.internalValue = undefined;
      this._licences = undefined;
      this._networkMbps = undefined;
      this._tolerations = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._devices.internalValue = value.devices;
      this._licences = value.licences;
      this._networkMbps = value.networkMbps;
      this._tolerations = value.tolerations;
    }
  }

  // devices - computed: false, optional: true, required: false
  private _devices = new VmRequirementsDevicesList(this, "devices", false);
  public get devices() {
    return this._devices;
  }
  public putDevices(value: VmRequirementsDevices[] | cdktf.IResolvable) {
    this._devices.internalValue = value;
  }
  public resetDevices() {
    this._devices.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get devicesInput() {
    return this._devices.internalValue;
  }

  // licences - computed: false, optional: true, required: false
  private _licences?: string[]; 
  public get licences() {
    return this.getListAttribute('licences');
  }
  public set licences(value: string[]) {
    this._licences = value;
  }
  public resetLicences() {
    this._licences = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get licencesInput() {
    return this._licences;
  }

  // network_mbps - computed: false, optional: true, required: false
  private _networkMbps?: number; 
  public get networkMbps() {
    return this.getNumberAttribute('network_mbps');
  }
  public set networkMbps(value: number) {
    this._networkMbps = value;
  }
  public resetNetworkMbps() {
    this._networkMbps = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkMbpsInput() {
    return this._networkMbps;
  }

  // tolerations - computed: false, optional: true, required: false
  private _tolerations?: string[]; 
  public get tolerations() {
    return this.getListAttribute('tolerations');
  }
  public set tolerations(value: string[]) {
    this._tolerations = value;
  }
  public resetTolerations() {
    this._tolerations = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tolerationsInput() {
    return this._tolerations;
  }
}
export interface VmRestartWindow {
  /**
  * How long it stays open, from 5m to 7d.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#duration Vm#duration}
  */
  readonly duration: string;
  /**
  * When the window opens: five cron fields, such as `0 3 * * SUN`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#schedule Vm#schedule}
  */
  readonly schedule: string;
  /**
  * IANA time zone of the schedule. Default: `UTC`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#timezone Vm#timezone}
  */
  readonly timezone?: string;
}

export function vmRestartWindowToTerraform(struct?: VmRestartWindow | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    duration: cdktf.stringToTerraform(struct!.duration),
    schedule: cdktf.stringToTerraform(struct!.schedule),
    timezone: cdktf.stringToTerraform(struct!.timezone),
  }
}


export function vmRestartWindowToHclTerraform(struct?: VmRestartWindow | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    duration: {
      value: cdktf.stringToHclTerraform(struct!.duration),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    schedule: {
      value: cdktf.stringToHclTerraform(struct!.schedule),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    timezone: {
      value: cdktf.stringToHclTerraform(struct!.timezone),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmRestartWindowOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmRestartWindow | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._duration !== undefined) {
      hasAnyValues = true;
      internalValueResult.duration = this._duration;
    }
    if (this._schedule !== undefined) {
      hasAnyValues = true;
      internalValueResult.schedule = this._schedule;
    }
    if (this._timezone !== undefined) {
      hasAnyValues = true;
      internalValueResult.timezone = this._timezone;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmRestartWindow | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._duration = undefined;
      this._schedule = undefined;
      this._timezone = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._duration = value.duration;
      this._schedule = value.schedule;
      this._timezone = value.timezone;
    }
  }

  // duration - computed: false, optional: false, required: true
  private _duration?: string; 
  public get duration() {
    return this.getStringAttribute('duration');
  }
  public set duration(value: string) {
    this._duration = value;
  }
  // Temporarily expose input value. Use with caution.
  public get durationInput() {
    return this._duration;
  }

  // schedule - computed: false, optional: false, required: true
  private _schedule?: string; 
  public get schedule() {
    return this.getStringAttribute('schedule');
  }
  public set schedule(value: string) {
    this._schedule = value;
  }
  // Temporarily expose input value. Use with caution.
  public get scheduleInput() {
    return this._schedule;
  }

  // timezone - computed: false, optional: true, required: false
  private _timezone?: string; 
  public get timezone() {
    return this.getStringAttribute('timezone');
  }
  public set timezone(value: string) {
    this._timezone = value;
  }
  public resetTimezone() {
    this._timezone = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timezoneInput() {
    return this._timezone;
  }
}
export interface VmTimeouts {
  /**
  * Time to wait for the create. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#create Vm#create}
  */
  readonly create?: string;
  /**
  * Time to wait for the delete. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#delete Vm#delete}
  */
  readonly delete?: string;
  /**
  * Time to wait for the update. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#update Vm#update}
  */
  readonly update?: string;
}

export function vmTimeoutsToTerraform(struct?: VmTimeouts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    create: cdktf.stringToTerraform(struct!.create),
    delete: cdktf.stringToTerraform(struct!.delete),
    update: cdktf.stringToTerraform(struct!.update),
  }
}


export function vmTimeoutsToHclTerraform(struct?: VmTimeouts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    create: {
      value: cdktf.stringToHclTerraform(struct!.create),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    delete: {
      value: cdktf.stringToHclTerraform(struct!.delete),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    update: {
      value: cdktf.stringToHclTerraform(struct!.update),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmTimeoutsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmTimeouts | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._create !== undefined) {
      hasAnyValues = true;
      internalValueResult.create = this._create;
    }
    if (this._delete !== undefined) {
      hasAnyValues = true;
      internalValueResult.delete = this._delete;
    }
    if (this._update !== undefined) {
      hasAnyValues = true;
      internalValueResult.update = this._update;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmTimeouts | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._create = undefined;
      this._delete = undefined;
      this._update = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._create = value.create;
      this._delete = value.delete;
      this._update = value.update;
    }
  }

  // create - computed: false, optional: true, required: false
  private _create?: string; 
  public get create() {
    return this.getStringAttribute('create');
  }
  public set create(value: string) {
    this._create = value;
  }
  public resetCreate() {
    this._create = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get createInput() {
    return this._create;
  }

  // delete - computed: false, optional: true, required: false
  private _delete?: string; 
  public get delete() {
    return this.getStringAttribute('delete');
  }
  public set delete(value: string) {
    this._delete = value;
  }
  public resetDelete() {
    this._delete = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get deleteInput() {
    return this._delete;
  }

  // update - computed: false, optional: true, required: false
  private _update?: string; 
  public get update() {
    return this.getStringAttribute('update');
  }
  public set update(value: string) {
    this._update = value;
  }
  public resetUpdate() {
    this._update = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get updateInput() {
    return this._update;
  }
}
export interface VmWaitFor {
  /**
  * Whether the QEMU guest agent must answer.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#agent Vm#agent}
  */
  readonly agent?: boolean | cdktf.IResolvable;
  /**
  * Whether cloud-init must be done, as its `status` says by the guest agent. An error of cloud-init ends the wait.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#cloud_init Vm#cloud_init}
  */
  readonly cloudInit?: boolean | cdktf.IResolvable;
  /**
  * Whether the guest must use its address: its guest agent reports it, or the network of the node has seen it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#ip Vm#ip}
  */
  readonly ip?: boolean | cdktf.IResolvable;
  /**
  * TCP port at which the guest must accept connections from its node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#port Vm#port}
  */
  readonly port?: number;
  /**
  * How long is waited, from 1s to 1h. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#timeout Vm#timeout}
  */
  readonly timeout?: string;
}

export function vmWaitForToTerraform(struct?: VmWaitFor | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    agent: cdktf.booleanToTerraform(struct!.agent),
    cloud_init: cdktf.booleanToTerraform(struct!.cloudInit),
    ip: cdktf.booleanToTerraform(struct!.ip),
    port: cdktf.numberToTerraform(struct!.port),
    timeout: cdktf.stringToTerraform(struct!.timeout),
  }
}


export function vmWaitForToHclTerraform(struct?: VmWaitFor | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    agent: {
      value: cdktf.booleanToHclTerraform(struct!.agent),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    cloud_init: {
      value: cdktf.booleanToHclTerraform(struct!.cloudInit),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    ip: {
      value: cdktf.booleanToHclTerraform(struct!.ip),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    port: {
      value: cdktf.numberToHclTerraform(struct!.port),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    timeout: {
      value: cdktf.stringToHclTerraform(struct!.timeout),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmWaitForOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmWaitFor | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._agent !== undefined) {
      hasAnyValues = true;
      internalValueResult.agent = this._agent;
    }
    if (this._cloudInit !== undefined) {
      hasAnyValues = true;
      internalValueResult.cloudInit = this._cloudInit;
    }
    if (this._ip !== undefined) {
      hasAnyValues = true;
      internalValueResult.ip = this._ip;
    }
    if (this._port !== undefined) {
      hasAnyValues = true;
      internalValueResult.port = this._port;
    }
    if (this._timeout !== undefined) {
      hasAnyValues = true;
      internalValueResult.timeout = this._timeout;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmWaitFor | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._agent = undefined;
      this._cloudInit = undefined;
      this._ip = undefined;
      this._port = undefined;
      this._timeout = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._agent = value.agent;
      this._cloudInit = value.cloudInit;
      this._ip = value.ip;
      this._port = value.port;
      this._timeout = value.timeout;
    }
  }

  // agent - computed: false, optional: true, required: false
  private _agent?: boolean | cdktf.IResolvable; 
  public get agent() {
    return this.getBooleanAttribute('agent');
  }
  public set agent(value: boolean | cdktf.IResolvable) {
    this._agent = value;
  }
  public resetAgent() {
    this._agent = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get agentInput() {
    return this._agent;
  }

  // cloud_init - computed: false, optional: true, required: false
  private _cloudInit?: boolean | cdktf.IResolvable; 
  public get cloudInit() {
    return this.getBooleanAttribute('cloud_init');
  }
  public set cloudInit(value: boolean | cdktf.IResolvable) {
    this._cloudInit = value;
  }
  public resetCloudInit() {
    this._cloudInit = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cloudInitInput() {
    return this._cloudInit;
  }

  // ip - computed: false, optional: true, required: false
  private _ip?: boolean | cdktf.IResolvable; 
  public get ip() {
    return this.getBooleanAttribute('ip');
  }
  public set ip(value: boolean | cdktf.IResolvable) {
    this._ip = value;
  }
  public resetIp() {
    this._ip = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ipInput() {
    return this._ip;
  }

  // port - computed: false, optional: true, required: false
  private _port?: number; 
  public get port() {
    return this.getNumberAttribute('port');
  }
  public set port(value: number) {
    this._port = value;
  }
  public resetPort() {
    this._port = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get portInput() {
    return this._port;
  }

  // timeout - computed: false, optional: true, required: false
  private _timeout?: string; 
  public get timeout() {
    return this.getStringAttribute('timeout');
  }
  public set timeout(value: string) {
    this._timeout = value;
  }
  public resetTimeout() {
    this._timeout = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutInput() {
    return this._timeout;
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm novacron_vm}
*/
export class Vm extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_vm";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a Vm resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the Vm to import
  * @param importFromId The id of the existing Vm that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the Vm to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_vm", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm novacron_vm} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options VmConfig
  */
  public constructor(scope: Construct, id: string, config: VmConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_vm',
      terraformGeneratorMetadata: {
        providerName: 'novacron',
        providerVersionConstraint: '~> 0.1.0'
      },
      provider: config.provider,
      dependsOn: config.dependsOn,
      count: config.count,
      lifecycle: config.lifecycle,
      provisioners: config.provisioners,
      connection: config.connection,
      forEach: config.forEach
    });
    this._antiAffinity = config.antiAffinity;
    this._cpuCores = config.cpuCores;
    this._deletionProtection = config.deletionProtection;
    this._description = config.description;
    this._diskGb = config.diskGb;
    this._driversImage = config.driversImage;
    this._driversImageChecksum = config.driversImageChecksum;
    this._firewallRules.internalValue = config.firewallRules;
    this._firmware = config.firmware;
    this._furtherNetworkIds = config.furtherNetworkIds;
    this._guestOs = config.guestOs;
    this._healing.internalValue = config.healing;
    this._ioLimits.internalValue = config.ioLimits;
    this._ipAddress = config.ipAddress;
    this._memoryGb = config.memoryGb;
    this._metadata = config.metadata;
    this._name = config.name;
    this._networkId = config.networkId;
    this._passwordWo = config.passwordWo;
    this._passwordWoVersion = config.passwordWoVersion;
    this._placement.internalValue = config.placement;
    this._powerState = config.powerState;
    this._priority = config.priority;
    this._reimageTrigger = config.reimageTrigger;
    this._requirements.internalValue = config.requirements;
    this._restartWindow.internalValue = config.restartWindow;
    this._secureBoot = config.secureBoot;
    this._securityGroups = config.securityGroups;
    this._spot = config.spot;
    this._sshKeyIds = config.sshKeyIds;
    this._sshKeys = config.sshKeys;
    this._templateId = config.templateId;
    this._timeouts.internalValue = config.timeouts;
    this._tpm = config.tpm;
    this._unattendWo = config.unattendWo;
    this._unattendWoVersion = config.unattendWoVersion;
    this._userData = config.userData;
    this._userDataWo = config.userDataWo;
    this._userDataWoVersion = config.userDataWoVersion;
    this._waitFor.internalValue = config.waitFor;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // anti_affinity - computed: false, optional: true, required: false
  private _antiAffinity?: string; 
  public get antiAffinity() {
    return this.getStringAttribute('anti_affinity');
  }
  public set antiAffinity(value: string) {
    this._antiAffinity = value;
  }
  public resetAntiAffinity() {
    this._antiAffinity = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get antiAffinityInput() {
    return this._antiAffinity;
  }

  // cost_per_hour - computed: true, optional: false, required: false
  public get costPerHour() {
    return this.getNumberAttribute('cost_per_hour');
  }

  // cpu_cores - computed: true, optional: true, required: false
  private _cpuCores?: number; 
  public get cpuCores() {
    return this.getNumberAttribute('cpu_cores');
  }
  public set cpuCores(value: number) {
    this._cpuCores = value;
  }
  public resetCpuCores() {
    this._cpuCores = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoresInput() {
    return this._cpuCores;
  }

  // deletion_protection - computed: true, optional: true, required: false
  private _deletionProtection?: boolean | cdktf.IResolvable; 
  public get deletionProtection() {
    return this.getBooleanAttribute('deletion_protection');
  }
  public set deletionProtection(value: boolean | cdktf.IResolvable) {
    this._deletionProtection = value;
  }
  public resetDeletionProtection() {
    this._deletionProtection = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get deletionProtectionInput() {
    return this._deletionProtection;
  }

  // description - computed: false, optional: true, required: false
  private _description?: string; 
  public get description() {
    return this.getStringAttribute('description');
  }
  public set description(value: string) {
    this._description = value;
  }
  public resetDescription() {
    this._description = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get descriptionInput() {
    return this._description;
  }

  // disk_gb - computed: true, optional: true, required: false
  private _diskGb?: number; 
  public get diskGb() {
    return this.getNumberAttribute('disk_gb');
  }
  public set diskGb(value: number) {
    this._diskGb = value;
  }
  public resetDiskGb() {
    this._diskGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskGbInput() {
    return this._diskGb;
  }

  // drivers_image - computed: false, optional: true, required: false
  private _driversImage?: string; 
  public get driversImage() {
    return this.getStringAttribute('drivers_image');
  }
  public set driversImage(value: string) {
    this._driversImage = value;
  }
  public resetDriversImage() {
    this._driversImage = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get driversImageInput() {
    return this._driversImage;
  }

  // drivers_image_checksum - computed: false, optional: true, required: false
  private _driversImageChecksum?: string; 
  public get driversImageChecksum() {
    return this.getStringAttribute('drivers_image_checksum');
  }
  public set driversImageChecksum(value: string) {
    this._driversImageChecksum = value;
  }
  public resetDriversImageChecksum() {
    this._driversImageChecksum = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get driversImageChecksumInput() {
    return this._driversImageChecksum;
  }

  // firewall_rules - computed: false, optional: true, required: false
  private _firewallRules = new VmFirewallRulesList(this, "firewall_rules", true);
  public get firewallRules() {
    return this._firewallRules;
  }
  public putFirewallRules(value: VmFirewallRules[] | cdktf.IResolvable) {
    this._firewallRules.internalValue = value;
  }
  public resetFirewallRules() {
    this._firewallRules.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get firewallRulesInput() {
    return this._firewallRules.internalValue;
  }

  // firmware - computed: true, optional: true, required: false
  private _firmware?: string; 
  public get firmware() {
    return this.getStringAttribute('firmware');
  }
  public set firmware(value: string) {
    this._firmware = value;
  }
  public resetFirmware() {
    this._firmware = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get firmwareInput() {
    return this._firmware;
  }

  // foreign_devices - computed: true, optional: false, required: false
  private _foreignDevices = new VmForeignDevicesList(this, "foreign_devices", false);
  public get foreignDevices() {
    return this._foreignDevices;
  }

  // further_network_ids - computed: false, optional: true, required: false
  private _furtherNetworkIds?: string[]; 
  public get furtherNetworkIds() {
    return this.getListAttribute('further_network_ids');
  }
  public set furtherNetworkIds(value: string[]) {
    this._furtherNetworkIds = value;
  }
  public resetFurtherNetworkIds() {
    this._furtherNetworkIds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get furtherNetworkIdsInput() {
    return this._furtherNetworkIds;
  }

  // guest_ip_addresses - computed: true, optional: false, required: false
  public get guestIpAddresses() {
    return this.getListAttribute('guest_ip_addresses');
  }

  // guest_os - computed: false, optional: true, required: false
  private _guestOs?: string; 
  public get guestOs() {
    return this.getStringAttribute('guest_os');
  }
  public set guestOs(value: string) {
    this._guestOs = value;
  }
  public resetGuestOs() {
    this._guestOs = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get guestOsInput() {
    return this._guestOs;
  }

  // healing - computed: false, optional: true, required: false
  private _healing = new VmHealingOutputReference(this, "healing");
  public get healing() {
    return this._healing;
  }
  public putHealing(value: VmHealing) {
    this._healing.internalValue = value;
  }
  public resetHealing() {
    this._healing.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get healingInput() {
    return this._healing.internalValue;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // io_limits - computed: false, optional: true, required: false
  private _ioLimits = new VmIoLimitsOutputReference(this, "io_limits");
  public get ioLimits() {
    return this._ioLimits;
  }
  public putIoLimits(value: VmIoLimits) {
    this._ioLimits.internalValue = value;
  }
  public resetIoLimits() {
    this._ioLimits.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ioLimitsInput() {
    return this._ioLimits.internalValue;
  }

  // ip_address - computed: true, optional: true, required: false
  private _ipAddress?: string; 
  public get ipAddress() {
    return this.getStringAttribute('ip_address');
  }
  public set ipAddress(value: string) {
    this._ipAddress = value;
  }
  public resetIpAddress() {
    this._ipAddress = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ipAddressInput() {
    return this._ipAddress;
  }

  // mac_address - computed: true, optional: false, required: false
  public get macAddress() {
    return this.getStringAttribute('mac_address');
  }

  // memory_gb - computed: true, optional: true, required: false
  private _memoryGb?: number; 
  public get memoryGb() {
    return this.getNumberAttribute('memory_gb');
  }
  public set memoryGb(value: number) {
    this._memoryGb = value;
  }
  public resetMemoryGb() {
    this._memoryGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get memoryGbInput() {
    return this._memoryGb;
  }

  // metadata - computed: false, optional: true, required: false
  private _metadata?: { [key: string]: string }; 
  public get metadata() {
    return this.getStringMapAttribute('metadata');
  }
  public set metadata(value: { [key: string]: string }) {
    this._metadata = value;
  }
  public resetMetadata() {
    this._metadata = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get metadataInput() {
    return this._metadata;
  }

  // metadata_all - computed: true, optional: false, required: false
  private _metadataAll = new cdktf.StringMap(this, "metadata_all");
  public get metadataAll() {
    return this._metadataAll;
  }

  // missing_network_ids - computed: true, optional: false, required: false
  public get missingNetworkIds() {
    return this.getListAttribute('missing_network_ids');
  }

  // name - computed: false, optional: false, required: true
  private _name?: string; 
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // network_id - computed: true, optional: true, required: false
  private _networkId?: string; 
  public get networkId() {
    return this.getStringAttribute('network_id');
  }
  public set networkId(value: string) {
    this._networkId = value;
  }
  public resetNetworkId() {
    this._networkId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networkIdInput() {
    return this._networkId;
  }

  // network_interfaces - computed: true, optional: false, required: false
  private _networkInterfaces = new VmNetworkInterfacesList(this, "network_interfaces", false);
  public get networkInterfaces() {
    return this._networkInterfaces;
  }

  // node - computed: true, optional: false, required: false
  public get nodeAttribute() {
    return this.getStringAttribute('node');
  }

  // password_wo - computed: false, optional: true, required: false
  private _passwordWo?: string; 
  public get passwordWo() {
    return this.getStringAttribute('password_wo');
  }
  public set passwordWo(value: string) {
    this._passwordWo = value;
  }
  public resetPasswordWo() {
    this._passwordWo = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get passwordWoInput() {
    return this._passwordWo;
  }

  // password_wo_version - computed: false, optional: true, required: false
  private _passwordWoVersion?: number; 
  public get passwordWoVersion() {
    return this.getNumberAttribute('password_wo_version');
  }
  public set passwordWoVersion(value: number) {
    this._passwordWoVersion = value;
  }
  public resetPasswordWoVersion() {
    this._passwordWoVersion = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get passwordWoVersionInput() {
    return this._passwordWoVersion;
  }

  // pending_restart - computed: true, optional: false, required: false
  public get pendingRestart() {
    return this.getListAttribute('pending_restart');
  }

  // placement - computed: false, optional: true, required: false
  private _placement = new VmPlacementOutputReference(this, "placement");
  public get placement() {
    return this._placement;
  }
  public putPlacement(value: VmPlacement) {
    this._placement.internalValue = value;
  }
  public resetPlacement() {
    this._placement.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get placementInput() {
    return this._placement.internalValue;
  }

  // placement_preview - computed: true, optional: false, required: false
  private _placementPreview = new VmPlacementPreviewOutputReference(this, "placement_preview");
  public get placementPreview() {
    return this._placementPreview;
  }

  // power_state - computed: true, optional: true, required: false
  private _powerState?: string; 
  public get powerState() {
    return this.getStringAttribute('power_state');
  }
  public set powerState(value: string) {
    this._powerState = value;
  }
  public resetPowerState() {
    this._powerState = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get powerStateInput() {
    return this._powerState;
  }

  // priority - computed: true, optional: true, required: false
  private _priority?: number; 
  public get priority() {
    return this.getNumberAttribute('priority');
  }
  public set priority(value: number) {
    this._priority = value;
  }
  public resetPriority() {
    this._priority = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get priorityInput() {
    return this._priority;
  }

  // reimage_trigger - computed: false, optional: true, required: false
  private _reimageTrigger?: string; 
  public get reimageTrigger() {
    return this.getStringAttribute('reimage_trigger');
  }
  public set reimageTrigger(value: string) {
    this._reimageTrigger = value;
  }
  public resetReimageTrigger() {
    this._reimageTrigger = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get reimageTriggerInput() {
    return this._reimageTrigger;
  }

  // requirements - computed: false, optional: true, required: false
  private _requirements = new VmRequirementsOutputReference(this, "requirements");
  public get requirements() {
    return this._requirements;
  }
  public putRequirements(value: VmRequirements) {
    this._requirements.internalValue = value;
  }
  public resetRequirements() {
    this._requirements.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get requirementsInput() {
    return this._requirements.internalValue;
  }

  // restart_policy - computed: true, optional: false, required: false
  public get restartPolicy() {
    return this.getStringAttribute('restart_policy');
  }

  // restart_window - computed: false, optional: true, required: false
  private _restartWindow = new VmRestartWindowOutputReference(this, "restart_window");
  public get restartWindow() {
    return this._restartWindow;
  }
  public putRestartWindow(value: VmRestartWindow) {
    this._restartWindow.internalValue = value;
  }
  public resetRestartWindow() {
    this._restartWindow.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get restartWindowInput() {
    return this._restartWindow.internalValue;
  }

  // secure_boot - computed: false, optional: true, required: false
  private _secureBoot?: boolean | cdktf.IResolvable; 
  public get secureBoot() {
    return this.getBooleanAttribute('secure_boot');
  }
  public set secureBoot(value: boolean | cdktf.IResolvable) {
    this._secureBoot = value;
  }
  public resetSecureBoot() {
    this._secureBoot = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get secureBootInput() {
    return this._secureBoot;
  }

  // security_groups - computed: false, optional: true, required: false
  private _securityGroups?: string[]; 
  public get securityGroups() {
    return cdktf.Fn.tolist(this.getListAttribute('security_groups'));
  }
  public set securityGroups(value: string[]) {
    this._securityGroups = value;
  }
  public resetSecurityGroups() {
    this._securityGroups = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get securityGroupsInput() {
    return this._securityGroups;
  }

  // spot - computed: true, optional: true, required: false
  private _spot?: boolean | cdktf.IResolvable; 
  public get spot() {
    return this.getBooleanAttribute('spot');
  }
  public set spot(value: boolean | cdktf.IResolvable) {
    this._spot = value;
  }
  public resetSpot() {
    this._spot = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotInput() {
    return this._spot;
  }

  // ssh_key_ids - computed: false, optional: true, required: false
  private _sshKeyIds?: string[]; 
  public get sshKeyIds() {
    return cdktf.Fn.tolist(this.getListAttribute('ssh_key_ids'));
  }
  public set sshKeyIds(value: string[]) {
    this._sshKeyIds = value;
  }
  public resetSshKeyIds() {
    this._sshKeyIds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sshKeyIdsInput() {
    return this._sshKeyIds;
  }

  // ssh_keys - computed: false, optional: true, required: false
  private _sshKeys?: string[]; 
  public get sshKeys() {
    return cdktf.Fn.tolist(this.getListAttribute('ssh_keys'));
  }
  public set sshKeys(value: string[]) {
    this._sshKeys = value;
  }
  public resetSshKeys() {
    this._sshKeys = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sshKeysInput() {
    return this._sshKeys;
  }

  // status - computed: true, optional: false, required: false
  public get status() {
    return this.getStringAttribute('status');
  }

  // template_id - computed: false, optional: true, required: false
  private _templateId?: string; 
  public get templateId() {
    return this.getStringAttribute('template_id');
  }
  public set templateId(value: string) {
    this._templateId = value;
  }
  public resetTemplateId() {
    this._templateId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get templateIdInput() {
    return this._templateId;
  }

  // template_version - computed: true, optional: false, required: false
  public get templateVersion() {
    return this.getNumberAttribute('template_version');
  }

  // timeouts - computed: false, optional: true, required: false
  private _timeouts = new VmTimeoutsOutputReference(this, "timeouts");
  public get timeouts() {
    return this._timeouts;
  }
  public putTimeouts(value: VmTimeouts) {
    this._timeouts.internalValue = value;
  }
  public resetTimeouts() {
    this._timeouts.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutsInput() {
    return this._timeouts.internalValue;
  }

  // tpm - computed: false, optional: true, required: false
  private _tpm?: boolean | cdktf.IResolvable; 
  public get tpm() {
    return this.getBooleanAttribute('tpm');
  }
  public set tpm(value: boolean | cdktf.IResolvable) {
    this._tpm = value;
  }
  public resetTpm() {
    this._tpm = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tpmInput() {
    return this._tpm;
  }

  // unattend_wo - computed: false, optional: true, required: false
  private _unattendWo?: string; 
  public get unattendWo() {
    return this.getStringAttribute('unattend_wo');
  }
  public set unattendWo(value: string) {
    this._unattendWo = value;
  }
  public resetUnattendWo() {
    this._unattendWo = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get unattendWoInput() {
    return this._unattendWo;
  }

  // unattend_wo_version - computed: false, optional: true, required: false
  private _unattendWoVersion?: number; 
  public get unattendWoVersion() {
    return this.getNumberAttribute('unattend_wo_version');
  }
  public set unattendWoVersion(value: number) {
    this._unattendWoVersion = value;
  }
  public resetUnattendWoVersion() {
    this._unattendWoVersion = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get unattendWoVersionInput() {
    return this._unattendWoVersion;
  }

  // user_data - computed: false, optional: true, required: false
  private _userData?: string; 
  public get userData() {
    return this.getStringAttribute('user_data');
  }
  public set userData(value: string) {
    this._userData = value;
  }
  public resetUserData() {
    this._userData = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get userDataInput() {
    return this._userData;
  }

  // user_data_wo - computed: false, optional: true, required: false
  private _userDataWo?: string; 
  public get userDataWo() {
    return this.getStringAttribute('user_data_wo');
  }
  public set userDataWo(value: string) {
    this._userDataWo = value;
  }
  public resetUserDataWo() {
    this._userDataWo = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get userDataWoInput() {
    return this._userDataWo;
  }

  // user_data_wo_version - computed: false, optional: true, required: false
  private _userDataWoVersion?: number; 
  public get userDataWoVersion() {
    return this.getNumberAttribute('user_data_wo_version');
  }
  public set userDataWoVersion(value: number) {
    this._userDataWoVersion = value;
  }
  public resetUserDataWoVersion() {
    this._userDataWoVersion = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get userDataWoVersionInput() {
    return this._userDataWoVersion;
  }

  // wait_for - computed: false, optional: true, required: false
  private _waitFor = new VmWaitForOutputReference(this, "wait_for");
  public get waitFor() {
    return this._waitFor;
  }
  public putWaitFor(value: VmWaitFor) {
    this._waitFor.internalValue = value;
  }
  public resetWaitFor() {
    this._waitFor.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get waitForInput() {
    return this._waitFor.internalValue;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      anti_affinity: cdktf.stringToTerraform(this._antiAffinity),
      cpu_cores: cdktf.numberToTerraform(this._cpuCores),
      deletion_protection: cdktf.booleanToTerraform(this._deletionProtection),
      description: cdktf.stringToTerraform(this._description),
      disk_gb: cdktf.numberToTerraform(this._diskGb),
      drivers_image: cdktf.stringToTerraform(this._driversImage),
      drivers_image_checksum: cdktf.stringToTerraform(this._driversImageChecksum),
      firewall_rules: cdktf.listMapper(vmFirewallRulesToTerraform, false)(this._firewallRules.internalValue),
      firmware: cdktf.stringToTerraform(this._firmware),
      further_network_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(this._furtherNetworkIds),
      guest_os: cdktf.stringToTerraform(this._guestOs),
      healing: vmHealingToTerraform(this._healing.internalValue),
      io_limits: vmIoLimitsToTerraform(this._ioLimits.internalValue),
      ip_address: cdktf.stringToTerraform(this._ipAddress),
      memory_gb: cdktf.numberToTerraform(this._memoryGb),
      metadata: cdktf.hashMapper(cdktf.stringToTerraform)(this._metadata),
      name: cdktf.stringToTerraform(this._name),
      network_id: cdktf.stringToTerraform(this._networkId),
      password_wo: cdktf.stringToTerraform(this._passwordWo),
      password_wo_version: cdktf.numberToTerraform(this._passwordWoVersion),
      placement: vmPlacementToTerraform(this._placement.internalValue),
      power_state: cdktf.stringToTerraform(this._powerState),
      priority: cdktf.numberToTerraform(this._priority),
      reimage_trigger: cdktf.stringToTerraform(this._reimageTrigger),
      requirements: vmRequirementsToTerraform(this._requirements.internalValue),
      restart_window: vmRestartWindowToTerraform(this._restartWindow.internalValue),
      secure_boot: cdktf.booleanToTerraform(this._secureBoot),
      security_groups: cdktf.listMapper(cdktf.stringToTerraform, false)(this._securityGroups),
      spot: cdktf.booleanToTerraform(this._spot),
      ssh_key_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(this._sshKeyIds),
      ssh_keys: cdktf.listMapper(cdktf.stringToTerraform, false)(this._sshKeys),
      template_id: cdktf.stringToTerraform(this._templateId),
      timeouts: vmTimeoutsToTerraform(this._timeouts.internalValue),
      tpm: cdktf.booleanToTerraform(this._tpm),
      unattend_wo: cdktf.stringToTerraform(this._unattendWo),
      unattend_wo_version: cdktf.numberToTerraform(this._unattendWoVersion),
      user_data: cdktf.stringToTerraform(this._userData),
      user_data_wo: cdktf.stringToTerraform(this._userDataWo),
      user_data_wo_version: cdktf.numberToTerraform(this._userDataWoVersion),
      wait_for: vmWaitForToTerraform(this._waitFor.internalValue),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      anti_affinity: {
        value: cdktf.stringToHclTerraform(this._antiAffinity),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      cpu_cores: {
        value: cdktf.numberToHclTerraform(this._cpuCores),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      deletion_protection: {
        value: cdktf.booleanToHclTerraform(this._deletionProtection),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      description: {
        value: cdktf.stringToHclTerraform(this._description),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      disk_gb: {
        value: cdktf.numberToHclTerraform(this._diskGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      drivers_image: {
        value: cdktf.stringToHclTerraform(this._driversImage),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      drivers_image_checksum: {
        value: cdktf.stringToHclTerraform(this._driversImageChecksum),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      firewall_rules: {
        value: cdktf.listMapperHcl(vmFirewallRulesToHclTerraform, false)(this._firewallRules.internalValue),
        isBlock: true,
        type: "set",
        storageClassType: "VmFirewallRulesList",
      },
      firmware: {
        value: cdktf.stringToHclTerraform(this._firmware),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      further_network_ids: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._furtherNetworkIds),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      guest_os: {
        value: cdktf.stringToHclTerraform(this._guestOs),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      healing: {
        value: vmHealingToHclTerraform(this._healing.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmHealing",
      },
      io_limits: {
        value: vmIoLimitsToHclTerraform(this._ioLimits.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmIoLimits",
      },
      ip_address: {
        value: cdktf.stringToHclTerraform(this._ipAddress),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      memory_gb: {
        value: cdktf.numberToHclTerraform(this._memoryGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      metadata: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._metadata),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      network_id: {
        value: cdktf.stringToHclTerraform(this._networkId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      password_wo: {
        value: cdktf.stringToHclTerraform(this._passwordWo),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      password_wo_version: {
        value: cdktf.numberToHclTerraform(this._passwordWoVersion),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      placement: {
        value: vmPlacementToHclTerraform(this._placement.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmPlacement",
      },
      power_state: {
        value: cdktf.stringToHclTerraform(this._powerState),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      priority: {
        value: cdktf.numberToHclTerraform(this._priority),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      reimage_trigger: {
        value: cdktf.stringToHclTerraform(this._reimageTrigger),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      requirements: {
        value: vmRequirementsToHclTerraform(this._requirements.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmRequirements",
      },
      restart_window: {
        value: vmRestartWindowToHclTerraform(this._restartWindow.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmRestartWindow",
      },
      secure_boot: {
        value: cdktf.booleanToHclTerraform(this._secureBoot),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      security_groups: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._securityGroups),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
      spot: {
        value: cdktf.booleanToHclTerraform(this._spot),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      ssh_key_ids: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._sshKeyIds),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
      ssh_keys: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._sshKeys),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
      template_id: {
        value: cdktf.stringToHclTerraform(this._templateId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      timeouts: {
        value: vmTimeoutsToHclTerraform(this._timeouts.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmTimeouts",
      },
      tpm: {
        value: cdktf.booleanToHclTerraform(this._tpm),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      unattend_wo: {
        value: cdktf.stringToHclTerraform(this._unattendWo),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      unattend_wo_version: {
        value: cdktf.numberToHclTerraform(this._unattendWoVersion),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      user_data: {
        value: cdktf.stringToHclTerraform(this._userData),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      user_data_wo: {
        value: cdktf.stringToHclTerraform(this._userDataWo),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      user_data_wo_version: {
        value: cdktf.numberToHclTerraform(this._userDataWoVersion),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      wait_for: {
        value: vmWaitForToHclTerraform(this._waitFor.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmWaitFor",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
