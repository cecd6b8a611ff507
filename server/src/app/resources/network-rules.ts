/** Address blocks permitted for networks of tenants, from the server configuration. */
import { PRIVATE_BLOCKS } from '@novacron/contract/formats/private-blocks';

/** Address blocks permitted and reserved for networks. */
export interface NetworkRules {
  /** Blocks; a network is within one of them. */
  readonly allowed: readonly string[];
  /** Addresses and blocks that no network shares addresses with. */
  readonly reserved: readonly string[];
  /** The shortest prefix of an IPv4 network, from 1 to 32. */
  readonly prefixMin: number;
}

/** Default network rules of a server. */
export const NETWORK_RULES: NetworkRules = {
  allowed: PRIVATE_BLOCKS,
  reserved: [],
  prefixMin: 16,
};
