// https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataNovacronForecastConfig extends cdktf.TerraformMetaArguments {
  /**
  * Forecast horizon, as a duration up to `3d`. Default: `30m`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#horizon DataNovacronForecast#horizon}
  */
  readonly horizon?: string;
  /**
  * Name of the metric, such as `cpu_utilization_ratio`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#name DataNovacronForecast#name}
  */
  readonly name: string;
  /**
  * After what times it may repeat itself, such as `24h`. Default: a day, a week.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#seasons DataNovacronForecast#seasons}
  */
  readonly seasons?: string[];
  /**
  * A metric of this VM group. Without `vm_id` and this one: of the tenant.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#vm_group_id DataNovacronForecast#vm_group_id}
  */
  readonly vmGroupId?: string;
  /**
  * A metric of this VM.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#vm_id DataNovacronForecast#vm_id}
  */
  readonly vmId?: string;
}
export interface DataNovacronForecastModels {
}

export function dataNovacronForecastModelsToTerraform(struct?: DataNovacronForecastModels): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function dataNovacronForecastModelsToHclTerraform(struct?: DataNovacronForecastModels): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class DataNovacronForecastModelsOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronForecastModels | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: DataNovacronForecastModels | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // mase - computed: true, optional: false, required: false
  public get mase() {
    return this.getNumberAttribute('mase');
  }

  // model - computed: true, optional: false, required: false
  public get model() {
    return this.getStringAttribute('model');
  }

  // smape - computed: true, optional: false, required: false
  public get smape() {
    return this.getNumberAttribute('smape');
  }
}

export class DataNovacronForecastModelsList extends cdktf.ComplexList {

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
  public get(index: number): DataNovacronForecastModelsOutputReference {
    return new DataNovacronForecastModelsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast novacron_forecast}
*/
export class DataNovacronForecast extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_forecast";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataNovacronForecast resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataNovacronForecast to import
  * @param importFromId The id of the existing DataNovacronForecast that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataNovacronForecast to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_forecast", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/forecast novacron_forecast} Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataNovacronForecastConfig
  */
  public constructor(scope: Construct, id: string, config: DataNovacronForecastConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_forecast',
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
    this._horizon = config.horizon;
    this._name = config.name;
    this._seasons = config.seasons;
    this._vmGroupId = config.vmGroupId;
    this._vmId = config.vmId;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // accuracy_ratio - computed: true, optional: false, required: false
  public get accuracyRatio() {
    return this.getNumberAttribute('accuracy_ratio');
  }

  // explanation - computed: true, optional: false, required: false
  public get explanation() {
    return this.getStringAttribute('explanation');
  }

  // history_from - computed: true, optional: false, required: false
  public get historyFrom() {
    return this.getStringAttribute('history_from');
  }

  // horizon - computed: true, optional: true, required: false
  private _horizon?: string; 
  public get horizon() {
    return this.getStringAttribute('horizon');
  }
  public set horizon(value: string) {
    this._horizon = value;
  }
  public resetHorizon() {
    this._horizon = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get horizonInput() {
    return this._horizon;
  }

  // known - computed: true, optional: false, required: false
  public get known() {
    return this.getBooleanAttribute('known');
  }

  // lower - computed: true, optional: false, required: false
  public get lower() {
    return this.getNumberListAttribute('lower');
  }

  // model - computed: true, optional: false, required: false
  public get model() {
    return this.getStringAttribute('model');
  }

  // models - computed: true, optional: false, required: false
  private _models = new DataNovacronForecastModelsList(this, "models", false);
  public get models() {
    return this._models;
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

  // point - computed: true, optional: false, required: false
  public get point() {
    return this.getNumberListAttribute('point');
  }

  // reason - computed: true, optional: false, required: false
  public get reason() {
    return this.getStringAttribute('reason');
  }

  // seasons - computed: false, optional: true, required: false
  private _seasons?: string[]; 
  public get seasons() {
    return this.getListAttribute('seasons');
  }
  public set seasons(value: string[]) {
    this._seasons = value;
  }
  public resetSeasons() {
    this._seasons = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get seasonsInput() {
    return this._seasons;
  }

  // selection - computed: true, optional: false, required: false
  public get selection() {
    return this.getStringAttribute('selection');
  }

  // step_seconds - computed: true, optional: false, required: false
  public get stepSeconds() {
    return this.getNumberAttribute('step_seconds');
  }

  // times - computed: true, optional: false, required: false
  public get times() {
    return this.getListAttribute('times');
  }

  // unit - computed: true, optional: false, required: false
  public get unit() {
    return this.getStringAttribute('unit');
  }

  // upper - computed: true, optional: false, required: false
  public get upper() {
    return this.getNumberListAttribute('upper');
  }

  // vm_group_id - computed: false, optional: true, required: false
  private _vmGroupId?: string; 
  public get vmGroupId() {
    return this.getStringAttribute('vm_group_id');
  }
  public set vmGroupId(value: string) {
    this._vmGroupId = value;
  }
  public resetVmGroupId() {
    this._vmGroupId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get vmGroupIdInput() {
    return this._vmGroupId;
  }

  // vm_id - computed: false, optional: true, required: false
  private _vmId?: string; 
  public get vmId() {
    return this.getStringAttribute('vm_id');
  }
  public set vmId(value: string) {
    this._vmId = value;
  }
  public resetVmId() {
    this._vmId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get vmIdInput() {
    return this._vmId;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      horizon: cdktf.stringToTerraform(this._horizon),
      name: cdktf.stringToTerraform(this._name),
      seasons: cdktf.listMapper(cdktf.stringToTerraform, false)(this._seasons),
      vm_group_id: cdktf.stringToTerraform(this._vmGroupId),
      vm_id: cdktf.stringToTerraform(this._vmId),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      horizon: {
        value: cdktf.stringToHclTerraform(this._horizon),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      seasons: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._seasons),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      vm_group_id: {
        value: cdktf.stringToHclTerraform(this._vmGroupId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      vm_id: {
        value: cdktf.stringToHclTerraform(this._vmId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
