import { Construct } from 'constructs';
import { Peer, Port } from '../props/firewall.ts';
import type { INetwork, ITemplate } from '../props/references.ts';
import { Size } from '../props/size.ts';
import { Network } from '../resources/network.ts';
import { SecurityGroup } from '../resources/security-group.ts';
import { Vm } from '../resources/vm.ts';
import { Volume } from '../resources/volume.ts';
import { deriveName } from '../synthesis/derive-name.ts';

/** What a tier shall be. */
export interface TierProps {
  /**
   * How many VMs it has.
   * @default 2
   */
  readonly count?: number;
  /**
   * Cores of each.
   * @default 2
   */
  readonly cpuCores?: number;
  /**
   * Memory of each.
   * @default Size.gibibytes(4)
   */
  readonly memory?: Size;
  /**
   * Root disk of each.
   * @default Size.gibibytes(20)
   */
  readonly disk?: Size;
  /**
   * The port of TCP that it listens on.
   * @default - 443 of the web, 8080 of the application, 5432 of the database
   */
  readonly port?: number;
  /**
   * The image that they boot from.
   * @default - the server's template `default`
   */
  readonly template?: ITemplate;
}

/** What an application of three tiers shall be. */
export interface ThreeTierAppProps {
  /**
   * The tier that users reach.
   * @default - as `TierProps` says
   */
  readonly web?: TierProps;
  /**
   * The tier that only the web reaches.
   * @default - as `TierProps` says
   */
  readonly application?: TierProps;
  /**
   * The tier that only the application reaches; each of its VMs has a volume.
   * @default - as `TierProps` says
   */
  readonly database?: TierProps;
  /**
   * Size of each volume of the database.
   * @default Size.gibibytes(100)
   */
  readonly dataSize?: Size;
  /**
   * The network that all of it is in.
   * @default - one of its own, of `cidr`
   */
  readonly network?: INetwork;
  /**
   * Address block of a network of its own.
   * @default '10.80.0.0/16'
   */
  readonly cidr?: string;
  /**
   * Who reaches the web.
   * @default Peer.anyIpv4()
   */
  readonly clients?: Peer;
  /**
   * Labels of all VMs, besides `tier`.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
}

/** VMs of one kind, and what lets others reach them. */
interface Tier {
  readonly vms: Vm[];
  readonly securityGroup: SecurityGroup;
}

/**
 * Web, application and database: each tier is reached by the one before it and by nobody else, and
 * no two VMs of a tier share a node.
 */
export class ThreeTierApp extends Construct {
  /** The network that all of it is in. */
  public readonly network: INetwork;
  /** VMs of the web. */
  public readonly web: Vm[];
  /** VMs of the application. */
  public readonly application: Vm[];
  /** VMs of the database. */
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
      const volume = new Volume(this, `data-${index + 1}`, { size });
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
          ...{ cpuCores, template, network: this.network, securityGroups: [securityGroup] },
          memory: props.memory ?? Size.gibibytes(4),
          disk: props.disk ?? Size.gibibytes(20),
          labels: { ...labels, tier },
          antiAffinityGroup: `${deriveName(this)}-${tier}`,
        }),
    );
    return { vms, securityGroup };
  }
}
