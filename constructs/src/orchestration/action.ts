import type { PlacementStrategy, TopologyLevel } from '../props/choices.ts';
import type { Duration } from '../props/duration.ts';
import {
  type AlertSeverity,
  type Capacity,
  type MigrationGoal,
  type RestartPriority,
  RuleType,
} from './action-choices.ts';
import type { Fields } from './render-document.ts';

/** Options of VM placement. */
export interface ScheduleOptions {
  /**
   * Ranking of the nodes that have room for a VM.
   * @default - as configured for the VM
   */
  readonly strategy?: PlacementStrategy;
  /**
   * The topology level that the selected VMs are spread over evenly.
   * @default - as configured for the VM
   */
  readonly spreadDomain?: TopologyLevel;
  /**
   * The permitted nodes.
   * @default - as configured for the VM
   */
  readonly capacity?: Capacity;
  /**
   * Whether the rule is mandatory, whatever the VM configures; otherwise it is a preference.
   * @default false
   */
  readonly hard?: boolean;
}

/** Options for keeping VMs apart. */
export interface KeepApartOptions {
  /**
   * The topology level that no two selected VMs share.
   * @default TopologyLevel.NODE
   */
  readonly level?: TopologyLevel;
  /**
   * Whether the rule is mandatory, whatever the VM configures; otherwise it is a preference.
   * @default false
   */
  readonly hard?: boolean;
}

/** Options for scaling a group. */
export interface ScaleOptions {
  /**
   * Factor by which its size is multiplied or divided; greater than 1.
   * @default - by `count`
   */
  readonly factor?: number;
  /**
   * Number of members to add or remove.
   * @default - by `factor`
   */
  readonly count?: number;
  /**
   * Time for which the conditions must hold first.
   * @default - no delay
   */
  readonly delay?: Duration;
}

/** Size limits of a group. */
export interface KeepSizeOptions {
  /**
   * Minimum number of members.
   * @default - no limit
   */
  readonly minReplicas?: number;
  /**
   * Maximum number of members.
   * @default - no limit
   */
  readonly maxReplicas?: number;
}

/** Options of a migration. */
export interface MigrateOptions {
  /**
   * Goal of the migration.
   * @default MigrationGoal.REBALANCE
   */
  readonly goal?: MigrationGoal;
  /**
   * The required zone.
   * @default - any
   */
  readonly zone?: string;
  /**
   * Name of the required node.
   * @default - any
   */
  readonly nodeName?: string;
}

/** Options of a restart. */
export interface RestartOptions {
  /**
   * Whether the VM is restarted without a guest shutdown.
   * @default false
   */
  readonly force?: boolean;
  /**
   * Priority of the restart.
   * @default RestartPriority.NORMAL
   */
  readonly priority?: RestartPriority;
}

/** An action of a rule of an orchestration policy. */
export class Action {
  /** Controls where VMs are placed. */
  public static schedule(options: ScheduleOptions): Action {
    const { strategy, spreadDomain, capacity, hard } = options;
    return new Action(RuleType.PLACEMENT, 'schedule', {
      strategy: strategy?.word,
      spread_domain: spreadDomain?.word,
      capacity: capacity?.word,
      mode: modeOf(hard),
    });
  }

  /** Keeps the VMs that the policy selects apart from each other. */
  public static keepApart(options: KeepApartOptions = {}): Action {
    return new Action(RuleType.PLACEMENT, 'schedule', {
      strategy: 'anti-affinity',
      spread_domain: options.level?.word,
      mode: modeOf(options.hard),
    });
  }

  /** Scales a group up. */
  public static scaleUp(options: ScaleOptions): Action {
    return new Action(RuleType.AUTO_SCALING, 'scale', renderScale('up', options));
  }

  /** Scales a group down. */
  public static scaleDown(options: ScaleOptions): Action {
    return new Action(RuleType.AUTO_SCALING, 'scale', renderScale('down', options));
  }

  /** Keeps a group within size limits. */
  public static keepSize(options: KeepSizeOptions): Action {
    const { minReplicas, maxReplicas } = options;
    return new Action(RuleType.AUTO_SCALING, 'scale', {
      min_replicas: minReplicas,
      max_replicas: maxReplicas,
    });
  }

  /** Moves a VM to another node. */
  public static migrate(options: MigrateOptions = {}): Action {
    const { goal, zone, nodeName } = options;
    return new Action(RuleType.MIGRATION, 'migrate', { goal: goal?.word, zone, node: nodeName });
  }

  /** Restarts a VM. */
  public static restart(options: RestartOptions = {}): Action {
    const { force, priority } = options;
    return new Action(RuleType.HEALING, 'restart', {
      mode: force === true ? 'force' : undefined,
      priority: priority?.word,
    });
  }

  /**
   * Sends an alert.
   * @param message - text of the alert
   * @param severity - severity; a warning by default
   */
  public static alert(message: string, severity?: AlertSeverity): Action {
    return new Action(RuleType.NOTIFICATION, 'alert', { message, severity: severity?.word });
  }

  /**
   * Sends a signed request to a web server that the server's setting `webhook-hosts` permits.
   * @param url - its address: `https`, or `http` on the same machine as the server
   */
  public static webhook(url: string): Action {
    return new Action(RuleType.NOTIFICATION, 'webhook', { url });
  }

  /**
   * Runs an operation on the resource.
   * @param operation - its name, such as `vm.stop`
   * @param input - its input besides the resource's id
   */
  public static custom(operation: string, input?: { [name: string]: unknown }): Action {
    return new Action(RuleType.CUSTOM, 'custom', { operation, input });
  }

  private readonly ruleType: RuleType;
  private readonly fields: Fields;

  private constructor(ruleType: RuleType, type: string, parameters: Fields) {
    this.ruleType = ruleType;
    this.fields = { type, parameters };
  }

  /**
   * The default type of a rule with this action.
   * @internal
   */
  public _ruleType(): RuleType {
    return this.ruleType;
  }

  /**
   * The action in the form of a document.
   * @internal
   */
  public _render(): Fields {
    return this.fields;
  }
}

function renderScale(direction: 'up' | 'down', { factor, count, delay }: ScaleOptions): Fields {
  return { direction, factor, count, delay: delay?.toString() };
}

function modeOf(hard: boolean | undefined): string | undefined {
  if (hard === undefined) return undefined;
  return hard ? 'hard' : 'soft';
}
