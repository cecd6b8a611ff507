// https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface DataNovacronGitopsApplicationConfig extends cdktf.TerraformMetaArguments {
  /**
  * Id of the GitOps application. Set either this or the name.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application#id DataNovacronGitopsApplication#id}
  *
  * Please be aware that the id field is automatically added to all resources in Terraform providers using a Terraform provider SDK version below 2.
  * If you experience problems setting this value it might not be settable. Please take a look at the provider documentation to ensure it should be settable.
  */
  readonly id?: string;
  /**
  * Name of the GitOps application. Set either this or the id.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application#name DataNovacronGitopsApplication#name}
  */
  readonly name?: string;
}
export interface DataNovacronGitopsApplicationProviders {
}

export function dataNovacronGitopsApplicationProvidersToTerraform(struct?: DataNovacronGitopsApplicationProviders): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function dataNovacronGitopsApplicationProvidersToHclTerraform(struct?: DataNovacronGitopsApplicationProviders): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class DataNovacronGitopsApplicationProvidersOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronGitopsApplicationProviders | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: DataNovacronGitopsApplicationProviders | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // hashes - computed: true, optional: false, required: false
  public get hashes() {
    return this.getListAttribute('hashes');
  }

  // source - computed: true, optional: false, required: false
  public get source() {
    return this.getStringAttribute('source');
  }
}

export class DataNovacronGitopsApplicationProvidersList extends cdktf.ComplexList {

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
  public get(index: number): DataNovacronGitopsApplicationProvidersOutputReference {
    return new DataNovacronGitopsApplicationProvidersOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface DataNovacronGitopsApplicationSyncWindows {
}

export function dataNovacronGitopsApplicationSyncWindowsToTerraform(struct?: DataNovacronGitopsApplicationSyncWindows): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
  }
}


export function dataNovacronGitopsApplicationSyncWindowsToHclTerraform(struct?: DataNovacronGitopsApplicationSyncWindows): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
  };
  return attrs;
}

export class DataNovacronGitopsApplicationSyncWindowsOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): DataNovacronGitopsApplicationSyncWindows | undefined {
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: DataNovacronGitopsApplicationSyncWindows | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
    }
  }

  // duration - computed: true, optional: false, required: false
  public get duration() {
    return this.getStringAttribute('duration');
  }

  // kind - computed: true, optional: false, required: false
  public get kind() {
    return this.getStringAttribute('kind');
  }

  // schedule - computed: true, optional: false, required: false
  public get schedule() {
    return this.getStringAttribute('schedule');
  }

  // timezone - computed: true, optional: false, required: false
  public get timezone() {
    return this.getStringAttribute('timezone');
  }
}

