// https://registry.terraform.io/providers/novacron/novacron/latest/docs
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface NovacronProviderConfig {
  /**
  * API key. Default: `NOVACRON_API_KEY`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#api_key NovacronProvider#api_key}
  */
  readonly apiKey?: string;
  /**
  * Name of this configuration among those that use the server: drift is measured from what the same deployment applied. Default: `default`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#deployment NovacronProvider#deployment}
  */
  readonly deployment?: string;
  /**
  * URL of the NovaCron server. Default: `NOVACRON_ENDPOINT`, else `http://127.0.0.1:7480`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#endpoint NovacronProvider#endpoint}
  */
  readonly endpoint?: string;
  /**
  * Makes drift an error that is this severe or more: `critical`, `high`, `medium`, `low`, `info`; `off` leaves it a warning. `NOVACRON_FAIL_ON_DRIFT` goes before it, so that `NOVACRON_FAIL_ON_DRIFT=off terraform apply` repairs. Default: `off`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#fail_on_drift NovacronProvider#fail_on_drift}
  */
  readonly failOnDrift?: string;
  /**
  * Alias name
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#alias NovacronProvider#alias}
  */
  readonly alias?: string;
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs novacron}
*/
export class NovacronProvider extends cdktf.TerraformProvider {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a NovacronProvider resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the NovacronProvider to import
  * @param importFromId The id of the existing NovacronProvider that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the NovacronProvider to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs novacron} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options NovacronProviderConfig = {}
  */
  public constructor(scope: Construct, id: string, config: NovacronProviderConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'novacron',
      terraformGeneratorMetadata: {
        providerName: 'novacron',
        providerVersionConstraint: '~> 0.1.0'
      },
      terraformProviderSource: 'novacron/novacron'
    });
    this._apiKey = config.apiKey;
    this._deployment = config.deployment;
    this._endpoint = config.endpoint;
    this._failOnDrift = config.failOnDrift;
    this._alias = config.alias;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // api_key - computed: false, optional: true, required: false
  private _apiKey?: string; 
  public get apiKey() {
    return this._apiKey;
  }
  public set apiKey(value: string | undefined) {
    this._apiKey = value;
  }
  public resetApiKey() {
    this._apiKey = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get apiKeyInput() {
    return this._apiKey;
  }

  // deployment - computed: false, optional: true, required: false
  private _deployment?: string; 
  public get deployment() {
    return this._deployment;
  }
  public set deployment(value: string | undefined) {
    this._deployment = value;
  }
  public resetDeployment() {
    this._deployment = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get deploymentInput() {
    return this._deployment;
  }

  // endpoint - computed: false, optional: true, required: false
  private _endpoint?: string; 
  public get endpoint() {
    return this._endpoint;
  }
  public set endpoint(value: string | undefined) {
    this._endpoint = value;
  }
  public resetEndpoint() {
    this._endpoint = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get endpointInput() {
    return this._endpoint;
  }

  // fail_on_drift - computed: false, optional: true, required: false
  private _failOnDrift?: string; 
  public get failOnDrift() {
    return this._failOnDrift;
  }
  public set failOnDrift(value: string | undefined) {
    this._failOnDrift = value;
  }
  public resetFailOnDrift() {
    this._failOnDrift = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get failOnDriftInput() {
    return this._failOnDrift;
  }

  // alias - computed: false, optional: true, required: false
  private _alias?: string; 
  public get alias() {
    return this._alias;
  }
  public set alias(value: string | undefined) {
    this._alias = value;
  }
  public resetAlias() {
    this._alias = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get aliasInput() {
    return this._alias;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      api_key: cdktf.stringToTerraform(this._apiKey),
      deployment: cdktf.stringToTerraform(this._deployment),
      endpoint: cdktf.stringToTerraform(this._endpoint),
      fail_on_drift: cdktf.stringToTerraform(this._failOnDrift),
      alias: cdktf.stringToTerraform(this._alias),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      api_key: {
        value: cdktf.stringToHclTerraform(this._apiKey),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      deployment: {
        value: cdktf.stringToHclTerraform(this._deployment),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      endpoint: {
        value: cdktf.stringToHclTerraform(this._endpoint),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      fail_on_drift: {
        value: cdktf.stringToHclTerraform(this._failOnDrift),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      alias: {
        value: cdktf.stringToHclTerraform(this._alias),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
