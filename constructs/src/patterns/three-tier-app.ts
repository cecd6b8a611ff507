import { Construct } from 'constructs';
import { Peer, Port } from '../props/firewall.ts';
import type { INetwork, ITemplate } from '../props/references.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { SecurityGroup } from '../resources/security-group.ts';
import { Vm } from '../resources/vm.ts';
import { Volume } from '../resources/volume.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** Props of a tier. */
export interface TierProps {
  /**
   * Number of VMs.
   * @default 2
   */
  readonly count?: number;
  /**
   * CPU cores of each VM.
   * @default 2
   */
  readonly cpuCores?: number;
  /**
   * Memory of each VM.
   * @default Size.gibibytes(4)
   */
  readonly memory?: Size;
  /**
   * Root disk of each VM.
   * @default Size.gibibytes(20)
   */
  readonly disk?: Size;
  /**
   * TCP port that it listens on.
   * @default - 443 for web, 8080 for the application, 5432 for the database
   */
  readonly port?: number;
  /**
   * The image that they boot from.
   * @default - the server's template `default`
   */
  readonly template?: ITemplate;
}

/** Props of a three-tier application. */
export interface ThreeTierAppProps {
  /**
   * The tier that users reach.
   * @default - the defaults of `TierProps`
   */
  readonly web?: TierProps;
  /**
   * The tier that only the web tier reaches.
   * @default - the defaults of `TierProps`
   */
  readonly application?: TierProps;
  /**
   * The tier that only the application tier reaches; each of its VMs has a volume.
   * @default - the defaults of `TierProps`
   */
  readonly database?: TierProps;
  /**
   * Size of each volume of the database.
   * @default Size.gibibytes(100)
   */
  readonly dataSize?: Size;
  /**
   * The network of all tiers.
   * @default - a new one with `cidr`
   */
  readonly network?: INetwork;
  /**
   * Address block of the new network.
   * @default '10.80.0.0/16'
   */
  readonly cidr?: string;
  /**
   * Peer that may reach the web tier.
   * @default Peer.anyIpv4()
   */
  readonly clients?: Peer;
  /**
   * Labels of all VMs, besides `tier`.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
}

/** The VMs of a tier and its security group. */
interface Tier {
  readonly vms: Vm[];
  readonly securityGroup: SecurityGroup;
}

/**
 * Web, application and database: each tier is reachable only from the previous one, and no two VMs
 * of a tier share a node.
 */
export class ThreeTierApp extends Construct {
  /** The network of all tiers. */
  public readonly network: INetwork;
  /** VMs of the web tier. */
  public readonly web: Vm[];
  /** VMs of the application tier. */
  public readonly application: Vm[];
  /** VMs of the database tier. */
  public readonly database: Vm[];
  /** The volumes of the database, in the order of its VMs. */
  public readonly volumes: Volume[];

  public constructor(scope: Construct, id: string, props: ThreeTierAppProps = {}) {
    super(scope, id);
    const { cidr = '10.80.0.0/16', clients = Peer.anyIpv4(), labels = {} } = props;
    this.network = props.network ?? new Network(this, 'Network', { cidr });
    const web = this.makeTier('web', props.web, labels);
    const application = this.makeTier('application', props.application, labels);
    const database = this.makeTier('database', props.database, labels);
    web.securityGroup.allowFrom(clients, Port.tcp(props.web?.port ?? 443));
    application.securityGroup.allowFrom(
      Peer.securityGroup(web.securityGroup),
      Port.tcp(props.application?.port ?? 8080),
    );
    database.securityGroup.allowFrom(
      Peer.securityGroup(application.securityGroup),
      Port.tcp(props.database?.port ?? 5432),
    );
    database.securityGroup.allowFrom(Peer.ownGroup(), Port.any(), 'Replication');
    const size = props.dataSize ?? Size.gibibytes(100);
    this.volumes = database.vms.map((vm, index) => {
      const id = `data-${index + 1}`;
      const volume = new Volume(this, id, { size, labels: { ...labels, tier: 'database' } });
      vm.attach(volume);
      return volume;
    });
    this.web = web.vms;
    this.application = application.vms;
    this.database = database.vms;
  }

  private makeTier(
    tier: string,
    props: TierProps = {},
    labels: { readonly [label: string]: string } = {},
  ): Tier {
    const { count = 2, cpuCores = 2, template } = props;
    const securityGroup = new SecurityGroup(this, tier);
    const vms = Array.from(
      { length: count },
      (_, index) =>
        new Vm(this, `${tier}-${index + 1}`, {
          cpuCores,
          template,
          network: this.network,
          securityGroups: [securityGroup],
          memory: props.memory ?? Size.gibibytes(4),
          disk: props.disk ?? Size.gibibytes(20),
          labels: { ...labels, tier },
          antiAffinityGroup: `${deriveName(this)}-${tier}`,
        }),
    );
    return { vms, securityGroup };
  }
}
