// https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application
// generated from terraform resource schema

import { Construct } from 'constructs';
import * as cdktf from 'cdktf';

// Configuration

export interface GitopsApplicationConfig extends cdktf.TerraformMetaArguments {
  /**
  * Workflow that runs after applied changes are verified. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#after_workflow GitopsApplication#after_workflow}
  */
  readonly afterWorkflow?: string;
  /**
  * SSH keys that may sign, in the format of `ssh-keygen` for allowed signers. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#allowed_signers GitopsApplication#allowed_signers}
  */
  readonly allowedSigners?: string;
  /**
  * When people are asked. `gated`: for more deletions than that, and protected paths; `deletes`: also for any deletion or replacement; `always`: for any change. Default: `gated`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#approval GitopsApplication#approval}
  */
  readonly approval?: string;
  /**
  * Time to vote. Default: `24h`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#approval_expires GitopsApplication#approval_expires}
  */
  readonly approvalExpires?: string;
  /**
  * Number of approvals required. Default: `1`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#approvals_required GitopsApplication#approvals_required}
  */
  readonly approvalsRequired?: number;
  /**
  * Persons who may vote. Default: all who may approve. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#approvers GitopsApplication#approvers}
  */
  readonly approvers?: string[];
  /**
  * Whether new commits start syncs; otherwise people and pipelines do. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#automatic GitopsApplication#automatic}
  */
  readonly automatic?: boolean | cdktf.IResolvable;
  /**
  * Workflow that runs before changes are applied; if it fails, nothing is. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#before_workflow GitopsApplication#before_workflow}
  */
  readonly beforeWorkflow?: string;
  /**
  * Secret with the password or token for HTTPS, or with the private key for SSH, by its name. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#credential GitopsApplication#credential}
  */
  readonly credential?: string;
  /**
  * Free-form description. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#description GitopsApplication#description}
  */
  readonly description?: string;
  /**
  * Environment that it is, such as production. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#environment GitopsApplication#environment}
  */
  readonly environment?: string;
  /**
  * Workflow that runs after a sync has failed. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#failed_workflow GitopsApplication#failed_workflow}
  */
  readonly failedWorkflow?: string;
  /**
  * OpenPGP keys that may sign, armored. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#gpg_keys GitopsApplication#gpg_keys}
  */
  readonly gpgKeys?: string;
  /**
  * Hosts that syncs reach beside the repository and the server, as HOST:PORT. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#hosts GitopsApplication#hosts}
  */
  readonly hosts?: string[];
  /**
  * Host keys of the SSH server, as in a known_hosts file; required with SSH. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#known_hosts GitopsApplication#known_hosts}
  */
  readonly knownHosts?: string;
  /**
  * Name of the application, unique within the tenant. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#name GitopsApplication#name}
  */
  readonly name: string;
  /**
  * Applications that have to be synced and healthy before this one syncs, by name. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#needs GitopsApplication#needs}
  */
  readonly needs?: string[];
  /**
  * Directory in the repository. Default: `.`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#path GitopsApplication#path}
  */
  readonly path?: string;
  /**
  * Interval at which the repository is asked for new commits. Default: `3m`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#poll_every GitopsApplication#poll_every}
  */
  readonly pollEvery?: string;
  /**
  * `refuse` refuses provisioners and data sources that run programs. One of `refuse`, `allow`. Default: `refuse`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#programs GitopsApplication#programs}
  */
  readonly programs?: string;
  /**
  * Application whose synced commits are the only ones that this one accepts. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#promote_from GitopsApplication#promote_from}
  */
  readonly promoteFrom?: string;
  /**
  * Patterns of files whose change needs an approval, such as `policies/**`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#protected_paths GitopsApplication#protected_paths}
  */
  readonly protectedPaths?: string[];
  /**
  * Providers beside NovaCron that may run. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#providers GitopsApplication#providers}
  */
  readonly providers?: GitopsApplicationProviders[] | cdktf.IResolvable;
  /**
  * Whether resources that left the repository are deleted; otherwise a sync is refused. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#prune GitopsApplication#prune}
  */
  readonly prune?: boolean | cdktf.IResolvable;
  /**
  * Most deletions of a sync without an approval. Default: `10`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#prune_count_max GitopsApplication#prune_count_max}
  */
  readonly pruneCountMax?: number;
  /**
  * Most deletions without an approval, as a part of what it manages, 0 to 1. Default: `0.1`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#prune_ratio_max GitopsApplication#prune_ratio_max}
  */
  readonly pruneRatioMax?: number;
  /**
  * Address of the Git repository, over HTTPS or SSH, or in files of the runner. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#repository GitopsApplication#repository}
  */
  readonly repository: string;
  /**
  * Whether a commit that no accepted key has signed is refused. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#require_signatures GitopsApplication#require_signatures}
  */
  readonly requireSignatures?: boolean | cdktf.IResolvable;
  /**
  * API key whose rights syncs have; an admin authorizes its use. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#run_as GitopsApplication#run_as}
  */
  readonly runAs: string;
  /**
  * Labels of the runners that carry syncs out; secrets are sent to these only. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#run_on GitopsApplication#run_on}
  */
  readonly runOn?: { [key: string]: string };
  /**
  * Whether a sync also starts when resources have drifted; needs `automatic`. Default: `false`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#self_heal GitopsApplication#self_heal}
  */
  readonly selfHeal?: boolean | cdktf.IResolvable;
  /**
  * Kind of the directory: `terraform` or `opentofu` files, which cdktf writes, too, or `manifests` of `novacron apply`. Default: `terraform`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#source GitopsApplication#source}
  */
  readonly source?: string;
  /**
  * Name of the Terraform state on the server. Default: the name of the application. A change is a replacement.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#state GitopsApplication#state}
  */
  readonly state?: string;
  /**
  * Times in which syncs may start, or may not. Default: they may at any time. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#sync_windows GitopsApplication#sync_windows}
  */
  readonly syncWindows?: GitopsApplicationSyncWindows[] | cdktf.IResolvable;
  /**
  * Branch, tag or commit that is synced; HEAD is the default branch. Default: `HEAD`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#target_revision GitopsApplication#target_revision}
  */
  readonly targetRevision?: string;
  /**
  * Input variables of the configuration by name, as texts; not secrets. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#variables GitopsApplication#variables}
  */
  readonly variables?: { [key: string]: string };
  /**
  * What reports pushes; `github` is also what Forgejo and Gitea send. One of `github`, `gitlab`. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#webhook GitopsApplication#webhook}
  */
  readonly webhook?: string;
  /**
  * Secrets that it signs with, by name: two while one replaces the other. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#webhook_secrets GitopsApplication#webhook_secrets}
  */
  readonly webhookSecrets?: string[];
}
export interface GitopsApplicationProviders {
  /**
  * Hashes of the lock file that are accepted
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#hashes GitopsApplication#hashes}
  */
  readonly hashes: string[];
  /**
  * Address, such as registry.terraform.io/hashicorp/random
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#source GitopsApplication#source}
  */
  readonly source: string;
}

