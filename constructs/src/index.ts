/** What the package offers. Other languages see one index: it is the one barrel of the house. */

export { AllStacks } from './aspects/all-stacks.ts';
export { CostAspect, type CostAspectProps } from './aspects/cost-aspect.ts';
export { LabelsAspect } from './aspects/labels-aspect.ts';
export { NamingAspect, type NamingAspectProps } from './aspects/naming-aspect.ts';
export { PolicyAspect, type PolicyAspectOptions } from './aspects/policy-aspect.ts';
export { PoolAspect, type PoolAspectProps } from './aspects/pool-aspect.ts';
export {
  Architecture,
  EnforcementMode,
  Firmware,
  NumaMode,
  PlacementStrategy,
  PolicyType,
  TopologyLevel,
  VolumeType,
} from './choices.ts';
export { Duration } from './duration.ts';
export { Peer, Port } from './firewall.ts';
/** The lower layer: one class a resource and data source of the provider, as it names them. */
export * as l1 from './gen/index.ts';
export type { ILabelled } from './labelled.ts';
export type { MachineProps } from './machine-props.ts';
export { Network, type NetworkProps } from './network.ts';
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
export {
  OrchestrationPolicy,
  type OrchestrationPolicyProps,
  type OrchestrationRule,
} from './orchestration-policy.ts';
export { DevSandbox, type DevSandboxProps } from './patterns/dev-sandbox.ts';
export {
  HighlyAvailableService,
  type HighlyAvailableServiceProps,
} from './patterns/highly-available-service.ts';
export { ThreeTierApp, type ThreeTierAppProps, type TierProps } from './patterns/three-tier-app.ts';
export type { PeerOptions } from './peer-rules.ts';
export { Policy, type PolicyProps } from './policy.ts';
export { PolicyRule } from './policy-rule.ts';
export { NovacronProvider, type NovacronProviderProps } from './provider.ts';
export type {
  INetwork,
  IOrchestrationPolicy,
  IPolicy,
  ISecurityGroup,
  ISnapshot,
  ITemplate,
  IVm,
  IVmGroup,
  IVolume,
} from './references.ts';
export { SecurityGroup, type SecurityGroupProps } from './security-group.ts';
export { Size } from './size.ts';
export { Snapshot, type SnapshotProps } from './snapshot.ts';
export { Template, type TemplateProps } from './template.ts';
export { TemplateImage } from './template-image.ts';
export type { Timeouts } from './timeouts.ts';
export { Vm, type VmAttributes, type VmProps } from './vm.ts';
export { VmGroup, type VmGroupProps } from './vm-group.ts';
export { Volume, type VolumeProps } from './volume.ts';
