/** The programs that change the networks of a host. */

/** Paths or names of the programs. */
export interface NetworkPrograms {
  readonly ip: string;
  readonly bridge: string;
  readonly nft: string;
  readonly dnsmasq: string;
  readonly sysctl: string;
}