export function gitopsApplicationProvidersToTerraform(struct?: GitopsApplicationProviders | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    hashes: cdktf.listMapper(cdktf.stringToTerraform, false)(struct!.hashes),
    source: cdktf.stringToTerraform(struct!.source),
  }
}


export function gitopsApplicationProvidersToHclTerraform(struct?: GitopsApplicationProviders | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    hashes: {
      value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(struct!.hashes),
      isBlock: false,
      type: "list",
      storageClassType: "stringList",
    },
    source: {
      value: cdktf.stringToHclTerraform(struct!.source),
      isBlock: false,
      type: "simple",
      storageClassType: "string",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class GitopsApplicationProvidersOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): GitopsApplicationProviders | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._hashes !== undefined) {
      hasAnyValues = true;
      internalValueResult.hashes = this._hashes;
    }
    if (this._source !== undefined) {
      hasAnyValues = true;
      internalValueResult.source = this._source;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: GitopsApplicationProviders | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._hashes = undefined;
      this._source = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._hashes = value.hashes;
      this._source = value.source;
    }
  }

  // hashes - computed: false, optional: false, required: true
  private _hashes?: string[]; 
  public get hashes() {
    return this.getListAttribute('hashes');
  }
  public set hashes(value: string[]) {
    this._hashes = value;
  }
  // Temporarily expose input value. Use with caution.
  public get hashesInput() {
    return this._hashes;
  }

  // source - computed: false, optional: false, required: true
  private _source?: string; 
  public get source() {
    return this.getStringAttribute('source');
  }
  public set source(value: string) {
    this._source = value;
  }
  // Temporarily expose input value. Use with caution.
  public get sourceInput() {
    return this._source;
  }
}

