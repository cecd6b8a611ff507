/** Which blocks networks of tenants may have, as the configuration of a server says. */
import { PRIVATE_BLOCKS } from '@novacron/contract/formats/private-blocks';

/** What networks may be made of. */
export interface NetworkRules {
  /** Blocks; a network is within one of them. */
  readonly allowed: readonly string[];
  /** Addresses and blocks that no network shares addresses with. */
  readonly reserved: readonly string[];
  /** The shortest prefix of an IPv4 network, from 1 to 32. */
  readonly prefixMin: number;
}

/** What the configuration of a server says by default. */
export const NETWORK_RULES: NetworkRules = {
  allowed: PRIVATE_BLOCKS,
  reserved: [],
  prefixMin: 16,
};
