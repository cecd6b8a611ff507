import { Construct } from 'constructs';
import type { INetwork, ITemplate } from '../props/references.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { Vm } from '../resources/vm.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** Props of a sandbox. */
export interface DevSandboxProps {
  /** Its owner, stored as a label. */
  readonly owner: string;
  /**
   * Number of CPU cores.
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
   * The network to connect to.
   * @default - a new one with `cidr`
   */
  readonly network?: INetwork;
  /**
   * Address block of the new network.
   * @default '10.96.0.0/24'
   */
  readonly cidr?: string;
  /**
   * The image that it boots from.
   * @default - the server's template `default`
   */
  readonly template?: ITemplate;
  /**
   * Public SSH keys that are authorized in the guest.
   * @default - none
   */
  readonly sshKeys?: string[];
}

/** The lowest priority: healed last, preempted first. */
const PRIORITY = 0;

/** A small VM for experiments: on spot nodes, unprotected, with the lowest priority. */
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
      cpuCores,
      template,
      sshKeys,
      network: this.network,
      memory: props.memory ?? Size.gibibytes(2),
      disk: props.disk ?? Size.gibibytes(10),
      labels: { environment: 'development', owner },
      spot: true,
      deletionProtection: false,
      priority: PRIORITY,
    });
  }
}
