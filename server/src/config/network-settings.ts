/** The rows about networks of tenants: which blocks they may have. */
import { PRIVATE_BLOCKS } from '@novacron/contract/formats/private-blocks';
import { setting } from './setting.ts';
import { BlocksSchema, PrefixSchema } from './value-schemas.ts';

/** The rows by name. */
export const NETWORK_SETTINGS = {
  'network-blocks': setting({
    description:
      'Blocks that new networks may be part of; guests of others would hide hosts of the ' +
      'Internet.',
    placeholder: 'CIDR,…',
    schema: BlocksSchema,
    default: PRIVATE_BLOCKS.join(','),
    defaultWords: 'private, shared and documentation blocks',
  }),
  'reserved-networks': setting({
    description:
      'Addresses and blocks that no new network may share addresses with, such as those of ' +
      'hosts, storage and name servers; those that the server knows are reserved already: its ' +
      'own, of the message bus, and of tunnels of nodes.',
    placeholder: 'CIDR,…',
    schema: BlocksSchema,
    presence: 'optional',
    defaultWords: 'none but those that the server knows',
  }),
  'network-prefix-min': setting({
    description:
      'Shortest prefix of a new IPv4 network: a node connects one of the networks of tenants ' +
      'that overlap, so a large one keeps others off it. Of IPv6 it is 48.',
    placeholder: 'N',
    schema: PrefixSchema,
    default: '16',
  }),
} as const;
