import type { PreviewableOperation } from '@novacron/contract/admission/admission';
import type { OperationName, ParsedInputOf } from '@novacron/contract/operations-table/operations';
import type { DecisionModel } from '@novacron/engine/autonomy/model/decision-model';
import type { Backups } from '../../ports/backups.ts';
import type { DraftModel } from '../../ports/draft-model.ts';
import type { Egress } from '../../ports/egress.ts';
import type { Forecasts } from '../../ports/forecasts.ts';
import type { MetricSeries } from '../../ports/metric-series.ts';
import type { MetricSource } from '../../ports/metric-source.ts';
import type { Models } from '../../ports/models.ts';
import type { StepParts } from '../kernel/arbitration/begin-step.ts';
import type { ResourceDeps } from '../resources/deps.ts';
import type { Check } from '../resources/scope.ts';

/**
 * The writes that lead to one operation, by their names in the operations table: create, update and
 * delete of every kind, and those that only some have.
 */
export type RegisteredWrite =
  | PreviewableOperation
  | Extract<
      OperationName,
      | `vm.${'migrate' | 'recover' | 'start' | 'stop' | 'reboot' | 'reset' | 'pause' | 'resume'}`
      | 'vm.restart_service'
      | `vm_group.${'scale' | 'replace_members'}`
      | `reservation.${'create' | 'delete'}`
      | `node.${'activate' | 'confirm_dead' | 'cut_off' | 'delete' | 'drain' | 'fence'}`
      | `node.${'powerdown' | 'powerup' | 'reconnect'}`
      | `snapshot.${'restore' | 'export'}`
      | 'volume.import'
      | `model.${'create' | 'train'}`
      | `policy.${'rollback' | 'upgrade'}`
      | `orchestration_policy.${'enable' | 'disable'}`
      | `workflow.${'create' | 'update' | 'rollback' | 'delete' | 'run' | 'authorize'}`
      | `gitops_application.${'create' | 'update' | 'delete' | 'record'}`
    >;

/** Functions that prepare writes, by the name of the operation. Composition fills it. */
export type WriteRegistry = {
  readonly [Name in RegisteredWrite]: Check<ParsedInputOf<Name>>;
};

/** Dependencies of capabilities: the ports of resources, and every write by name. */
export interface CapabilityDeps extends ResourceDeps {
  readonly writes: WriteRegistry;
  /** Sends requests to servers of others; undefined where none are sent. */
  readonly egress: Egress | undefined;
  /** Decides the sizes of VM groups; undefined where no model is given. */
  readonly decisionModel: DecisionModel | undefined;
  /** Drafts runbooks; undefined where no model is asked. */
  readonly draftModel: DraftModel | undefined;
  /** Series of metrics; undefined where none are stored. */
  readonly metricSeries: MetricSeries | undefined;
  /** Another system that is asked for metrics; undefined where none is. */
  readonly metricSource: MetricSource | undefined;
  /** Backups of the store; undefined where none are made. */
  readonly backups: Backups | undefined;
  /** Forecasts series; undefined where none are forecast. */
  readonly forecasts: Forecasts | undefined;
  /** Trains and runs models; undefined where none are. */
  readonly models: Models | undefined;
}

/** A step that is a child operation, with the ports of capabilities. */
export type CapabilityStepParts = StepParts<CapabilityDeps>;
