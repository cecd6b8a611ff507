/** The kind `network`: its Terraform type, fields, noun and quotas. */
import { NetworkId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { NETWORK_FIELDS, Network } from './network.ts';

/** The definition of the kind. */
export const networkKind = {
  type: 'novacron_network',
  table: NETWORK_FIELDS,
  resource: Network,
  noun: {
    words: 'network',
    description: 'Networks: virtual networks for VMs',
    id: NetworkId,
    prefix: 'net',
  },
  terraform: {
    resource: 'A network that VMs are connected to.',
    dataSource: 'An existing network.',
  },
  quotas: { networks: { description: 'Networks' } },
} as const satisfies ResourceDefinition;
