// https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataNovacronPlacementConfig extends cdktf.TerraformMetaArguments {
  /**
  * Name of an anti-affinity group: VMs of the tenant with the same group never share a node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#anti_affinity DataNovacronPlacement#anti_affinity}
  */
  readonly antiAffinity?: string;
  /**
  * Number of virtual CPU cores. Unit: cores.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#cpu_cores DataNovacronPlacement#cpu_cores}
  */
  readonly cpuCores: number;
  /**
  * Size of the root disk. It can grow; a smaller size replaces the VM. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#disk_gb DataNovacronPlacement#disk_gb}
  */
  readonly diskGb: number;
  /**
  * Memory of the guest, in steps of 0.0625 (64 MiB). Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#memory_gb DataNovacronPlacement#memory_gb}
  */
  readonly memoryGb: number;
  /**
  * Labels of the VM: names and values for people, selectors and policies.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#metadata DataNovacronPlacement#metadata}
  */
  readonly metadata?: { [key: string]: string };
  /**
  * Name of the VM. It only decides among equally good nodes.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#name DataNovacronPlacement#name}
  */
  readonly name?: string;
  /**
  * Placement rules of the VM. A change is checked against the current node and applies to later placements; it does not move the VM, except that an apply of Terraform with another `node` migrates it there first.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#placement DataNovacronPlacement#placement}
  */
  readonly placement?: DataNovacronPlacementPlacement;
  /**
  * Requirements on the node beyond CPU, memory and disk: devices, bandwidth, licences, and the taints that it tolerates. A change applies to later placements; it does not move the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#requirements DataNovacronPlacement#requirements}
  */
  readonly requirements?: DataNovacronPlacementRequirements;
  /**
  * Allows the VM to run on spot nodes, which may be withdrawn, at their discount. It may be preempted (stopped) to make room for a VM that is not a spot VM, and starts again when there is room. A change is checked against the current node. Default: `false`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#spot DataNovacronPlacement#spot}
  */
  readonly spot?: boolean | cdktf.IResolvable;
}
export interface DataNovacronPlacementPlacementAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#group DataNovacronPlacement#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#labels DataNovacronPlacement#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#level DataNovacronPlacement#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#mode DataNovacronPlacement#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#vm DataNovacronPlacement#vm}
  */
  readonly vm?: string;
}

