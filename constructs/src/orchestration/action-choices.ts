/** The words that actions of orchestration policies know for a thing, as classes. */

/** How bad it is what an alert tells. */
export class AlertSeverity {
  /** Good to know. */
  public static readonly INFO: AlertSeverity = new AlertSeverity('info');
  /** Somebody should look. */
  public static readonly WARNING: AlertSeverity = new AlertSeverity('warning');
  /** Somebody has to look now. */
  public static readonly CRITICAL: AlertSeverity = new AlertSeverity('critical');

  /** A word of a newer server. */
  public static custom(word: string): AlertSeverity {
    return new AlertSeverity(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a migration is good for. */
export class MigrationGoal {
  /** Fills nodes up, so that others get empty. */
  public static readonly CONSOLIDATE: MigrationGoal = new MigrationGoal('consolidate');
  /** Evens nodes out. */
  public static readonly REBALANCE: MigrationGoal = new MigrationGoal('rebalance');
  /** Gets away from the node. */
  public static readonly EVACUATE: MigrationGoal = new MigrationGoal('evacuate');

  /** A word of a newer server. */
  public static custom(word: string): MigrationGoal {
    return new MigrationGoal(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** How soon a restart comes. */
export class RestartPriority {
  /** Before everything else. */
  public static readonly IMMEDIATE: RestartPriority = new RestartPriority('immediate');
  /** Before most. */
  public static readonly HIGH: RestartPriority = new RestartPriority('high');
  /** As others. */
  public static readonly NORMAL: RestartPriority = new RestartPriority('normal');
  /** After the others. */
  public static readonly LOW: RestartPriority = new RestartPriority('low');

  /** A word of a newer server. */
  public static custom(word: string): RestartPriority {
    return new RestartPriority(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What nodes may be taken, as far as somebody may take them away. */
export class Capacity {
  /** Nodes that nobody takes away. */
  public static readonly ON_DEMAND: Capacity = new Capacity('on-demand');
  /** Nodes that may be taken away will do as well. */
  public static readonly SPOT: Capacity = new Capacity('spot');

  /** A word of a newer server. */
  public static custom(word: string): Capacity {
    return new Capacity(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a rule is about, which says what part of NovaCron reads it. */
export class RuleType {
  /** Where VMs are placed. */
  public static readonly PLACEMENT: RuleType = new RuleType('placement');
  /** How many members groups have. */
  public static readonly AUTO_SCALING: RuleType = new RuleType('auto_scaling');
  /** What makes things well again; it wins against other rules. */
  public static readonly HEALING: RuleType = new RuleType('healing');
  /** Where VMs move. */
  public static readonly MIGRATION: RuleType = new RuleType('migration');
  /** Who is told. */
  public static readonly NOTIFICATION: RuleType = new RuleType('notification');
  /** Anything else. */
  public static readonly CUSTOM: RuleType = new RuleType('custom');

  /** A word of a newer server. */
  public static custom(word: string): RuleType {
    return new RuleType(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
