/** The kind `ssh_key`: its Terraform type, fields, noun and quotas. */
import { SshKeyId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { SSH_KEY_FIELDS, SshKey } from './ssh-key.ts';

/** The definition of the kind. */
export const sshKeyKind = {
  type: 'novacron_ssh_key',
  table: SSH_KEY_FIELDS,
  resource: SshKey,
  noun: {
    words: 'SSH key',
    description: 'SSH keys: public keys that VMs let in',
    id: SshKeyId,
    prefix: 'ssh',
  },
  terraform: {
    resource:
      'An SSH key: the public half of a key pair, which VMs name in `ssh_key_ids`. The private ' +
      'key is not part of it, because a Terraform state would contain it. A VM keeps the key ' +
      'that it was given when this resource is replaced or deleted.',
    dataSource: 'An existing SSH key.',
  },
  quotas: { ssh_keys: { description: 'SSH keys' } },
} as const satisfies ResourceDefinition;
