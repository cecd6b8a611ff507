/** The public API of the package: jsii requires one index, the only barrel of the repository. */

export { AllStacks } from './aspects/all-stacks.ts';
export { ComplianceAspect, type ComplianceAspectProps } from './aspects/compliance-aspect.ts';
export { CostAspect, type CostAspectProps } from './aspects/cost-aspect.ts';
export { LabelsAspect } from './aspects/labels-aspect.ts';
export { NamingAspect, type NamingAspectProps } from './aspects/naming-aspect.ts';
export { PolicyAspect, type PolicyAspectOptions } from './aspects/policy-aspect.ts';
export { PoolAspect, type PoolAspectProps } from './aspects/pool-aspect.ts';
export { Match } from './assertions/match.ts';
export { SynthesizedStack } from './assertions/synthesized-stack.ts';
/** The L1 layer: one generated class per resource and data source of the provider. */
export * as l1 from './gen/index.ts';
export {
  Action,
  type KeepApartOptions,
  type KeepSizeOptions,
  type MigrateOptions,
  type RestartOptions,
  type ScaleOptions,
  type ScheduleOptions,
} from './orchestration/action.ts';
export {
  AlertSeverity,
  Capacity,
  MigrationGoal,
  RestartPriority,
  RuleType,
} from './orchestration/action-choices.ts';
export { Condition, LabelField, MetricField, type TimeWindow } from './orchestration/condition.ts';
export { PolicyDocument } from './orchestration/policy-document.ts';
export { DevSandbox, type DevSandboxProps } from './patterns/dev-sandbox.ts';
export {
  HighlyAvailableService,
  type HighlyAvailableServiceProps,
} from './patterns/highly-available-service.ts';
export { ThreeTierApp, type ThreeTierAppProps, type TierProps } from './patterns/three-tier-app.ts';
export {
  Architecture,
  BudgetEnforcement,
  EnforcementMode,
  Firmware,
  NumaMode,
  PlacementStrategy,
  PolicyType,
  TopologyLevel,
  VolumeType,
} from './props/choices.ts';
export { CheckSeverity, ComplianceStandard } from './props/compliance.ts';
export { Duration } from './props/duration.ts';
export { Peer, Port } from './props/firewall.ts';
export { GitopsSource, PushSender, SyncApproval, SyncWindowKind } from './props/gitops.ts';
export type { Growth, Healing, HealthCheck } from './props/healing.ts';
export type { IoLimits } from './props/io-limits.ts';
export type { ILabelled } from './props/labelled.ts';
export type { CommonMachineProps, MachineProps } from './props/machine-props.ts';
export type { PeerOptions } from './props/peer-rules.ts';
export type { PlacementProps } from './props/placement-props.ts';
export { PolicyRule } from './props/policy-rule.ts';
export type { ProtectionProps } from './props/protection.ts';
export type {
  INetwork,
  IOrchestrationPolicy,
  IPolicy,
  ISecurityGroup,
  ISnapshot,
  ISshKey,
  ITemplate,
  IVm,
  IVmGroup,
  IVolume,
} from './props/references.ts';
export type { DeviceRequirement, Requirements } from './props/requirements.ts';
export type { RestartWindow } from './props/restart-window.ts';
export type {
  CalendarDays,
  MemberLimit,
  ScaleIn,
  Scaling,
  ScalingPrediction,
  ScalingRule,
  ScalingSchedule,
  ScalingStep,
  ScalingWeights,
} from './props/scaling.ts';
export { Size } from './props/size.ts';
export { TemplateImage } from './props/template-image.ts';
export type { TenantFeatures, TenantQuotas } from './props/tenant-limits.ts';
export type { Timeouts } from './props/timeouts.ts';
export type { WaitFor } from './props/wait-for.ts';
export { AccessPolicy, type AccessPolicyProps } from './resources/access-policy.ts';
export { Budget, type BudgetProps } from './resources/administration/budget.ts';
export {
  type AcceptedProvider,
  GitopsApplication,
  type GitopsApplicationProps,
  type SyncWindow,
} from './resources/administration/gitops-application.ts';
export { PolicyWaiver, type PolicyWaiverProps } from './resources/administration/policy-waiver.ts';
export { Reservation, type ReservationProps } from './resources/administration/reservation.ts';
export { Role, type RoleProps } from './resources/administration/role.ts';
export { Tenant, type TenantProps } from './resources/administration/tenant.ts';
export { Network, type NetworkProps } from './resources/network.ts';
export {
  OrchestrationPolicy,
  type OrchestrationPolicyProps,
  type OrchestrationRule,
} from './resources/orchestration-policy.ts';
export { Policy, type PolicyProps } from './resources/policy.ts';
export {
  PolicyData,
  type PolicyDataFileProps,
  type PolicyDataProps,
} from './resources/policy-data.ts';
export { NovacronProvider, type NovacronProviderProps } from './resources/provider.ts';
export { SecurityGroup, type SecurityGroupProps } from './resources/security-group.ts';
export { Snapshot, type SnapshotProps } from './resources/snapshot.ts';
export { SshKey, type SshKeyProps } from './resources/ssh-key.ts';
export { Template, type TemplateProps } from './resources/template.ts';
export { Vm, type VmAttributes, type VmProps } from './resources/vm.ts';
export { VmGroup, type VmGroupProps } from './resources/vm-group.ts';
export { Volume, type VolumeProps } from './resources/volume.ts';
export {
  Runbook,
  Workflow,
  type WorkflowFileProps,
  type WorkflowProps,
} from './resources/workflow/workflow.ts';
