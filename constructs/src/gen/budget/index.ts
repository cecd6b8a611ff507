// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface BudgetConfig extends cdktf.TerraformMetaArguments {
  /**
  * Part of a limit from which the level is `alert`. Default: `0.95`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#alert_ratio Budget#alert_ratio}
  */
  readonly alertRatio?: number;
  /**
  * Free-form description. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#description Budget#description}
  */
  readonly description?: string;
  /**
  * `refuse` refuses requests that exceed a limit; `warn` only reports levels. Default: `warn`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#enforcement Budget#enforcement}
  */
  readonly enforcement?: string;
  /**
  * Maximum cost per hour of all resources of the tenant, in the currency of the price lists. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#hourly_limit Budget#hourly_limit}
  */
  readonly hourlyLimit?: number;
  /**
  * Maximum cost per calendar month in UTC, in the currency of the price lists. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#monthly_limit Budget#monthly_limit}
  */
  readonly monthlyLimit?: number;
  /**
  * Name of the budget, unique. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#name Budget#name}
  */
  readonly name: string;
  /**
  * ID of the tenant whose costs it limits. Default: the provider's own tenant. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#tenant_id Budget#tenant_id}
  */
  readonly tenantId?: string;
  /**
  * Part of a limit from which the level is `warn`. Default: `0.8`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#warn_ratio Budget#warn_ratio}
  */
  readonly warnRatio?: number;
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget novacron_budget}
*/
export class Budget extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_budget";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a Budget resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the Budget to import
  * @param importFromId The id of the existing Budget that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the Budget to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_budget", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/budget novacron_budget} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options BudgetConfig
  */
  public constructor(scope: Construct, id: string, config: BudgetConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_budget',
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
    this._alertRatio = config.alertRatio;
    this._description = config.description;
    this._enforcement = config.enforcement;
    this._hourlyLimit = config.hourlyLimit;
    this._monthlyLimit = config.monthlyLimit;
    this._name = config.name;
    this._tenantId = config.tenantId;
    this._warnRatio = config.warnRatio;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // alert_ratio - computed: true, optional: true, required: false
  private _alertRatio?: number; 
  public get alertRatio() {
    return this.getNumberAttribute('alert_ratio');
  }
  public set alertRatio(value: number) {
    this._alertRatio = value;
  }
  public resetAlertRatio() {
    this._alertRatio = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get alertRatioInput() {
    return this._alertRatio;
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
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

  // enforcement - computed: true, optional: true, required: false
  private _enforcement?: string; 
  public get enforcement() {
    return this.getStringAttribute('enforcement');
  }
  public set enforcement(value: string) {
    this._enforcement = value;
  }
  public resetEnforcement() {
    this._enforcement = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get enforcementInput() {
    return this._enforcement;
  }

  // hourly_limit - computed: false, optional: true, required: false
  private _hourlyLimit?: number; 
  public get hourlyLimit() {
    return this.getNumberAttribute('hourly_limit');
  }
  public set hourlyLimit(value: number) {
    this._hourlyLimit = value;
  }
  public resetHourlyLimit() {
    this._hourlyLimit = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get hourlyLimitInput() {
    return this._hourlyLimit;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // monthly_limit - computed: false, optional: true, required: false
  private _monthlyLimit?: number; 
  public get monthlyLimit() {
    return this.getNumberAttribute('monthly_limit');
  }
  public set monthlyLimit(value: number) {
    this._monthlyLimit = value;
  }
  public resetMonthlyLimit() {
    this._monthlyLimit = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get monthlyLimitInput() {
    return this._monthlyLimit;
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

  // tenant_id - computed: true, optional: true, required: false
  private _tenantId?: string; 
  public get tenantId() {
    return this.getStringAttribute('tenant_id');
  }
  public set tenantId(value: string) {
    this._tenantId = value;
  }
  public resetTenantId() {
    this._tenantId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tenantIdInput() {
    return this._tenantId;
  }

  // warn_ratio - computed: true, optional: true, required: false
  private _warnRatio?: number; 
  public get warnRatio() {
    return this.getNumberAttribute('warn_ratio');
  }
  public set warnRatio(value: number) {
    this._warnRatio = value;
  }
  public resetWarnRatio() {
    this._warnRatio = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get warnRatioInput() {
    return this._warnRatio;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      alert_ratio: cdktf.numberToTerraform(this._alertRatio),
      description: cdktf.stringToTerraform(this._description),
      enforcement: cdktf.stringToTerraform(this._enforcement),
      hourly_limit: cdktf.numberToTerraform(this._hourlyLimit),
      monthly_limit: cdktf.numberToTerraform(this._monthlyLimit),
      name: cdktf.stringToTerraform(this._name),
      tenant_id: cdktf.stringToTerraform(this._tenantId),
      warn_ratio: cdktf.numberToTerraform(this._warnRatio),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      alert_ratio: {
        value: cdktf.numberToHclTerraform(this._alertRatio),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      description: {
        value: cdktf.stringToHclTerraform(this._description),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      enforcement: {
        value: cdktf.stringToHclTerraform(this._enforcement),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      hourly_limit: {
        value: cdktf.numberToHclTerraform(this._hourlyLimit),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      monthly_limit: {
        value: cdktf.numberToHclTerraform(this._monthlyLimit),
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
      tenant_id: {
        value: cdktf.stringToHclTerraform(this._tenantId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      warn_ratio: {
        value: cdktf.numberToHclTerraform(this._warnRatio),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
