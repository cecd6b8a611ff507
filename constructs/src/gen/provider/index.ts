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
  * Certificate, as PEM, of the authority that signed the server's certificate: `file("ca.pem")`. It is trusted in addition to the authorities that Node trusts.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#ca_certificate NovacronProvider#ca_certificate}
  */
  readonly caCertificate?: string;
  /**
  * Labels of all resources of this provider that have `metadata`: VMs, VM groups and their members, security groups and templates. `metadata` takes precedence. `metadata_all` contains both, `vm_metadata_all` those of the members of a group.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#default_labels NovacronProvider#default_labels}
  */
  readonly defaultLabels?: { [key: string]: string };
  /**
  * Name of this configuration among those that use the server: drift is measured against what the same deployment applied. Default: `default`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#deployment NovacronProvider#deployment}
  */
  readonly deployment?: string;
  /**
  * URL of the NovaCron server. Default: `NOVACRON_ENDPOINT`, or `http://127.0.0.1:7480`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#endpoint NovacronProvider#endpoint}
  */
  readonly endpoint?: string;
  /**
  * Makes drift of this severity or higher an error: `critical`, `high`, `medium`, `low`, `info`; with `off` it stays a warning. A difference of which the server cannot tell whether it is drift is an error at any severity. `NOVACRON_FAIL_ON_DRIFT` takes precedence, so that `NOVACRON_FAIL_ON_DRIFT=off terraform apply` repairs drift. Default: `off`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#fail_on_drift NovacronProvider#fail_on_drift}
  */
  readonly failOnDrift?: string;
  /**
  * Maximum time a call is retried while the server starts or restarts, is busy or limits the rate. Only idempotent calls are retried; the first call of a run is not where the endpoint has no such server (unknown host, TLS error, HTTP status 404). 0 disables retries. Unit: seconds. Default: `30`, and `3` for the first call of a run.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#retry_seconds NovacronProvider#retry_seconds}
  */
  readonly retrySeconds?: number;
  /**
  * Id of the tenant that this configuration is for: a key of another tenant is rejected before anything is planned. Default: the tenant of the key.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#tenant NovacronProvider#tenant}
  */
  readonly tenant?: string;
  /**
  * Maximum number of individual warnings of a kind, such as drift or restarts; further resources share a summary, and further errors of a kind are shortened. Default: `10`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs#warnings_max NovacronProvider#warnings_max}
  */
  readonly warningsMax?: number;
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
    this._caCertificate = config.caCertificate;
    this._defaultLabels = config.defaultLabels;
    this._deployment = config.deployment;
    this._endpoint = config.endpoint;
    this._failOnDrift = config.failOnDrift;
    this._retrySeconds = config.retrySeconds;
    this._tenant = config.tenant;
    this._warningsMax = config.warningsMax;
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

  // ca_certificate - computed: false, optional: true, required: false
  private _caCertificate?: string; 
  public get caCertificate() {
    return this._caCertificate;
  }
  public set caCertificate(value: string | undefined) {
    this._caCertificate = value;
  }
  public resetCaCertificate() {
    this._caCertificate = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get caCertificateInput() {
    return this._caCertificate;
  }

  // default_labels - computed: false, optional: true, required: false
  private _defaultLabels?: { [key: string]: string }; 
  public get defaultLabels() {
    return this._defaultLabels;
  }
  public set defaultLabels(value: { [key: string]: string } | undefined) {
    this._defaultLabels = value;
  }
  public resetDefaultLabels() {
    this._defaultLabels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get defaultLabelsInput() {
    return this._defaultLabels;
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

  // retry_seconds - computed: false, optional: true, required: false
  private _retrySeconds?: number; 
  public get retrySeconds() {
    return this._retrySeconds;
  }
  public set retrySeconds(value: number | undefined) {
    this._retrySeconds = value;
  }
  public resetRetrySeconds() {
    this._retrySeconds = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get retrySecondsInput() {
    return this._retrySeconds;
  }

  // tenant - computed: false, optional: true, required: false
  private _tenant?: string; 
  public get tenant() {
    return this._tenant;
  }
  public set tenant(value: string | undefined) {
    this._tenant = value;
  }
  public resetTenant() {
    this._tenant = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tenantInput() {
    return this._tenant;
  }

  // warnings_max - computed: false, optional: true, required: false
  private _warningsMax?: number; 
  public get warningsMax() {
    return this._warningsMax;
  }
  public set warningsMax(value: number | undefined) {
    this._warningsMax = value;
  }
  public resetWarningsMax() {
    this._warningsMax = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get warningsMaxInput() {
    return this._warningsMax;
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
      ca_certificate: cdktf.stringToTerraform(this._caCertificate),
      default_labels: cdktf.hashMapper(cdktf.stringToTerraform)(this._defaultLabels),
      deployment: cdktf.stringToTerraform(this._deployment),
      endpoint: cdktf.stringToTerraform(this._endpoint),
      fail_on_drift: cdktf.stringToTerraform(this._failOnDrift),
      retry_seconds: cdktf.numberToTerraform(this._retrySeconds),
      tenant: cdktf.stringToTerraform(this._tenant),
      warnings_max: cdktf.numberToTerraform(this._warningsMax),
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
      ca_certificate: {
        value: cdktf.stringToHclTerraform(this._caCertificate),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      default_labels: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._defaultLabels),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
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
      retry_seconds: {
        value: cdktf.numberToHclTerraform(this._retrySeconds),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      tenant: {
        value: cdktf.stringToHclTerraform(this._tenant),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      warnings_max: {
        value: cdktf.numberToHclTerraform(this._warningsMax),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
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
