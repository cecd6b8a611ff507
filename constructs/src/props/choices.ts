/** The words that NovaCron knows for a thing, as classes: a newer server's words fit in, too. */

/** How near, or how far apart, is meant. */
export class TopologyLevel {
  /** One hypervisor host. */
  public static readonly NODE: TopologyLevel = new TopologyLevel('node');
  /** The nodes of one rack. */
  public static readonly RACK: TopologyLevel = new TopologyLevel('rack');
  /** The nodes of one availability zone. */
  public static readonly ZONE: TopologyLevel = new TopologyLevel('zone');

  /** A word of a newer server. */
  public static custom(word: string): TopologyLevel {
    return new TopologyLevel(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** How nodes that can hold a VM are ranked. */
export class PlacementStrategy {
  /** A bit of everything. */
  public static readonly BALANCED: PlacementStrategy = new PlacementStrategy('balanced');
  /** Fills nodes up, so that others stay empty. */
  public static readonly PACK: PlacementStrategy = new PlacementStrategy('pack');
  /** Prefers nodes with much room. */
  public static readonly SPREAD: PlacementStrategy = new PlacementStrategy('spread');
  /** Prefers cheap nodes. */
  public static readonly COST: PlacementStrategy = new PlacementStrategy('cost');
  /** Prefers fast nodes. */
  public static readonly PERFORMANCE: PlacementStrategy = new PlacementStrategy('performance');
  /** Leaves pieces of room that are still good for something. */
  public static readonly FRAGMENTATION: PlacementStrategy = new PlacementStrategy('fragmentation');
  /** Leaves room for the VMs of a node that fails. */
  public static readonly FAILOVER: PlacementStrategy = new PlacementStrategy('failover');

  /** A word of a newer server. */
  public static custom(word: string): PlacementStrategy {
    return new PlacementStrategy(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** Whether one NUMA cell of the node has to hold the VM. */
export class NumaMode {
  /** It does not matter. */
  public static readonly ANY: NumaMode = new NumaMode('any');
  /** It would be better. */
  public static readonly PREFER_SINGLE: NumaMode = new NumaMode('prefer-single');
  /** It has to. */
  public static readonly SINGLE: NumaMode = new NumaMode('single');

  /** A word of a newer server. */
  public static custom(word: string): NumaMode {
    return new NumaMode(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** The storage class of a volume. */
export class VolumeType {
  /** Solid state. */
  public static readonly SSD: VolumeType = new VolumeType('ssd');
  /** Rotating disks. */
  public static readonly HDD: VolumeType = new VolumeType('hdd');
  /** Solid state beside the processor. */
  public static readonly NVME: VolumeType = new VolumeType('nvme');

  /** A word of a newer server. */
  public static custom(word: string): VolumeType {
    return new VolumeType(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a policy governs. */
export class PolicyType {
  /** Who may do what; without an answer it denies. */
  public static readonly ACCESS: PolicyType = new PolicyType('access');
  /** How resources may be. */
  public static readonly RESOURCE: PolicyType = new PolicyType('resource');
  /** What a standard asks for. */
  public static readonly COMPLIANCE: PolicyType = new PolicyType('compliance');
  /** What keeps attackers out. */
  public static readonly SECURITY: PolicyType = new PolicyType('security');
  /** How networks may be. */
  public static readonly NETWORK: PolicyType = new PolicyType('network');
  /** Where data may be. */
  public static readonly DATA_GOVERNANCE: PolicyType = new PolicyType('data-governance');

  /** A word of a newer server. */
  public static custom(word: string): PolicyType {
    return new PolicyType(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** What a denial by a policy does. */
export class EnforcementMode {
  /** It refuses. */
  public static readonly BLOCK: EnforcementMode = new EnforcementMode('block');
  /** It tells. */
  public static readonly WARN: EnforcementMode = new EnforcementMode('warn');
  /** It is recorded, and nothing else. */
  public static readonly AUDIT: EnforcementMode = new EnforcementMode('audit');

  /** A word of a newer server. */
  public static custom(word: string): EnforcementMode {
    return new EnforcementMode(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** How a machine begins to boot. */
export class Firmware {
  /** As machines did for long. */
  public static readonly BIOS: Firmware = new Firmware('bios');
  /** As machines do today. */
  public static readonly UEFI: Firmware = new Firmware('uefi');

  /** A word of a newer server. */
  public static custom(word: string): Firmware {
    return new Firmware(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}

/** The processors that an image runs on. */
export class Architecture {
  /** Intel's and AMD's. */
  public static readonly X86_64: Architecture = new Architecture('x86_64');
  /** Arm's. */
  public static readonly AARCH64: Architecture = new Architecture('aarch64');

  /** A word of a newer server. */
  public static custom(word: string): Architecture {
    return new Architecture(word);
  }

  /** The word as the server knows it. */
  public readonly word: string;

  private constructor(word: string) {
    this.word = word;
  }
}
