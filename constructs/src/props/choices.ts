/** Enumerations as classes, so that values of a newer server can be used as well. */

/** The topology level of a placement rule. */
export class TopologyLevel {
  /** One hypervisor host. */
  public static readonly NODE: TopologyLevel = new TopologyLevel('node');
  /** The nodes of one rack. */
  public static readonly RACK: TopologyLevel = new TopologyLevel('rack');
  /** The nodes of one availability zone. */
  public static readonly ZONE: TopologyLevel = new TopologyLevel('zone');

  /** A value that a newer server supports. */
  public static custom(word: string): TopologyLevel {
    return new TopologyLevel(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Ranking of the nodes that have room for a VM. */
export class PlacementStrategy {
  /** Balances all criteria. */
  public static readonly BALANCED: PlacementStrategy = new PlacementStrategy('balanced');
  /** Fills nodes up, so that others stay empty. */
  public static readonly PACK: PlacementStrategy = new PlacementStrategy('pack');
  /** Prefers nodes with free capacity. */
  public static readonly SPREAD: PlacementStrategy = new PlacementStrategy('spread');
  /** Prefers cheap nodes. */
  public static readonly COST: PlacementStrategy = new PlacementStrategy('cost');
  /** Prefers fast nodes. */
  public static readonly PERFORMANCE: PlacementStrategy = new PlacementStrategy('performance');
  /** Avoids fragmentation of free capacity. */
  public static readonly FRAGMENTATION: PlacementStrategy = new PlacementStrategy('fragmentation');
  /** Reserves capacity for the VMs of a failed node. */
  public static readonly FAILOVER: PlacementStrategy = new PlacementStrategy('failover');

  /** A value that a newer server supports. */
  public static custom(word: string): PlacementStrategy {
    return new PlacementStrategy(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Whether one NUMA cell of the node has to hold the VM. */
export class NumaMode {
  /** NUMA cells are ignored. */
  public static readonly ANY: NumaMode = new NumaMode('any');
  /** One cell is preferred. */
  public static readonly PREFER_SINGLE: NumaMode = new NumaMode('prefer-single');
  /** One cell is required. */
  public static readonly SINGLE: NumaMode = new NumaMode('single');

  /** A value that a newer server supports. */
  public static custom(word: string): NumaMode {
    return new NumaMode(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** The storage class of a volume. */
export class VolumeType {
  /** Solid-state disks (SSD). */
  public static readonly SSD: VolumeType = new VolumeType('ssd');
  /** Hard disks (HDD). */
  public static readonly HDD: VolumeType = new VolumeType('hdd');
  /** NVMe disks. */
  public static readonly NVME: VolumeType = new VolumeType('nvme');

  /** A value that a newer server supports. */
  public static custom(word: string): VolumeType {
    return new VolumeType(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Subject that a policy governs. */
export class PolicyType {
  /** Access control; denies by default. */
  public static readonly ACCESS: PolicyType = new PolicyType('access');
  /** Rules for resources. */
  public static readonly RESOURCE: PolicyType = new PolicyType('resource');
  /** Compliance with a standard. */
  public static readonly COMPLIANCE: PolicyType = new PolicyType('compliance');
  /** Security rules. */
  public static readonly SECURITY: PolicyType = new PolicyType('security');
  /** Rules for networks. */
  public static readonly NETWORK: PolicyType = new PolicyType('network');
  /** Rules for the location of data. */
  public static readonly DATA_GOVERNANCE: PolicyType = new PolicyType('data-governance');

  /** A value that a newer server supports. */
  public static custom(word: string): PolicyType {
    return new PolicyType(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Effect of a denial. */
export class EnforcementMode {
  /** Denies the write. */
  public static readonly BLOCK: EnforcementMode = new EnforcementMode('block');
  /** Warns. */
  public static readonly WARN: EnforcementMode = new EnforcementMode('warn');
  /** Only records the denial. */
  public static readonly AUDIT: EnforcementMode = new EnforcementMode('audit');

  /** A value that a newer server supports. */
  public static custom(word: string): EnforcementMode {
    return new EnforcementMode(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Boot firmware of a machine. */
export class Firmware {
  /** Legacy BIOS. */
  public static readonly BIOS: Firmware = new Firmware('bios');
  /** UEFI. */
  public static readonly UEFI: Firmware = new Firmware('uefi');

  /** A value that a newer server supports. */
  public static custom(word: string): Firmware {
    return new Firmware(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Processor architecture of an image. */
export class Architecture {
  /** x86-64, from Intel and AMD. */
  public static readonly X86_64: Architecture = new Architecture('x86_64');
  /** 64-bit Arm. */
  public static readonly AARCH64: Architecture = new Architecture('aarch64');

  /** A value that a newer server supports. */
  public static custom(word: string): Architecture {
    return new Architecture(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a budget does with requests that exceed it. */
export class BudgetEnforcement {
  /** Only reports levels. */
  public static readonly WARN: BudgetEnforcement = new BudgetEnforcement('warn');
  /** Refuses requests that exceed a limit. */
  public static readonly REFUSE: BudgetEnforcement = new BudgetEnforcement('refuse');

  /** A value that a newer server supports. */
  public static custom(word: string): BudgetEnforcement {
    return new BudgetEnforcement(word);
  }

  /** The value that is sent to the server. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
