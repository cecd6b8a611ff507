/** The kind `volume`: its Terraform type, fields, noun and quotas. */
import { VolumeId } from '../../ids.ts';
import type { ResourceDefinition } from '../../schema/resource-definition.ts';
import { VOLUME_FIELDS, Volume } from './volume.ts';

/**
 * The definition of the kind. Its size counts against `volume_gb`, which is a quota of
 * snapshots, too.
 */
export const volumeKind = {
  type: 'novacron_storage',
  table: VOLUME_FIELDS,
  resource: Volume,
  noun: {
    group: 'storage',
    aliases: ['volume'],
    words: 'volume',
    description: 'Volumes: block storage for VMs',
    id: VolumeId,
    prefix: 'vol',
  },
  terraform: {
    resource: 'A volume: a disk that is managed independently of VMs and can be attached to one.',
    dataSource: 'An existing volume.',
  },
  quotas: { volumes: { description: 'Volumes' } },
} as const satisfies ResourceDefinition;
