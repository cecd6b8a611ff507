// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface VmGroupConfig extends cdktf.TerraformMetaArguments {
  /**
  * Domain that members never share: node, rack or zone (a hard rule). One of `node`, `rack`, `zone`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#anti_affinity VmGroup#anti_affinity}
  */
  readonly antiAffinity?: string;
  /**
  * Protects the group from deletion and replacement, already in plans. Set it to false and apply before you delete the group. Its members can still be removed: when it scales in, or to replace them. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#deletion_protection VmGroup#deletion_protection}
  */
  readonly deletionProtection?: boolean | cdktf.IResolvable;
  /**
  * Desired number of members. If it is not set, NovaCron sets it: the group starts with `min_size`, and a change by `novacron group scale` is not drift. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#desired_size VmGroup#desired_size}
  */
  readonly desiredSize?: number;
  /**
  * Maximum number of members. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#max_size VmGroup#max_size}
  */
  readonly maxSize: number;
  /**
  * Maximum number of members that a change of `vm` updates at the same time, and the disruption budget of the group: NovaCron stops none by itself while as many are down. Default: `1`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#max_unavailable VmGroup#max_unavailable}
  */
  readonly maxUnavailable?: number;
  /**
  * Labels of the group; labels of members are in `vm`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#metadata VmGroup#metadata}
  */
  readonly metadata?: { [key: string]: string };
  /**
  * Minimum number of members. 0 needs a schedule in `scaling`, or a rule with the scope `group`: a metric of members is unknown while there are none. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#min_size VmGroup#min_size}
  */
  readonly minSize: number;
  /**
  * Name of the group, unique within the tenant. Its members are named NAME-1, NAME-2, and a change renames them. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#name VmGroup#name}
  */
  readonly name: string;
  /**
  * Automatic sizing between `min_size` and `max_size`, by rules over metrics, schedules and forecasts. Not beside `desired_size`. A member that is removed loses its root disk, so no group is made smaller by itself while a member that would be removed has volumes attached. Orchestration policies do not scale a group that has `scaling`, unless its mode is `recommend`. Default: NovaCron does not scale the group by itself. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#scaling VmGroup#scaling}
  */
  readonly scaling?: VmGroupScaling;
  /**
  * Spreads the members evenly over nodes, racks or zones. One of `node`, `rack`, `zone`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#spread VmGroup#spread}
  */
  readonly spread?: string;
  /**
  * Time a run waits. An operation that takes longer continues on the server, and the next run finds its result; its create is tainted (`terraform untaint` keeps the resource). A change is live: only Terraform uses it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#timeouts VmGroup#timeouts}
  */
  readonly timeouts?: VmGroupTimeouts;
  /**
  * Configuration of every member: the fields of a VM except individual and secret ones. A change is rolled out to at most `max_unavailable` members at a time. Members that cannot be changed in place (another template, a smaller disk) are replaced, including their root disks. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vm VmGroup#vm}
  */
  readonly vm: VmGroupVm;
}
export interface VmGroupScalingPredictionCalendar {
  /**
  * Dates: `YYYY-MM-DD`, or `MM-DD` for each year. Earlier ones belong here as well.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#dates VmGroup#dates}
  */
  readonly dates: string[];
  /**
  * Name of the days, such as `black-friday`
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#name VmGroup#name}
  */
  readonly name: string;
  /**
  * Time zone in which the days begin at midnight, such as `Europe/Berlin`. Default: `UTC`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#time_zone VmGroup#time_zone}
  */
  readonly timeZone?: string;
}

export function vmGroupScalingPredictionCalendarToTerraform(struct?: VmGroupScalingPredictionCalendar | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    dates: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.dates),
    name: cdktf.stringToTerraform(struct!.name),
    time_zone: cdktf.stringToTerraform(struct!.timeZone),
  }
}