export function dataNovacronPlacementPlacementAffinityToTerraform(struct?: DataNovacronPlacementPlacementAffinity | cdktf.IResolvable): any {
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


export function dataNovacronPlacementPlacementAffinityToHclTerraform(struct?: DataNovacronPlacementPlacementAffinity | cdktf.IResolvable): any {
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

export class DataNovacronPlacementPlacementAffinityOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronPlacementPlacementAffinity | cdktf.IResolvable | undefined {
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

  public set internalValue(value: DataNovacronPlacementPlacementAffinity | cdktf.IResolvable | undefined) {
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

export class DataNovacronPlacementPlacementAffinityList extends cdktf.ComplexList {
  public internalValue? : DataNovacronPlacementPlacementAffinity[] | cdktf.IResolvable

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
  public get(index: number): DataNovacronPlacementPlacementAffinityOutputReference {
    return new DataNovacronPlacementPlacementAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface DataNovacronPlacementPlacementAntiAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#group DataNovacronPlacement#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#labels DataNovacronPlacement#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#level DataNovacronPlacement#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#mode DataNovacronPlacement#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#vm DataNovacronPlacement#vm}
  */
  readonly vm?: string;
}

export function dataNovacronPlacementPlacementAntiAffinityToTerraform(struct?: DataNovacronPlacementPlacementAntiAffinity | cdktf.IResolvable): any {
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


export function dataNovacronPlacementPlacementAntiAffinityToHclTerraform(struct?: DataNovacronPlacementPlacementAntiAffinity | cdktf.IResolvable): any {
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

export class DataNovacronPlacementPlacementAntiAffinityOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronPlacementPlacementAntiAffinity | cdktf.IResolvable | undefined {
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

  public set internalValue(value: DataNovacronPlacementPlacementAntiAffinity | cdktf.IResolvable | undefined) {
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

export class DataNovacronPlacementPlacementAntiAffinityList extends cdktf.ComplexList {
  public internalValue? : DataNovacronPlacementPlacementAntiAffinity[] | cdktf.IResolvable

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
  public get(index: number): DataNovacronPlacementPlacementAntiAffinityOutputReference {
    return new DataNovacronPlacementPlacementAntiAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface DataNovacronPlacementPlacement {
  /**
  * VMs near which this VM is placed.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#affinity DataNovacronPlacement#affinity}
  */
  readonly affinity?: DataNovacronPlacementPlacementAffinity[] | cdktf.IResolvable;
  /**
  * VMs from which this VM is kept apart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#anti_affinity DataNovacronPlacement#anti_affinity}
  */
  readonly antiAffinity?: DataNovacronPlacementPlacementAntiAffinity[] | cdktf.IResolvable;
  /**
  * Name of the required node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#node DataNovacronPlacement#node}
  */
  readonly nodeAttribute?: string;
  /**
  * Labels that the node must have, all of them, as its agent announces them (`--label`).
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#node_labels DataNovacronPlacement#node_labels}
  */
  readonly nodeLabels?: { [key: string]: string };
  /**
  * Whether the VM must fit in one NUMA cell of the node. Default: `any`. One of `any`, `prefer-single`, `single`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#numa DataNovacronPlacement#numa}
  */
  readonly numa?: string;
  /**
  * Fails the create if the node of the plan no longer has room for the VM, instead of choosing another node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#pin_preview DataNovacronPlacement#pin_preview}
  */
  readonly pinPreview?: boolean | cdktf.IResolvable;
  /**
  * Labels of preferred nodes: the more of them a node has, the higher its score.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#preferred_node_labels DataNovacronPlacement#preferred_node_labels}
  */
  readonly preferredNodeLabels?: { [key: string]: string };
  /**
  * Name of the required rack.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#rack DataNovacronPlacement#rack}
  */
  readonly rack?: string;
  /**
  * Spreads the VM and similar VMs (of the same group, or with the same metadata) evenly over nodes, racks or zones: the numbers differ by at most one. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#spread_domain DataNovacronPlacement#spread_domain}
  */
  readonly spreadDomain?: string;
  /**
  * Strategy for ranking the nodes that fit. Default: `balanced`. One of `balanced`, `pack`, `spread`, `cost`, `performance`, `fragmentation`, `failover`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#strategy DataNovacronPlacement#strategy}
  */
  readonly strategy?: string;
  /**
  * Name of the required zone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#zone DataNovacronPlacement#zone}
  */
  readonly zone?: string;
}

export function dataNovacronPlacementPlacementToTerraform(struct?: DataNovacronPlacementPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    affinity: cdktf.listMapper(dataNovacronPlacementPlacementAffinityToTerraform, false)(struct!.affinity),
    anti_affinity: cdktf.listMapper(dataNovacronPlacementPlacementAntiAffinityToTerraform, false)(struct!.antiAffinity),
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


export function dataNovacronPlacementPlacementToHclTerraform(struct?: DataNovacronPlacementPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    affinity: {
      value: cdktf.listMapperHcl(dataNovacronPlacementPlacementAffinityToHclTerraform, false)(struct!.affinity),
      isBlock: true,
      type: "list",
      storageClassType: "DataNovacronPlacementPlacementAffinityList",
    },
    anti_affinity: {
      value: cdktf.listMapperHcl(dataNovacronPlacementPlacementAntiAffinityToHclTerraform, false)(struct!.antiAffinity),
      isBlock: true,
      type: "list",
      storageClassType: "DataNovacronPlacementPlacementAntiAffinityList",
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

export class DataNovacronPlacementPlacementOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): DataNovacronPlacementPlacement | cdktf.IResolvable | undefined {
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

  public set internalValue(value: DataNovacronPlacementPlacement | cdktf.IResolvable | undefined) {
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
  private _affinity = new DataNovacronPlacementPlacementAffinityList(this, "affinity", false);
  public get affinity() {
    return this._affinity;
  }
  public putAffinity(value: DataNovacronPlacementPlacementAffinity[] | cdktf.IResolvable) {
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
  private _antiAffinity = new DataNovacronPlacementPlacementAntiAffinityList(this, "anti_affinity", false);
  public get antiAffinity() {
    return this._antiAffinity;
  }
  public putAntiAffinity(value: DataNovacronPlacementPlacementAntiAffinity[] | cdktf.IResolvable) {
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
export interface DataNovacronPlacementRequirementsDevices {
  /**
  * Number of devices, all of the same node. Default: 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#count DataNovacronPlacement#count}
  */
  readonly count?: number;
  /**
  * Kind of the devices, as nodes announce it, for example `gpu`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#kind DataNovacronPlacement#kind}
  */
  readonly kind: string;
  /**
  * Required model. Default: any.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#model DataNovacronPlacement#model}
  */
  readonly model?: string;
}

export function dataNovacronPlacementRequirementsDevicesToTerraform(struct?: DataNovacronPlacementRequirementsDevices | cdktf.IResolvable): any {
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


export function dataNovacronPlacementRequirementsDevicesToHclTerraform(struct?: DataNovacronPlacementRequirementsDevices | cdktf.IResolvable): any {
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

export class DataNovacronPlacementRequirementsDevicesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronPlacementRequirementsDevices | cdktf.IResolvable | undefined {
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

  public set internalValue(value: DataNovacronPlacementRequirementsDevices | cdktf.IResolvable | undefined) {
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

export class DataNovacronPlacementRequirementsDevicesList extends cdktf.ComplexList {
  public internalValue? : DataNovacronPlacementRequirementsDevices[] | cdktf.IResolvable

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
  public get(index: number): DataNovacronPlacementRequirementsDevicesOutputReference {
    return new DataNovacronPlacementRequirementsDevicesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface DataNovacronPlacementRequirements {
  /**
  * Devices of the node that the VM has to itself.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#devices DataNovacronPlacement#devices}
  */
  readonly devices?: DataNovacronPlacementRequirementsDevices[] | cdktf.IResolvable;
  /**
  * Names of products of whose licences the VM takes one each.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#licences DataNovacronPlacement#licences}
  */
  readonly licences?: string[];
  /**
  * Network bandwidth of the node that is reserved for the VM. Unit: Mbit/s.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#network_mbps DataNovacronPlacement#network_mbps}
  */
  readonly networkMbps?: number;
  /**
  * Taints of nodes that the VM tolerates: `key`, or `key=value`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#tolerations DataNovacronPlacement#tolerations}
  */
  readonly tolerations?: string[];
}

export function dataNovacronPlacementRequirementsToTerraform(struct?: DataNovacronPlacementRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    devices: cdktf.listMapper(dataNovacronPlacementRequirementsDevicesToTerraform, false)(struct!.devices),
    licences: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.licences),
    network_mbps: cdktf.numberToTerraform(struct!.networkMbps),
    tolerations: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.tolerations),
  }
}


export function dataNovacronPlacementRequirementsToHclTerraform(struct?: DataNovacronPlacementRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    devices: {
      value: cdktf.listMapperHcl(dataNovacronPlacementRequirementsDevicesToHclTerraform, false)(struct!.devices),
      isBlock: true,
      type: "list",
      storageClassType: "DataNovacronPlacementRequirementsDevicesList",
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

export class DataNovacronPlacementRequirementsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): DataNovacronPlacementRequirements | cdktf.IResolvable | undefined {
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

  public set internalValue(value: DataNovacronPlacementRequirements | cdktf.IResolvable | undefined) {
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
  private _devices = new DataNovacronPlacementRequirementsDevicesList(this, "devices", false);
  public get devices() {
    return this._devices;
  }
  public putDevices(value: DataNovacronPlacementRequirementsDevices[] | cdktf.IResolvable) {
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

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement novacron_placement}
*/
export class DataNovacronPlacement extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_placement";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataNovacronPlacement resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataNovacronPlacement to import
  * @param importFromId The id of the existing DataNovacronPlacement that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataNovacronPlacement to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_placement", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/placement novacron_placement} Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataNovacronPlacementConfig
  */
  public constructor(scope: Construct, id: string, config: DataNovacronPlacementConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_placement',
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
    this._diskGb = config.diskGb;
    this._memoryGb = config.memoryGb;
    this._metadata = config.metadata;
    this._name = config.name;
    this._placement.internalValue = config.placement;
    this._requirements.internalValue = config.requirements;
    this._spot = config.spot;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // alternatives - computed: true, optional: false, required: false
  public get alternatives() {
    return this.getListAttribute('alternatives');
  }

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

  // cpu_cores - computed: false, optional: false, required: true
  private _cpuCores?: number; 
  public get cpuCores() {
    return this.getNumberAttribute('cpu_cores');
  }
  public set cpuCores(value: number) {
    this._cpuCores = value;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoresInput() {
    return this._cpuCores;
  }

  // disk_gb - computed: false, optional: false, required: true
  private _diskGb?: number; 
  public get diskGb() {
    return this.getNumberAttribute('disk_gb');
  }
  public set diskGb(value: number) {
    this._diskGb = value;
  }
  // Temporarily expose input value. Use with caution.
  public get diskGbInput() {
    return this._diskGb;
  }

  // explanation - computed: true, optional: false, required: false
  public get explanation() {
    return this.getStringAttribute('explanation');
  }

  // memory_gb - computed: false, optional: false, required: true
  private _memoryGb?: number; 
  public get memoryGb() {
    return this.getNumberAttribute('memory_gb');
  }
  public set memoryGb(value: number) {
    this._memoryGb = value;
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

  // name - computed: false, optional: true, required: false
  private _name?: string; 
  public get name() {
    return this.getStringAttribute('name');
  }
  public set name(value: string) {
    this._name = value;
  }
  public resetName() {
    this._name = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nameInput() {
    return this._name;
  }

  // node - computed: true, optional: false, required: false
  public get nodeAttribute() {
    return this.getStringAttribute('node');
  }

  // placement - computed: false, optional: true, required: false
  private _placement = new DataNovacronPlacementPlacementOutputReference(this, "placement");
  public get placement() {
    return this._placement;
  }
  public putPlacement(value: DataNovacronPlacementPlacement) {
    this._placement.internalValue = value;
  }
  public resetPlacement() {
    this._placement.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get placementInput() {
    return this._placement.internalValue;
  }

  // requirements - computed: false, optional: true, required: false
  private _requirements = new DataNovacronPlacementRequirementsOutputReference(this, "requirements");
  public get requirements() {
    return this._requirements;
  }
  public putRequirements(value: DataNovacronPlacementRequirements) {
    this._requirements.internalValue = value;
  }
  public resetRequirements() {
    this._requirements.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get requirementsInput() {
    return this._requirements.internalValue;
  }

  // score - computed: true, optional: false, required: false
  public get score() {
    return this.getStringAttribute('score');
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

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      anti_affinity: cdktf.stringToTerraform(this._antiAffinity),
      cpu_cores: cdktf.numberToTerraform(this._cpuCores),
      disk_gb: cdktf.numberToTerraform(this._diskGb),
      memory_gb: cdktf.numberToTerraform(this._memoryGb),
      metadata: cdktf.hashMapper(cdktf.stringToTerraform)(this._metadata),
      name: cdktf.stringToTerraform(this._name),
      placement: dataNovacronPlacementPlacementToTerraform(this._placement.internalValue),
      requirements: dataNovacronPlacementRequirementsToTerraform(this._requirements.internalValue),
      spot: cdktf.booleanToTerraform(this._spot),
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
      disk_gb: {
        value: cdktf.numberToHclTerraform(this._diskGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
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
      placement: {
        value: dataNovacronPlacementPlacementToHclTerraform(this._placement.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "DataNovacronPlacementPlacement",
      },
      requirements: {
        value: dataNovacronPlacementRequirementsToHclTerraform(this._requirements.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "DataNovacronPlacementRequirements",
      },
      spot: {
        value: cdktf.booleanToHclTerraform(this._spot),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
