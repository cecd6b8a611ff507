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
  * Features that differ from their defaults. One that is absent or null has its default. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#features Tenant#features}
  */
  readonly features?: TenantFeatures;
  /**
  * Name of the tenant, unique. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#name Tenant#name}
  */
  readonly name: string;
  /**
  * Limits of the tenant. A limit that is absent or null is not limited. A change is live.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#quotas Tenant#quotas}
  */
  readonly quotas?: TenantQuotas;
}
export interface TenantFeatures {
  /**
  * Send redacted incidents to a model that drafts runbooks. Default: `false`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#ai_drafts Tenant#ai_drafts}
  */
  readonly aiDrafts?: boolean | cdktf.IResolvable;
  /**
  * Create API keys. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#api_keys Tenant#api_keys}
  */
  readonly apiKeys?: boolean | cdktf.IResolvable;
  /**
  * Create and change roles. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#custom_roles Tenant#custom_roles}
  */
  readonly customRoles?: boolean | cdktf.IResolvable;
  /**
  * Watch events over WebSocket and GraphQL. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#event_streams Tenant#event_streams}
  */
  readonly eventStreams?: boolean | cdktf.IResolvable;
  /**
  * Query over GraphQL. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#graphql Tenant#graphql}
  */
  readonly graphql?: boolean | cdktf.IResolvable;
  /**
  * Move VMs to other nodes. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#migration Tenant#migration}
  */
  readonly migration?: boolean | cdktf.IResolvable;
  /**
  * Create and change notification channels. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#notifications Tenant#notifications}
  */
  readonly notifications?: boolean | cdktf.IResolvable;
  /**
  * Create and change policies. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#policy_authoring Tenant#policy_authoring}
  */
  readonly policyAuthoring?: boolean | cdktf.IResolvable;
  /**
  * Create and change secrets. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#secrets Tenant#secrets}
  */
  readonly secrets?: boolean | cdktf.IResolvable;
  /**
  * Issue short-lived tokens. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#tokens Tenant#tokens}
  */
  readonly tokens?: boolean | cdktf.IResolvable;
  /**
  * Create policies without the signature of their author. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#unsigned_policies Tenant#unsigned_policies}
  */
  readonly unsignedPolicies?: boolean | cdktf.IResolvable;
  /**
  * Store and run workflows without the signature of their author. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#unsigned_workflows Tenant#unsigned_workflows}
  */
  readonly unsignedWorkflows?: boolean | cdktf.IResolvable;
  /**
  * Store and run workflows and runbooks. Default: `true`.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#workflows Tenant#workflows}
  */
  readonly workflows?: boolean | cdktf.IResolvable;
}

export function tenantFeaturesToTerraform(struct?: TenantFeatures | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    ai_drafts: cdktf.booleanToTerraform(struct!.aiDrafts),
    api_keys: cdktf.booleanToTerraform(struct!.apiKeys),
    custom_roles: cdktf.booleanToTerraform(struct!.customRoles),
    event_streams: cdktf.booleanToTerraform(struct!.eventStreams),
    graphql: cdktf.booleanToTerraform(struct!.graphql),
    migration: cdktf.booleanToTerraform(struct!.migration),
    notifications: cdktf.booleanToTerraform(struct!.notifications),
    policy_authoring: cdktf.booleanToTerraform(struct!.policyAuthoring),
    secrets: cdktf.booleanToTerraform(struct!.secrets),
    tokens: cdktf.booleanToTerraform(struct!.tokens),
    unsigned_policies: cdktf.booleanToTerraform(struct!.unsignedPolicies),
    unsigned_workflows: cdktf.booleanToTerraform(struct!.unsignedWorkflows),
    workflows: cdktf.booleanToTerraform(struct!.workflows),
  }
}


