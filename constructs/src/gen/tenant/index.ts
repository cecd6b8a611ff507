// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface TenantConfig extends cdktf.TerraformMetaArguments {
  /**
  * Free-form description. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#description Tenant#description}
  */
  readonly description?: string;
  /**
  * Features by name that differ from their defaults. One that is absent or null has its default. Names: `ai_drafts` (Send redacted incidents to a model that drafts runbooks; off by default), `api_keys` (Create API keys; on by default), `autonomy` (Have a trained model scale VM groups and move their members; off by default), `custom_roles` (Create and change roles; on by default), `event_streams` (Watch events over WebSocket and GraphQL; on by default), `graphql` (Query over GraphQL; on by default), `migration` (Move VMs to other nodes; on by default), `notifications` (Create and change notification channels; on by default), `policy_authoring` (Create and change policies; on by default), `secrets` (Create and change secrets; on by default), `tokens` (Issue short-lived tokens; on by default), `unsigned_policies` (Create policies without the signature of their author; on by default), `unsigned_workflows` (Store and run workflows without the signature of their author; on by default), `workflows` (Store and run workflows and runbooks; on by default). A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#features Tenant#features}
  */
  readonly features?: { [key: string]: (boolean | cdktf.IResolvable) };
  /**
  * Name of the tenant, unique. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#name Tenant#name}
  */
  readonly name: string;
  /**
  * Limits of the tenant by name. One that is absent or null is not limited. Names: `vms` (VMs), `cpu_cores` (CPU cores of VMs; unit: cores), `memory_gb` (Memory of VMs; unit: GB), `disk_gb` (Root disks of VMs, without volumes; unit: GB), `volumes` (Volumes), `snapshots` (Snapshots of volumes), `volume_gb` (Total size of volumes and snapshots; unit: GB), `networks` (Networks), `security_groups` (Security groups), `templates` (Templates of the tenant), `ssh_keys` (SSH keys), `policies` (Policies), `image_gb` (Images uploaded for templates and volumes, from their first part on; unit: GB), `terraform_state_gb` (States of Terraform with all of their versions; unit: GB), `metric_series` (Series of metrics that the tenant writes), `api_keys` (API keys), `roles` (Roles of the tenant), `secrets` (Secrets), `notification_channels` (Notification channels). A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#quotas Tenant#quotas}
  */
  readonly quotas?: { [key: string]: number };
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant novacron_tenant}
*/
export class Tenant extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_tenant";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a Tenant resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the Tenant to import
  * @param importFromId The id of the existing Tenant that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the Tenant to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_tenant", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant novacron_tenant} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options TenantConfig
  */
  public constructor(scope: Construct, id: string, config: TenantConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_tenant',
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
    this._description = config.description;
    this._features = config.features;
    this._name = config.name;
    this._quotas = config.quotas;
  }

  // ==========
  // ATTRIBUTES
  // ==========

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

  // features - computed: false, optional: true, required: false
  private _features?: { [key: string]: (boolean | cdktf.IResolvable) }; 
  public get features() {
    return this.getBooleanMapAttribute('features');
  }
  public set features(value: { [key: string]: (boolean | cdktf.IResolvable) }) {
    this._features = value;
  }
  public resetFeatures() {
    this._features = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get featuresInput() {
    return this._features;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
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

  // platform - computed: true, optional: false, required: false
  public get platform() {
    return this.getBooleanAttribute('platform');
  }

  // quotas - computed: false, optional: true, required: false
  private _quotas?: { [key: string]: number }; 
  public get quotas() {
    return this.getNumberMapAttribute('quotas');
  }
  public set quotas(value: { [key: string]: number }) {
    this._quotas = value;
  }
  public resetQuotas() {
    this._quotas = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get quotasInput() {
    return this._quotas;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      description: cdktf.stringToTerraform(this._description),
      features: cdktf.hashMapper(cdktf.booleanToTerraform)(this._features),
      name: cdktf.stringToTerraform(this._name),
      quotas: cdktf.hashMapper(cdktf.numberToTerraform)(this._quotas),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      description: {
        value: cdktf.stringToHclTerraform(this._description),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      features: {
        value: cdktf.hashMapperHcl(cdktf.booleanToHclTerraform)(this._features),
        isBlock: false,
        type: "map",
        storageClassType: "booleanMap",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      quotas: {
        value: cdktf.hashMapperHcl(cdktf.numberToHclTerraform)(this._quotas),
        isBlock: false,
        type: "map",
        storageClassType: "numberMap",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
