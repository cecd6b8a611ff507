/** Fields of a VM that NovaCron and the agents report. */
import { z } from 'zod';
import { canonicalAddress } from '../../formats/canonical-address.ts';
import { NetworkId, VolumeId } from '../../ids.ts';
import { computed, field } from '../../schema/field.ts';
import { ForeignDevice } from './foreign-device.ts';
import { NetworkInterface, StaticAddress } from './network-interface.ts';
import { StopReason } from './stop-reason.ts';
import { VmStatus } from './vm-status.ts';

/** The arguments whose change may restart a VM, and those that end the wait for a restart. */
const RESTARTING_FIELDS = [
  'cpu_cores',
  'disk_gb',
  'drivers_image',
  'drivers_image_checksum',
  'memory_gb',
  'password_wo_version',
  'power_state',
  'reimage_trigger',
  'restart_window',
  'ssh_key_ids',
  'ssh_keys',
  'unattend_wo_version',
  'user_data',
  'user_data_wo_version',
] as const;

/** Computed fields, which no request sets. */
export const VM_REPORTED_FIELDS = {
  pending_restart: {
    ...computed(
      z.array(z.string()).prefault([]),
      'Arguments whose new values wait for a restart of the VM in its `restart_window`, sorted.',
      ['memory_gb'],
    ),
    volatility: 'observed',
    follows: RESTARTING_FIELDS,
    onlyWith: 'restart_window',
  },
  template_version: {
    ...computed(
      z.int().nullable().prefault(null),
      'Version of the template at the creation of the VM; null for a built-in template.',
      3,
    ),
    follows: ['template_id'],
  },
  node: {
    ...computed(
      z.string().nullable(),
      'Name of the current node. NovaCron may move the VM; that is never drift.',
      'node-01',
    ),
    volatility: 'observed',
    follows: ['placement', 'requirements'],
  },
  standby_node: {
    ...computed(
      z.string().nullable().prefault(null),
      'Name of the node on which room for the VM is reserved (`healing.standby`); null without a ' +
        'standby, and while no node in service can hold one.',
      'node-02',
    ),
    volatility: 'volatile',
  },
  ip_address: {
    ...field({
      schema: StaticAddress,
      description:
        'IP address in the network. If it is not set, NovaCron assigns one. The VM keeps it ' +
        'until it leaves the network; null without a network. A change is made in place.',
      presence: 'optional',
      canonical: canonicalAddress,
      driftClass: 'availability',
      example: '10.0.14.7',
    }),
    isAssigned: true,
    follows: ['network_id'],
  },
  mac_address: {
    ...computed(
      z.string().nullable().prefault(null),
      'MAC address of the interface, which never changes; null without a network.',
      '02:1c:42:9a:5e:07',
    ),
    follows: ['network_id'],
  },
  network_interfaces: {
    ...computed(
      z.array(NetworkInterface).prefault([]),
      'Network interfaces of the VM: that of `network_id`, and those of `further_network_ids`.',
      [
        {
          network_id: 'net_01jd3v6t7re3h8z9k2m4n5p6q7',
          ip_address: '10.0.14.7',
          mac_address: '02:1c:42:9a:5e:07',
        },
      ],
    ),
    follows: ['network_id', 'ip_address', 'further_network_ids'],
  },
  missing_network_ids: {
    ...computed(
      z.array(NetworkId).prefault([]),
      'Ids of those of `further_network_ids` whose network interface was unplugged behind ' +
        'NovaCron. Any change of the VM plugs them in again.',
      ['net_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ),
    volatility: 'observed',
    follows: ['network_id', 'further_network_ids'],
    missingFrom: 'further_network_ids',
  },
  foreign_devices: {
    ...computed(
      z.array(ForeignDevice).prefault([]),
      'Devices that were plugged into the VM behind NovaCron, such as at the monitor of its ' +
        'hypervisor. Any change of the VM unplugs them.',
      [{ kind: 'network-interface', name: 'spy0', mac_address: '52:54:00:00:00:99' }],
    ),
    collection: 'set',
    driftClass: 'security',
    volatility: 'observed',
    isUnwanted: true,
  },
  guest_ip_addresses: {
    ...computed(
      z.array(z.string()).prefault([]),
      'IP addresses that the guest itself reported last, through its guest agent, without those ' +
        'of loopback and of links. Empty until it has reported any, and while the VM is stopped.',
      ['10.0.14.7'],
    ),
    volatility: 'observed',
    follows: ['power_state'],
  },
  volumes: {
    ...computed(
      z.array(VolumeId).prefault([]),
      'Ids of the attached volumes, without those that were unplugged behind NovaCron.',
      ['vol_01jd3v6t7re3h8z9k2m4n5p6q7'],
    ),
    volatility: 'volatile',
  },
  cost_per_hour: {
    ...computed(
      z.number().nullable().prefault(null),
      'Cost of the VM per hour in its present state, in the currency of the price list, at the ' +
        'prices of its admission; null if no price list had its price. The placement preview has ' +
        'the cost of a VM that is not created yet.',
      0.21,
    ),
    volatility: 'observed',
    follows: ['cpu_cores', 'memory_gb', 'disk_gb', 'placement', 'power_state', 'requirements', 'spot'],
  },
  status: {
    ...computed(
      VmStatus,
      'Status of the VM. `preempted`: it waits for capacity; `unknown`: its node is lost, was ' +
        'not inspected since its return, or does not have it, the agent of its node has not ' +
        'responded for 30 seconds, or an operation got stuck.',
      'running',
    ),
    volatility: 'observed',
    follows: ['power_state'],
  },
  status_reason: {
    ...computed(
      z.string().nullable().prefault(null),
      'Reason the status is `unknown`, and since when; for another status, the time before which ' +
        'it was observed if its node is suspected to be lost, otherwise null.',
      'node-01 is silent since 2026-01-02T03:04:05.000Z',
    ),
    volatility: 'volatile',
  },
  paused: {
    ...computed(
      z.boolean().prefault(false),
      'Whether the VM is paused: its status is `running`, and its virtual CPUs are halted.',
      false,
    ),
    volatility: 'volatile',
  },
  stop_reason: {
    ...computed(
      StopReason.nullable().prefault(null),
      'Reason the VM is stopped: `guest` (it shut itself down), `guest_reset`, `panic`, ' +
        '`crash` (of its hypervisor), `io_error` (a disk is full or broken), `host` (restarted), ' +
        '`isolated` (its node heard no server, and it asks to be stopped then), ' +
        '`command` or `unknown`; null if it is not stopped, or its node cannot say.',
      'guest',
    ),
    volatility: 'volatile',
  },
} as const;
