// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface PriceListConfig extends cdktf.TerraformMetaArguments {
  /**
  * Price of an address of a VM per hour, by class; absent: free. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#addresses PriceList#addresses}
  */
  readonly addresses?: PriceListAddresses[] | cdktf.IResolvable;
  /**
  * Currency of all prices, an ISO 4217 code; all price lists have one. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#currency PriceList#currency}
  */
  readonly currency: string;
  /**
  * Free-form description. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#description PriceList#description}
  */
  readonly description?: string;
  /**
  * One formula for all nodes. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#generic PriceList#generic}
  */
  readonly generic?: PriceListGeneric;
  /**
  * Price of a GB of an uploaded image per hour; absent: free. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#image_gb PriceList#image_gb}
  */
  readonly imageGb?: number;
  /**
  * Prices of the instance types of a cloud. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#instance_types PriceList#instance_types}
  */
  readonly instanceTypes?: PriceListInstanceTypes;
  /**
  * Name of the price list, unique. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#name PriceList#name}
  */
  readonly name: string;
  /**
  * Prices by class of nodes. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#node_classes PriceList#node_classes}
  */
  readonly nodeClasses?: PriceListNodeClasses[] | cdktf.IResolvable;
  /**
  * Price of a GB of a snapshot per hour; absent: free. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#snapshot_gb PriceList#snapshot_gb}
  */
  readonly snapshotGb?: number;
  /**
  * Time from which new VMs and changed VMs get these prices, RFC 3339. Default: its creation. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#valid_from PriceList#valid_from}
  */
  readonly validFrom?: string;
  /**
  * Price of a GB of a volume per hour, by its type. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#volume_gb PriceList#volume_gb}
  */
  readonly volumeGb?: PriceListVolumeGb;
}
export interface PriceListAddresses {
  /**
  * Class of networks; `default` is for all others.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#name PriceList#name}
  */
  readonly name: string;
  /**
  * Price of an address per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#price PriceList#price}
  */
  readonly price: number;
}

export function priceListAddressesToTerraform(struct?: PriceListAddresses | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    name: cdktf.stringToTerraform(struct!.name),
    price: cdktf.numberToTerraform(struct!.price),
  }
}


export function priceListAddressesToHclTerraform(struct?: PriceListAddresses | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    price: {
      value: cdktf.numberToHclTerraform(struct!.price),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListAddressesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListAddresses | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._price !== undefined) {
      hasAnyValues = true;
      internalValueResult.price = this._price;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListAddresses | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._name = undefined;
      this._price = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._name = value.name;
      this._price = value.price;
    }
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

  // price - computed: false, optional: false, required: true
  private _price?: number; 
  public get price() {
    return this.getNumberAttribute('price');
  }
  public set price(value: number) {
    this._price = value;
  }
  // Temporarily expose input value. Use with caution.
  public get priceInput() {
    return this._price;
  }
}

export class PriceListAddressesList extends cdktf.ComplexList {
  public internalValue? : PriceListAddresses[] | cdktf.IResolvable

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
  public get(index: number): PriceListAddressesOutputReference {
    return new PriceListAddressesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListGenericDiscounts {
  /**
  * Discount on CPU and memory, 0 to 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#discount PriceList#discount}
  */
  readonly discount: number;
  /**
  * Number of VMs of the tenant from which it applies.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#instances PriceList#instances}
  */
  readonly instances: number;
}

export function priceListGenericDiscountsToTerraform(struct?: PriceListGenericDiscounts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    discount: cdktf.numberToTerraform(struct!.discount),
    instances: cdktf.numberToTerraform(struct!.instances),
  }
}


export function priceListGenericDiscountsToHclTerraform(struct?: PriceListGenericDiscounts | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    discount: {
      value: cdktf.numberToHclTerraform(struct!.discount),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    instances: {
      value: cdktf.numberToHclTerraform(struct!.instances),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListGenericDiscountsOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListGenericDiscounts | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._discount !== undefined) {
      hasAnyValues = true;
      internalValueResult.discount = this._discount;
    }
    if (this._instances !== undefined) {
      hasAnyValues = true;
      internalValueResult.instances = this._instances;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListGenericDiscounts | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._discount = undefined;
      this._instances = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._discount = value.discount;
      this._instances = value.instances;
    }
  }

  // discount - computed: false, optional: false, required: true
  private _discount?: number; 
  public get discount() {
    return this.getNumberAttribute('discount');
  }
  public set discount(value: number) {
    this._discount = value;
  }
  // Temporarily expose input value. Use with caution.
  public get discountInput() {
    return this._discount;
  }

  // instances - computed: false, optional: false, required: true
  private _instances?: number; 
  public get instances() {
    return this.getNumberAttribute('instances');
  }
  public set instances(value: number) {
    this._instances = value;
  }
  // Temporarily expose input value. Use with caution.
  public get instancesInput() {
    return this._instances;
  }
}

export class PriceListGenericDiscountsList extends cdktf.ComplexList {
  public internalValue? : PriceListGenericDiscounts[] | cdktf.IResolvable

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
  public get(index: number): PriceListGenericDiscountsOutputReference {
    return new PriceListGenericDiscountsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListGenericZones {
  /**
  * Multiplier of CPU and memory.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#multiplier PriceList#multiplier}
  */
  readonly multiplier: number;
  /**
  * Name of the zone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#zone PriceList#zone}
  */
  readonly zone: string;
}

export function priceListGenericZonesToTerraform(struct?: PriceListGenericZones | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    multiplier: cdktf.numberToTerraform(struct!.multiplier),
    zone: cdktf.stringToTerraform(struct!.zone),
  }
}


export function priceListGenericZonesToHclTerraform(struct?: PriceListGenericZones | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    multiplier: {
      value: cdktf.numberToHclTerraform(struct!.multiplier),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
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

export class PriceListGenericZonesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListGenericZones | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._multiplier !== undefined) {
      hasAnyValues = true;
      internalValueResult.multiplier = this._multiplier;
    }
    if (this._zone !== undefined) {
      hasAnyValues = true;
      internalValueResult.zone = this._zone;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListGenericZones | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._multiplier = undefined;
      this._zone = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._multiplier = value.multiplier;
      this._zone = value.zone;
    }
  }