export function tenantFeaturesToHclTerraform(struct?: TenantFeatures | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    ai_drafts: {
      value: cdktf.booleanToHclTerraform(struct!.aiDrafts),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    api_keys: {
      value: cdktf.booleanToHclTerraform(struct!.apiKeys),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    custom_roles: {
      value: cdktf.booleanToHclTerraform(struct!.customRoles),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    event_streams: {
      value: cdktf.booleanToHclTerraform(struct!.eventStreams),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    graphql: {
      value: cdktf.booleanToHclTerraform(struct!.graphql),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    migration: {
      value: cdktf.booleanToHclTerraform(struct!.migration),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    notifications: {
      value: cdktf.booleanToHclTerraform(struct!.notifications),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    policy_authoring: {
      value: cdktf.booleanToHclTerraform(struct!.policyAuthoring),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    secrets: {
      value: cdktf.booleanToHclTerraform(struct!.secrets),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    tokens: {
      value: cdktf.booleanToHclTerraform(struct!.tokens),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    unsigned_policies: {
      value: cdktf.booleanToHclTerraform(struct!.unsignedPolicies),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    unsigned_workflows: {
      value: cdktf.booleanToHclTerraform(struct!.unsignedWorkflows),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
    workflows: {
      value: cdktf.booleanToHclTerraform(struct!.workflows),
      isBlock: false,
      type: "simple",
      storageClassType: "boolean",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class TenantFeaturesOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): TenantFeatures | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._aiDrafts !== undefined) {
      hasAnyValues = true;
      internalValueResult.aiDrafts = this._aiDrafts;
    }
    if (this._apiKeys !== undefined) {
      hasAnyValues = true;
      internalValueResult.apiKeys = this._apiKeys;
    }
    if (this._customRoles !== undefined) {
      hasAnyValues = true;
      internalValueResult.customRoles = this._customRoles;
    }
    if (this._eventStreams !== undefined) {
      hasAnyValues = true;
      internalValueResult.eventStreams = this._eventStreams;
    }
    if (this._graphql !== undefined) {
      hasAnyValues = true;
      internalValueResult.graphql = this._graphql;
    }
    if (this._migration !== undefined) {
      hasAnyValues = true;
      internalValueResult.migration = this._migration;
    }
    if (this._notifications !== undefined) {
      hasAnyValues = true;
      internalValueResult.notifications = this._notifications;
    }
    if (this._policyAuthoring !== undefined) {
      hasAnyValues = true;
      internalValueResult.policyAuthoring = this._policyAuthoring;
    }
    if (this._secrets !== undefined) {
      hasAnyValues = true;
      internalValueResult.secrets = this._secrets;
    }
    if (this._tokens !== undefined) {
      hasAnyValues = true;
      internalValueResult.tokens = this._tokens;
    }
    if (this._unsignedPolicies !== undefined) {
      hasAnyValues = true;
      internalValueResult.unsignedPolicies = this._unsignedPolicies;
    }
    if (this._unsignedWorkflows !== undefined) {
      hasAnyValues = true;
      internalValueResult.unsignedWorkflows = this._unsignedWorkflows;
    }
    if (this._workflows !== undefined) {
      hasAnyValues = true;
      internalValueResult.workflows = this._workflows;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: TenantFeatures | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._aiDrafts = undefined;
      this._apiKeys = undefined;
      this._customRoles = undefined;
      this._eventStreams = undefined;
      this._graphql = undefined;
      this._migration = undefined;
      this._notifications = undefined;
      this._policyAuthoring = undefined;
      this._secrets = undefined;
      this._tokens = undefined;
      this._unsignedPolicies = undefined;
      this._unsignedWorkflows = undefined;
      this._workflows = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._aiDrafts = value.aiDrafts;
      this._apiKeys = value.apiKeys;
      this._customRoles = value.customRoles;
      this._eventStreams = value.eventStreams;
      this._graphql = value.graphql;
      this._migration = value.migration;
      this._notifications = value.notifications;
      this._policyAuthoring = value.policyAuthoring;
      this._secrets = value.secrets;
      this._tokens = value.tokens;
      this._unsignedPolicies = value.unsignedPolicies;
      this._unsignedWorkflows = value.unsignedWorkflows;
      this._workflows = value.workflows;
    }
  }

  // ai_drafts - computed: false, optional: true, required: false
  private _aiDrafts?: boolean | cdktf.IResolvable; 
  public get aiDrafts() {
    return this.getBooleanAttribute('ai_drafts');
  }
  public set aiDrafts(value: boolean | cdktf.IResolvable) {
    this._aiDrafts = value;
  }
  public resetAiDrafts() {
    this._aiDrafts = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get aiDraftsInput() {
    return this._aiDrafts;
  }

  // api_keys - computed: false, optional: true, required: false
  private _apiKeys?: boolean | cdktf.IResolvable; 
  public get apiKeys() {
    return this.getBooleanAttribute('api_keys');
  }
  public set apiKeys(value: boolean | cdktf.IResolvable) {
    this._apiKeys = value;
  }
  public resetApiKeys() {
    this._apiKeys = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get apiKeysInput() {
    return this._apiKeys;
  }

  // custom_roles - computed: false, optional: true, required: false
  private _customRoles?: boolean | cdktf.IResolvable; 
  public get customRoles() {
    return this.getBooleanAttribute('custom_roles');
  }
  public set customRoles(value: boolean | cdktf.IResolvable) {
    this._customRoles = value;
  }
  public resetCustomRoles() {
    this._customRoles = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get customRolesInput() {
    return this._customRoles;
  }

  // event_streams - computed: false, optional: true, required: false
  private _eventStreams?: boolean | cdktf.IResolvable; 
  public get eventStreams() {
    return this.getBooleanAttribute('event_streams');
  }
  public set eventStreams(value: boolean | cdktf.IResolvable) {
    this._eventStreams = value;
  }
  public resetEventStreams() {
    this._eventStreams = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get eventStreamsInput() {
    return this._eventStreams;
  }

  // graphql - computed: false, optional: true, required: false
  private _graphql?: boolean | cdktf.IResolvable; 
  public get graphql() {
    return this.getBooleanAttribute('graphql');
  }
  public set graphql(value: boolean | cdktf.IResolvable) {
    this._graphql = value;
  }
  public resetGraphql() {
    this._graphql = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get graphqlInput() {
    return this._graphql;
  }

  // migration - computed: false, optional: true, required: false
  private _migration?: boolean | cdktf.IResolvable; 
  public get migration() {
    return this.getBooleanAttribute('migration');
  }
  public set migration(value: boolean | cdktf.IResolvable) {
    this._migration = value;
  }
  public resetMigration() {
    this._migration = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get migrationInput() {
    return this._migration;
  }

  // notifications - computed: false, optional: true, required: false
  private _notifications?: boolean | cdktf.IResolvable; 
  public get notifications() {
    return this.getBooleanAttribute('notifications');
  }
  public set notifications(value: boolean | cdktf.IResolvable) {
    this._notifications = value;
  }
  public resetNotifications() {
    this._notifications = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get notificationsInput() {
    return this._notifications;
  }

  // policy_authoring - computed: false, optional: true, required: false
  private _policyAuthoring?: boolean | cdktf.IResolvable; 
  public get policyAuthoring() {
    return this.getBooleanAttribute('policy_authoring');
  }
  public set policyAuthoring(value: boolean | cdktf.IResolvable) {
    this._policyAuthoring = value;
  }
  public resetPolicyAuthoring() {
    this._policyAuthoring = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get policyAuthoringInput() {
    return this._policyAuthoring;
  }

  // secrets - computed: false, optional: true, required: false
  private _secrets?: boolean | cdktf.IResolvable; 
  public get secrets() {
    return this.getBooleanAttribute('secrets');
  }
  public set secrets(value: boolean | cdktf.IResolvable) {
    this._secrets = value;
  }
  public resetSecrets() {
    this._secrets = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get secretsInput() {
    return this._secrets;
  }

  // tokens - computed: false, optional: true, required: false
  private _tokens?: boolean | cdktf.IResolvable; 
  public get tokens() {
    return this.getBooleanAttribute('tokens');
  }
  public set tokens(value: boolean | cdktf.IResolvable) {
    this._tokens = value;
  }
  public resetTokens() {
    this._tokens = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get tokensInput() {
    return this._tokens;
  }

  // unsigned_policies - computed: false, optional: true, required: false
  private _unsignedPolicies?: boolean | cdktf.IResolvable; 
  public get unsignedPolicies() {
    return this.getBooleanAttribute('unsigned_policies');
  }
  public set unsignedPolicies(value: boolean | cdktf.IResolvable) {
    this._unsignedPolicies = value;
  }
  public resetUnsignedPolicies() {
    this._unsignedPolicies = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get unsignedPoliciesInput() {
    return this._unsignedPolicies;
  }

  // unsigned_workflows - computed: false, optional: true, required: false
  private _unsignedWorkflows?: boolean | cdktf.IResolvable; 
  public get unsignedWorkflows() {
    return this.getBooleanAttribute('unsigned_workflows');
  }
  public set unsignedWorkflows(value: boolean | cdktf.IResolvable) {
    this._unsignedWorkflows = value;
  }
  public resetUnsignedWorkflows() {
    this._unsignedWorkflows = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get unsignedWorkflowsInput() {
    return this._unsignedWorkflows;
  }

  // workflows - computed: false, optional: true, required: false
  private _workflows?: boolean | cdktf.IResolvable; 
  public get workflows() {
    return this.getBooleanAttribute('workflows');
  }
  public set workflows(value: boolean | cdktf.IResolvable) {
    this._workflows = value;
  }
  public resetWorkflows() {
    this._workflows = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get workflowsInput() {
    return this._workflows;
  }
}
export interface TenantQuotas {
  /**
  * API keys
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#api_keys Tenant#api_keys}
  */
  readonly apiKeys?: number;
  /**
  * CPU cores of VMs. Unit: cores.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#cpu_cores Tenant#cpu_cores}
  */
  readonly cpuCores?: number;
  /**
  * Root disks of VMs, without volumes. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#disk_gb Tenant#disk_gb}
  */
  readonly diskGb?: number;
  /**
  * Images uploaded for templates and volumes, from their first part on. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#image_gb Tenant#image_gb}
  */
  readonly imageGb?: number;
  /**
  * Memory of VMs. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#memory_gb Tenant#memory_gb}
  */
  readonly memoryGb?: number;
  /**
  * Series of metrics that the tenant writes
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#metric_series Tenant#metric_series}
  */
  readonly metricSeries?: number;
  /**
  * Networks
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#networks Tenant#networks}
  */
  readonly networks?: number;
  /**
  * Notification channels
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#notification_channels Tenant#notification_channels}
  */
  readonly notificationChannels?: number;
  /**
  * Policies
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#policies Tenant#policies}
  */
  readonly policies?: number;
  /**
  * Roles of the tenant
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#roles Tenant#roles}
  */
  readonly roles?: number;
  /**
  * Secrets
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#secrets Tenant#secrets}
  */
  readonly secrets?: number;
  /**
  * Security groups
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#security_groups Tenant#security_groups}
  */
  readonly securityGroups?: number;
  /**
  * Snapshots of volumes
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#snapshots Tenant#snapshots}
  */
  readonly snapshots?: number;
  /**
  * SSH keys
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#ssh_keys Tenant#ssh_keys}
  */
  readonly sshKeys?: number;
  /**
  * Templates of the tenant
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#templates Tenant#templates}
  */
  readonly templates?: number;
  /**
  * VMs
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#vms Tenant#vms}
  */
  readonly vms?: number;
  /**
  * Total size of volumes and snapshots. Unit: GB.
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#volume_gb Tenant#volume_gb}
  */
  readonly volumeGb?: number;
  /**
  * Volumes
  *
  * Docs at Terraform Registry: {@link https://registry.terraform.io/providers/novacron/novacron/latest/docs/resources/tenant#volumes Tenant#volumes}
  */
  readonly volumes?: number;
}

export function tenantQuotasToTerraform(struct?: TenantQuotas | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  return {
    api_keys: cdktf.numberToTerraform(struct!.apiKeys),
    cpu_cores: cdktf.numberToTerraform(struct!.cpuCores),
    disk_gb: cdktf.numberToTerraform(struct!.diskGb),
    image_gb: cdktf.numberToTerraform(struct!.imageGb),
    memory_gb: cdktf.numberToTerraform(struct!.memoryGb),
    metric_series: cdktf.numberToTerraform(struct!.metricSeries),
    networks: cdktf.numberToTerraform(struct!.networks),
    notification_channels: cdktf.numberToTerraform(struct!.notificationChannels),
    policies: cdktf.numberToTerraform(struct!.policies),
    roles: cdktf.numberToTerraform(struct!.roles),
    secrets: cdktf.numberToTerraform(struct!.secrets),
    security_groups: cdktf.numberToTerraform(struct!.securityGroups),
    snapshots: cdktf.numberToTerraform(struct!.snapshots),
    ssh_keys: cdktf.numberToTerraform(struct!.sshKeys),
    templates: cdktf.numberToTerraform(struct!.templates),
    vms: cdktf.numberToTerraform(struct!.vms),
    volume_gb: cdktf.numberToTerraform(struct!.volumeGb),
    volumes: cdktf.numberToTerraform(struct!.volumes),
  }
}


export function tenantQuotasToHclTerraform(struct?: TenantQuotas | cdktf.IResolvable): any {
  if (!cdktf.canInspect(struct) || cdktf.Tokenization.isResolvable(struct)) { return struct; }
  if (cdktf.isComplexElement(struct)) {
    throw new Error("A complex element was used as configuration, this is not supported: https://cdk.tf/complex-object-as-configuration");
  }
  const attrs = {
    api_keys: {
      value: cdktf.numberToHclTerraform(struct!.apiKeys),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    cpu_cores: {
      value: cdktf.numberToHclTerraform(struct!.cpuCores),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    disk_gb: {
      value: cdktf.numberToHclTerraform(struct!.diskGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    image_gb: {
      value: cdktf.numberToHclTerraform(struct!.imageGb),
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
    metric_series: {
      value: cdktf.numberToHclTerraform(struct!.metricSeries),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    networks: {
      value: cdktf.numberToHclTerraform(struct!.networks),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    notification_channels: {
      value: cdktf.numberToHclTerraform(struct!.notificationChannels),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    policies: {
      value: cdktf.numberToHclTerraform(struct!.policies),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    roles: {
      value: cdktf.numberToHclTerraform(struct!.roles),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    secrets: {
      value: cdktf.numberToHclTerraform(struct!.secrets),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    security_groups: {
      value: cdktf.numberToHclTerraform(struct!.securityGroups),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    snapshots: {
      value: cdktf.numberToHclTerraform(struct!.snapshots),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    ssh_keys: {
      value: cdktf.numberToHclTerraform(struct!.sshKeys),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    templates: {
      value: cdktf.numberToHclTerraform(struct!.templates),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    vms: {
      value: cdktf.numberToHclTerraform(struct!.vms),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    volume_gb: {
      value: cdktf.numberToHclTerraform(struct!.volumeGb),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
    volumes: {
      value: cdktf.numberToHclTerraform(struct!.volumes),
      isBlock: false,
      type: "simple",
      storageClassType: "number",
    },
  };

  // remove undefined attributes
  return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined));
}

export class TenantQuotasOutputReference extends cdktf.ComplexObject {
  private isEmptyObject = false;
  private resolvableValue?: cdktf.IResolvable;

  /**
  * @param terraformResource The parent resource
  * @param terraformAttribute The attribute on the parent resource this class is referencing
  */
  public constructor(terraformResource: cdktf.IInterpolatingParent, terraformAttribute: string) {
    super(terraformResource, terraformAttribute, false);
  }

  public get internalValue(): TenantQuotas | cdktf.IResolvable | undefined {
    if (this.resolvableValue) {
      return this.resolvableValue;
    }
    let hasAnyValues = this.isEmptyObject;
    const internalValueResult: any = {};
    if (this._apiKeys !== undefined) {
      hasAnyValues = true;
      internalValueResult.apiKeys = this._apiKeys;
    }
    if (this._cpuCores !== undefined) {
      hasAnyValues = true;
      internalValueResult.cpuCores = this._cpuCores;
    }
    if (this._diskGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.diskGb = this._diskGb;
    }
    if (this._imageGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.imageGb = this._imageGb;
    }
    if (this._memoryGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.memoryGb = this._memoryGb;
    }
    if (this._metricSeries !== undefined) {
      hasAnyValues = true;
      internalValueResult.metricSeries = this._metricSeries;
    }
    if (this._networks !== undefined) {
      hasAnyValues = true;
      internalValueResult.networks = this._networks;
    }
    if (this._notificationChannels !== undefined) {
      hasAnyValues = true;
      internalValueResult.notificationChannels = this._notificationChannels;
    }
    if (this._policies !== undefined) {
      hasAnyValues = true;
      internalValueResult.policies = this._policies;
    }
    if (this._roles !== undefined) {
      hasAnyValues = true;
      internalValueResult.roles = this._roles;
    }
    if (this._secrets !== undefined) {
      hasAnyValues = true;
      internalValueResult.secrets = this._secrets;
    }
    if (this._securityGroups !== undefined) {
      hasAnyValues = true;
      internalValueResult.securityGroups = this._securityGroups;
    }
    if (this._snapshots !== undefined) {
      hasAnyValues = true;
      internalValueResult.snapshots = this._snapshots;
    }
    if (this._sshKeys !== undefined) {
      hasAnyValues = true;
      internalValueResult.sshKeys = this._sshKeys;
    }
    if (this._templates !== undefined) {
      hasAnyValues = true;
      internalValueResult.templates = this._templates;
    }
    if (this._vms !== undefined) {
      hasAnyValues = true;
      internalValueResult.vms = this._vms;
    }
    if (this._volumeGb !== undefined) {
      hasAnyValues = true;
      internalValueResult.volumeGb = this._volumeGb;
    }
    if (this._volumes !== undefined) {
      hasAnyValues = true;
      internalValueResult.volumes = this._volumes;
    }
    return hasAnyValues ? internalValueResult : undefined;
  }

  public set internalValue(value: TenantQuotas | cdktf.IResolvable | undefined) {
    if (value === undefined) {
      this.isEmptyObject = false;
      this.resolvableValue = undefined;
      this._apiKeys = undefined;
      this._cpuCores = undefined;
      this._diskGb = undefined;
      this._imageGb = undefined;
      this._memoryGb = undefined;
      this._metricSeries = undefined;
      this._networks = undefined;
      this._notificationChannels = undefined;
      this._policies = undefined;
      this._roles = undefined;
      this._secrets = undefined;
      this._securityGroups = undefined;
      this._snapshots = undefined;
      this._sshKeys = undefined;
      this._templates = undefined;
      this._vms = undefined;
      this._volumeGb = undefined;
      this._volumes = undefined;
    }
    else if (cdktf.Tokenization.isResolvable(value)) {
      this.isEmptyObject = false;
      this.resolvableValue = value;
    }
    else {
      this.isEmptyObject = Object.keys(value).length === 0;
      this.resolvableValue = undefined;
      this._apiKeys = value.apiKeys;
      this._cpuCores = value.cpuCores;
      this._diskGb = value.diskGb;
      this._imageGb = value.imageGb;
      this._memoryGb = value.memoryGb;
      this._metricSeries = value.metricSeries;
      this._networks = value.networks;
      this._notificationChannels = value.notificationChannels;
      this._policies = value.policies;
      this._roles = value.roles;
      this._secrets = value.secrets;
      this._securityGroups = value.securityGroups;
      this._snapshots = value.snapshots;
      this._sshKeys = value.sshKeys;
      this._templates = value.templates;
      this._vms = value.vms;
      this._volumeGb = value.volumeGb;
      this._volumes = value.volumes;
    }
  }

  // api_keys - computed: false, optional: true, required: false
  private _apiKeys?: number; 
  public get apiKeys() {
    return this.getNumberAttribute('api_keys');
  }
  public set apiKeys(value: number) {
    this._apiKeys = value;
  }
  public resetApiKeys() {
    this._apiKeys = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get apiKeysInput() {
    return this._apiKeys;
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

  // disk_gb - computed: false, optional: true, required: false
  private _diskGb?: number; 
  public get diskGb() {
    return this.getNumberAttribute('disk_gb');
  }
  public set diskGb(value: number) {
    this._diskGb = value;
  }
  public resetDiskGb() {
    this._diskGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get diskGbInput() {
    return this._diskGb;
  }

  // image_gb - computed: false, optional: true, required: false
  private _imageGb?: number; 
  public get imageGb() {
    return this.getNumberAttribute('image_gb');
  }
  public set imageGb(value: number) {
    this._imageGb = value;
  }
  public resetImageGb() {
    this._imageGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get imageGbInput() {
    return this._imageGb;
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

  // metric_series - computed: false, optional: true, required: false
  private _metricSeries?: number; 
  public get metricSeries() {
    return this.getNumberAttribute('metric_series');
  }
  public set metricSeries(value: number) {
    this._metricSeries = value;
  }
  public resetMetricSeries() {
    this._metricSeries = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get metricSeriesInput() {
    return this._metricSeries;
  }

  // networks - computed: false, optional: true, required: false
  private _networks?: number; 
  public get networks() {
    return this.getNumberAttribute('networks');
  }
  public set networks(value: number) {
    this._networks = value;
  }
  public resetNetworks() {
    this._networks = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get networksInput() {
    return this._networks;
  }

  // notification_channels - computed: false, optional: true, required: false
  private _notificationChannels?: number; 
  public get notificationChannels() {
    return this.getNumberAttribute('notification_channels');
  }
  public set notificationChannels(value: number) {
    this._notificationChannels = value;
  }
  public resetNotificationChannels() {
    this._notificationChannels = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get notificationChannelsInput() {
    return this._notificationChannels;
  }

  // policies - computed: false, optional: true, required: false
  private _policies?: number; 
  public get policies() {
    return this.getNumberAttribute('policies');
  }
  public set policies(value: number) {
    this._policies = value;
  }
  public resetPolicies() {
    this._policies = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get policiesInput() {
    return this._policies;
  }

  // roles - computed: false, optional: true, required: false
  private _roles?: number; 
  public get roles() {
    return this.getNumberAttribute('roles');
  }
  public set roles(value: number) {
    this._roles = value;
  }
  public resetRoles() {
    this._roles = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get rolesInput() {
    return this._roles;
  }

  // secrets - computed: false, optional: true, required: false
  private _secrets?: number; 
  public get secrets() {
    return this.getNumberAttribute('secrets');
  }
  public set secrets(value: number) {
    this._secrets = value;
  }
  public resetSecrets() {
    this._secrets = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get secretsInput() {
    return this._secrets;
  }

  // security_groups - computed: false, optional: true, required: false
  private _securityGroups?: number; 
  public get securityGroups() {
    return this.getNumberAttribute('security_groups');
  }
  public set securityGroups(value: number) {
    this._securityGroups = value;
  }
  public resetSecurityGroups() {
    this._securityGroups = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get securityGroupsInput() {
    return this._securityGroups;
  }

  // snapshots - computed: false, optional: true, required: false
  private _snapshots?: number; 
  public get snapshots() {
    return this.getNumberAttribute('snapshots');
  }
  public set snapshots(value: number) {
    this._snapshots = value;
  }
  public resetSnapshots() {
    this._snapshots = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get snapshotsInput() {
    return this._snapshots;
  }

  // ssh_keys - computed: false, optional: true, required: false
  private _sshKeys?: number; 
  public get sshKeys() {
    return this.getNumberAttribute('ssh_keys');
  }
  public set sshKeys(value: number) {
    this._sshKeys = value;
  }
  public resetSshKeys() {
    this._sshKeys = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get sshKeysInput() {
    return this._sshKeys;
  }

  // templates - computed: false, optional: true, required: false
  private _templates?: number; 
  public get templates() {
    return this.getNumberAttribute('templates');
  }
  public set templates(value: number) {
    this._templates = value;
  }
  public resetTemplates() {
    this._templates = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get templatesInput() {
    return this._templates;
  }

  // vms - computed: false, optional: true, required: false
  private _vms?: number; 
  public get vms() {
    return this.getNumberAttribute('vms');
  }
  public set vms(value: number) {
    this._vms = value;
  }
  public resetVms() {
    this._vms = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get vmsInput() {
    return this._vms;
  }

  // volume_gb - computed: false, optional: true, required: false
  private _volumeGb?: number; 
  public get volumeGb() {
    return this.getNumberAttribute('volume_gb');
  }
  public set volumeGb(value: number) {
    this._volumeGb = value;
  }
  public resetVolumeGb() {
    this._volumeGb = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get volumeGbInput() {
    return this._volumeGb;
  }

  // volumes - computed: false, optional: true, required: false
  private _volumes?: number; 
  public get volumes() {
    return this.getNumberAttribute('volumes');
  }
  public set volumes(value: number) {
    this._volumes = value;
  }
  public resetVolumes() {
    this._volumes = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get volumesInput() {
    return this._volumes;
  }
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
    this._features.internalValue = config.features;
    this._name = config.name;
    this._quotas.internalValue = config.quotas;
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
  private _features = new TenantFeaturesOutputReference(this, "features");
  public get features() {
    return this._features;
  }
  public putFeatures(value: TenantFeatures) {
    this._features.internalValue = value;
  }
  public resetFeatures() {
    this._features.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get featuresInput() {
    return this._features.internalValue;
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
  private _quotas = new TenantQuotasOutputReference(this, "quotas");
  public get quotas() {
    return this._quotas;
  }
  public putQuotas(value: TenantQuotas) {
    this._quotas.internalValue = value;
  }
  public resetQuotas() {
    this._quotas.internalValue = undefined;
  }
  // Temporarily expose input value. Use with caution.
  public get quotasInput() {
    return this._quotas.internalValue;
  }

  // =========
  // SYNTHESIS
  // =========

  protected synthesizeAttributes(): { [name: string]: any } {
    return {
      description: cdktf.stringToTerraform(this._description),
      features: tenantFeaturesToTerraform(this._features.internalValue),
      name: cdktf.stringToTerraform(this._name),
      quotas: tenantQuotasToTerraform(this._quotas.internalValue),
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
        value: tenantFeaturesToHclTerraform(this._features.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "TenantFeatures",
      },
      name: {
        value: cdktf.stringToHclTerraform(this._name),
        isBlock: false,
        type: "simple",
        storageClassType: "string",
      },
      quotas: {
        value: tenantQuotasToHclTerraform(this._quotas.internalValue),
        isBlock: true,
        type: "struct",
        storageClassType: "TenantQuotas",
      },
    };

    // remove undefined attributes
    return Object.fromEntries(Object.entries(attrs).filter(([_, value]) => value !== undefined && value.value !== undefined ))
  }
}
