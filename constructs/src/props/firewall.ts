import { Token } from 'cdktf';
import type { SecurityGroupRules } from '../gen/security-group/index.ts';
import { escapeOptional } from '../synthesis/escape-template.ts';
import type { ISecurityGroup } from './references.ts';

/** The other side of a firewall rule: addresses or a security group. */
export class Peer {
  /** Every IPv4 address. */
  public static anyIpv4(): Peer {
    return new Peer({ cidr: '0.0.0.0/0' });
  }

  /** Every IPv6 address. */
  public static anyIpv6(): Peer {
    return new Peer({ cidr: '::/0' });
  }

  /** An address block, such as `10.0.0.0/16`. */
  public static cidr(block: string): Peer {
    return new Peer({ cidr: block });
  }

  /** The VMs of a security group. */
  public static securityGroup(group: ISecurityGroup): Peer {
    return new Peer({ groupId: group.securityGroupId });
  }

  /** The VMs of the security group that the rule is in. */
  public static ownGroup(): Peer {
    return new Peer({ groupId: 'self' });
  }

  private readonly rendered: PeerFields;

  private constructor(rendered: PeerFields) {
    this.rendered = rendered;
  }

  /**
   * The peer as the lower layer takes it.
   * @internal
   */
  public _render(): PeerFields {
    return this.rendered;
  }
}

/** The fields of a rule that identify the peer. */
export interface PeerFields {
  /**
   * The address block.
   * @default - the rule is about a group
   */
  readonly cidr?: string;
  /**
   * The group's id.
   * @default - the rule is about addresses
   */
  readonly groupId?: string;
}

/** Protocol and ports of a firewall rule. */
export class Port {
  /** One port of TCP. */
  public static tcp(port: number): Port {
    return new Port('tcp', portText(port));
  }

  /** The ports of TCP from one to another. */
  public static tcpRange(from: number, to: number): Port {
    return new Port('tcp', `${portText(from)}-${portText(to)}`);
  }

  /** One port of UDP. */
  public static udp(port: number): Port {
    return new Port('udp', portText(port));
  }

  /** The ports of UDP from one to another. */
  public static udpRange(from: number, to: number): Port {
    return new Port('udp', `${portText(from)}-${portText(to)}`);
  }

  /** Every port of TCP. */
  public static allTcp(): Port {
    return new Port('tcp', 'all');
  }

  /** Every port of UDP. */
  public static allUdp(): Port {
    return new Port('udp', 'all');
  }

  /** ICMP: ping and the like. */
  public static icmp(): Port {
    return new Port('icmp');
  }

  /** Every protocol. */
  public static any(): Port {
    return new Port('any');
  }

  /** The protocol. */
  public readonly protocol: string;
  /** The port, the range or `all`; undefined for protocols without ports. */
  public readonly ports?: string;

  private constructor(protocol: string, ports?: string) {
    this.protocol = protocol;
    this.ports = ports;
  }
}

function portText(port: number): string {
  return Token.isUnresolved(port) ? Token.asString(port) : String(port);
}

/** A rule as the lower layer takes it. */
export function renderRule(
  direction: 'ingress' | 'egress',
  peer: Peer,
  port: Port,
  description?: string,
): SecurityGroupRules {
  return {
    direction,
    action: 'allow',
    protocol: port.protocol,
    ports: port.ports,
    ...peer._render(),
    description: escapeOptional(description),
  };
}