  // multiplier - computed: false, optional: false, required: true
  private _multiplier?: number; 
  public get multiplier() {
    return this.getNumberAttribute('multiplier');
  }
  public set multiplier(value: number) {
    this._multiplier = value;
  }
  // Temporarily expose input value. Use with caution.
  public get multiplierInput() {
    return this._multiplier;
  }

  // zone - computed: false, optional: false, required: true
  private _zone?: string; 
  public get zone() {
    return this.getStringAttribute('zone');
  }
  public set zone(value: string) {
    this._zone = value;
  }
  // Temporarily expose input value. Use with caution.
  public get zoneInput() {
    return this._zone;
  }
}

export class PriceListGenericZonesList extends cdktf.ComplexList {
  public internalValue? : PriceListGenericZones[] | cdktf.IResolvable

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
  public get(index: number): PriceListGenericZonesOutputReference {
    return new PriceListGenericZonesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListGeneric {
  /**
  * Price of a core per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#cpu_core PriceList#cpu_core}
  */
  readonly cpuCore: number;
  /**
  * Discounts by the number of VMs of a tenant, the new one included.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#discounts PriceList#discounts}
  */
  readonly discounts?: PriceListGenericDiscounts[] | cdktf.IResolvable;
  /**
  * Price of a GB of root disk per hour. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#disk_gb PriceList#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * Price of a GB of memory per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#memory_gb PriceList#memory_gb}
  */
  readonly memoryGb: number;
  /**
  * Discount of spot VMs on CPU and memory, 0 to 1. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#spot_discount PriceList#spot_discount}
  */
  readonly spotDiscount?: number;
  /**
  * Multipliers by zone; other zones have 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#zones PriceList#zones}
  */
  readonly zones?: PriceListGenericZones[] | cdktf.IResolvable;
}

export function priceListGenericToTerraform(struct?: PriceListGeneric | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_core: cdktf.numberToTerraform(struct!.cpuCore),
    discounts: cdktf.listMapper(priceListGenericDiscountsToTerraform, false)(struct!.discounts),
    disk_gb: cdktf.numberToTerraform(struct!.diskGb),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
    spot_discount: cdktf.numberToTerraform(struct!.spotDiscount),
    zones: cdktf.listMapper(priceListGenericZonesToTerraform, false)(struct!.zones),
  }
}


export function priceListGenericToHclTerraform(struct?: PriceListGeneric | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    cpu_core: {
      value: cdktf.numberToHclTerraform(struct!.cpuCore),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    discounts: {
      value: cdktf.listMapperHcl(priceListGenericDiscountsToHclTerraform, false)(struct!.discounts),
      isBlock: true,
      type: "list",
      storageClassType: "PriceListGenericDiscountsList",
    },
    disk_gb: {
      value: cdktf.numberToHclTerraform(struct!.diskGb),
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
    spot_discount: {
      value: cdktf.numberToHclTerraform(struct!.spotDiscount),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    zones: {
      value: cdktf.listMapperHcl(priceListGenericZonesToHclTerraform, false)(struct!.zones),
      isBlock: true,
      type: "list",
      storageClassType: "PriceListGenericZonesList",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListGenericOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): PriceListGeneric | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cpuCore !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCore = this._cpuCore;
    }
    if (this._discounts?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.discounts = this._discounts?.internalValue;
    }
    if (this._diskGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskGb = this._diskGb;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    if (this._spotDiscount !== undefined) {
      hasAnyValues = true;
      internalValueResult.spotDiscount = this._spotDiscount;
    }
    if (this._zones?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.zones = this._zones?.internalValue;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListGeneric | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cpuCore = undefined;
      this._discounts.internalValue = undefined;
      this._diskGb = undefined;
      this._memoryGb = undefined;
      this._spotDiscount = undefined;
      this._zones.internalValue = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cpuCore = value.cpuCore;
      this._discounts.internalValue = value.discounts;
      this._diskGb = value.diskGb;
      this._memoryGb = value.memoryGb;
      this._spotDiscount = value.spotDiscount;
      this._zones.internalValue = value.zones;
    }
  }

  // cpu_core - computed: false, optional: false, required: true
  private _cpuCore?: number; 
  public get cpuCore() {
    return this.getNumberAttribute('cpu_core');
  }
  public set cpuCore(value: number) {
    this._cpuCore = value;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoreInput() {
    return this._cpuCore;
  }

  // discounts - computed: false, optional: true, required: false
  private _discounts = new PriceListGenericDiscountsList(this, "discounts", false);
  public get discounts() {
    return this._discounts;
  }
  public putDiscounts(value: PriceListGenericDiscounts[] | cdktf.IResolvable) {
    this._discounts.internalValue = value;
  }
  public resetDiscounts() {
    this._discounts.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get discountsInput() {
    return this._discounts.internalValue;
  }

  // disk_gb - computed: false, optional: true, required: false
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

  // spot_discount - computed: false, optional: true, required: false
  private _spotDiscount?: number; 
  public get spotDiscount() {
    return this.getNumberAttribute('spot_discount');
  }
  public set spotDiscount(value: number) {
    this._spotDiscount = value;
  }
  public resetSpotDiscount() {
    this._spotDiscount = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotDiscountInput() {
    return this._spotDiscount;
  }

  // zones - computed: false, optional: true, required: false
  private _zones = new PriceListGenericZonesList(this, "zones", false);
  public get zones() {
    return this._zones;
  }
  public putZones(value: PriceListGenericZones[] | cdktf.IResolvable) {
    this._zones.internalValue = value;
  }
  public resetZones() {
    this._zones.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get zonesInput() {
    return this._zones.internalValue;
  }
}
export interface PriceListInstanceTypesTypesReserved {
  /**
  * Price of each hour of the term.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#hourly PriceList#hourly}
  */
  readonly hourly: number;
  /**
  * Price that is paid at once.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#upfront PriceList#upfront}
  */
  readonly upfront: number;
  /**
  * Duration of the commitment. Unit: years.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#years PriceList#years}
  */
  readonly years: number;
}

export function priceListInstanceTypesTypesReservedToTerraform(struct?: PriceListInstanceTypesTypesReserved | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    hourly: cdktf.numberToTerraform(struct!.hourly),
    upfront: cdktf.numberToTerraform(struct!.upfront),
    years: cdktf.numberToTerraform(struct!.years),
  }
}


export function priceListInstanceTypesTypesReservedToHclTerraform(struct?: PriceListInstanceTypesTypesReserved | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    hourly: {
      value: cdktf.numberToHclTerraform(struct!.hourly),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    upfront: {
      value: cdktf.numberToHclTerraform(struct!.upfront),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    years: {
      value: cdktf.numberToHclTerraform(struct!.years),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListInstanceTypesTypesReservedOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListInstanceTypesTypesReserved | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._hourly !== undefined) {
      hasAnyValues = true;
      internalValueResult.hourly = this._hourly;
    }
    if (this._upfront !== undefined) {
      hasAnyValues = true;
      internalValueResult.upfront = this._upfront;
    }
    if (this._years !== undefined) {
      hasAnyValues = true;
      internalValueResult.years = this._years;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListInstanceTypesTypesReserved | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._hourly = undefined;
      this._upfront = undefined;
      this._years = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._hourly = value.hourly;
      this._upfront = value.upfront;
      this._years = value.years;
    }
  }

  // hourly - computed: false, optional: false, required: true
  private _hourly?: number; 
  public get hourly() {
    return this.getNumberAttribute('hourly');
  }
  public set hourly(value: number) {
    this._hourly = value;
  }
  // Temporarily expose input value. Use with caution.
  public get hourlyInput() {
    return this._hourly;
  }

  // upfront - computed: false, optional: false, required: true
  private _upfront?: number; 
  public get upfront() {
    return this.getNumberAttribute('upfront');
  }
  public set upfront(value: number) {
    this._upfront = value;
  }
  // Temporarily expose input value. Use with caution.
  public get upfrontInput() {
    return this._upfront;
  }

  // years - computed: false, optional: false, required: true
  private _years?: number; 
  public get years() {
    return this.getNumberAttribute('years');
  }
  public set years(value: number) {
    this._years = value;
  }
  // Temporarily expose input value. Use with caution.
  public get yearsInput() {
    return this._years;
  }
}

export class PriceListInstanceTypesTypesReservedList extends cdktf.ComplexList {
  public internalValue? : PriceListInstanceTypesTypesReserved[] | cdktf.IResolvable

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
  public get(index: number): PriceListInstanceTypesTypesReservedOutputReference {
    return new PriceListInstanceTypesTypesReservedOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListInstanceTypesTypes {
  /**
  * Unit: cores.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#cpu_cores PriceList#cpu_cores}
  */
  readonly cpuCores: number;
  /**
  * Share of spot instances that are interrupted within a month; absent: not known.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#interruption_risk PriceList#interruption_risk}
  */
  readonly interruptionRisk?: number;
  /**
  * Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#memory_gb PriceList#memory_gb}
  */
  readonly memoryGb: number;
  /**
  * Name of the type, such as m5.large.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#name PriceList#name}
  */
  readonly name: string;
  /**
  * Price per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#on_demand PriceList#on_demand}
  */
  readonly onDemand: number;
  /**
  * Prices of commitments.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#reserved PriceList#reserved}
  */
  readonly reserved?: PriceListInstanceTypesTypesReserved[] | cdktf.IResolvable;
  /**
  * Spot price per hour; absent: not sold as spot.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#spot PriceList#spot}
  */
  readonly spot?: number;
}

export function priceListInstanceTypesTypesToTerraform(struct?: PriceListInstanceTypesTypes | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    interruption_risk: cdktf.numberToTerraform(struct!.interruptionRisk),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
    name: cdktf.stringToTerraform(struct!.name),
    on_demand: cdktf.numberToTerraform(struct!.onDemand),
    reserved: cdktf.listMapper(priceListInstanceTypesTypesReservedToTerraform, false)(struct!.reserved),
    spot: cdktf.numberToTerraform(struct!.spot),
  }
}


export function priceListInstanceTypesTypesToHclTerraform(struct?: PriceListInstanceTypesTypes | cdktf.IResolvable): any {
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
    interruption_risk: {
      value: cdktf.numberToHclTerraform(struct!.interruptionRisk),
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
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    on_demand: {
      value: cdktf.numberToHclTerraform(struct!.onDemand),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    reserved: {
      value: cdktf.listMapperHcl(priceListInstanceTypesTypesReservedToHclTerraform, false)(struct!.reserved),
      isBlock: true,
      type: "list",
      storageClassType: "PriceListInstanceTypesTypesReservedList",
    },
    spot: {
      value: cdktf.numberToHclTerraform(struct!.spot),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListInstanceTypesTypesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListInstanceTypesTypes | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cpuCores !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCores = this._cpuCores;
    }
    if (this._interruptionRisk !== undefined) {
      hasAnyValues = true;
      internalValueResult.interruptionRisk = this._interruptionRisk;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._onDemand !== undefined) {
      hasAnyValues = true;
      internalValueResult.onDemand = this._onDemand;
    }
    if (this._reserved?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.reserved = this._reserved?.internalValue;
    }
    if (this._spot !== undefined) {
      hasAnyValues = true;
      internalValueResult.spot = this._spot;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListInstanceTypesTypes | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cpuCores = undefined;
      this._interruptionRisk = undefined;
      this._memoryGb = undefined;
      this._name = undefined;
      this._onDemand = undefined;
      this._reserved.internalValue = undefined;
      this._spot = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cpuCores = value.cpuCores;
      this._interruptionRisk = value.interruptionRisk;
      this._memoryGb = value.memoryGb;
      this._name = value.name;
      this._onDemand = value.onDemand;
      this._reserved.internalValue = value.reserved;
      this._spot = value.spot;
    }
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

  // interruption_risk - computed: false, optional: true, required: false
  private _interruptionRisk?: number; 
  public get interruptionRisk() {
    return this.getNumberAttribute('interruption_risk');
  }
  public set interruptionRisk(value: number) {
    this._interruptionRisk = value;
  }
  public resetInterruptionRisk() {
    this._interruptionRisk = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get interruptionRiskInput() {
    return this._interruptionRisk;
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

  // on_demand - computed: false, optional: false, required: true
  private _onDemand?: number; 
  public get onDemand() {
    return this.getNumberAttribute('on_demand');
  }
  public set onDemand(value: number) {
    this._onDemand = value;
  }
  // Temporarily expose input value. Use with caution.
  public get onDemandInput() {
    return this._onDemand;
  }

  // reserved - computed: false, optional: true, required: false
  private _reserved = new PriceListInstanceTypesTypesReservedList(this, "reserved", false);
  public get reserved() {
    return this._reserved;
  }
  public putReserved(value: PriceListInstanceTypesTypesReserved[] | cdktf.IResolvable) {
    this._reserved.internalValue = value;
  }
  public resetReserved() {
    this._reserved.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get reservedInput() {
    return this._reserved.internalValue;
  }

  // spot - computed: false, optional: true, required: false
  private _spot?: number; 
  public get spot() {
    return this.getNumberAttribute('spot');
  }
  public set spot(value: number) {
    this._spot = value;
  }
  public resetSpot() {
    this._spot = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotInput() {
    return this._spot;
  }
}

export class PriceListInstanceTypesTypesList extends cdktf.ComplexList {
  public internalValue? : PriceListInstanceTypesTypes[] | cdktf.IResolvable

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
  public get(index: number): PriceListInstanceTypesTypesOutputReference {
    return new PriceListInstanceTypesTypesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListInstanceTypes {
  /**
  * Price of a GB of root disk per hour. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#disk_gb PriceList#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * Highest interruption risk at which a spot VM gets the spot price. Default: 0.2.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#spot_risk_max PriceList#spot_risk_max}
  */
  readonly spotRiskMax?: number;
  /**
  * Instance types.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#types PriceList#types}
  */
  readonly types: PriceListInstanceTypesTypes[] | cdktf.IResolvable;
}

export function priceListInstanceTypesToTerraform(struct?: PriceListInstanceTypes | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    disk_gb: cdktf.numberToTerraform(struct!.diskGb),
    spot_risk_max: cdktf.numberToTerraform(struct!.spotRiskMax),
    types: cdktf.listMapper(priceListInstanceTypesTypesToTerraform, false)(struct!.types),
  }
}


export function priceListInstanceTypesToHclTerraform(struct?: PriceListInstanceTypes | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    disk_gb: {
      value: cdktf.numberToHclTerraform(struct!.diskGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    spot_risk_max: {
      value: cdktf.numberToHclTerraform(struct!.spotRiskMax),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    types: {
      value: cdktf.listMapperHcl(priceListInstanceTypesTypesToHclTerraform, false)(struct!.types),
      isBlock: true,
      type: "list",
      storageClassType: "PriceListInstanceTypesTypesList",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListInstanceTypesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): PriceListInstanceTypes | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._diskGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskGb = this._diskGb;
    }
    if (this._spotRiskMax !== undefined) {
      hasAnyValues = true;
      internalValueResult.spotRiskMax = this._spotRiskMax;
    }
    if (this._types?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.types = this._types?.internalValue;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListInstanceTypes | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._diskGb = undefined;
      this._spotRiskMax = undefined;
      this._types.internalValue = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._diskGb = value.diskGb;
      this._spotRiskMax = value.spotRiskMax;
      this._types.internalValue = value.types;
    }
  }

  // disk_gb - computed: false, optional: true, required: false
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

  // spot_risk_max - computed: false, optional: true, required: false
  private _spotRiskMax?: number; 
  public get spotRiskMax() {
    return this.getNumberAttribute('spot_risk_max');
  }
  public set spotRiskMax(value: number) {
    this._spotRiskMax = value;
  }
  public resetSpotRiskMax() {
    this._spotRiskMax = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotRiskMaxInput() {
    return this._spotRiskMax;
  }

  // types - computed: false, optional: false, required: true
  private _types = new PriceListInstanceTypesTypesList(this, "types", false);
  public get types() {
    return this._types;
  }
  public putTypes(value: PriceListInstanceTypesTypes[] | cdktf.IResolvable) {
    this._types.internalValue = value;
  }
  // Temporarily expose input value. Use with caution.
  public get typesInput() {
    return this._types.internalValue;
  }
}
export interface PriceListNodeClasses {
  /**
  * Price of a core per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#cpu_core PriceList#cpu_core}
  */
  readonly cpuCore: number;
  /**
  * Price of a GB of root disk per hour. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#disk_gb PriceList#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * Price of a GB of memory per hour.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#memory_gb PriceList#memory_gb}
  */
  readonly memoryGb: number;
  /**
  * Name of the class; `default` is for nodes whose class has no prices.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#name PriceList#name}
  */
  readonly name: string;
  /**
  * Cost of a node to its operator per hour, for capacity plans; tenants do not see it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#node PriceList#node}
  */
  readonly nodeAttribute?: number;
  /**
  * Discount of spot VMs on CPU and memory, 0 to 1. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#spot_discount PriceList#spot_discount}
  */
  readonly spotDiscount?: number;
  /**
  * Probability that a node is withdrawn within an hour, 0 to 1; above 0, only spot VMs are placed there. Default: 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#spot_risk PriceList#spot_risk}
  */
  readonly spotRisk?: number;
}

export function priceListNodeClassesToTerraform(struct?: PriceListNodeClasses | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_core: cdktf.numberToTerraform(struct!.cpuCore),
    disk_gb: cdktf.numberToTerraform(struct!.diskGb),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
    name: cdktf.stringToTerraform(struct!.name),
    node: cdktf.numberToTerraform(struct!.nodeAttribute),
    spot_discount: cdktf.numberToTerraform(struct!.spotDiscount),
    spot_risk: cdktf.numberToTerraform(struct!.spotRisk),
  }
}


export function priceListNodeClassesToHclTerraform(struct?: PriceListNodeClasses | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    cpu_core: {
      value: cdktf.numberToHclTerraform(struct!.cpuCore),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    disk_gb: {
      value: cdktf.numberToHclTerraform(struct!.diskGb),
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
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    node: {
      value: cdktf.numberToHclTerraform(struct!.nodeAttribute),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    spot_discount: {
      value: cdktf.numberToHclTerraform(struct!.spotDiscount),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    spot_risk: {
      value: cdktf.numberToHclTerraform(struct!.spotRisk),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListNodeClassesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): PriceListNodeClasses | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cpuCore !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCore = this._cpuCore;
    }
    if (this._diskGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskGb = this._diskGb;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._node !== undefined) {
      hasAnyValues = true;
      internalValueResult.nodeAttribute = this._node;
    }
    if (this._spotDiscount !== undefined) {
      hasAnyValues = true;
      internalValueResult.spotDiscount = this._spotDiscount;
    }
    if (this._spotRisk !== undefined) {
      hasAnyValues = true;
      internalValueResult.spotRisk = this._spotRisk;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListNodeClasses | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cpuCore = undefined;
      this._diskGb = undefined;
      this._memoryGb = undefined;
      this._name = undefined;
      this._node = undefined;
      this._spotDiscount = undefined;
      this._spotRisk = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cpuCore = value.cpuCore;
      this._diskGb = value.diskGb;
      this._memoryGb = value.memoryGb;
      this._name = value.name;
      this._node = value.nodeAttribute;
      this._spotDiscount = value.spotDiscount;
      this._spotRisk = value.spotRisk;
    }
  }

  // cpu_core - computed: false, optional: false, required: true
  private _cpuCore?: number; 
  public get cpuCore() {
    return this.getNumberAttribute('cpu_core');
  }
  public set cpuCore(value: number) {
    this._cpuCore = value;
  }
  // Temporarily expose input value. Use with caution.
  public get cpuCoreInput() {
    return this._cpuCore;
  }

  // disk_gb - computed: false, optional: true, required: false
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

  // node - computed: false, optional: true, required: false
  private _node?: number; 
  public get nodeAttribute() {
    return this.getNumberAttribute('node');
  }
  public set nodeAttribute(value: number) {
    this._node = value;
  }
  public resetNodeAttribute() {
    this._node = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nodeAttributeInput() {
    return this._node;
  }

  // spot_discount - computed: false, optional: true, required: false
  private _spotDiscount?: number; 
  public get spotDiscount() {
    return this.getNumberAttribute('spot_discount');
  }
  public set spotDiscount(value: number) {
    this._spotDiscount = value;
  }
  public resetSpotDiscount() {
    this._spotDiscount = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotDiscountInput() {
    return this._spotDiscount;
  }

  // spot_risk - computed: false, optional: true, required: false
  private _spotRisk?: number; 
  public get spotRisk() {
    return this.getNumberAttribute('spot_risk');
  }
  public set spotRisk(value: number) {
    this._spotRisk = value;
  }
  public resetSpotRisk() {
    this._spotRisk = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spotRiskInput() {
    return this._spotRisk;
  }
}

export class PriceListNodeClassesList extends cdktf.ComplexList {
  public internalValue? : PriceListNodeClasses[] | cdktf.IResolvable

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
  public get(index: number): PriceListNodeClassesOutputReference {
    return new PriceListNodeClassesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface PriceListVolumeGb {
  /**
  * Price of a GB of an hdd volume per hour; absent: not known.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#hdd PriceList#hdd}
  */
  readonly hdd?: number;
  /**
  * Price of a GB of an nvme volume per hour; absent: not known.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#nvme PriceList#nvme}
  */
  readonly nvme?: number;
  /**
  * Price of a GB of an ssd volume per hour; absent: not known.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#ssd PriceList#ssd}
  */
  readonly ssd?: number;
}

export function priceListVolumeGbToTerraform(struct?: PriceListVolumeGb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    hdd: cdktf.numberToTerraform(struct!.hdd),
    nvme: cdktf.numberToTerraform(struct!.nvme),
    ssd: cdktf.numberToTerraform(struct!.ssd),
  }
}


export function priceListVolumeGbToHclTerraform(struct?: PriceListVolumeGb | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    hdd: {
      value: cdktf.numberToHclTerraform(struct!.hdd),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    nvme: {
      value: cdktf.numberToHclTerraform(struct!.nvme),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    ssd: {
      value: cdktf.numberToHclTerraform(struct!.ssd),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class PriceListVolumeGbOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): PriceListVolumeGb | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._hdd !== undefined) {
      hasAnyValues = true;
      internalValueResult.hdd = this._hdd;
    }
    if (this._nvme !== undefined) {
      hasAnyValues = true;
      internalValueResult.nvme = this._nvme;
    }
    if (this._ssd !== undefined) {
      hasAnyValues = true;
      internalValueResult.ssd = this._ssd;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: PriceListVolumeGb | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._hdd = undefined;
      this._nvme = undefined;
      this._ssd = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._hdd = value.hdd;
      this._nvme = value.nvme;
      this._ssd = value.ssd;
    }
  }

  // hdd - computed: false, optional: true, required: false
  private _hdd?: number; 
  public get hdd() {
    return this.getNumberAttribute('hdd');
  }
  public set hdd(value: number) {
    this._hdd = value;
  }
  public resetHdd() {
    this._hdd = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get hddInput() {
    return this._hdd;
  }

  // nvme - computed: false, optional: true, required: false
  private _nvme?: number; 
  public get nvme() {
    return this.getNumberAttribute('nvme');
  }
  public set nvme(value: number) {
    this._nvme = value;
  }
  public resetNvme() {
    this._nvme = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nvmeInput() {
    return this._nvme;
  }

  // ssd - computed: false, optional: true, required: false
  private _ssd?: number; 
  public get ssd() {
    return this.getNumberAttribute('ssd');
  }
  public set ssd(value: number) {
    this._ssd = value;
  }
  public resetSsd() {
    this._ssd = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ssdInput() {
    return this._ssd;
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list novacron_price_list}
*/
export class PriceList extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_price_list";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a PriceList resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the PriceList to import
  * @param importFromId The id of the existing PriceList that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the PriceList to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_price_list", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/price_list novacron_price_list} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options PriceListConfig
  */
  public constructor(scope: Construct, id: string, config: PriceListConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_price_list',
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
    this._addresses.internalValue = config.addresses;
    this._currency = config.currency;
    this._description = config.description;
    this._generic.internalValue = config.generic;
    this._imageGb = config.imageGb;
    this._instanceTypes.internalValue = config.instanceTypes;
    this._name = config.name;
    this._nodeClasses.internalValue = config.nodeClasses;
    this._snapshotGb = config.snapshotGb;
    this._validFrom = config.validFrom;
    this._volumeGb.internalValue = config.volumeGb;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // addresses - computed: false, optional: true, required: false
  private _addresses = new PriceListAddressesList(this, "addresses", false);
  public get addresses() {
    return this._addresses;
  }
  public putAddresses(value: PriceListAddresses[] | cdktf.IResolvable) {
    this._addresses.internalValue = value;
  }
  public resetAddresses() {
    this._addresses.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get addressesInput() {
    return this._addresses.internalValue;
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
  }

  // currency - computed: false, optional: false, required: true
  private _currency?: string; 
  public get currency() {
    return this.getStringAttribute('currency');
  }
  public set currency(value: string) {
    this._currency = value;
  }
  // Temporarily expose input value. Use with caution.
  public get currencyInput() {
    return this._currency;
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

  // generic - computed: false, optional: true, required: false
  private _generic = new PriceListGenericOutputReference(this, "generic");
  public get generic() {
    return this._generic;
  }
  public putGeneric(value: PriceListGeneric) {
    this._generic.internalValue = value;
  }
  public resetGeneric() {
    this._generic.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get genericInput() {
    return this._generic.internalValue;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // image_gb - computed: false, optional: true, required: false
  private _imageGb?: number; 
  public get imageGb() {
    return this.getNumberAttribute('image_gb');
  }
  public set imageGb(value: number) {
    this._imageGb = value;
  }
  public resetImageGb() {
    this._imageGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get imageGbInput() {
    return this._imageGb;
  }

  // instance_types - computed: false, optional: true, required: false
  private _instanceTypes = new PriceListInstanceTypesOutputReference(this, "instance_types");
  public get instanceTypes() {
    return this._instanceTypes;
  }
  public putInstanceTypes(value: PriceListInstanceTypes) {
    this._instanceTypes.internalValue = value;
  }
  public resetInstanceTypes() {
    this._instanceTypes.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get instanceTypesInput() {
    return this._instanceTypes.internalValue;
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

  // node_classes - computed: false, optional: true, required: false
  private _nodeClasses = new PriceListNodeClassesList(this, "node_classes", false);
  public get nodeClasses() {
    return this._nodeClasses;
  }
  public putNodeClasses(value: PriceListNodeClasses[] | cdktf.IResolvable) {
    this._nodeClasses.internalValue = value;
  }
  public resetNodeClasses() {
    this._nodeClasses.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get nodeClassesInput() {
    return this._nodeClasses.internalValue;
  }

  // snapshot_gb - computed: false, optional: true, required: false
  private _snapshotGb?: number; 
  public get snapshotGb() {
    return this.getNumberAttribute('snapshot_gb');
  }
  public set snapshotGb(value: number) {
    this._snapshotGb = value;
  }
  public resetSnapshotGb() {
    this._snapshotGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get snapshotGbInput() {
    return this._snapshotGb;
  }

  // valid_from - computed: true, optional: true, required: false
  private _validFrom?: string; 
  public get validFrom() {
    return this.getStringAttribute('valid_from');
  }
  public set validFrom(value: string) {
    this._validFrom = value;
  }
  public resetValidFrom() {
    this._validFrom = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get validFromInput() {
    return this._validFrom;
  }

  // volume_gb - computed: false, optional: true, required: false
  private _volumeGb = new PriceListVolumeGbOutputReference(this, "volume_gb");
  public get volumeGb() {
    return this._volumeGb;
  }
  public putVolumeGb(value: PriceListVolumeGb) {
    this._volumeGb.internalValue = value;
  }
  public resetVolumeGb() {
    this._volumeGb.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get volumeGbInput() {
    return this._volumeGb.internalValue;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      addresses: cdktf.listMapper(priceListAddressesToTerraform, false)(this._addresses.internalValue),
      currency: cdktf.stringToTerraform(this._currency),
      description: cdktf.stringToTerraform(this._description),
      generic: priceListGenericToTerraform(this._generic.internalValue),
      image_gb: cdktf.numberToTerraform(this._imageGb),
      instance_types: priceListInstanceTypesToTerraform(this._instanceTypes.internalValue),
      name: cdktf.stringToTerraform(this._name),
      node_classes: cdktf.listMapper(priceListNodeClassesToTerraform, false)(this._nodeClasses.internalValue),
      snapshot_gb: cdktf.numberToTerraform(this._snapshotGb),
      valid_from: cdktf.stringToTerraform(this._validFrom),
      volume_gb: priceListVolumeGbToTerraform(this._volumeGb.internalValue),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      addresses: {
        value: cdktf.listMapperHcl(priceListAddressesToHclTerraform, false)(this._addresses.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "PriceListAddressesList",
      },
      currency: {
        value: cdktf.stringToHclTerraform(this._currency),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      description: {
        value: cdktf.stringToHclTerraform(this._description),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      generic: {
        value: priceListGenericToHclTerraform(this._generic.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "PriceListGeneric",
      },
      image_gb: {
        value: cdktf.numberToHclTerraform(this._imageGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      instance_types: {
        value: priceListInstanceTypesToHclTerraform(this._instanceTypes.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "PriceListInstanceTypes",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      node_classes: {
        value: cdktf.listMapperHcl(priceListNodeClassesToHclTerraform, false)(this._nodeClasses.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "PriceListNodeClassesList",
      },
      snapshot_gb: {
        value: cdktf.numberToHclTerraform(this._snapshotGb),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      valid_from: {
        value: cdktf.stringToHclTerraform(this._validFrom),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      volume_gb: {
        value: priceListVolumeGbToHclTerraform(this._volumeGb.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "PriceListVolumeGb",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