export class GitopsApplicationProvidersList extends cdktf.ComplexList {
  public internalValue? : GitopsApplicationProviders[] | cdktf.IResolvable

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
  public get(index: number): GitopsApplicationProvidersOutputReference {
    return new GitopsApplicationProvidersOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}
export interface GitopsApplicationSyncWindows {
  /**
  * How long it stays open, from 5m to 7d.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#duration GitopsApplication#duration}
  */
  readonly duration: string;
  /**
  * `allow`: syncs start in allow windows only; `deny`: none starts in this one
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#kind GitopsApplication#kind}
  */
  readonly kind: string;
  /**
  * When the window opens: five cron fields, such as `0 3 * * SUN`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#schedule GitopsApplication#schedule}
  */
  readonly schedule: string;
  /**
  * IANA time zone of the schedule. Default: `UTC`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#timezone GitopsApplication#timezone}
  */
  readonly timezone?: string;
}

export function gitopsApplicationSyncWindowsToTerraform(struct?: GitopsApplicationSyncWindows | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    duration: cdktf.stringToTerraform(struct!.duration),
    kind: cdktf.stringToTerraform(struct!.kind),
    schedule: cdktf.stringToTerraform(struct!.schedule),
    timezone: cdktf.stringToTerraform(struct!.timezone),
  }
}


