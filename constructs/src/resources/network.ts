import type { TerraformMetaArguments } from 'cdktf';
import { Construct } from 'constructs';
import { registerChecks } from '../checks/register-checks.ts';
import { DataNovacronNetwork } from '../gen/data-novacron-network/index.ts';
import { Network as NetworkResource } from '../gen/network/index.ts';
import { pickMetaArguments } from '../props/meta-arguments.ts';
import { type ProtectionProps, renderProtection } from '../props/protection.ts';
import type { INetwork } from '../props/references.ts';
import { renderTimeouts, type Timeouts } from '../props/timeouts.ts';
import { deriveNames } from '../synthesis/derive-name.ts';
import { escapeLabels } from '../synthesis/escape-template.ts';
import { LabelledConstruct } from './base/labelled-construct.ts';

/** Props of a network. */
export interface NetworkProps extends ProtectionProps, TerraformMetaArguments {
  /** Address block, such as `10.0.0.0/16`. Networks of a tenant must not overlap. */
  readonly cidr: string;
  /**
   * Name, unique within the tenant.
   * @default - derived from the construct's path
   */
  readonly networkName?: string;
  /**
   * Addresses of the DNS servers for guests, in order of preference.
   * @default - none
   */
  readonly dnsServers?: string[];
  /**
   * Class of the addresses, which price lists have prices for.
   * @default - the class `default`
   */
  readonly addressClass?: string;
  /**
   * Labels for people and policies.
   * @default - none
   */
  readonly labels?: { [label: string]: string };
  /**
   * Time limits of Terraform operations.
   * @default - 20 minutes each
   */
  readonly timeouts?: Timeouts;
}

/** A network. */
export class Network extends LabelledConstruct implements INetwork {
  /** The network with this id, managed elsewhere. */
  public static fromNetworkId(scope: Construct, id: string, networkId: string): INetwork {
    return new ImportedNetwork(scope, id, networkId);
  }

  /** The network with this name, which Terraform looks up. */
  public static fromNetworkName(scope: Construct, id: string, networkName: string): INetwork {
    const network = new ImportedNetwork(scope, id);
    network.networkId = new DataNovacronNetwork(network, 'Lookup', { name: networkName }).id;
    return network;
  }

  private readonly resource: NetworkResource;

  public constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id, props.labels);
    this.resource = new NetworkResource(this, 'Resource', {
      name: props.networkName ?? deriveNames(this, props),
      cidr: props.cidr,
      dnsServers: props.dnsServers,
      addressClass: props.addressClass,
      metadata: escapeLabels(props.labels),
      deletionProtection: renderProtection(props, () => this.resource.metadataInput),
      timeouts: renderTimeouts(props.timeouts),
      ...pickMetaArguments(props),
    });
    registerChecks(this, this.resource);
  }

  /** Id of the network. */
  public get networkId(): string {
    return this._refer('id');
  }

  /** Name of the network. */
  public get networkName(): string {
    return this._refer('name');
  }
}

class ImportedNetwork extends Construct implements INetwork {
  public networkId: string;

  public constructor(scope: Construct, id: string, networkId = '') {
    super(scope, id);
    this.networkId = networkId;
  }
}
