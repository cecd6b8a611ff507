/** Enumerations for actions of orchestration policies, as classes. */

/** Severity of an alert. */
export class AlertSeverity {
  /** For information. */
  public static readonly INFO: AlertSeverity = new AlertSeverity('info');
  /** Needs attention. */
  public static readonly WARNING: AlertSeverity = new AlertSeverity('warning');
  /** Needs immediate attention. */
  public static readonly CRITICAL: AlertSeverity = new AlertSeverity('critical');

  /** A value that a newer server supports. */
  public static custom(word: string): AlertSeverity {
    return new AlertSeverity(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Goal of a migration. */
export class MigrationGoal {
  /** Packs VMs onto fewer nodes. */
  public static readonly CONSOLIDATE: MigrationGoal = new MigrationGoal('consolidate');
  /** Balances the load of nodes. */
  public static readonly REBALANCE: MigrationGoal = new MigrationGoal('rebalance');
  /** Evacuates the node. */
  public static readonly EVACUATE: MigrationGoal = new MigrationGoal('evacuate');

  /** A value that a newer server supports. */
  public static custom(word: string): MigrationGoal {
    return new MigrationGoal(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Priority of a restart. */
export class RestartPriority {
  /** Before all others. */
  public static readonly IMMEDIATE: RestartPriority = new RestartPriority('immediate');
  /** Before most. */
  public static readonly HIGH: RestartPriority = new RestartPriority('high');
  /** The default. */
  public static readonly NORMAL: RestartPriority = new RestartPriority('normal');
  /** After the others. */
  public static readonly LOW: RestartPriority = new RestartPriority('low');

  /** A value that a newer server supports. */
  public static custom(word: string): RestartPriority {
    return new RestartPriority(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Permitted nodes with regard to spot capacity. */
export class Capacity {
  /** Only on-demand nodes. */
  public static readonly ON_DEMAND: Capacity = new Capacity('on-demand');
  /** Spot nodes are permitted as well. */
  public static readonly SPOT: Capacity = new Capacity('spot');

  /** A value that a newer server supports. */
  public static custom(word: string): Capacity {
    return new Capacity(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Type of a rule, which decides which part of NovaCron evaluates it. */
export class RuleType {
  /** Placement of VMs. */
  public static readonly PLACEMENT: RuleType = new RuleType('placement');
  /** Sizes of groups. */
  public static readonly AUTO_SCALING: RuleType = new RuleType('auto_scaling');
  /** Healing; it takes precedence over other rules. */
  public static readonly HEALING: RuleType = new RuleType('healing');
  /** Migrations. */
  public static readonly MIGRATION: RuleType = new RuleType('migration');
  /** Notifications. */
  public static readonly NOTIFICATION: RuleType = new RuleType('notification');
  /** Anything else. */
  public static readonly CUSTOM: RuleType = new RuleType('custom');

  /** A value that a newer server supports. */
  public static custom(word: string): RuleType {
    return new RuleType(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
