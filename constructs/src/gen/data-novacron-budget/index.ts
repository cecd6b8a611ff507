// https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataNovacronBudgetConfig extends cdktf.TerraformMetaArguments {
  /**
  * Id of the budget. Set either this or the name.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget#id DataNovacronBudget#id}
  *
  * Please be aware that the id field is automatically added to all resources in Terraform providers using a Terraform provider SDK version below 2.
  * If you experience problems setting this value it might not be settable. Please take a look at the provider documentation to ensure it should be settable.
  */
  readonly id?: string;
  /**
  * Name of the budget. Set either this or the id.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget#name DataNovacronBudget#name}
  */
  readonly name?: string;
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget novacron_budget}
*/
export class DataNovacronBudget extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_budget";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataNovacronBudget resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataNovacronBudget to import
  * @param importFromId The id of the existing DataNovacronBudget that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataNovacronBudget to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_budget", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/budget novacron_budget} Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataNovacronBudgetConfig = {}
  */
  public constructor(scope: Construct, id: string, config: DataNovacronBudgetConfig = {}) {
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
    this._id = config.id;
    this._name = config.name;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // alert_ratio - computed: true, optional: false, required: false
  public get alertRatio() {
    return this.getNumberAttribute('alert_ratio');
  }

  // committed_per_hour - computed: true, optional: false, required: false
  public get committedPerHour() {
    return this.getNumberAttribute('committed_per_hour');
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
  }

  // currency - computed: true, optional: false, required: false
  public get currency() {
    return this.getStringAttribute('currency');
  }

  // description - computed: true, optional: false, required: false
  public get description() {
    return this.getStringAttribute('description');
  }

  // enforcement - computed: true, optional: false, required: false
  public get enforcement() {
    return this.getStringAttribute('enforcement');
  }

  // hourly_limit - computed: true, optional: false, required: false
  public get hourlyLimit() {
    return this.getNumberAttribute('hourly_limit');
  }

  // id - computed: true, optional: true, required: false
  private _id?: string; 
  public get id() {
    return this.getStringAttribute('id');
  }
  public set id(value: string) {
    this._id = value;
  }
  public resetId() {
    this._id = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get idInput() {
    return this._id;
  }

  // level - computed: true, optional: false, required: false
  public get level() {
    return this.getStringAttribute('level');
  }

  // monthly_limit - computed: true, optional: false, required: false
  public get monthlyLimit() {
    return this.getNumberAttribute('monthly_limit');
  }

  // name - computed: true, optional: true, required: false
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

  // projected_this_month - computed: true, optional: false, required: false
  public get projectedThisMonth() {
    return this.getNumberAttribute('projected_this_month');
  }

  // spent_this_month - computed: true, optional: false, required: false
  public get spentThisMonth() {
    return this.getNumberAttribute('spent_this_month');
  }

  // tenant_id - computed: true, optional: false, required: false
  public get tenantId() {
    return this.getStringAttribute('tenant_id');
  }

  // updated_at - computed: true, optional: false, required: false
  public get updatedAt() {
    return this.getStringAttribute('updated_at');
  }

  // updated_by - computed: true, optional: false, required: false
  public get updatedBy() {
    return this.getStringAttribute('updated_by');
  }

  // warn_ratio - computed: true, optional: false, required: false
  public get warnRatio() {
    return this.getNumberAttribute('warn_ratio');
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      id: cdktf.stringToTerraform(this._id),
      name: cdktf.stringToTerraform(this._name),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      id: {
        value: cdktf.stringToHclTerraform(this._id),
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
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