export function gitopsApplicationSyncWindowsToHclTerraform(struct?: GitopsApplicationSyncWindows | cdktf.IResolvable): any {
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
    kind: {
      value: cdktf.stringToHclTerraform(struct!.kind),
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

export class GitopsApplicationSyncWindowsOutputReference extends cdktf.ComplexObject {
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

  public get internalValue(): GitopsApplicationSyncWindows | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._duration !== undefined) {
      hasAnyValues = true;
      internalValueResult.duration = this._duration;
    }
    if (this._kind !== undefined) {
      hasAnyValues = true;
      internalValueResult.kind = this._kind;
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

  public set internalValue(value: GitopsApplicationSyncWindows | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._duration = undefined;
      this._kind = undefined;
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
      this._kind = value.kind;
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

export class GitopsApplicationSyncWindowsList extends cdktf.ComplexList {
  public internalValue? : GitopsApplicationSyncWindows[] | cdktf.IResolvable

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
  public get(index: number): GitopsApplicationSyncWindowsOutputReference {
    return new GitopsApplicationSyncWindowsOutputReference(this.terraformResource, this.terraformAttribute, index, this.wrapsSet);
  }
}

/**
* Represents a {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application novacron_gitops_application}
*/
export class GitopsApplication extends cdktf.TerraformResource {

  // =================
  // STATIC PROPERTIES
  // =================
  public static readonly tfResourceType = "novacron_gitops_application";

  // ==============
  // STATIC Methods
  // ==============
  /**
  * Generates CDKTF code for importing a GitopsApplication resource upon running "cdktf plan <stack-name>"
  * @param scope The scope in which to define this construct
  * @param importToId The construct id used in the generated config for the GitopsApplication to import
  * @param importFromId The id of the existing GitopsApplication that should be imported. Refer to the {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application#import import section} in the documentation of this resource for the id to use
  * @param provider? Optional instance of the provider where the GitopsApplication to import is found
  */
  public static generateConfigForImport(scope: Construct, importToId: string, importFromId: string, provider?: cdktf.TerraformProvider) {
        return new cdktf.ImportableResource(scope, importToId, { terraformResourceType: "novacron_gitops_application", importId: importFromId, provider });
      }

  // ===========
  // INITIALIZER
  // ===========

  /**
  * Create a new {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/gitops_application novacron_gitops_application} Resource
  *
  * @param scope The scope in which to define this construct
  * @param id The scoped construct ID. Must be unique amongst siblings in the same scope
  * @param options GitopsApplicationConfig
  */
  public constructor(scope: Construct, id: string, config: GitopsApplicationConfig) {
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
    this._afterWorkflow = config.afterWorkflow;
    this._allowedSigners = config.allowedSigners;
    this._approval = config.approval;
    this._approvalExpires = config.approvalExpires;
    this._approvalsRequired = config.approvalsRequired;
    this._approvers = config.approvers;
    this._automatic = config.automatic;
    this._beforeWorkflow = config.beforeWorkflow;
    this._credential = config.credential;
    this._description = config.description;
    this._environment = config.environment;
    this._failedWorkflow = config.failedWorkflow;
    this._gpgKeys = config.gpgKeys;
    this._hosts = config.hosts;
    this._knownHosts = config.knownHosts;
    this._name = config.name;
    this._needs = config.needs;
    this._path = config.path;
    this._pollEvery = config.pollEvery;
    this._programs = config.programs;
    this._promoteFrom = config.promoteFrom;
    this._protectedPaths = config.protectedPaths;
    this._providers.internalValue = config.providers;
    this._prune = config.prune;
    this._pruneCountMax = config.pruneCountMax;
    this._pruneRatioMax = config.pruneRatioMax;
    this._repository = config.repository;
    this._requireSignatures = config.requireSignatures;
    this._runAs = config.runAs;
    this._runOn = config.runOn;
    this._selfHeal = config.selfHeal;
    this._source = config.source;
    this._state = config.state;
    this._syncWindows.internalValue = config.syncWindows;
    this._targetRevision = config.targetRevision;
    this._variables = config.variables;
    this._webhook = config.webhook;
    this._webhookSecrets = config.webhookSecrets;
  }

  // ==========
  // ATTRIBUTES
  // ==========

  // after_workflow - computed: false, optional: true, required: false
  private _afterWorkflow?: string; 
  public get afterWorkflow() {
    return this.getStringAttribute('after_workflow');
  }
  public set afterWorkflow(value: string) {
    this._afterWorkflow = value;
  }
  public resetAfterWorkflow() {
    this._afterWorkflow = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get afterWorkflowInput() {
    return this._afterWorkflow;
  }

  // allowed_signers - computed: false, optional: true, required: false
  private _allowedSigners?: string; 
  public get allowedSigners() {
    return this.getStringAttribute('allowed_signers');
  }
  public set allowedSigners(value: string) {
    this._allowedSigners = value;
  }
  public resetAllowedSigners() {
    this._allowedSigners = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get allowedSignersInput() {
    return this._allowedSigners;
  }

  // approval - computed: true, optional: true, required: false
  private _approval?: string; 
  public get approval() {
    return this.getStringAttribute('approval');
  }
  public set approval(value: string) {
    this._approval = value;
  }
  public resetApproval() {
    this._approval = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get approvalInput() {
    return this._approval;
  }

  // approval_expires - computed: true, optional: true, required: false
  private _approvalExpires?: string; 
  public get approvalExpires() {
    return this.getStringAttribute('approval_expires');
  }
  public set approvalExpires(value: string) {
    this._approvalExpires = value;
  }
  public resetApprovalExpires() {
    this._approvalExpires = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get approvalExpiresInput() {
    return this._approvalExpires;
  }

  // approvals_required - computed: true, optional: true, required: false
  private _approvalsRequired?: number; 
  public get approvalsRequired() {
    return this.getNumberAttribute('approvals_required');
  }
  public set approvalsRequired(value: number) {
    this._approvalsRequired = value;
  }
  public resetApprovalsRequired() {
    this._approvalsRequired = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get approvalsRequiredInput() {
    return this._approvalsRequired;
  }

  // approvers - computed: false, optional: true, required: false
  private _approvers?: string[]; 
  public get approvers() {
    return this.getListAttribute('approvers');
  }
  public set approvers(value: string[]) {
    this._approvers = value;
  }
  public resetApprovers() {
    this._approvers = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get approversInput() {
    return this._approvers;
  }

  // automatic - computed: true, optional: true, required: false
  private _automatic?: boolean | cdktf.IResolvable; 
  public get automatic() {
    return this.getBooleanAttribute('automatic');
  }
  public set automatic(value: boolean | cdktf.IResolvable) {
    this._automatic = value;
  }
  public resetAutomatic() {
    this._automatic = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get automaticInput() {
    return this._automatic;
  }

  // before_workflow - computed: false, optional: true, required: false
  private _beforeWorkflow?: string; 
  public get beforeWorkflow() {
    return this.getStringAttribute('before_workflow');
  }
  public set beforeWorkflow(value: string) {
    this._beforeWorkflow = value;
  }
  public resetBeforeWorkflow() {
    this._beforeWorkflow = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get beforeWorkflowInput() {
    return this._beforeWorkflow;
  }

  // created_at - computed: true, optional: false, required: false
  public get createdAt() {
    return this.getStringAttribute('created_at');
  }

  // created_by - computed: true, optional: false, required: false
  public get createdBy() {
    return this.getStringAttribute('created_by');
  }

  // credential - computed: false, optional: true, required: false
  private _credential?: string; 
  public get credential() {
    return this.getStringAttribute('credential');
  }
  public set credential(value: string) {
    this._credential = value;
  }
  public resetCredential() {
    this._credential = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get credentialInput() {
    return this._credential;
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

  // environment - computed: false, optional: true, required: false
  private _environment?: string; 
  public get environment() {
    return this.getStringAttribute('environment');
  }
  public set environment(value: string) {
    this._environment = value;
  }
  public resetEnvironment() {
    this._environment = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get environmentInput() {
    return this._environment;
  }

  // failed_workflow - computed: false, optional: true, required: false
  private _failedWorkflow?: string; 
  public get failedWorkflow() {
    return this.getStringAttribute('failed_workflow');
  }
  public set failedWorkflow(value: string) {
    this._failedWorkflow = value;
  }
  public resetFailedWorkflow() {
    this._failedWorkflow = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get failedWorkflowInput() {
    return this._failedWorkflow;
  }

  // gpg_keys - computed: false, optional: true, required: false
  private _gpgKeys?: string; 
  public get gpgKeys() {
    return this.getStringAttribute('gpg_keys');
  }
  public set gpgKeys(value: string) {
    this._gpgKeys = value;
  }
  public resetGpgKeys() {
    this._gpgKeys = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get gpgKeysInput() {
    return this._gpgKeys;
  }

  // hosts - computed: false, optional: true, required: false
  private _hosts?: string[]; 
  public get hosts() {
    return this.getListAttribute('hosts');
  }
  public set hosts(value: string[]) {
    this._hosts = value;
  }
  public resetHosts() {
    this._hosts = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get hostsInput() {
    return this._hosts;
  }

  // id - computed: true, optional: false, required: false
  public get id() {
    return this.getStringAttribute('id');
  }

  // known_hosts - computed: false, optional: true, required: false
  private _knownHosts?: string; 
  public get knownHosts() {
    return this.getStringAttribute('known_hosts');
  }
  public set knownHosts(value: string) {
    this._knownHosts = value;
  }
  public resetKnownHosts() {
    this._knownHosts = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get knownHostsInput() {
    return this._knownHosts;
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

  // needs - computed: false, optional: true, required: false
  private _needs?: string[]; 
  public get needs() {
    return this.getListAttribute('needs');
  }
  public set needs(value: string[]) {
    this._needs = value;
  }
  public resetNeeds() {
    this._needs = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get needsInput() {
    return this._needs;
  }

  // path - computed: true, optional: true, required: false
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

  // poll_every - computed: true, optional: true, required: false
  private _pollEvery?: string; 
  public get pollEvery() {
    return this.getStringAttribute('poll_every');
  }
  public set pollEvery(value: string) {
    this._pollEvery = value;
  }
  public resetPollEvery() {
    this._pollEvery = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pollEveryInput() {
    return this._pollEvery;
  }

  // programs - computed: true, optional: true, required: false
  private _programs?: string; 
  public get programs() {
    return this.getStringAttribute('programs');
  }
  public set programs(value: string) {
    this._programs = value;
  }
  public resetPrograms() {
    this._programs = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get programsInput() {
    return this._programs;
  }

  // promote_from - computed: false, optional: true, required: false
  private _promoteFrom?: string; 
  public get promoteFrom() {
    return this.getStringAttribute('promote_from');
  }
  public set promoteFrom(value: string) {
    this._promoteFrom = value;
  }
  public resetPromoteFrom() {
    this._promoteFrom = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get promoteFromInput() {
    return this._promoteFrom;
  }

  // protected_paths - computed: false, optional: true, required: false
  private _protectedPaths?: string[]; 
  public get protectedPaths() {
    return this.getListAttribute('protected_paths');
  }
  public set protectedPaths(value: string[]) {
    this._protectedPaths = value;
  }
  public resetProtectedPaths() {
    this._protectedPaths = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get protectedPathsInput() {
    return this._protectedPaths;
  }

  // providers - computed: false, optional: true, required: false
  private _providers = new GitopsApplicationProvidersList(this, "providers", false);
  public get providers() {
    return this._providers;
  }
  public putProviders(value: GitopsApplicationProviders[] | cdktf.IResolvable) {
    this._providers.internalValue = value;
  }
  public resetProviders() {
    this._providers.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get providersInput() {
    return this._providers.internalValue;
  }

  // prune - computed: true, optional: true, required: false
  private _prune?: boolean | cdktf.IResolvable; 
  public get prune() {
    return this.getBooleanAttribute('prune');
  }
  public set prune(value: boolean | cdktf.IResolvable) {
    this._prune = value;
  }
  public resetPrune() {
    this._prune = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pruneInput() {
    return this._prune;
  }

  // prune_count_max - computed: true, optional: true, required: false
  private _pruneCountMax?: number; 
  public get pruneCountMax() {
    return this.getNumberAttribute('prune_count_max');
  }
  public set pruneCountMax(value: number) {
    this._pruneCountMax = value;
  }
  public resetPruneCountMax() {
    this._pruneCountMax = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pruneCountMaxInput() {
    return this._pruneCountMax;
  }

  // prune_ratio_max - computed: true, optional: true, required: false
  private _pruneRatioMax?: number; 
  public get pruneRatioMax() {
    return this.getNumberAttribute('prune_ratio_max');
  }
  public set pruneRatioMax(value: number) {
    this._pruneRatioMax = value;
  }
  public resetPruneRatioMax() {
    this._pruneRatioMax = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get pruneRatioMaxInput() {
    return this._pruneRatioMax;
  }

  // repository - computed: false, optional: false, required: true
  private _repository?: string; 
  public get repository() {
    return this.getStringAttribute('repository');
  }
  public set repository(value: string) {
    this._repository = value;
  }
  // Temporarily expose input value. Use with caution.
  public get repositoryInput() {
    return this._repository;
  }

  // require_signatures - computed: true, optional: true, required: false
  private _requireSignatures?: boolean | cdktf.IResolvable; 
  public get requireSignatures() {
    return this.getBooleanAttribute('require_signatures');
  }
  public set requireSignatures(value: boolean | cdktf.IResolvable) {
    this._requireSignatures = value;
  }
  public resetRequireSignatures() {
    this._requireSignatures = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get requireSignaturesInput() {
    return this._requireSignatures;
  }

  // run_as - computed: false, optional: false, required: true
  private _runAs?: string; 
  public get runAs() {
    return this.getStringAttribute('run_as');
  }
  public set runAs(value: string) {
    this._runAs = value;
  }
  // Temporarily expose input value. Use with caution.
  public get runAsInput() {
    return this._runAs;
  }

  // run_on - computed: false, optional: true, required: false
  private _runOn?: { [key: string]: string }; 
  public get runOn() {
    return this.getStringMapAttribute('run_on');
  }
  public set runOn(value: { [key: string]: string }) {
    this._runOn = value;
  }
  public resetRunOn() {
    this._runOn = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get runOnInput() {
    return this._runOn;
  }

  // self_heal - computed: true, optional: true, required: false
  private _selfHeal?: boolean | cdktf.IResolvable; 
  public get selfHeal() {
    return this.getBooleanAttribute('self_heal');
  }
  public set selfHeal(value: boolean | cdktf.IResolvable) {
    this._selfHeal = value;
  }
  public resetSelfHeal() {
    this._selfHeal = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get selfHealInput() {
    return this._selfHeal;
  }

  // source - computed: true, optional: true, required: false
  private _source?: string; 
  public get source() {
    return this.getStringAttribute('source');
  }
  public set source(value: string) {
    this._source = value;
  }
  public resetSource() {
    this._source = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sourceInput() {
    return this._source;
  }

  // state - computed: false, optional: true, required: false
  private _state?: string; 
  public get state() {
    return this.getStringAttribute('state');
  }
  public set state(value: string) {
    this._state = value;
  }
  public resetState() {
    this._state = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get stateInput() {
    return this._state;
  }

  // sync_windows - computed: false, optional: true, required: false
  private _syncWindows = new GitopsApplicationSyncWindowsList(this, "sync_windows", false);
  public get syncWindows() {
    return this._syncWindows;
  }
  public putSyncWindows(value: GitopsApplicationSyncWindows[] | cdktf.IResolvable) {
    this._syncWindows.internalValue = value;
  }
  public resetSyncWindows() {
    this._syncWindows.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get syncWindowsInput() {
    return this._syncWindows.internalValue;
  }

  // target_revision - computed: true, optional: true, required: false
  private _targetRevision?: string; 
  public get targetRevision() {
    return this.getStringAttribute('target_revision');
  }
  public set targetRevision(value: string) {
    this._targetRevision = value;
  }
  public resetTargetRevision() {
    this._targetRevision = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get targetRevisionInput() {
    return this._targetRevision;
  }

  // variables - computed: false, optional: true, required: false
  private _variables?: { [key: string]: string }; 
  public get variables() {
    return this.getStringMapAttribute('variables');
  }
  public set variables(value: { [key: string]: string }) {
    this._variables = value;
  }
  public resetVariables() {
    this._variables = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get variablesInput() {
    return this._variables;
  }

  // webhook - computed: false, optional: true, required: false
  private _webhook?: string; 
  public get webhook() {
    return this.getStringAttribute('webhook');
  }
  public set webhook(value: string) {
    this._webhook = value;
  }
  public resetWebhook() {
    this._webhook = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get webhookInput() {
    return this._webhook;
  }

  // webhook_secrets - computed: false, optional: true, required: false
  private _webhookSecrets?: string[]; 
  public get webhookSecrets() {
    return this.getListAttribute('webhook_secrets');
  }
  public set webhookSecrets(value: string[]) {
    this._webhookSecrets = value;
  }
  public resetWebhookSecrets() {
    this._webhookSecrets = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get webhookSecretsInput() {
    return this._webhookSecrets;
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
      after_workflow: cdktf.stringToTerraform(this._afterWorkflow),
      allowed_signers: cdktf.stringToTerraform(this._allowedSigners),
      approval: cdktf.stringToTerraform(this._approval),
      approval_expires: cdktf.stringToTerraform(this._approvalExpires),
      approvals_required: cdktf.numberToTerraform(this._approvalsRequired),
      approvers: cdktf.listMapper(cdktf.stringToTerraform, false)(this._approvers),
      automatic: cdktf.booleanToTerraform(this._automatic),
      before_workflow: cdktf.stringToTerraform(this._beforeWorkflow),
      credential: cdktf.stringToTerraform(this._credential),
      description: cdktf.stringToTerraform(this._description),
      environment: cdktf.stringToTerraform(this._environment),
      failed_workflow: cdktf.stringToTerraform(this._failedWorkflow),
      gpg_keys: cdktf.stringToTerraform(this._gpgKeys),
      hosts: cdktf.listMapper(cdktf.stringToTerraform, false)(this._hosts),
      known_hosts: cdktf.stringToTerraform(this._knownHosts),
      name: cdktf.stringToTerraform(this._name),
      needs: cdktf.listMapper(cdktf.stringToTerraform, false)(this._needs),
      path: cdktf.stringToTerraform(this._path),
      poll_every: cdktf.stringToTerraform(this._pollEvery),
      programs: cdktf.stringToTerraform(this._programs),
      promote_from: cdktf.stringToTerraform(this._promoteFrom),
      protected_paths: cdktf.listMapper(cdktf.stringToTerraform, false)(this._protectedPaths),
      providers: cdktf.listMapper(gitopsApplicationProvidersToTerraform, false)(this._providers.internalValue),
      prune: cdktf.booleanToTerraform(this._prune),
      prune_count_max: cdktf.numberToTerraform(this._pruneCountMax),
      prune_ratio_max: cdktf.numberToTerraform(this._pruneRatioMax),
      repository: cdktf.stringToTerraform(this._repository),
      require_signatures: cdktf.booleanToTerraform(this._requireSignatures),
      run_as: cdktf.stringToTerraform(this._runAs),
      run_on: cdktf.hashMapper(cdktf.stringToTerraform)(this._runOn),
      self_heal: cdktf.booleanToTerraform(this._selfHeal),
      source: cdktf.stringToTerraform(this._source),
      state: cdktf.stringToTerraform(this._state),
      sync_windows: cdktf.listMapper(gitopsApplicationSyncWindowsToTerraform, false)(this._syncWindows.internalValue),
      target_revision: cdktf.stringToTerraform(this._targetRevision),
      variables: cdktf.hashMapper(cdktf.stringToTerraform)(this._variables),
      webhook: cdktf.stringToTerraform(this._webhook),
      webhook_secrets: cdktf.listMapper(cdktf.stringToTerraform, false)(this._webhookSecrets),
    };
  }

  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      after_workflow: {
        value: cdktf.stringToHclTerraform(this._afterWorkflow),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      allowed_signers: {
        value: cdktf.stringToHclTerraform(this._allowedSigners),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      approval: {
        value: cdktf.stringToHclTerraform(this._approval),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      approval_expires: {
        value: cdktf.stringToHclTerraform(this._approvalExpires),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      approvals_required: {
        value: cdktf.numberToHclTerraform(this._approvalsRequired),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      approvers: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._approvers),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      automatic: {
        value: cdktf.booleanToHclTerraform(this._automatic),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      before_workflow: {
        value: cdktf.stringToHclTerraform(this._beforeWorkflow),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      credential: {
        value: cdktf.stringToHclTerraform(this._credential),
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
      environment: {
        value: cdktf.stringToHclTerraform(this._environment),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      failed_workflow: {
        value: cdktf.stringToHclTerraform(this._failedWorkflow),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      gpg_keys: {
        value: cdktf.stringToHclTerraform(this._gpgKeys),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      hosts: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._hosts),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      known_hosts: {
        value: cdktf.stringToHclTerraform(this._knownHosts),
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
      needs: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._needs),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      path: {
        value: cdktf.stringToHclTerraform(this._path),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      poll_every: {
        value: cdktf.stringToHclTerraform(this._pollEvery),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      programs: {
        value: cdktf.stringToHclTerraform(this._programs),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      promote_from: {
        value: cdktf.stringToHclTerraform(this._promoteFrom),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      protected_paths: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._protectedPaths),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
      providers: {
        value: cdktf.listMapperHcl(gitopsApplicationProvidersToHclTerraform, false)(this._providers.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "GitopsApplicationProvidersList",
      },
      prune: {
        value: cdktf.booleanToHclTerraform(this._prune),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      prune_count_max: {
        value: cdktf.numberToHclTerraform(this._pruneCountMax),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      prune_ratio_max: {
        value: cdktf.numberToHclTerraform(this._pruneRatioMax),
        isBlock: false,
        type: "simple",
        storageClassType: "number",
      },
      repository: {
        value: cdktf.stringToHclTerraform(this._repository),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      require_signatures: {
        value: cdktf.booleanToHclTerraform(this._requireSignatures),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      run_as: {
        value: cdktf.stringToHclTerraform(this._runAs),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      run_on: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._runOn),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      self_heal: {
        value: cdktf.booleanToHclTerraform(this._selfHeal),
        isBlock: false,
        type: "simple",
        storageClassType: "boolean",
      },
      source: {
        value: cdktf.stringToHclTerraform(this._source),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      state: {
        value: cdktf.stringToHclTerraform(this._state),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      sync_windows: {
        value: cdktf.listMapperHcl(gitopsApplicationSyncWindowsToHclTerraform, false)(this._syncWindows.internalValue),
        isBlock: true,
        type: "list",
        storageClassType: "GitopsApplicationSyncWindowsList",
      },
      target_revision: {
        value: cdktf.stringToHclTerraform(this._targetRevision),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      variables: {
        value: cdktf.hashMapperHcl(cdktf.stringToHclTerraform)(this._variables),
        isBlock: false,
        type: "map",
        storageClassType: "stringMap",
      },
      webhook: {
        value: cdktf.stringToHclTerraform(this._webhook),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      webhook_secrets: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._webhookSecrets),
        isBlock: false,
        type: "list",
        storageClassType: "stringList",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