export class DataNovacronGitopsApplicationSyncWindowsList extends cdktf.ComplexList {

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
  public get(index: number): DataNovacronGitopsApplicationSyncWindowsOutputReference {
    return new DataNovacronGitopsApplicationSyncWindowsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application novacron_gitops_application}
*/
export class DataNovacronGitopsApplication extends cdktf.TerraformDataSource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_gitops_application";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a DataNovacronGitopsApplication resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the DataNovacronGitopsApplication to import
  * @param importFromId The id of the existing DataNovacronGitopsApplication that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the DataNovacronGitopsApplication to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_gitops_application", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/data-sources/gitops_application novacron_gitops_application} Data Source
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options DataNovacronGitopsApplicationConfig = {}
  */
  public constructor(scope: Construct, id: string, config: DataNovacronGitopsApplicationConfig = {}) {
    super(scope, id, {
      terraformResourceType: 'novacron_gitops_application',
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

  // after_workflow - computed: true, optional: false, required: false
  public get afterWorkflow() {
    return this.getStringAttribute('after_workflow');
  }

  // allowed_signers - computed: true, optional: false, required: false
  public get allowedSigners() {
    return this.getStringAttribute('allowed_signers');
  }

  // approval - computed: true, optional: false, required: false
  public get approval() {
    return this.getStringAttribute('approval');
  }

  // approval_expires - computed: true, optional: false, required: false
  public get approvalExpires() {
    return this.getStringAttribute('approval_expires');
  }

  // approvals_required - computed: true, optional: false, required: false
  public get approvalsRequired() {
    return this.getNumberAttribute('approvals_required');
  }

  // approvers - computed: true, optional: false, required: false
  public get approvers() {
    return this.getListAttribute('approvers');
  }

  // automatic - computed: true, optional: false, required: false
  public get automatic() {
    return this.getBooleanAttribute('automatic');
  }

  // before_workflow - computed: true, optional: false, required: false
  public get beforeWorkflow() {
    return this.getStringAttribute('before_workflow');
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
  }

  // credential - computed: true, optional: false, required: false
  public get credential() {
    return this.getStringAttribute('credential');
  }

  // description - computed: true, optional: false, required: false
  public get description() {
    return this.getStringAttribute('description');
  }

  // environment - computed: true, optional: false, required: false
  public get environment() {
    return this.getStringAttribute('environment');
  }

  // failed_workflow - computed: true, optional: false, required: false
  public get failedWorkflow() {
    return this.getStringAttribute('failed_workflow');
  }

  // gpg_keys - computed: true, optional: false, required: false
  public get gpgKeys() {
    return this.getStringAttribute('gpg_keys');
  }

  // health_status - computed: true, optional: false, required: false
  public get healthStatus() {
    return this.getStringAttribute('health_status');
  }

  // hosts - computed: true, optional: false, required: false
  public get hosts() {
    return this.getListAttribute('hosts');
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

  // known_hosts - computed: true, optional: false, required: false
  public get knownHosts() {
    return this.getStringAttribute('known_hosts');
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

  // needs - computed: true, optional: false, required: false
  public get needs() {
    return this.getListAttribute('needs');
  }

  // path - computed: true, optional: false, required: false
  public get path() {
    return this.getStringAttribute('path');
  }

  // poll_every - computed: true, optional: false, required: false
  public get pollEvery() {
    return this.getStringAttribute('poll_every');
  }

  // programs - computed: true, optional: false, required: false
  public get programs() {
    return this.getStringAttribute('programs');
  }

  // promote_from - computed: true, optional: false, required: false
  public get promoteFrom() {
    return this.getStringAttribute('promote_from');
  }

  // protected_paths - computed: true, optional: false, required: false
  public get protectedPaths() {
    return this.getListAttribute('protected_paths');
  }

  // providers - computed: true, optional: false, required: false
  private _providers = new DataNovacronGitopsApplicationProvidersList(this, "providers", false);
  public get providers() {
    return this._providers;
  }

  // prune - computed: true, optional: false, required: false
  public get prune() {
    return this.getBooleanAttribute('prune');
  }

  // prune_count_max - computed: true, optional: false, required: false
  public get pruneCountMax() {
    return this.getNumberAttribute('prune_count_max');
  }

  // prune_ratio_max - computed: true, optional: false, required: false
  public get pruneRatioMax() {
    return this.getNumberAttribute('prune_ratio_max');
  }

  // repository - computed: true, optional: false, required: false
  public get repository() {
    return this.getStringAttribute('repository');
  }

  // require_signatures - computed: true, optional: false, required: false
  public get requireSignatures() {
    return this.getBooleanAttribute('require_signatures');
  }

  // resources_synced - computed: true, optional: false, required: false
  public get resourcesSynced() {
    return this.getNumberAttribute('resources_synced');
  }

  // run_as - computed: true, optional: false, required: false
  public get runAs() {
    return this.getStringAttribute('run_as');
  }

  // run_on - computed: true, optional: false, required: false
  private _runOn = new cdktf.StringMap(this, "run_on");
  public get runOn() {
    return this._runOn;
  }

  // self_heal - computed: true, optional: false, required: false
  public get selfHeal() {
    return this.getBooleanAttribute('self_heal');
  }

  // source - computed: true, optional: false, required: false
  public get source() {
    return this.getStringAttribute('source');
  }

  // state - computed: true, optional: false, required: false
  public get state() {
    return this.getStringAttribute('state');
  }

  // sync_status - computed: true, optional: false, required: false
  public get syncStatus() {
    return this.getStringAttribute('sync_status');
  }

  // sync_windows - computed: true, optional: false, required: false
  private _syncWindows = new DataNovacronGitopsApplicationSyncWindowsList(this, "sync_windows", false);
  public get syncWindows() {
    return this._syncWindows;
  }

  // synced_commit - computed: true, optional: false, required: false
  public get syncedCommit() {
    return this.getStringAttribute('synced_commit');
  }

  // target_revision - computed: true, optional: false, required: false
  public get targetRevision() {
    return this.getStringAttribute('target_revision');
  }

  // updated_at - computed: true, optional: false, required: false
  public get updatedAt() {
    return this.getStringAttribute('updated_at');
  }

  // updated_by - computed: true, optional: false, required: false
  public get updatedBy() {
    return this.getStringAttribute('updated_by');
  }

  // variables - computed: true, optional: false, required: false
  private _variables = new cdktf.StringMap(this, "variables");
  public get variables() {
    return this._variables;
  }

  // webhook - computed: true, optional: false, required: false
  public get webhook() {
    return this.getStringAttribute('webhook');
  }

  // webhook_secrets - computed: true, optional: false, required: false
  public get webhookSecrets() {
    return this.getListAttribute('webhook_secrets');
  }

  // workflow_id - computed: true, optional: false, required: false
  public get workflowId() {
    return this.getStringAttribute('workflow_id');
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
