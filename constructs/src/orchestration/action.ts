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

/** Where VMs are placed. */
export interface ScheduleOptions {
  /**
   * How nodes that can hold a VM are ranked.
   * @default - as the VM says
   */
  readonly strategy?: PlacementStrategy;
  /**
   * What the VMs that the policy selects are spread over evenly.
   * @default - as the VM says
   */
  readonly spreadDomain?: TopologyLevel;
  /**
   * Which nodes may be taken.
   * @default - as the VM says
   */
  readonly capacity?: Capacity;
  /**
   * Whether the rule is never broken, whatever the VM says; else breaking it costs score.
   * @default false
   */
  readonly hard?: boolean;
}

/** How far apart VMs are kept. */
export interface KeepApartOptions {
  /**
   * What no two VMs that the policy selects share.
   * @default TopologyLevel.NODE
   */
  readonly level?: TopologyLevel;
  /**
   * Whether the rule is never broken, whatever the VM says; else breaking it costs score.
   * @default false
   */
  readonly hard?: boolean;
}

/** How much a group grows or shrinks. */
export interface ScaleOptions {
  /**
   * By how much its size is multiplied, or divided; more than 1.
   * @default - by `count`
   */
  readonly factor?: number;
  /**
   * By how many members.
   * @default - by `factor`
   */
  readonly count?: number;
  /**
   * How long the rule has to have held before.
   * @default - no time
   */
  readonly delay?: Duration;
}

/** What sizes a group keeps to. */
export interface KeepSizeOptions {
  /**
   * It never has fewer members.
   * @default - any number
   */
  readonly minReplicas?: number;
  /**
   * It never has more members.
   * @default - any number
   */
  readonly maxReplicas?: number;
}

/** Where a VM moves. */
export interface MigrateOptions {
  /**
   * What it is good for.
   * @default MigrationGoal.REBALANCE
   */
  readonly goal?: MigrationGoal;
  /**
   * The only zone that will do.
   * @default - any
   */
  readonly zone?: string;
  /**
   * The only node that will do, by its name.
   * @default - any
   */
  readonly nodeName?: string;
}

/** How a VM is restarted. */
export interface RestartOptions {
  /**
   * Whether the guest is not asked.
   * @default false
   */
  readonly force?: boolean;
  /**
   * How soon it comes.
   * @default RestartPriority.NORMAL
   */
  readonly priority?: RestartPriority;
}

/** What follows where a rule of an orchestration policy holds. */
export class Action {
  /** Says where VMs are placed. */
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

  /** Lets a group grow. */
  public static scaleUp(options: ScaleOptions): Action {
    return new Action(RuleType.AUTO_SCALING, 'scale', renderScale('up', options));
  }

  /** Lets a group shrink. */
  public static scaleDown(options: ScaleOptions): Action {
    return new Action(RuleType.AUTO_SCALING, 'scale', renderScale('down', options));
  }

  /** Keeps a group to its sizes. */
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
   * Tells people.
   * @param message - what they read
   * @param severity - how bad it is; a warning where nothing is said
   */
  public static alert(message: string, severity?: AlertSeverity): Action {
    return new Action(RuleType.NOTIFICATION, 'alert', { message, severity: severity?.word });
  }

  /**
   * Sends a signed message to a web server that the server's setting `webhook-hosts` names.
   * @param url - its address: `https`, or `http` to the very machine of the server
   */
  public static webhook(url: string): Action {
    return new Action(RuleType.NOTIFICATION, 'webhook', { url });
  }

  /**
   * Does an operation to the resource.
   * @param operation - its name, such as `vm.stop`
   * @param input - what it takes besides the resource's id
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
   * The type of a rule that has no other action.
   * @internal
   */
  public _ruleType(): RuleType {
    return this.ruleType;
  }

  /**
   * The action as a document has it.
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
