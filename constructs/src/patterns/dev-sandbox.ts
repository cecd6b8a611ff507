import { Construct } from 'constructs';
import type { INetwork, ITemplate } from '../props/references.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { Vm } from '../resources/vm.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** What a sandbox shall be. */
export interface DevSandboxProps {
  /** Whose it is; a label says it. */
  readonly owner: string;
  /**
   * Cores.
   * @default 1
   */
  readonly cpuCores?: number;
  /**
   * Memory.
   * @default Size.gibibytes(2)
   */
  readonly memory?: Size;
  /**
   * Root disk.
   * @default Size.gibibytes(10)
   */
  readonly disk?: Size;
  /**
   * The network that it is in.
   * @default - one of its own, of `cidr`
   */
  readonly network?: INetwork;
  /**
   * Address block of a network of its own.
   * @default '10.96.0.0/24'
   */
  readonly cidr?: string;
  /**
   * The image that it boots from.
   * @default - the server's template `default`
   */
  readonly template?: ITemplate;
  /**
   * Public keys that the guest lets in.
   * @default - none
   */
  readonly sshKeys?: string[];
}

/** The last to be healed, and the first to make room. */
const PRIORITY = 0;

/** A small VM to try things on: on spot nodes, unprotected, the least important of all. */
export class DevSandbox extends Construct {
  /** The VM. */
  public readonly vm: Vm;
  /** The network that it is in. */
  public readonly network: INetwork;

  public constructor(scope: Construct, id: string, props: DevSandboxProps) {
    super(scope, id);
    const { owner, cpuCores = 1, cidr = '10.96.0.0/24', template, sshKeys } = props;
    this.network = props.network ?? new Network(this, 'Network', { cidr });
    this.vm = new Vm(this, 'Vm', {
      vmName: deriveName(this),
      ...{ cpuCores, template, sshKeys, network: this.network },
      memory: props.memory ?? Size.gibibytes(2),
      disk: props.disk ?? Size.gibibytes(10),
      labels: { environment: 'development', owner },
      spot: true,
      deletionProtection: false,
      priority: PRIORITY,
    });
  }
}
