// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface PolicyWaiverConfig extends cdktf.TerraformMetaArguments {
  /**
  * Compliance check that is waived, such as `NC-VM-017`. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#check PolicyWaiver#check}
  */
  readonly check?: string;
  /**
  * What limits the risk instead. Required for checks of severity `critical` and `high`. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#compensating_control PolicyWaiver#compensating_control}
  */
  readonly compensatingControl?: string;
  /**
  * Expiry, RFC 3339; at most 365 days from the creation, 90 for a critical check. An expired waiver has no effect. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#expires_at PolicyWaiver#expires_at}
  */
  readonly expiresAt: string;
  /**
  * Person who is responsible for the waiver. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#owner PolicyWaiver#owner}
  */
  readonly owner: string;
  /**
  * Id of the policy that is waived; alternatively set `check`. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#policy_id PolicyWaiver#policy_id}
  */
  readonly policyId?: string;
  /**
  * Reason for the waiver. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#reason PolicyWaiver#reason}
  */
  readonly reason: string;
  /**
  * Kind of the resource, such as `vm`. One of `vm`, `vm_group`, `network`, `security_group`, `volume`, `snapshot`, `template`, `ssh_key`, `policy`, `orchestration_policy`, `api_key`, `role`, `tenant`, `incident`, `node`, `server`. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#resource_kind PolicyWaiver#resource_kind}
  */
  readonly resourceKind: string;
  /**
  * Name of the resource; it need not exist yet. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#resource_name PolicyWaiver#resource_name}
  */
  readonly resourceName: string;
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver novacron_policy_waiver}
*/
export class PolicyWaiver extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_policy_waiver";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a PolicyWaiver resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the PolicyWaiver to import
  * @param importFromId The id of the existing PolicyWaiver that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the PolicyWaiver to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_policy_waiver", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/policy_waiver novacron_policy_waiver} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options PolicyWaiverConfig
  */
  public constructor(scope: Construct, id: string, config: PolicyWaiverConfig) {
    super(scope, id, {
      terraformResourceType: 'novacron_policy_waiver',
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
    this._check = config.check;
    this._compensatingControl = config.compensatingControl;
    this._expiresAt = config.expiresAt;
    this._owner = config.owner;
    this._policyId = config.policyId;
    this._reason = config.reason;
    this._resourceKind = config.resourceKind;
    this._resourceName = config.resourceName;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // check - computed: false, optional: true, required: false
  private _check?: string; 
  public get check() {
    return this.getStringAttribute('check');
  }
  public set check(value: string) {
    this._check = value;
  }
  public resetCheck() {
    this._check = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get checkInput() {
    return this._check;
  }

  // compensating_control - computed: false, optional: true, required: false
  private _compensatingControl?: string; 
  public get compensatingControl() {
    return this.getStringAttribute('compensating_control');
  }
  public set compensatingControl(value: string) {
    this._compensatingControl = value;
  }
  public resetCompensatingControl() {
    this._compensatingControl = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get compensatingControlInput() {
    return this._compensatingControl;
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
  }

  // expires_at - computed: false, optional: false, required: true
  private _expiresAt?: string; 
  public get expiresAt() {
    return this.getStringAttribute('expires_at');
  }
  public set expiresAt(value: string) {
    this._expiresAt = value;
  }
  // Temporarily expose input value. Use with caution.
  public get expiresAtInput() {
    return this._expiresAt;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // owner - computed: false, optional: false, required: true
  private _owner?: string; 
  public get owner() {
    return this.getStringAttribute('owner');
  }
  public set owner(value: string) {
    this._owner = value;
  }
  // Temporarily expose input value. Use with caution.
  public get ownerInput() {
    return this._owner;
  }

  // policy - computed: true, optional: false, required: false
  public get policy() {
    return this.getStringAttribute('policy');
  }

  // policy_id - computed: false, optional: true, required: false
  private _policyId?: string; 
  public get policyId() {
    return this.getStringAttribute('policy_id');
  }
  public set policyId(value: string) {
    this._policyId = value;
  }
  public resetPolicyId() {
    this._policyId = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get policyIdInput() {
    return this._policyId;
  }

  // reason - computed: false, optional: false, required: true
  private _reason?: string; 
  public get reason() {
    return this.getStringAttribute('reason');
  }
  public set reason(value: string) {
    this._reason = value;
  }
  // Temporarily expose input value. Use with caution.
  public get reasonInput() {
    return this._reason;
  }

  // resource_kind - computed: false, optional: false, required: true
  private _resourceKind?: string; 
  public get resourceKind() {
    return this.getStringAttribute('resource_kind');
  }
  public set resourceKind(value: string) {
    this._resourceKind = value;
  }
  // Temporarily expose input value. Use with caution.
  public get resourceKindInput() {
    return this._resourceKind;
  }

  // resource_name - computed: false, optional: false, required: true
  private _resourceName?: string; 
  public get resourceName() {
    return this.getStringAttribute('resource_name');
  }
  public set resourceName(value: string) {
    this._resourceName = value;
  }
  // Temporarily expose input value. Use with caution.
  public get resourceNameInput() {
    return this._resourceName;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      check: cdktf.stringToTerraform(this._check),
      compensating_control: cdktf.stringToTerraform(this._compensatingControl),
      expires_at: cdktf.stringToTerraform(this._expiresAt),
      owner: cdktf.stringToTerraform(this._owner),
      policy_id: cdktf.stringToTerraform(this._policyId),
      reason: cdktf.stringToTerraform(this._reason),
      resource_kind: cdktf.stringToTerraform(this._resourceKind),
      resource_name: cdktf.stringToTerraform(this._resourceName),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      check: {
        value: cdktf.stringToHclTerraform(this._check),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      compensating_control: {
        value: cdktf.stringToHclTerraform(this._compensatingControl),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      expires_at: {
        value: cdktf.stringToHclTerraform(this._expiresAt),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      owner: {
        value: cdktf.stringToHclTerraform(this._owner),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      policy_id: {
        value: cdktf.stringToHclTerraform(this._policyId),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      reason: {
        value: cdktf.stringToHclTerraform(this._reason),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      resource_kind: {
        value: cdktf.stringToHclTerraform(this._resourceKind),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      resource_name: {
        value: cdktf.stringToHclTerraform(this._resourceName),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