export function vmGroupScalingPredictionCalendarToHclTerraform(struct?: VmGroupScalingPredictionCalendar | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    dates: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.dates),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    name: {
      value: cdktf.stringToHclTerraform(struct!.name),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    time_zone: {
      value: cdktf.stringToHclTerraform(struct!.timeZone),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingPredictionCalendarOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupScalingPredictionCalendar | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._dates !== undefined) {
      hasAnyValues = true;
      internalValueResult.dates = this._dates;
    }
    if (this._name !== undefined) {
      hasAnyValues = true;
      internalValueResult.name = this._name;
    }
    if (this._timeZone !== undefined) {
      hasAnyValues = true;
      internalValueResult.timeZone = this._timeZone;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingPredictionCalendar | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._dates = undefined;
      this._name = undefined;
      this._timeZone = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._dates = value.dates;
      this._name = value.name;
      this._timeZone = value.timeZone;
    }
  }

  // dates - computed: false, optional: false, required: true
  private _dates?: string[]; 
  public get dates() {
    return this.getListAttribute('dates');
  }
  public set dates(value: string[]) {
    this._dates = value;
  }
  // Temporarily expose input value. Use with caution.
  public get datesInput() {
    return this._dates;
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

  // time_zone - computed: false, optional: true, required: false
  private _timeZone?: string; 
  public get timeZone() {
    return this.getStringAttribute('time_zone');
  }
  public set timeZone(value: string) {
    this._timeZone = value;
  }
  public resetTimeZone() {
    this._timeZone = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeZoneInput() {
    return this._timeZone;
  }
}

export class VmGroupScalingPredictionCalendarList extends cdktf.ComplexList {
  public internalValue? : VmGroupScalingPredictionCalendar[] | cdktf.IResolvable

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
  public get(index: number): VmGroupScalingPredictionCalendarOutputReference {
    return new VmGroupScalingPredictionCalendarOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupScalingPrediction {
  /**
  * Named days, on which the load is unlike on ordinary days: the forecast of such a day follows the earlier days of the same name, of up to 400 days. Of a date with two names the first one counts. Default: all days are ordinary.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#calendar VmGroup#calendar}
  */
  readonly calendar?: VmGroupScalingPredictionCalendar[] | cdktf.IResolvable;
  /**
  * Forecast horizon, from 5m to 24h.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#horizon VmGroup#horizon}
  */
  readonly horizon: string;
  /**
  * Accuracy in the backtest below which the forecast is not used. Default: 0.7.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#min_accuracy VmGroup#min_accuracy}
  */
  readonly minAccuracy?: number;
  /**
  * Models of the forecast. `auto`: those that were the most accurate in the backtest; others: the median of the models of that method. Default: `auto`. One of `auto`, `arima`, `exponential_smoothing`, `regression`, `networks`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#model VmGroup#model}
  */
  readonly model?: string;
  /**
  * Whether forecasts follow days and weeks. Default: true.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#seasonal_adjustment VmGroup#seasonal_adjustment}
  */
  readonly seasonalAdjustment?: boolean | cdktf.IResolvable;
  /**
  * History that models learn from, from 1d to 70d. Default, and at most: 14 days for a horizon of up to 6 hours, 28 days for a longer one.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#training_window VmGroup#training_window}
  */
  readonly trainingWindow?: string;
  /**
  * Whether models that continue a trend take part. Default: true.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#trend_adjustment VmGroup#trend_adjustment}
  */
  readonly trendAdjustment?: boolean | cdktf.IResolvable;
  /**
  * Part of the forecast in the expected load, from 0 to 1; the rest is what is measured now. Forecasts never make the group smaller than what is measured needs. Default: 0.3.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#weight VmGroup#weight}
  */
  readonly weight?: number;
}

export function vmGroupScalingPredictionToTerraform(struct?: VmGroupScalingPrediction | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    calendar: cdktf.listMapper(vmGroupScalingPredictionCalendarToTerraform, false)(struct!.calendar),
    horizon: cdktf.stringToTerraform(struct!.horizon),
    min_accuracy: cdktf.numberToTerraform(struct!.minAccuracy),
    model: cdktf.stringToTerraform(struct!.model),
    seasonal_adjustment: cdktf.booleanToTerraform(struct!.seasonalAdjustment),
    training_window: cdktf.stringToTerraform(struct!.trainingWindow),
    trend_adjustment: cdktf.booleanToTerraform(struct!.trendAdjustment),
    weight: cdktf.numberToTerraform(struct!.weight),
  }
}


export function vmGroupScalingPredictionToHclTerraform(struct?: VmGroupScalingPrediction | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    calendar: {
      value: cdktf.listMapperHcl(vmGroupScalingPredictionCalendarToHclTerraform, false)(struct!.calendar),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupScalingPredictionCalendarList",
    },
    horizon: {
      value: cdktf.stringToHclTerraform(struct!.horizon),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    min_accuracy: {
      value: cdktf.numberToHclTerraform(struct!.minAccuracy),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    model: {
      value: cdktf.stringToHclTerraform(struct!.model),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    seasonal_adjustment: {
      value: cdktf.booleanToHclTerraform(struct!.seasonalAdjustment),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    training_window: {
      value: cdktf.stringToHclTerraform(struct!.trainingWindow),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    trend_adjustment: {
      value: cdktf.booleanToHclTerraform(struct!.trendAdjustment),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    weight: {
      value: cdktf.numberToHclTerraform(struct!.weight),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingPredictionOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingPrediction | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._calendar?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.calendar = this._calendar?.internalValue;
    }
    if (this._horizon !== undefined) {
      hasAnyValues = true;
      internalValueResult.horizon = this._horizon;
    }
    if (this._minAccuracy !== undefined) {
      hasAnyValues = true;
      internalValueResult.minAccuracy = this._minAccuracy;
    }
    if (this._model !== undefined) {
      hasAnyValues = true;
      internalValueResult.model = this._model;
    }
    if (this._seasonalAdjustment !== undefined) {
      hasAnyValues = true;
      internalValueResult.seasonalAdjustment = this._seasonalAdjustment;
    }
    if (this._trainingWindow !== undefined) {
      hasAnyValues = true;
      internalValueResult.trainingWindow = this._trainingWindow;
    }
    if (this._trendAdjustment !== undefined) {
      hasAnyValues = true;
      internalValueResult.trendAdjustment = this._trendAdjustment;
    }
    if (this._weight !== undefined) {
      hasAnyValues = true;
      internalValueResult.weight = this._weight;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingPrediction | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._calendar.internalValue = undefined;
      this._horizon = undefined;
      this._minAccuracy = undefined;
      this._model = undefined;
      this._seasonalAdjustment = undefined;
      this._trainingWindow = undefined;
      this._trendAdjustment = undefined;
      this._weight = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._calendar.internalValue = value.calendar;
      this._horizon = value.horizon;
      this._minAccuracy = value.minAccuracy;
      this._model = value.model;
      this._seasonalAdjustment = value.seasonalAdjustment;
      this._trainingWindow = value.trainingWindow;
      this._trendAdjustment = value.trendAdjustment;
      this._weight = value.weight;
    }
  }

  // calendar - computed: false, optional: true, required: false
  private _calendar = new VmGroupScalingPredictionCalendarList(this, "calendar", false);
  public get calendar() {
    return this._calendar;
  }
  public putCalendar(value: VmGroupScalingPredictionCalendar[] | cdktf.IResolvable) {
    this._calendar.internalValue = value;
  }
  public resetCalendar() {
    this._calendar.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get calendarInput() {
    return this._calendar.internalValue;
  }

  // horizon - computed: false, optional: false, required: true
  private _horizon?: string; 
  public get horizon() {
    return this.getStringAttribute('horizon');
  }
  public set horizon(value: string) {
    this._horizon = value;
  }
  // Temporarily expose input value. Use with caution.
  public get horizonInput() {
    return this._horizon;
  }

  // min_accuracy - computed: false, optional: true, required: false
  private _minAccuracy?: number; 
  public get minAccuracy() {
    return this.getNumberAttribute('min_accuracy');
  }
  public set minAccuracy(value: number) {
    this._minAccuracy = value;
  }
  public resetMinAccuracy() {
    this._minAccuracy = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get minAccuracyInput() {
    return this._minAccuracy;
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

  // seasonal_adjustment - computed: false, optional: true, required: false
  private _seasonalAdjustment?: boolean | cdktf.IResolvable; 
  public get seasonalAdjustment() {
    return this.getBooleanAttribute('seasonal_adjustment');
  }
  public set seasonalAdjustment(value: boolean | cdktf.IResolvable) {
    this._seasonalAdjustment = value;
  }
  public resetSeasonalAdjustment() {
    this._seasonalAdjustment = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get seasonalAdjustmentInput() {
    return this._seasonalAdjustment;
  }

  // training_window - computed: false, optional: true, required: false
  private _trainingWindow?: string; 
  public get trainingWindow() {
    return this.getStringAttribute('training_window');
  }
  public set trainingWindow(value: string) {
    this._trainingWindow = value;
  }
  public resetTrainingWindow() {
    this._trainingWindow = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get trainingWindowInput() {
    return this._trainingWindow;
  }

  // trend_adjustment - computed: false, optional: true, required: false
  private _trendAdjustment?: boolean | cdktf.IResolvable; 
  public get trendAdjustment() {
    return this.getBooleanAttribute('trend_adjustment');
  }
  public set trendAdjustment(value: boolean | cdktf.IResolvable) {
    this._trendAdjustment = value;
  }
  public resetTrendAdjustment() {
    this._trendAdjustment = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get trendAdjustmentInput() {
    return this._trendAdjustment;
  }

  // weight - computed: false, optional: true, required: false
  private _weight?: number; 
  public get weight() {
    return this.getNumberAttribute('weight');
  }
  public set weight(value: number) {
    this._weight = value;
  }
  public resetWeight() {
    this._weight = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get weightInput() {
    return this._weight;
  }
}
export interface VmGroupScalingRulesSteps {
  /**
  * Number of members that are added, or removed where it is negative
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#change VmGroup#change}
  */
  readonly change: number;
  /**
  * Value of the metric from which the step counts
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#from VmGroup#from}
  */
  readonly from: number;
}

export function vmGroupScalingRulesStepsToTerraform(struct?: VmGroupScalingRulesSteps | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    change: cdktf.numberToTerraform(struct!.change),
    from: cdktf.numberToTerraform(struct!.from),
  }
}


export function vmGroupScalingRulesStepsToHclTerraform(struct?: VmGroupScalingRulesSteps | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    change: {
      value: cdktf.numberToHclTerraform(struct!.change),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    from: {
      value: cdktf.numberToHclTerraform(struct!.from),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingRulesStepsOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupScalingRulesSteps | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._change !== undefined) {
      hasAnyValues = true;
      internalValueResult.change = this._change;
    }
    if (this._from !== undefined) {
      hasAnyValues = true;
      internalValueResult.from = this._from;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingRulesSteps | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._change = undefined;
      this._from = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._change = value.change;
      this._from = value.from;
    }
  }

  // change - computed: false, optional: false, required: true
  private _change?: number; 
  public get change() {
    return this.getNumberAttribute('change');
  }
  public set change(value: number) {
    this._change = value;
  }
  // Temporarily expose input value. Use with caution.
  public get changeInput() {
    return this._change;
  }

  // from - computed: false, optional: false, required: true
  private _from?: number; 
  public get from() {
    return this.getNumberAttribute('from');
  }
  public set from(value: number) {
    this._from = value;
  }
  // Temporarily expose input value. Use with caution.
  public get fromInput() {
    return this._from;
  }
}

export class VmGroupScalingRulesStepsList extends cdktf.ComplexList {
  public internalValue? : VmGroupScalingRulesSteps[] | cdktf.IResolvable

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
  public get(index: number): VmGroupScalingRulesStepsOutputReference {
    return new VmGroupScalingRulesStepsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupScalingRules {
  /**
  * Requests that a member of `queue` serves at the same time. Default: 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#concurrency VmGroup#concurrency}
  */
  readonly concurrency?: number;
  /**
  * Value of `threshold` below which one is removed. Default: 0.3, for metrics that are ratios.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#down VmGroup#down}
  */
  readonly down?: number;
  /**
  * `target`: as many members as keep the metric at `value`; `threshold`: one more above `up`, one fewer below `down`; `step`: as many more or fewer as the step says; `queue`: as many as keep the wait for a free member below `wait` by the formula of Erlang C.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#kind VmGroup#kind}
  */
  readonly kind: string;
  /**
  * Metric that the rule reads, such as `cpu_utilization_ratio`. Of `queue`: requests that arrive at the group, per second.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#metric VmGroup#metric}
  */
  readonly metric: string;
  /**
  * `member`: the value is a mean over the members; `group`: the members share it, such as the length of a queue. Default: `member` for metrics that NovaCron measures, else `group`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#scope VmGroup#scope}
  */
  readonly scope?: string;
  /**
  * Time that a member needs for one request of `queue`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#service_time VmGroup#service_time}
  */
  readonly serviceTime?: string;
  /**
  * Steps of `step`; the one with the highest `from` that the value reaches counts.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#steps VmGroup#steps}
  */
  readonly steps?: VmGroupScalingRulesSteps[] | cdktf.IResolvable;
  /**
  * Value of `threshold` above which a member is added. Default: 0.7, for metrics that are ratios.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#up VmGroup#up}
  */
  readonly up?: number;
  /**
  * Value of `target` that one member has when the group has the right size.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#value VmGroup#value}
  */
  readonly value?: number;
  /**
  * Mean time that a request of `queue` may wait. Default: `service_time`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#wait VmGroup#wait}
  */
  readonly wait?: string;
}

export function vmGroupScalingRulesToTerraform(struct?: VmGroupScalingRules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    concurrency: cdktf.numberToTerraform(struct!.concurrency),
    down: cdktf.numberToTerraform(struct!.down),
    kind: cdktf.stringToTerraform(struct!.kind),
    metric: cdktf.stringToTerraform(struct!.metric),
    scope: cdktf.stringToTerraform(struct!.scope),
    service_time: cdktf.stringToTerraform(struct!.serviceTime),
    steps: cdktf.listMapper(vmGroupScalingRulesStepsToTerraform, false)(struct!.steps),
    up: cdktf.numberToTerraform(struct!.up),
    value: cdktf.numberToTerraform(struct!.value),
    wait: cdktf.stringToTerraform(struct!.wait),
  }
}


export function vmGroupScalingRulesToHclTerraform(struct?: VmGroupScalingRules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    concurrency: {
      value: cdktf.numberToHclTerraform(struct!.concurrency),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    down: {
      value: cdktf.numberToHclTerraform(struct!.down),
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
    metric: {
      value: cdktf.stringToHclTerraform(struct!.metric),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    scope: {
      value: cdktf.stringToHclTerraform(struct!.scope),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    service_time: {
      value: cdktf.stringToHclTerraform(struct!.serviceTime),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    steps: {
      value: cdktf.listMapperHcl(vmGroupScalingRulesStepsToHclTerraform, false)(struct!.steps),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupScalingRulesStepsList",
    },
    up: {
      value: cdktf.numberToHclTerraform(struct!.up),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    value: {
      value: cdktf.numberToHclTerraform(struct!.value),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    wait: {
      value: cdktf.stringToHclTerraform(struct!.wait),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingRulesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupScalingRules | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._concurrency !== undefined) {
      hasAnyValues = true;
      internalValueResult.concurrency = this._concurrency;
    }
    if (this._down !== undefined) {
      hasAnyValues = true;
      internalValueResult.down = this._down;
    }
    if (this._kind !== undefined) {
      hasAnyValues = true;
      internalValueResult.kind = this._kind;
    }
    if (this._metric !== undefined) {
      hasAnyValues = true;
      internalValueResult.metric = this._metric;
    }
    if (this._scope !== undefined) {
      hasAnyValues = true;
      internalValueResult.scope = this._scope;
    }
    if (this._serviceTime !== undefined) {
      hasAnyValues = true;
      internalValueResult.serviceTime = this._serviceTime;
    }
    if (this._steps?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.steps = this._steps?.internalValue;
    }
    if (this._up !== undefined) {
      hasAnyValues = true;
      internalValueResult.up = this._up;
    }
    if (this._value !== undefined) {
      hasAnyValues = true;
      internalValueResult.value = this._value;
    }
    if (this._wait !== undefined) {
      hasAnyValues = true;
      internalValueResult.wait = this._wait;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingRules | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._concurrency = undefined;
      this._down = undefined;
      this._kind = undefined;
      this._metric = undefined;
      this._scope = undefined;
      this._serviceTime = undefined;
      this._steps.internalValue = undefined;
      this._up = undefined;
      this._value = undefined;
      this._wait = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._concurrency = value.concurrency;
      this._down = value.down;
      this._kind = value.kind;
      this._metric = value.metric;
      this._scope = value.scope;
      this._serviceTime = value.serviceTime;
      this._steps.internalValue = value.steps;
      this._up = value.up;
      this._value = value.value;
      this._wait = value.wait;
    }
  }

  // concurrency - computed: false, optional: true, required: false
  private _concurrency?: number; 
  public get concurrency() {
    return this.getNumberAttribute('concurrency');
  }
  public set concurrency(value: number) {
    this._concurrency = value;
  }
  public resetConcurrency() {
    this._concurrency = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get concurrencyInput() {
    return this._concurrency;
  }

  // down - computed: false, optional: true, required: false
  private _down?: number; 
  public get down() {
    return this.getNumberAttribute('down');
  }
  public set down(value: number) {
    this._down = value;
  }
  public resetDown() {
    this._down = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get downInput() {
    return this._down;
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

  // metric - computed: false, optional: false, required: true
  private _metric?: string; 
  public get metric() {
    return this.getStringAttribute('metric');
  }
  public set metric(value: string) {
    this._metric = value;
  }
  // Temporarily expose input value. Use with caution.
  public get metricInput() {
    return this._metric;
  }

  // scope - computed: false, optional: true, required: false
  private _scope?: string; 
  public get scope() {
    return this.getStringAttribute('scope');
  }
  public set scope(value: string) {
    this._scope = value;
  }
  public resetScope() {
    this._scope = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get scopeInput() {
    return this._scope;
  }

  // service_time - computed: false, optional: true, required: false
  private _serviceTime?: string; 
  public get serviceTime() {
    return this.getStringAttribute('service_time');
  }
  public set serviceTime(value: string) {
    this._serviceTime = value;
  }
  public resetServiceTime() {
    this._serviceTime = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get serviceTimeInput() {
    return this._serviceTime;
  }

  // steps - computed: false, optional: true, required: false
  private _steps = new VmGroupScalingRulesStepsList(this, "steps", false);
  public get steps() {
    return this._steps;
  }
  public putSteps(value: VmGroupScalingRulesSteps[] | cdktf.IResolvable) {
    this._steps.internalValue = value;
  }
  public resetSteps() {
    this._steps.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get stepsInput() {
    return this._steps.internalValue;
  }

  // up - computed: false, optional: true, required: false
  private _up?: number; 
  public get up() {
    return this.getNumberAttribute('up');
  }
  public set up(value: number) {
    this._up = value;
  }
  public resetUp() {
    this._up = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get upInput() {
    return this._up;
  }

  // value - computed: false, optional: true, required: false
  private _value?: number; 
  public get value() {
    return this.getNumberAttribute('value');
  }
  public set value(value: number) {
    this._value = value;
  }
  public resetValue() {
    this._value = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get valueInput() {
    return this._value;
  }

  // wait - computed: false, optional: true, required: false
  private _wait?: string; 
  public get wait() {
    return this.getStringAttribute('wait');
  }
  public set wait(value: string) {
    this._wait = value;
  }
  public resetWait() {
    this._wait = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get waitInput() {
    return this._wait;
  }
}

export class VmGroupScalingRulesList extends cdktf.ComplexList {
  public internalValue? : VmGroupScalingRules[] | cdktf.IResolvable

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
  public get(index: number): VmGroupScalingRulesOutputReference {
    return new VmGroupScalingRulesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupScalingScaleIn {
  /**
  * Program with its arguments that is run through the guest agent before a member is removed; where it fails, the member stays. Everyone who may read the group can read it: no secrets belong there. Default: none.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#drain_command VmGroup#drain_command}
  */
  readonly drainCommand?: string[];
  /**
  * Order in which members are removed: `highest_number`, `oldest`, `least_loaded`, `dearest` (on the nodes with the highest cost) or `unhealthy_first`. Default: `highest_number`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#order VmGroup#order}
  */
  readonly order?: string;
  /**
  * Members that are never removed automatically; `[]` protects none.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#protected_member_ids VmGroup#protected_member_ids}
  */
  readonly protectedMemberIds: string[];
}

export function vmGroupScalingScaleInToTerraform(struct?: VmGroupScalingScaleIn | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    drain_command: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.drainCommand),
    order: cdktf.stringToTerraform(struct!.order),
    protected_member_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.protectedMemberIds),
  }
}


export function vmGroupScalingScaleInToHclTerraform(struct?: VmGroupScalingScaleIn | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    drain_command: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.drainCommand),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    order: {
      value: cdktf.stringToHclTerraform(struct!.order),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    protected_member_ids: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.protectedMemberIds),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingScaleInOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingScaleIn | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._drainCommand !== undefined) {
      hasAnyValues = true;
      internalValueResult.drainCommand = this._drainCommand;
    }
    if (this._order !== undefined) {
      hasAnyValues = true;
      internalValueResult.order = this._order;
    }
    if (this._protectedMemberIds !== undefined) {
      hasAnyValues = true;
      internalValueResult.protectedMemberIds = this._protectedMemberIds;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingScaleIn | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._drainCommand = undefined;
      this._order = undefined;
      this._protectedMemberIds = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._drainCommand = value.drainCommand;
      this._order = value.order;
      this._protectedMemberIds = value.protectedMemberIds;
    }
  }

  // drain_command - computed: false, optional: true, required: false
  private _drainCommand?: string[]; 
  public get drainCommand() {
    return this.getListAttribute('drain_command');
  }
  public set drainCommand(value: string[]) {
    this._drainCommand = value;
  }
  public resetDrainCommand() {
    this._drainCommand = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get drainCommandInput() {
    return this._drainCommand;
  }

  // order - computed: false, optional: true, required: false
  private _order?: string; 
  public get order() {
    return this.getStringAttribute('order');
  }
  public set order(value: string) {
    this._order = value;
  }
  public resetOrder() {
    this._order = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get orderInput() {
    return this._order;
  }

  // protected_member_ids - computed: false, optional: false, required: true
  private _protectedMemberIds?: string[]; 
  public get protectedMemberIds() {
    return this.getListAttribute('protected_member_ids');
  }
  public set protectedMemberIds(value: string[]) {
    this._protectedMemberIds = value;
  }
  // Temporarily expose input value. Use with caution.
  public get protectedMemberIdsInput() {
    return this._protectedMemberIds;
  }
}
export interface VmGroupScalingSchedules {
  /**
  * When it begins: minute, hour, day of the month, month, day of the week
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cron VmGroup#cron}
  */
  readonly cron: string;
  /**
  * Duration, from 1m to 7d.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#duration VmGroup#duration}
  */
  readonly duration: string;
  /**
  * Maximum number of members meanwhile. Default: that of the group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#max_size VmGroup#max_size}
  */
  readonly maxSize?: number;
  /**
  * Minimum number of members meanwhile. Default: that of the group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#min_size VmGroup#min_size}
  */
  readonly minSize?: number;
  /**
  * Time zone of `cron`, such as `Europe/Berlin`. Default: `UTC`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#time_zone VmGroup#time_zone}
  */
  readonly timeZone?: string;
}

export function vmGroupScalingSchedulesToTerraform(struct?: VmGroupScalingSchedules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cron: cdktf.stringToTerraform(struct!.cron),
    duration: cdktf.stringToTerraform(struct!.duration),
    max_size: cdktf.numberToTerraform(struct!.maxSize),
    min_size: cdktf.numberToTerraform(struct!.minSize),
    time_zone: cdktf.stringToTerraform(struct!.timeZone),
  }
}


export function vmGroupScalingSchedulesToHclTerraform(struct?: VmGroupScalingSchedules | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    cron: {
      value: cdktf.stringToHclTerraform(struct!.cron),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    duration: {
      value: cdktf.stringToHclTerraform(struct!.duration),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    max_size: {
      value: cdktf.numberToHclTerraform(struct!.maxSize),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    min_size: {
      value: cdktf.numberToHclTerraform(struct!.minSize),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    time_zone: {
      value: cdktf.stringToHclTerraform(struct!.timeZone),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingSchedulesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupScalingSchedules | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cron !== undefined) {
      hasAnyValues = true;
      internalValueResult.cron = this._cron;
    }
    if (this._duration !== undefined) {
      hasAnyValues = true;
      internalValueResult.duration = this._duration;
    }
    if (this._maxSize !== undefined) {
      hasAnyValues = true;
      internalValueResult.maxSize = this._maxSize;
    }
    if (this._minSize !== undefined) {
      hasAnyValues = true;
      internalValueResult.minSize = this._minSize;
    }
    if (this._timeZone !== undefined) {
      hasAnyValues = true;
      internalValueResult.timeZone = this._timeZone;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingSchedules | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cron = undefined;
      this._duration = undefined;
      this._maxSize = undefined;
      this._minSize = undefined;
      this._timeZone = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cron = value.cron;
      this._duration = value.duration;
      this._maxSize = value.maxSize;
      this._minSize = value.minSize;
      this._timeZone = value.timeZone;
    }
  }

  // cron - computed: false, optional: false, required: true
  private _cron?: string; 
  public get cron() {
    return this.getStringAttribute('cron');
  }
  public set cron(value: string) {
    this._cron = value;
  }
  // Temporarily expose input value. Use with caution.
  public get cronInput() {
    return this._cron;
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

  // max_size - computed: false, optional: true, required: false
  private _maxSize?: number; 
  public get maxSize() {
    return this.getNumberAttribute('max_size');
  }
  public set maxSize(value: number) {
    this._maxSize = value;
  }
  public resetMaxSize() {
    this._maxSize = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxSizeInput() {
    return this._maxSize;
  }

  // min_size - computed: false, optional: true, required: false
  private _minSize?: number; 
  public get minSize() {
    return this.getNumberAttribute('min_size');
  }
  public set minSize(value: number) {
    this._minSize = value;
  }
  public resetMinSize() {
    this._minSize = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get minSizeInput() {
    return this._minSize;
  }

  // time_zone - computed: false, optional: true, required: false
  private _timeZone?: string; 
  public get timeZone() {
    return this.getStringAttribute('time_zone');
  }
  public set timeZone(value: string) {
    this._timeZone = value;
  }
  public resetTimeZone() {
    this._timeZone = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeZoneInput() {
    return this._timeZone;
  }
}

export class VmGroupScalingSchedulesList extends cdktf.ComplexList {
  public internalValue? : VmGroupScalingSchedules[] | cdktf.IResolvable

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
  public get(index: number): VmGroupScalingSchedulesOutputReference {
    return new VmGroupScalingSchedulesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupScalingVerticalMax {
  /**
  * CPU cores. Default: of `vertical_max` those that are configured, of `vertical_min` one.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cpu_cores VmGroup#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Memory. Unit: GB. Default: of `vertical_max` what is configured, of `vertical_min` 0.5.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#memory_gb VmGroup#memory_gb}
  */
  readonly memoryGb?: number;
}

export function vmGroupScalingVerticalMaxToTerraform(struct?: VmGroupScalingVerticalMax | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
  }
}


export function vmGroupScalingVerticalMaxToHclTerraform(struct?: VmGroupScalingVerticalMax | cdktf.IResolvable): any {
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

export class VmGroupScalingVerticalMaxOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingVerticalMax | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupScalingVerticalMax | cdktf.IResolvable | undefined) {
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
export interface VmGroupScalingVerticalMin {
  /**
  * CPU cores. Default: of `vertical_max` those that are configured, of `vertical_min` one.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cpu_cores VmGroup#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Memory. Unit: GB. Default: of `vertical_max` what is configured, of `vertical_min` 0.5.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#memory_gb VmGroup#memory_gb}
  */
  readonly memoryGb?: number;
}

export function vmGroupScalingVerticalMinToTerraform(struct?: VmGroupScalingVerticalMin | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
  }
}


export function vmGroupScalingVerticalMinToHclTerraform(struct?: VmGroupScalingVerticalMin | cdktf.IResolvable): any {
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

export class VmGroupScalingVerticalMinOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingVerticalMin | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupScalingVerticalMin | cdktf.IResolvable | undefined) {
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
export interface VmGroupScalingVerticalWindow {
  /**
  * How long it stays open, from 5m to 7d.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#duration VmGroup#duration}
  */
  readonly duration: string;
  /**
  * When the window opens: five cron fields, such as `0 3 * * SUN`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#schedule VmGroup#schedule}
  */
  readonly schedule: string;
  /**
  * IANA time zone of the schedule. Default: `UTC`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#timezone VmGroup#timezone}
  */
  readonly timezone?: string;
}

export function vmGroupScalingVerticalWindowToTerraform(struct?: VmGroupScalingVerticalWindow | cdktf.IResolvable): any {
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


export function vmGroupScalingVerticalWindowToHclTerraform(struct?: VmGroupScalingVerticalWindow | cdktf.IResolvable): any {
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

export class VmGroupScalingVerticalWindowOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingVerticalWindow | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupScalingVerticalWindow | cdktf.IResolvable | undefined) {
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
export interface VmGroupScalingWeights {
  /**
  * Weight of the cost per hour, 0 to 1
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cost VmGroup#cost}
  */
  readonly cost: number;
  /**
  * Weight of the usage of members at the peak, 0 to 1
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#performance VmGroup#performance}
  */
  readonly performance: number;
  /**
  * Weight of the demand that is unserved when members are lost, 0 to 1
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#risk VmGroup#risk}
  */
  readonly risk: number;
}

export function vmGroupScalingWeightsToTerraform(struct?: VmGroupScalingWeights | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cost: cdktf.numberToTerraform(struct!.cost),
    performance: cdktf.numberToTerraform(struct!.performance),
    risk: cdktf.numberToTerraform(struct!.risk),
  }
}


export function vmGroupScalingWeightsToHclTerraform(struct?: VmGroupScalingWeights | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    cost: {
      value: cdktf.numberToHclTerraform(struct!.cost),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    performance: {
      value: cdktf.numberToHclTerraform(struct!.performance),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    risk: {
      value: cdktf.numberToHclTerraform(struct!.risk),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingWeightsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScalingWeights | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._cost !== undefined) {
      hasAnyValues = true;
      internalValueResult.cost = this._cost;
    }
    if (this._performance !== undefined) {
      hasAnyValues = true;
      internalValueResult.performance = this._performance;
    }
    if (this._risk !== undefined) {
      hasAnyValues = true;
      internalValueResult.risk = this._risk;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScalingWeights | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._cost = undefined;
      this._performance = undefined;
      this._risk = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._cost = value.cost;
      this._performance = value.performance;
      this._risk = value.risk;
    }
  }

  // cost - computed: false, optional: false, required: true
  private _cost?: number; 
  public get cost() {
    return this.getNumberAttribute('cost');
  }
  public set cost(value: number) {
    this._cost = value;
  }
  // Temporarily expose input value. Use with caution.
  public get costInput() {
    return this._cost;
  }

  // performance - computed: false, optional: false, required: true
  private _performance?: number; 
  public get performance() {
    return this.getNumberAttribute('performance');
  }
  public set performance(value: number) {
    this._performance = value;
  }
  // Temporarily expose input value. Use with caution.
  public get performanceInput() {
    return this._performance;
  }

  // risk - computed: false, optional: false, required: true
  private _risk?: number; 
  public get risk() {
    return this.getNumberAttribute('risk');
  }
  public set risk(value: number) {
    this._risk = value;
  }
  // Temporarily expose input value. Use with caution.
  public get riskInput() {
    return this._risk;
  }
}
export interface VmGroupScaling {
  /**
  * `max`: the largest size of the rules counts, so each can make the group grow; `min`: the smallest, so the group grows only where all rules agree, and shrinks for one. Default: `max`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#combine VmGroup#combine}
  */
  readonly combine?: string;
  /**
  * Time after a change in which the group does not shrink. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cooldown VmGroup#cooldown}
  */
  readonly cooldown?: string;
  /**
  * Size to which the group grows when a metric of its rules has been unknown for five minutes. A larger group keeps its size: unknown metrics shrink nothing. Default: it keeps its size.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#fallback_size VmGroup#fallback_size}
  */
  readonly fallbackSize?: number;
  /**
  * Maximum number of members added within `warm_up`. Default: no limit; 2 while more than 20 % of the members are not ready.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#grow_factor VmGroup#grow_factor}
  */
  readonly growFactor?: number;
  /**
  * `recommend`: decisions are only recorded; `apply`: they are carried out. Default: `apply`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#mode VmGroup#mode}
  */
  readonly mode?: string;
  /**
  * The group grows before the load does, by forecasts. Default: what is measured alone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#prediction VmGroup#prediction}
  */
  readonly prediction?: VmGroupScalingPrediction;
  /**
  * Times an hour that growth may follow shrinkage or the other way round; after that the group only grows. Default: 2.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#reversals_per_hour VmGroup#reversals_per_hour}
  */
  readonly reversalsPerHour?: number;
  /**
  * Rules over metrics; `combine` says which of their sizes counts. Default: only `schedules`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#rules VmGroup#rules}
  */
  readonly rules?: VmGroupScalingRules[] | cdktf.IResolvable;
  /**
  * How members are removed.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#scale_in VmGroup#scale_in}
  */
  readonly scaleIn?: VmGroupScalingScaleIn;
  /**
  * Other bounds at times. Where several hold, the largest `min_size` and `max_size` count.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#schedules VmGroup#schedules}
  */
  readonly schedules?: VmGroupScalingSchedules[] | cdktf.IResolvable;
  /**
  * The group shrinks to the largest size that was needed in this time. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#shrink_window VmGroup#shrink_window}
  */
  readonly shrinkWindow?: string;
  /**
  * `recommend`: `novacron group explain` recommends CPU and memory of the members by what they have used; nothing is changed by itself. `off`: it does not. `apply`: members are changed one at a time: to more while they run where their nodes can do that, to less, or with a restart, in `vertical_window`. `vm.cpu_cores` and `vm.memory_gb` stay as they are configured. Default: `recommend`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vertical VmGroup#vertical}
  */
  readonly vertical?: string;
  /**
  * The largest size that `vertical` = `apply` may give a member, which needs it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vertical_max VmGroup#vertical_max}
  */
  readonly verticalMax?: VmGroupScalingVerticalMax;
  /**
  * The smallest size that `vertical` = `apply` may give a member. Default: one core, half a GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vertical_min VmGroup#vertical_min}
  */
  readonly verticalMin?: VmGroupScalingVerticalMin;
  /**
  * Window in which members may be restarted for another size, and get less. Default: they get more where their nodes can do that while they run, and never less.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vertical_window VmGroup#vertical_window}
  */
  readonly verticalWindow?: VmGroupScalingVerticalWindow;
  /**
  * Time from its start until a member takes its part of the load. Default: `2m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#warm_up VmGroup#warm_up}
  */
  readonly warmUp?: string;
  /**
  * Weights by which `novacron group alternatives` ranks other sizes, numbers and spot shares of members; they sum to 1. Nothing is changed by itself. Default: 0.4 for cost, 0.4 for performance, 0.2 for risk.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#weights VmGroup#weights}
  */
  readonly weights?: VmGroupScalingWeights;
}

export function vmGroupScalingToTerraform(struct?: VmGroupScaling | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    combine: cdktf.stringToTerraform(struct!.combine),
    cooldown: cdktf.stringToTerraform(struct!.cooldown),
    fallback_size: cdktf.numberToTerraform(struct!.fallbackSize),
    grow_factor: cdktf.numberToTerraform(struct!.growFactor),
    mode: cdktf.stringToTerraform(struct!.mode),
    prediction: vmGroupScalingPredictionToTerraform(struct!.prediction),
    reversals_per_hour: cdktf.numberToTerraform(struct!.reversalsPerHour),
    rules: cdktf.listMapper(vmGroupScalingRulesToTerraform, false)(struct!.rules),
    scale_in: vmGroupScalingScaleInToTerraform(struct!.scaleIn),
    schedules: cdktf.listMapper(vmGroupScalingSchedulesToTerraform, false)(struct!.schedules),
    shrink_window: cdktf.stringToTerraform(struct!.shrinkWindow),
    vertical: cdktf.stringToTerraform(struct!.vertical),
    vertical_max: vmGroupScalingVerticalMaxToTerraform(struct!.verticalMax),
    vertical_min: vmGroupScalingVerticalMinToTerraform(struct!.verticalMin),
    vertical_window: vmGroupScalingVerticalWindowToTerraform(struct!.verticalWindow),
    warm_up: cdktf.stringToTerraform(struct!.warmUp),
    weights: vmGroupScalingWeightsToTerraform(struct!.weights),
  }
}


export function vmGroupScalingToHclTerraform(struct?: VmGroupScaling | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    combine: {
      value: cdktf.stringToHclTerraform(struct!.combine),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    cooldown: {
      value: cdktf.stringToHclTerraform(struct!.cooldown),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    fallback_size: {
      value: cdktf.numberToHclTerraform(struct!.fallbackSize),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    grow_factor: {
      value: cdktf.numberToHclTerraform(struct!.growFactor),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    mode: {
      value: cdktf.stringToHclTerraform(struct!.mode),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    prediction: {
      value: vmGroupScalingPredictionToHclTerraform(struct!.prediction),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingPrediction",
    },
    reversals_per_hour: {
      value: cdktf.numberToHclTerraform(struct!.reversalsPerHour),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    rules: {
      value: cdktf.listMapperHcl(vmGroupScalingRulesToHclTerraform, false)(struct!.rules),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupScalingRulesList",
    },
    scale_in: {
      value: vmGroupScalingScaleInToHclTerraform(struct!.scaleIn),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingScaleIn",
    },
    schedules: {
      value: cdktf.listMapperHcl(vmGroupScalingSchedulesToHclTerraform, false)(struct!.schedules),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupScalingSchedulesList",
    },
    shrink_window: {
      value: cdktf.stringToHclTerraform(struct!.shrinkWindow),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    vertical: {
      value: cdktf.stringToHclTerraform(struct!.vertical),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    vertical_max: {
      value: vmGroupScalingVerticalMaxToHclTerraform(struct!.verticalMax),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingVerticalMax",
    },
    vertical_min: {
      value: vmGroupScalingVerticalMinToHclTerraform(struct!.verticalMin),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingVerticalMin",
    },
    vertical_window: {
      value: vmGroupScalingVerticalWindowToHclTerraform(struct!.verticalWindow),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingVerticalWindow",
    },
    warm_up: {
      value: cdktf.stringToHclTerraform(struct!.warmUp),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    weights: {
      value: vmGroupScalingWeightsToHclTerraform(struct!.weights),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupScalingWeights",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupScalingOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupScaling | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._combine !== undefined) {
      hasAnyValues = true;
      internalValueResult.combine = this._combine;
    }
    if (this._cooldown !== undefined) {
      hasAnyValues = true;
      internalValueResult.cooldown = this._cooldown;
    }
    if (this._fallbackSize !== undefined) {
      hasAnyValues = true;
      internalValueResult.fallbackSize = this._fallbackSize;
    }
    if (this._growFactor !== undefined) {
      hasAnyValues = true;
      internalValueResult.growFactor = this._growFactor;
    }
    if (this._mode !== undefined) {
      hasAnyValues = true;
      internalValueResult.mode = this._mode;
    }
    if (this._prediction?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.prediction = this._prediction?.internalValue;
    }
    if (this._reversalsPerHour !== undefined) {
      hasAnyValues = true;
      internalValueResult.reversalsPerHour = this._reversalsPerHour;
    }
    if (this._rules?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.rules = this._rules?.internalValue;
    }
    if (this._scaleIn?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.scaleIn = this._scaleIn?.internalValue;
    }
    if (this._schedules?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.schedules = this._schedules?.internalValue;
    }
    if (this._shrinkWindow !== undefined) {
      hasAnyValues = true;
      internalValueResult.shrinkWindow = this._shrinkWindow;
    }
    if (this._vertical !== undefined) {
      hasAnyValues = true;
      internalValueResult.vertical = this._vertical;
    }
    if (this._verticalMax?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.verticalMax = this._verticalMax?.internalValue;
    }
    if (this._verticalMin?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.verticalMin = this._verticalMin?.internalValue;
    }
    if (this._verticalWindow?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.verticalWindow = this._verticalWindow?.internalValue;
    }
    if (this._warmUp !== undefined) {
      hasAnyValues = true;
      internalValueResult.warmUp = this._warmUp;
    }
    if (this._weights?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.weights = this._weights?.internalValue;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupScaling | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._combine = undefined;
      this._cooldown = undefined;
      this._fallbackSize = undefined;
      this._growFactor = undefined;
      this._mode = undefined;
      this._prediction.internalValue = undefined;
      this._reversalsPerHour = undefined;
      this._rules.internalValue = undefined;
      this._scaleIn.internalValue = undefined;
      this._schedules.internalValue = undefined;
      this._shrinkWindow = undefined;
      this._vertical = undefined;
      this._verticalMax.internalValue = undefined;
      this._verticalMin.internalValue = undefined;
      this._verticalWindow.internalValue = undefined;
      this._warmUp = undefined;
      this._weights.internalValue = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._combine = value.combine;
      this._cooldown = value.cooldown;
      this._fallbackSize = value.fallbackSize;
      this._growFactor = value.growFactor;
      this._mode = value.mode;
      this._prediction.internalValue = value.prediction;
      this._reversalsPerHour = value.reversalsPerHour;
      this._rules.internalValue = value.rules;
      this._scaleIn.internalValue = value.scaleIn;
      this._schedules.internalValue = value.schedules;
      this._shrinkWindow = value.shrinkWindow;
      this._vertical = value.vertical;
      this._verticalMax.internalValue = value.verticalMax;
      this._verticalMin.internalValue = value.verticalMin;
      this._verticalWindow.internalValue = value.verticalWindow;
      this._warmUp = value.warmUp;
      this._weights.internalValue = value.weights;
    }
  }

  // combine - computed: false, optional: true, required: false
  private _combine?: string; 
  public get combine() {
    return this.getStringAttribute('combine');
  }
  public set combine(value: string) {
    this._combine = value;
  }
  public resetCombine() {
    this._combine = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get combineInput() {
    return this._combine;
  }

  // cooldown - computed: false, optional: true, required: false
  private _cooldown?: string; 
  public get cooldown() {
    return this.getStringAttribute('cooldown');
  }
  public set cooldown(value: string) {
    this._cooldown = value;
  }
  public resetCooldown() {
    this._cooldown = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get cooldownInput() {
    return this._cooldown;
  }

  // fallback_size - computed: false, optional: true, required: false
  private _fallbackSize?: number; 
  public get fallbackSize() {
    return this.getNumberAttribute('fallback_size');
  }
  public set fallbackSize(value: number) {
    this._fallbackSize = value;
  }
  public resetFallbackSize() {
    this._fallbackSize = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get fallbackSizeInput() {
    return this._fallbackSize;
  }

  // grow_factor - computed: false, optional: true, required: false
  private _growFactor?: number; 
  public get growFactor() {
    return this.getNumberAttribute('grow_factor');
  }
  public set growFactor(value: number) {
    this._growFactor = value;
  }
  public resetGrowFactor() {
    this._growFactor = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get growFactorInput() {
    return this._growFactor;
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

  // prediction - computed: false, optional: true, required: false
  private _prediction = new VmGroupScalingPredictionOutputReference(this, "prediction");
  public get prediction() {
    return this._prediction;
  }
  public putPrediction(value: VmGroupScalingPrediction) {
    this._prediction.internalValue = value;
  }
  public resetPrediction() {
    this._prediction.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get predictionInput() {
    return this._prediction.internalValue;
  }

  // reversals_per_hour - computed: false, optional: true, required: false
  private _reversalsPerHour?: number; 
  public get reversalsPerHour() {
    return this.getNumberAttribute('reversals_per_hour');
  }
  public set reversalsPerHour(value: number) {
    this._reversalsPerHour = value;
  }
  public resetReversalsPerHour() {
    this._reversalsPerHour = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get reversalsPerHourInput() {
    return this._reversalsPerHour;
  }

  // rules - computed: false, optional: true, required: false
  private _rules = new VmGroupScalingRulesList(this, "rules", false);
  public get rules() {
    return this._rules;
  }
  public putRules(value: VmGroupScalingRules[] | cdktf.IResolvable) {
    this._rules.internalValue = value;
  }
  public resetRules() {
    this._rules.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get rulesInput() {
    return this._rules.internalValue;
  }

  // scale_in - computed: false, optional: true, required: false
  private _scaleIn = new VmGroupScalingScaleInOutputReference(this, "scale_in");
  public get scaleIn() {
    return this._scaleIn;
  }
  public putScaleIn(value: VmGroupScalingScaleIn) {
    this._scaleIn.internalValue = value;
  }
  public resetScaleIn() {
    this._scaleIn.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get scaleInInput() {
    return this._scaleIn.internalValue;
  }

  // schedules - computed: false, optional: true, required: false
  private _schedules = new VmGroupScalingSchedulesList(this, "schedules", false);
  public get schedules() {
    return this._schedules;
  }
  public putSchedules(value: VmGroupScalingSchedules[] | cdktf.IResolvable) {
    this._schedules.internalValue = value;
  }
  public resetSchedules() {
    this._schedules.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get schedulesInput() {
    return this._schedules.internalValue;
  }

  // shrink_window - computed: false, optional: true, required: false
  private _shrinkWindow?: string; 
  public get shrinkWindow() {
    return this.getStringAttribute('shrink_window');
  }
  public set shrinkWindow(value: string) {
    this._shrinkWindow = value;
  }
  public resetShrinkWindow() {
    this._shrinkWindow = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get shrinkWindowInput() {
    return this._shrinkWindow;
  }

  // vertical - computed: false, optional: true, required: false
  private _vertical?: string; 
  public get vertical() {
    return this.getStringAttribute('vertical');
  }
  public set vertical(value: string) {
    this._vertical = value;
  }
  public resetVertical() {
    this._vertical = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get verticalInput() {
    return this._vertical;
  }

  // vertical_max - computed: false, optional: true, required: false
  private _verticalMax = new VmGroupScalingVerticalMaxOutputReference(this, "vertical_max");
  public get verticalMax() {
    return this._verticalMax;
  }
  public putVerticalMax(value: VmGroupScalingVerticalMax) {
    this._verticalMax.internalValue = value;
  }
  public resetVerticalMax() {
    this._verticalMax.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get verticalMaxInput() {
    return this._verticalMax.internalValue;
  }

  // vertical_min - computed: false, optional: true, required: false
  private _verticalMin = new VmGroupScalingVerticalMinOutputReference(this, "vertical_min");
  public get verticalMin() {
    return this._verticalMin;
  }
  public putVerticalMin(value: VmGroupScalingVerticalMin) {
    this._verticalMin.internalValue = value;
  }
  public resetVerticalMin() {
    this._verticalMin.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get verticalMinInput() {
    return this._verticalMin.internalValue;
  }

  // vertical_window - computed: false, optional: true, required: false
  private _verticalWindow = new VmGroupScalingVerticalWindowOutputReference(this, "vertical_window");
  public get verticalWindow() {
    return this._verticalWindow;
  }
  public putVerticalWindow(value: VmGroupScalingVerticalWindow) {
    this._verticalWindow.internalValue = value;
  }
  public resetVerticalWindow() {
    this._verticalWindow.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get verticalWindowInput() {
    return this._verticalWindow.internalValue;
  }

  // warm_up - computed: false, optional: true, required: false
  private _warmUp?: string; 
  public get warmUp() {
    return this.getStringAttribute('warm_up');
  }
  public set warmUp(value: string) {
    this._warmUp = value;
  }
  public resetWarmUp() {
    this._warmUp = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get warmUpInput() {
    return this._warmUp;
  }

  // weights - computed: false, optional: true, required: false
  private _weights = new VmGroupScalingWeightsOutputReference(this, "weights");
  public get weights() {
    return this._weights;
  }
  public putWeights(value: VmGroupScalingWeights) {
    this._weights.internalValue = value;
  }
  public resetWeights() {
    this._weights.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get weightsInput() {
    return this._weights.internalValue;
  }
}
export interface VmGroupTimeouts {
  /**
  * Time to wait for the create. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#create VmGroup#create}
  */
  readonly create?: string;
  /**
  * Time to wait for the delete. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#delete VmGroup#delete}
  */
  readonly delete?: string;
  /**
  * Time to wait for the update. Default: `20m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#update VmGroup#update}
  */
  readonly update?: string;
}

export function vmGroupTimeoutsToTerraform(struct?: VmGroupTimeouts | cdktf.IResolvable): any {
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


export function vmGroupTimeoutsToHclTerraform(struct?: VmGroupTimeouts | cdktf.IResolvable): any {
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

export class VmGroupTimeoutsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupTimeouts | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupTimeouts | cdktf.IResolvable | undefined) {
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
export interface VmGroupVmFirewallRules {
  /**
  * Action: `allow` or `deny`; a `deny` rule overrides all `allow` rules.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#action VmGroup#action}
  */
  readonly action: string;
  /**
  * Address block of the source (ingress) or the destination (egress).
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cidr VmGroup#cidr}
  */
  readonly cidr?: string;
  /**
  * Description of the rule.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#description VmGroup#description}
  */
  readonly description?: string;
  /**
  * Direction of the traffic: `ingress` or `egress`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#direction VmGroup#direction}
  */
  readonly direction: string;
  /**
  * Id of the security group whose VMs the rule lets in, or lets the VM reach.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#group_id VmGroup#group_id}
  */
  readonly groupId?: string;
  /**
  * Port, such as `443`, range, such as `8000-8999`, or `all`. Required for `tcp` and `udp`; other protocols have no ports.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#ports VmGroup#ports}
  */
  readonly ports?: string;
  /**
  * Protocol; `any` means all protocols. One of `tcp`, `udp`, `icmp`, `any`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#protocol VmGroup#protocol}
  */
  readonly protocol: string;
}

export function vmGroupVmFirewallRulesToTerraform(struct?: VmGroupVmFirewallRules | cdktf.IResolvable): any {
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


export function vmGroupVmFirewallRulesToHclTerraform(struct?: VmGroupVmFirewallRules | cdktf.IResolvable): any {
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

export class VmGroupVmFirewallRulesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupVmFirewallRules | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmFirewallRules | cdktf.IResolvable | undefined) {
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

export class VmGroupVmFirewallRulesList extends cdktf.ComplexList {
  public internalValue? : VmGroupVmFirewallRules[] | cdktf.IResolvable

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
  public get(index: number): VmGroupVmFirewallRulesOutputReference {
    return new VmGroupVmFirewallRulesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupVmHealingGrowTo {
  /**
  * Most CPU cores that healing may give the VM. Default: its CPU does not grow.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cpu_cores VmGroup#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Most memory that healing may give the VM. Unit: GB. Default: its memory does not grow.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#memory_gb VmGroup#memory_gb}
  */
  readonly memoryGb?: number;
}

export function vmGroupVmHealingGrowToToTerraform(struct?: VmGroupVmHealingGrowTo | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
  }
}


export function vmGroupVmHealingGrowToToHclTerraform(struct?: VmGroupVmHealingGrowTo | cdktf.IResolvable): any {
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

export class VmGroupVmHealingGrowToOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmHealingGrowTo | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmHealingGrowTo | cdktf.IResolvable | undefined) {
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
export interface VmGroupVmHealingHealthCheck {
  /**
  * Program of `command` with its arguments. No shell reads it. Everyone who may read the VM can read them: no secrets belong there.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#command VmGroup#command}
  */
  readonly command?: string[];
  /**
  * Passed checks in a row after which the VM is healthy. Default: 3.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#healthy_after VmGroup#healthy_after}
  */
  readonly healthyAfter?: number;
  /**
  * Time between two checks, from 5s to 1h. Default: `30s`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#interval VmGroup#interval}
  */
  readonly interval?: string;
  /**
  * Kind of check. `http`, `https`: a GET to its address is answered with a status from 200 to 399; redirects are not followed, and certificates are not verified. `tcp`: a port accepts a connection. `command`: a program in the guest, started through the guest agent, ends with status 0.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#kind VmGroup#kind}
  */
  readonly kind: string;
  /**
  * Path and query of `http` and `https`. Default: `/`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#path VmGroup#path}
  */
  readonly path?: string;
  /**
  * Port of `http`, `https` and `tcp`. Default: 80 for `http`, 443 for `https`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#port VmGroup#port}
  */
  readonly port?: number;
  /**
  * Time after a start in which failures do not count, until the first check passes. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#start_period VmGroup#start_period}
  */
  readonly startPeriod?: string;
  /**
  * Time after which a check has failed, from 1s to 60s. Default: `10s`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#timeout VmGroup#timeout}
  */
  readonly timeout?: string;
  /**
  * Failed checks in a row after which the VM is unhealthy. Default: 2.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#unhealthy_after VmGroup#unhealthy_after}
  */
  readonly unhealthyAfter?: number;
}

export function vmGroupVmHealingHealthCheckToTerraform(struct?: VmGroupVmHealingHealthCheck | cdktf.IResolvable): any {
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


export function vmGroupVmHealingHealthCheckToHclTerraform(struct?: VmGroupVmHealingHealthCheck | cdktf.IResolvable): any {
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

export class VmGroupVmHealingHealthCheckOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmHealingHealthCheck | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmHealingHealthCheck | cdktf.IResolvable | undefined) {
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
export interface VmGroupVmHealing {
  /**
  * Maximum number of consecutive starts, at growing intervals, before it is given up and its status is `failed`. A VM that runs for 10 minutes begins a new row. Default: 3.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#attempts VmGroup#attempts}
  */
  readonly attempts?: number;
  /**
  * The largest size that healing may give the VM when restarts have not helped and its guest has run out of memory or CPU. It is doubled at most three times, while the VM runs where the node can do that, else with a restart in its `restart_window`. `memory_gb` and `cpu_cores` stay as they are configured; `grown_memory_gb` and `grown_cpu_cores` show what the VM has. Default: it never grows.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#grow_to VmGroup#grow_to}
  */
  readonly growTo?: VmGroupVmHealingGrowTo;
  /**
  * Health check of the running guest. A VM that is unhealthy is reset or rebooted, unless `restart` is `never`, within `attempts`. A member of a VM group that stays unhealthy is replaced. Default: only its machine is watched.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#health_check VmGroup#health_check}
  */
  readonly healthCheck?: VmGroupVmHealingHealthCheck;
  /**
  * Action when the node of the VM is confirmed dead. `wait`: the VM waits for its node, or for `vm recover`; `restart`: it is started on another node that reaches its disks; `recreate`: as `restart`, and where no other node reaches its root disk, the VM gets a new one from its template: what was on it is lost; `restore`: as `recreate`, and volumes that no other node reaches get the content of their last exported snapshots; without one the VM waits. Default: `wait`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#on_node_loss VmGroup#on_node_loss}
  */
  readonly onNodeLoss?: string;
  /**
  * Whether the VM is started again when it stops by itself. `on-failure`: after a crash, a panic or a disk error; `always`: also when its guest shuts down; `never`: it stays stopped. Default: `on-failure`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#restart VmGroup#restart}
  */
  readonly restart?: string;
  /**
  * Program with its arguments that restarts the service in the guest, such as `["systemctl", "restart", "shop"]`. An unhealthy VM has it run through its guest agent before it is reset, as one of its `attempts`; each run is audited. No shell reads it, and it has 20 seconds. Everyone who may read the VM can read it: no secrets belong there. It needs `health_check`. Default: none.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#restart_command VmGroup#restart_command}
  */
  readonly restartCommand?: string[];
  /**
  * Whether room for the VM is reserved on a second node, on which it is started first when its own is confirmed dead. It needs `on_node_loss` = `restart` and a root disk in storage that nodes share. The room counts against the quotas of the tenant. Default: false.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#standby VmGroup#standby}
  */
  readonly standby?: boolean | cdktf.IResolvable;
  /**
  * Ids of VMs that NovaCron starts before this one after an outage, when both are down: it waits until they run and are healthy. One that was stopped by a person, is given up or finds no room is not waited for. Default: by `priority` alone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#start_after VmGroup#start_after}
  */
  readonly startAfter?: string[];
  /**
  * Whether the node stops the VM by itself when it has not heard from a server for the time of its isolation lease, so that the VM can be started elsewhere without a fence device. Only nodes with a watchdog take such a VM. Default: `false`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#stop_when_isolated VmGroup#stop_when_isolated}
  */
  readonly stopWhenIsolated?: boolean | cdktf.IResolvable;
}

export function vmGroupVmHealingToTerraform(struct?: VmGroupVmHealing | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    attempts: cdktf.numberToTerraform(struct!.attempts),
    grow_to: vmGroupVmHealingGrowToToTerraform(struct!.growTo),
    health_check: vmGroupVmHealingHealthCheckToTerraform(struct!.healthCheck),
    on_node_loss: cdktf.stringToTerraform(struct!.onNodeLoss),
    restart: cdktf.stringToTerraform(struct!.restart),
    restart_command: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.restartCommand),
    standby: cdktf.booleanToTerraform(struct!.standby),
    start_after: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.startAfter),
    stop_when_isolated: cdktf.booleanToTerraform(struct!.stopWhenIsolated),
  }
}


export function vmGroupVmHealingToHclTerraform(struct?: VmGroupVmHealing | cdktf.IResolvable): any {
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
      value: vmGroupVmHealingGrowToToHclTerraform(struct!.growTo),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmHealingGrowTo",
    },
    health_check: {
      value: vmGroupVmHealingHealthCheckToHclTerraform(struct!.healthCheck),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmHealingHealthCheck",
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

export class VmGroupVmHealingOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmHealing | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmHealing | cdktf.IResolvable | undefined) {
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
  private _growTo = new VmGroupVmHealingGrowToOutputReference(this, "grow_to");
  public get growTo() {
    return this._growTo;
  }
  public putGrowTo(value: VmGroupVmHealingGrowTo) {
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
  private _healthCheck = new VmGroupVmHealingHealthCheckOutputReference(this, "health_check");
  public get healthCheck() {
    return this._healthCheck;
  }
  public putHealthCheck(value: VmGroupVmHealingHealthCheck) {
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
export interface VmGroupVmIoLimits {
  /**
  * Most operations a second of all its disks together. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#disk_iops VmGroup#disk_iops}
  */
  readonly diskIops?: number;
  /**
  * Most that all its disks together read and write. Unit: MB a second. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#disk_mb_per_second VmGroup#disk_mb_per_second}
  */
  readonly diskMbPerSecond?: number;
  /**
  * Most that the VM receives. Unit: Mbit/s. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#network_in_mbps VmGroup#network_in_mbps}
  */
  readonly networkInMbps?: number;
  /**
  * Most that the VM sends. Unit: Mbit/s. Default: no limit.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#network_out_mbps VmGroup#network_out_mbps}
  */
  readonly networkOutMbps?: number;
}

export function vmGroupVmIoLimitsToTerraform(struct?: VmGroupVmIoLimits | cdktf.IResolvable): any {
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


export function vmGroupVmIoLimitsToHclTerraform(struct?: VmGroupVmIoLimits | cdktf.IResolvable): any {
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

export class VmGroupVmIoLimitsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmIoLimits | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmIoLimits | cdktf.IResolvable | undefined) {
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
export interface VmGroupVmPlacementAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#group VmGroup#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#labels VmGroup#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#level VmGroup#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#mode VmGroup#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vm VmGroup#vm}
  */
  readonly vm?: string;
}

export function vmGroupVmPlacementAffinityToTerraform(struct?: VmGroupVmPlacementAffinity | cdktf.IResolvable): any {
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


export function vmGroupVmPlacementAffinityToHclTerraform(struct?: VmGroupVmPlacementAffinity | cdktf.IResolvable): any {
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

export class VmGroupVmPlacementAffinityOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupVmPlacementAffinity | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmPlacementAffinity | cdktf.IResolvable | undefined) {
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

export class VmGroupVmPlacementAffinityList extends cdktf.ComplexList {
  public internalValue? : VmGroupVmPlacementAffinity[] | cdktf.IResolvable

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
  public get(index: number): VmGroupVmPlacementAffinityOutputReference {
    return new VmGroupVmPlacementAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupVmPlacementAntiAffinity {
  /**
  * VMs with this `anti_affinity` group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#group VmGroup#group}
  */
  readonly group?: string;
  /**
  * VMs with these labels.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#labels VmGroup#labels}
  */
  readonly labels?: { [key: string]: string };
  /**
  * Level to which the rule applies: node, rack or zone. Default: `node`. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#level VmGroup#level}
  */
  readonly level?: string;
  /**
  * `hard` rules are mandatory, `soft` rules lower the score. Default: `hard`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#mode VmGroup#mode}
  */
  readonly mode?: string;
  /**
  * Name of another VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#vm VmGroup#vm}
  */
  readonly vm?: string;
}

export function vmGroupVmPlacementAntiAffinityToTerraform(struct?: VmGroupVmPlacementAntiAffinity | cdktf.IResolvable): any {
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


export function vmGroupVmPlacementAntiAffinityToHclTerraform(struct?: VmGroupVmPlacementAntiAffinity | cdktf.IResolvable): any {
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

export class VmGroupVmPlacementAntiAffinityOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupVmPlacementAntiAffinity | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmPlacementAntiAffinity | cdktf.IResolvable | undefined) {
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

export class VmGroupVmPlacementAntiAffinityList extends cdktf.ComplexList {
  public internalValue? : VmGroupVmPlacementAntiAffinity[] | cdktf.IResolvable

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
  public get(index: number): VmGroupVmPlacementAntiAffinityOutputReference {
    return new VmGroupVmPlacementAntiAffinityOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupVmPlacement {
  /**
  * VMs near which this VM is placed.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#affinity VmGroup#affinity}
  */
  readonly affinity?: VmGroupVmPlacementAffinity[] | cdktf.IResolvable;
  /**
  * VMs from which this VM is kept apart.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#anti_affinity VmGroup#anti_affinity}
  */
  readonly antiAffinity?: VmGroupVmPlacementAntiAffinity[] | cdktf.IResolvable;
  /**
  * Name of the required node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#node VmGroup#node}
  */
  readonly nodeAttribute?: string;
  /**
  * Labels that the node must have, all of them, as its agent announces them (`--label`).
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#node_labels VmGroup#node_labels}
  */
  readonly nodeLabels?: { [key: string]: string };
  /**
  * Whether the VM must fit in one NUMA cell of the node. Default: `any`. One of `any`, `prefer-single`, `single`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#numa VmGroup#numa}
  */
  readonly numa?: string;
  /**
  * Fails the create if the node of the plan no longer has room for the VM, instead of choosing another node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#pin_preview VmGroup#pin_preview}
  */
  readonly pinPreview?: boolean | cdktf.IResolvable;
  /**
  * Labels of preferred nodes: the more of them a node has, the higher its score.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#preferred_node_labels VmGroup#preferred_node_labels}
  */
  readonly preferredNodeLabels?: { [key: string]: string };
  /**
  * Name of the required rack.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#rack VmGroup#rack}
  */
  readonly rack?: string;
  /**
  * Spreads the VM and similar VMs (of the same group, or with the same metadata) evenly over nodes, racks or zones: the numbers differ by at most one. One of `node`, `rack`, `zone`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#spread_domain VmGroup#spread_domain}
  */
  readonly spreadDomain?: string;
  /**
  * Strategy for ranking the nodes that fit. Default: `balanced`. One of `balanced`, `pack`, `spread`, `cost`, `performance`, `fragmentation`, `failover`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#strategy VmGroup#strategy}
  */
  readonly strategy?: string;
  /**
  * Name of the required zone.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#zone VmGroup#zone}
  */
  readonly zone?: string;
}

export function vmGroupVmPlacementToTerraform(struct?: VmGroupVmPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    affinity: cdktf.listMapper(vmGroupVmPlacementAffinityToTerraform, false)(struct!.affinity),
    anti_affinity: cdktf.listMapper(vmGroupVmPlacementAntiAffinityToTerraform, false)(struct!.antiAffinity),
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


export function vmGroupVmPlacementToHclTerraform(struct?: VmGroupVmPlacement | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    affinity: {
      value: cdktf.listMapperHcl(vmGroupVmPlacementAffinityToHclTerraform, false)(struct!.affinity),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupVmPlacementAffinityList",
    },
    anti_affinity: {
      value: cdktf.listMapperHcl(vmGroupVmPlacementAntiAffinityToHclTerraform, false)(struct!.antiAffinity),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupVmPlacementAntiAffinityList",
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

export class VmGroupVmPlacementOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmPlacement | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmPlacement | cdktf.IResolvable | undefined) {
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
  private _affinity = new VmGroupVmPlacementAffinityList(this, "affinity", false);
  public get affinity() {
    return this._affinity;
  }
  public putAffinity(value: VmGroupVmPlacementAffinity[] | cdktf.IResolvable) {
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
  private _antiAffinity = new VmGroupVmPlacementAntiAffinityList(this, "anti_affinity", false);
  public get antiAffinity() {
    return this._antiAffinity;
  }
  public putAntiAffinity(value: VmGroupVmPlacementAntiAffinity[] | cdktf.IResolvable) {
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
export interface VmGroupVmRequirementsDevices {
  /**
  * Number of devices, all of the same node. Default: 1.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#count VmGroup#count}
  */
  readonly count?: number;
  /**
  * Kind of the devices, as nodes announce it, for example `gpu`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#kind VmGroup#kind}
  */
  readonly kind: string;
  /**
  * Required model. Default: any.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#model VmGroup#model}
  */
  readonly model?: string;
}

export function vmGroupVmRequirementsDevicesToTerraform(struct?: VmGroupVmRequirementsDevices | cdktf.IResolvable): any {
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


export function vmGroupVmRequirementsDevicesToHclTerraform(struct?: VmGroupVmRequirementsDevices | cdktf.IResolvable): any {
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

export class VmGroupVmRequirementsDevicesOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): VmGroupVmRequirementsDevices | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmRequirementsDevices | cdktf.IResolvable | undefined) {
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

export class VmGroupVmRequirementsDevicesList extends cdktf.ComplexList {
  public internalValue? : VmGroupVmRequirementsDevices[] | cdktf.IResolvable

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
  public get(index: number): VmGroupVmRequirementsDevicesOutputReference {
    return new VmGroupVmRequirementsDevicesOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface VmGroupVmRequirements {
  /**
  * Devices of the node that the VM has to itself.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#devices VmGroup#devices}
  */
  readonly devices?: VmGroupVmRequirementsDevices[] | cdktf.IResolvable;
  /**
  * Names of products of whose licences the VM takes one each.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#licences VmGroup#licences}
  */
  readonly licences?: string[];
  /**
  * Network bandwidth of the node that is reserved for the VM. Unit: Mbit/s.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#network_mbps VmGroup#network_mbps}
  */
  readonly networkMbps?: number;
  /**
  * Taints of nodes that the VM tolerates: `key`, or `key=value`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#tolerations VmGroup#tolerations}
  */
  readonly tolerations?: string[];
}

export function vmGroupVmRequirementsToTerraform(struct?: VmGroupVmRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    devices: cdktf.listMapper(vmGroupVmRequirementsDevicesToTerraform, false)(struct!.devices),
    licences: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.licences),
    network_mbps: cdktf.numberToTerraform(struct!.networkMbps),
    tolerations: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.tolerations),
  }
}


export function vmGroupVmRequirementsToHclTerraform(struct?: VmGroupVmRequirements | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    devices: {
      value: cdktf.listMapperHcl(vmGroupVmRequirementsDevicesToHclTerraform, false)(struct!.devices),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupVmRequirementsDevicesList",
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

export class VmGroupVmRequirementsOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmRequirements | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmRequirements | cdktf.IResolvable | undefined) {
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
  private _devices = new VmGroupVmRequirementsDevicesList(this, "devices", false);
  public get devices() {
    return this._devices;
  }
  public putDevices(value: VmGroupVmRequirementsDevices[] | cdktf.IResolvable) {
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
export interface VmGroupVmWaitFor {
  /**
  * Whether the QEMU guest agent must answer.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#agent VmGroup#agent}
  */
  readonly agent?: boolean | cdktf.IResolvable;
  /**
  * Whether cloud-init must be done, as its `status` says by the guest agent. An error of cloud-init ends the wait.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cloud_init VmGroup#cloud_init}
  */
  readonly cloudInit?: boolean | cdktf.IResolvable;
  /**
  * Whether the guest must use its address: its guest agent reports it, or the network of the node has seen it.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#ip VmGroup#ip}
  */
  readonly ip?: boolean | cdktf.IResolvable;
  /**
  * TCP port at which the guest must accept connections from its node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#port VmGroup#port}
  */
  readonly port?: number;
  /**
  * How long is waited, from 1s to 1h. Default: `5m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#timeout VmGroup#timeout}
  */
  readonly timeout?: string;
}

export function vmGroupVmWaitForToTerraform(struct?: VmGroupVmWaitFor | cdktf.IResolvable): any {
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


export function vmGroupVmWaitForToHclTerraform(struct?: VmGroupVmWaitFor | cdktf.IResolvable): any {
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

export class VmGroupVmWaitForOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVmWaitFor | cdktf.IResolvable | undefined {
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

  public set internalValue(value: VmGroupVmWaitFor | cdktf.IResolvable | undefined) {
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
export interface VmGroupVm {
  /**
  * Name of an anti-affinity group: VMs of the tenant with the same group never share a node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#anti_affinity VmGroup#anti_affinity}
  */
  readonly antiAffinity?: string;
  /**
  * Number of virtual CPU cores. Unit: cores.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#cpu_cores VmGroup#cpu_cores}
  */
  readonly cpuCores: number;
  /**
  * Description of the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#description VmGroup#description}
  */
  readonly description?: string;
  /**
  * Size of the root disk. It can grow; a smaller size replaces the VM. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#disk_gb VmGroup#disk_gb}
  */
  readonly diskGb: number;
  /**
  * ISO image with drivers, such as virtio-win: a read-only CD-ROM besides the one with the configuration. An https address, or `uploaded:` and the file of an ISO image that `novacron template upload` has sent. It needs `guest_os = "windows"`. A change restarts the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#drivers_image VmGroup#drivers_image}
  */
  readonly driversImage?: string;
  /**
  * SHA-256 of `drivers_image`; nodes reject an image with another checksum.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#drivers_image_checksum VmGroup#drivers_image_checksum}
  */
  readonly driversImageChecksum?: string;
  /**
  * Firewall rules of the VM itself, in addition to those of its security groups, in no order.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#firewall_rules VmGroup#firewall_rules}
  */
  readonly firewallRules?: VmGroupVmFirewallRules[] | cdktf.IResolvable;
  /**
  * Boot firmware of the VM: `bios` or `uefi`. Default: that of its template, else `bios`. A change replaces the VM. Only nodes that have UEFI firmware take a VM with `uefi`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#firmware VmGroup#firmware}
  */
  readonly firmware?: string;
  /**
  * Ids of further networks of the VM, besides `network_id`: one more interface each, in this order, with an address that NovaCron assigns (`network_interfaces`). Firewall rules hold on each interface. A change replaces the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#further_network_ids VmGroup#further_network_ids}
  */
  readonly furtherNetworkIds?: string[];
  /**
  * Operating system of the guest, which decides how it is configured: `linux` by cloud-init, from a disk; `windows` by cloudbase-init or Windows Setup, from a CD-ROM. Default: `linux`. A change replaces the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#guest_os VmGroup#guest_os}
  */
  readonly guestOs?: string;
  /**
  * What NovaCron does by itself for the VM when something under it fails.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#healing VmGroup#healing}
  */
  readonly healing?: VmGroupVmHealing;
  /**
  * I/O limits of the VM: the most that its disks and its network interface carry. A change is made while the VM runs. Only nodes that can limit take the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#io_limits VmGroup#io_limits}
  */
  readonly ioLimits?: VmGroupVmIoLimits;
  /**
  * Memory of the guest, in steps of 0.0625 (64 MiB). Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#memory_gb VmGroup#memory_gb}
  */
  readonly memoryGb: number;
  /**
  * Labels of the VM: names and values for people, selectors and policies.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#metadata VmGroup#metadata}
  */
  readonly metadata?: { [key: string]: string };
  /**
  * Id of the network of the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#network_id VmGroup#network_id}
  */
  readonly networkId?: string;
  /**
  * Placement rules of the VM. A change is checked against the current node and applies to later placements; it does not move the VM, except that an apply of Terraform with another `node` migrates it there first.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#placement VmGroup#placement}
  */
  readonly placement?: VmGroupVmPlacement;
  /**
  * Priority of the VM, 0 to 100: VMs with a higher priority are healed first, start first when their host restarts, and leave a drained node first. Spot VMs with the lowest priority are preempted first.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#priority VmGroup#priority}
  */
  readonly priority?: number;
  /**
  * Requirements on the node beyond CPU, memory and disk: devices, bandwidth, licences, and the taints that it tolerates. A change applies to later placements; it does not move the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#requirements VmGroup#requirements}
  */
  readonly requirements?: VmGroupVmRequirements;
  /**
  * Whether the firmware boots only what Microsoft has signed, as most distributions are; it needs `firmware = "uefi"`. Default: `false`. A change replaces the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#secure_boot VmGroup#secure_boot}
  */
  readonly secureBoot?: boolean | cdktf.IResolvable;
  /**
  * Ids of the security groups of the VM. With a security group or a firewall rule, incoming traffic is denied unless a rule allows it; without them, the VM is reachable from its network.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#security_groups VmGroup#security_groups}
  */
  readonly securityGroups?: string[];
  /**
  * Allows the VM to run on spot nodes, which may be withdrawn, at their discount. It may be preempted (stopped) to make room for a VM that is not a spot VM, and starts again when there is room. A change is checked against the current node.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#spot VmGroup#spot}
  */
  readonly spot?: boolean | cdktf.IResolvable;
  /**
  * Ids of SSH keys whose public keys the default user has, besides `ssh_keys`. The VM keeps a key that it was given when the SSH key is deleted or replaced.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#ssh_key_ids VmGroup#ssh_key_ids}
  */
  readonly sshKeyIds?: string[];
  /**
  * Public SSH keys of the default user, in the format of authorized_keys. The guest reads them when it boots; a restart adds new keys, and removed ones stay in the guest.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#ssh_keys VmGroup#ssh_keys}
  */
  readonly sshKeys?: string[];
  /**
  * Id of the template of the VM. Default: the built-in template `default`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#template_id VmGroup#template_id}
  */
  readonly templateId?: string;
  /**
  * Whether the VM has a virtual TPM 2.0. Its state is beside the root disk, and moves with the VM. Default: `false`. A change replaces the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#tpm VmGroup#tpm}
  */
  readonly tpm?: boolean | cdktf.IResolvable;
  /**
  * Conditions of the guest that the create waits for, and an update that starts or restarts the VM. If they do not hold in time, the operation fails and the VM stays. A change of `wait_for` does nothing to the VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#wait_for VmGroup#wait_for}
  */
  readonly waitFor?: VmGroupVmWaitFor;
}

export function vmGroupVmToTerraform(struct?: VmGroupVm | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    anti_affinity: cdktf.stringToTerraform(struct!.antiAffinity),
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    description: cdktf.stringToTerraform(struct!.description),
    disk_gb: cdktf.numberToTerraform(struct!.diskGb),
    drivers_image: cdktf.stringToTerraform(struct!.driversImage),
    drivers_image_checksum: cdktf.stringToTerraform(struct!.driversImageChecksum),
    firewall_rules: cdktf.listMapper(vmGroupVmFirewallRulesToTerraform, false)(struct!.firewallRules),
    firmware: cdktf.stringToTerraform(struct!.firmware),
    further_network_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.furtherNetworkIds),
    guest_os: cdktf.stringToTerraform(struct!.guestOs),
    healing: vmGroupVmHealingToTerraform(struct!.healing),
    io_limits: vmGroupVmIoLimitsToTerraform(struct!.ioLimits),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
    metadata: cdktf.hashMapper(cdktf.stringToTerraform)(struct!.metadata),
    network_id: cdktf.stringToTerraform(struct!.networkId),
    placement: vmGroupVmPlacementToTerraform(struct!.placement),
    priority: cdktf.numberToTerraform(struct!.priority),
    requirements: vmGroupVmRequirementsToTerraform(struct!.requirements),
    secure_boot: cdktf.booleanToTerraform(struct!.secureBoot),
    security_groups: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.securityGroups),
    spot: cdktf.booleanToTerraform(struct!.spot),
    ssh_key_ids: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.sshKeyIds),
    ssh_keys: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.sshKeys),
    template_id: cdktf.stringToTerraform(struct!.templateId),
    tpm: cdktf.booleanToTerraform(struct!.tpm),
    wait_for: vmGroupVmWaitForToTerraform(struct!.waitFor),
  }
}


export function vmGroupVmToHclTerraform(struct?: VmGroupVm | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    anti_affinity: {
      value: cdktf.stringToHclTerraform(struct!.antiAffinity),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    cpu_cores: {
      value: cdktf.numberToHclTerraform(struct!.cpuCores),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    description: {
      value: cdktf.stringToHclTerraform(struct!.description),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    disk_gb: {
      value: cdktf.numberToHclTerraform(struct!.diskGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    drivers_image: {
      value: cdktf.stringToHclTerraform(struct!.driversImage),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    drivers_image_checksum: {
      value: cdktf.stringToHclTerraform(struct!.driversImageChecksum),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    firewall_rules: {
      value: cdktf.listMapperHcl(vmGroupVmFirewallRulesToHclTerraform, false)(struct!.firewallRules),
      isBlock: true,
      type: "list",
      storageClassType: "VmGroupVmFirewallRulesList",
    },
    firmware: {
      value: cdktf.stringToHclTerraform(struct!.firmware),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    further_network_ids: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.furtherNetworkIds),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    guest_os: {
      value: cdktf.stringToHclTerraform(struct!.guestOs),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    healing: {
      value: vmGroupVmHealingToHclTerraform(struct!.healing),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmHealing",
    },
    io_limits: {
      value: vmGroupVmIoLimitsToHclTerraform(struct!.ioLimits),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmIoLimits",
    },
    memory_gb: {
      value: cdktf.numberToHclTerraform(struct!.memoryGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    metadata: {
      value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(struct!.metadata),
      isBlock: false,
      type: "map",
      storageClassType: "stringMap",
    },
    network_id: {
      value: cdktf.stringToHclTerraform(struct!.networkId),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    placement: {
      value: vmGroupVmPlacementToHclTerraform(struct!.placement),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmPlacement",
    },
    priority: {
      value: cdktf.numberToHclTerraform(struct!.priority),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    requirements: {
      value: vmGroupVmRequirementsToHclTerraform(struct!.requirements),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmRequirements",
    },
    secure_boot: {
      value: cdktf.booleanToHclTerraform(struct!.secureBoot),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    security_groups: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.securityGroups),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    spot: {
      value: cdktf.booleanToHclTerraform(struct!.spot),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    ssh_key_ids: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.sshKeyIds),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    ssh_keys: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.sshKeys),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    template_id: {
      value: cdktf.stringToHclTerraform(struct!.templateId),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
    tpm: {
      value: cdktf.booleanToHclTerraform(struct!.tpm),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    wait_for: {
      value: vmGroupVmWaitForToHclTerraform(struct!.waitFor),
      isBlock: true,
      type: "struct",
      storageClassType: "VmGroupVmWaitFor",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class VmGroupVmOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): VmGroupVm | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._antiAffinity !== undefined) {
      hasAnyValues = true;
      internalValueResult.antiAffinity = this._antiAffinity;
    }
    if (this._cpuCores !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCores = this._cpuCores;
    }
    if (this._description !== undefined) {
      hasAnyValues = true;
      internalValueResult.description = this._description;
    }
    if (this._diskGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskGb = this._diskGb;
    }
    if (this._driversImage !== undefined) {
      hasAnyValues = true;
      internalValueResult.driversImage = this._driversImage;
    }
    if (this._driversImageChecksum !== undefined) {
      hasAnyValues = true;
      internalValueResult.driversImageChecksum = this._driversImageChecksum;
    }
    if (this._firewallRules?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.firewallRules = this._firewallRules?.internalValue;
    }
    if (this._firmware !== undefined) {
      hasAnyValues = true;
      internalValueResult.firmware = this._firmware;
    }
    if (this._furtherNetworkIds !== undefined) {
      hasAnyValues = true;
      internalValueResult.furtherNetworkIds = this._furtherNetworkIds;
    }
    if (this._guestOs !== undefined) {
      hasAnyValues = true;
      internalValueResult.guestOs = this._guestOs;
    }
    if (this._healing?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.healing = this._healing?.internalValue;
    }
    if (this._ioLimits?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.ioLimits = this._ioLimits?.internalValue;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    if (this._metadata !== undefined) {
      hasAnyValues = true;
      internalValueResult.metadata = this._metadata;
    }
    if (this._networkId !== undefined) {
      hasAnyValues = true;
      internalValueResult.networkId = this._networkId;
    }
    if (this._placement?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.placement = this._placement?.internalValue;
    }
    if (this._priority !== undefined) {
      hasAnyValues = true;
      internalValueResult.priority = this._priority;
    }
    if (this._requirements?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.requirements = this._requirements?.internalValue;
    }
    if (this._secureBoot !== undefined) {
      hasAnyValues = true;
      internalValueResult.secureBoot = this._secureBoot;
    }
    if (this._securityGroups !== undefined) {
      hasAnyValues = true;
      internalValueResult.securityGroups = this._securityGroups;
    }
    if (this._spot !== undefined) {
      hasAnyValues = true;
      internalValueResult.spot = this._spot;
    }
    if (this._sshKeyIds !== undefined) {
      hasAnyValues = true;
      internalValueResult.sshKeyIds = this._sshKeyIds;
    }
    if (this._sshKeys !== undefined) {
      hasAnyValues = true;
      internalValueResult.sshKeys = this._sshKeys;
    }
    if (this._templateId !== undefined) {
      hasAnyValues = true;
      internalValueResult.templateId = this._templateId;
    }
    if (this._tpm !== undefined) {
      hasAnyValues = true;
      internalValueResult.tpm = this._tpm;
    }
    if (this._waitFor?.internalValue !== undefined) {
      hasAnyValues = true;
      internalValueResult.waitFor = this._waitFor?.internalValue;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: VmGroupVm | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._antiAffinity = undefined;
      this._cpuCores = undefined;
      this._description = undefined;
      this._diskGb = undefined;
      this._driversImage = undefined;
      this._driversImageChecksum = undefined;
      this._firewallRules.internalValue = undefined;
      this._firmware = undefined;
      this._furtherNetworkIds = undefined;
      this._guestOs = undefined;
      this._healing.internalValue = undefined;
      this._ioLimits.internalValue = undefined;
      this._memoryGb = undefined;
      this._metadata = undefined;
      this._networkId = undefined;
      this._placement.internalValue = undefined;
      this._priority = undefined;
      this._requirements.internalValue = undefined;
      this._secureBoot = undefined;
      this._securityGroups = undefined;
      this._spot = undefined;
      this._sshKeyIds = undefined;
      this._sshKeys = undefined;
      this._templateId = undefined;
      this._tpm = undefined;
      this._waitFor.internalValue = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._antiAffinity = value.antiAffinity;
      this._cpuCores = value.cpuCores;
      this._description = value.description;
      this._diskGb = value.diskGb;
      this._driversImage = value.driversImage;
      this._driversImageChecksum = value.driversImageChecksum;
      this._firewallRules.internalValue = value.firewallRules;
      this._firmware = value.firmware;
      this._furtherNetworkIds = value.furtherNetworkIds;
      this._guestOs = value.guestOs;
      this._healing.internalValue = value.healing;
      this._ioLimits.internalValue = value.ioLimits;
      this._memoryGb = value.memoryGb;
      this._metadata = value.metadata;
      this._networkId = value.networkId;
      this._placement.internalValue = value.placement;
      this._priority = value.priority;
      this._requirements.internalValue = value.requirements;
      this._secureBoot = value.secureBoot;
      this._securityGroups = value.securityGroups;
      this._spot = value.spot;
      this._sshKeyIds = value.sshKeyIds;
      this._sshKeys = value.sshKeys;
      this._templateId = value.templateId;
      this._tpm = value.tpm;
      this._waitFor.internalValue = value.waitFor;
    }
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
  private _firewallRules = new VmGroupVmFirewallRulesList(this, "firewall_rules", false);
  public get firewallRules() {
    return this._firewallRules;
  }
  public putFirewallRules(value: VmGroupVmFirewallRules[] | cdktf.IResolvable) {
    this._firewallRules.internalValue = value;
  }
  public resetFirewallRules() {
    this._firewallRules.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get firewallRulesInput() {
    return this._firewallRules.internalValue;
  }

  // firmware - computed: false, optional: true, required: false
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
  private _healing = new VmGroupVmHealingOutputReference(this, "healing");
  public get healing() {
    return this._healing;
  }
  public putHealing(value: VmGroupVmHealing) {
    this._healing.internalValue = value;
  }
  public resetHealing() {
    this._healing.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get healingInput() {
    return this._healing.internalValue;
  }

  // io_limits - computed: false, optional: true, required: false
  private _ioLimits = new VmGroupVmIoLimitsOutputReference(this, "io_limits");
  public get ioLimits() {
    return this._ioLimits;
  }
  public putIoLimits(value: VmGroupVmIoLimits) {
    this._ioLimits.internalValue = value;
  }
  public resetIoLimits() {
    this._ioLimits.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get ioLimitsInput() {
    return this._ioLimits.internalValue;
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

  // network_id - computed: false, optional: true, required: false
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

  // placement - computed: false, optional: true, required: false
  private _placement = new VmGroupVmPlacementOutputReference(this, "placement");
  public get placement() {
    return this._placement;
  }
  public putPlacement(value: VmGroupVmPlacement) {
    this._placement.internalValue = value;
  }
  public resetPlacement() {
    this._placement.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get placementInput() {
    return this._placement.internalValue;
  }

  // priority - computed: false, optional: true, required: false
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

  // requirements - computed: false, optional: true, required: false
  private _requirements = new VmGroupVmRequirementsOutputReference(this, "requirements");
  public get requirements() {
    return this._requirements;
  }
  public putRequirements(value: VmGroupVmRequirements) {
    this._requirements.internalValue = value;
  }
  public resetRequirements() {
    this._requirements.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get requirementsInput() {
    return this._requirements.internalValue;
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
    return this.getListAttribute('security_groups');
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

  // spot - computed: false, optional: true, required: false
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
    return this.getListAttribute('ssh_key_ids');
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
    return this.getListAttribute('ssh_keys');
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

  // wait_for - computed: false, optional: true, required: false
  private _waitFor = new VmGroupVmWaitForOutputReference(this, "wait_for");
  public get waitFor() {
    return this._waitFor;
  }
  public putWaitFor(value: VmGroupVmWaitFor) {
    this._waitFor.internalValue = value;
  }
  public resetWaitFor() {
    this._waitFor.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get waitForInput() {
    return this._waitFor.internalValue;
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group novacron_vm_group}
*/
export class VmGroup extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_vm_group";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a VmGroup resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the VmGroup to import
  * @param importFromId The id of the existing VmGroup that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the VmGroup to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_vm_group", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/vm_group novacron_vm_group} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options VmGroupConfig
  */
  public constructor(scope: Construct, id: string, config: VmGroupConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_vm_group',
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
    this._deletionProtection = config.deletionProtection;
    this._desiredSize = config.desiredSize;
    this._maxSize = config.maxSize;
    this._maxUnavailable = config.maxUnavailable;
    this._metadata = config.metadata;
    this._minSize = config.minSize;
    this._name = config.name;
    this._scaling.internalValue = config.scaling;
    this._spread = config.spread;
    this._timeouts.internalValue = config.timeouts;
    this._vm.internalValue = config.vm;
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

  // desired_size - computed: false, optional: true, required: false
  private _desiredSize?: number; 
  public get desiredSize() {
    return this.getNumberAttribute('desired_size');
  }
  public set desiredSize(value: number) {
    this._desiredSize = value;
  }
  public resetDesiredSize() {
    this._desiredSize = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get desiredSizeInput() {
    return this._desiredSize;
  }

  // drifted_member_ids - computed: true, optional: false, required: false
  public get driftedMemberIds() {
    return this.getListAttribute('drifted_member_ids');
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // max_size - computed: false, optional: false, required: true
  private _maxSize?: number; 
  public get maxSize() {
    return this.getNumberAttribute('max_size');
  }
  public set maxSize(value: number) {
    this._maxSize = value;
  }
  // Temporarily expose input value. Use with caution.
  public get maxSizeInput() {
    return this._maxSize;
  }

  // max_unavailable - computed: true, optional: true, required: false
  private _maxUnavailable?: number; 
  public get maxUnavailable() {
    return this.getNumberAttribute('max_unavailable');
  }
  public set maxUnavailable(value: number) {
    this._maxUnavailable = value;
  }
  public resetMaxUnavailable() {
    this._maxUnavailable = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get maxUnavailableInput() {
    return this._maxUnavailable;
  }

  // member_ids - computed: true, optional: false, required: false
  public get memberIds() {
    return this.getListAttribute('member_ids');
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

  // min_size - computed: false, optional: false, required: true
  private _minSize?: number; 
  public get minSize() {
    return this.getNumberAttribute('min_size');
  }
  public set minSize(value: number) {
    this._minSize = value;
  }
  // Temporarily expose input value. Use with caution.
  public get minSizeInput() {
    return this._minSize;
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

  // placement_preview - computed: true, optional: false, required: false
  private _placementPreview = new cdktf.StringMap(this, "placement_preview");
  public get placementPreview() {
    return this._placementPreview;
  }

  // ready_size - computed: true, optional: false, required: false
  public get readySize() {
    return this.getNumberAttribute('ready_size');
  }

  // scaling - computed: false, optional: true, required: false
  private _scaling = new VmGroupScalingOutputReference(this, "scaling");
  public get scaling() {
    return this._scaling;
  }
  public putScaling(value: VmGroupScaling) {
    this._scaling.internalValue = value;
  }
  public resetScaling() {
    this._scaling.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get scalingInput() {
    return this._scaling.internalValue;
  }

  // size - computed: true, optional: false, required: false
  public get size() {
    return this.getNumberAttribute('size');
  }

  // spread - computed: false, optional: true, required: false
  private _spread?: string; 
  public get spread() {
    return this.getStringAttribute('spread');
  }
  public set spread(value: string) {
    this._spread = value;
  }
  public resetSpread() {
    this._spread = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get spreadInput() {
    return this._spread;
  }

  // status - computed: true, optional: false, required: false
  public get status() {
    return this.getStringAttribute('status');
  }

  // timeouts - computed: false, optional: true, required: false
  private _timeouts = new VmGroupTimeoutsOutputReference(this, "timeouts");
  public get timeouts() {
    return this._timeouts;
  }
  public putTimeouts(value: VmGroupTimeouts) {
    this._timeouts.internalValue = value;
  }
  public resetTimeouts() {
    this._timeouts.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get timeoutsInput() {
    return this._timeouts.internalValue;
  }

  // vm - computed: false, optional: false, required: true
  private _vm = new VmGroupVmOutputReference(this, "vm");
  public get vm() {
    return this._vm;
  }
  public putVm(value: VmGroupVm) {
    this._vm.internalValue = value;
  }
  // Temporarily expose input value. Use with caution.
  public get vmInput() {
    return this._vm.internalValue;
  }

  // vm_metadata_all - computed: true, optional: false, required: false
  private _vmMetadataAll = new cdktf.StringMap(this, "vm_metadata_all");
  public get vmMetadataAll() {
    return this._vmMetadataAll;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      anti_affinity: cdktf.stringToTerraform(this._antiAffinity),
      deletion_protection: cdktf.booleanToTerraform(this._deletionProtection),
      desired_size: cdktf.numberToTerraform(this._desiredSize),
      max_size: cdktf.numberToTerraform(this._maxSize),
      max_unavailable: cdktf.numberToTerraform(this._maxUnavailable),
      metadata: cdktf.hashMapper(cdktf.stringToTerraform)(this._metadata),
      min_size: cdktf.numberToTerraform(this._minSize),
      name: cdktf.stringToTerraform(this._name),
      scaling: vmGroupScalingToTerraform(this._scaling.internalValue),
      spread: cdktf.stringToTerraform(this._spread),
      timeouts: vmGroupTimeoutsToTerraform(this._timeouts.internalValue),
      vm: vmGroupVmToTerraform(this._vm.internalValue),
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
      deletion_protection: {
        value: cdktf.booleanToHclTerraform(this._deletionProtection),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      desired_size: {
        value: cdktf.numberToHclTerraform(this._desiredSize),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_size: {
        value: cdktf.numberToHclTerraform(this._maxSize),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      max_unavailable: {
        value: cdktf.numberToHclTerraform(this._maxUnavailable),
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
      min_size: {
        value: cdktf.numberToHclTerraform(this._minSize),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      scaling: {
        value: vmGroupScalingToHclTerraform(this._scaling.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmGroupScaling",
      },
      spread: {
        value: cdktf.stringToHclTerraform(this._spread),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      timeouts: {
        value: vmGroupTimeoutsToHclTerraform(this._timeouts.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmGroupTimeouts",
      },
      vm: {
        value: vmGroupVmToHclTerraform(this._vm.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "VmGroupVm",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
