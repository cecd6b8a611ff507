/**
 * Requirements of a VM on its node besides capacity: the field `requirements`. Each part refers to
 * a fact that nodes announce; a VM is placed only on nodes that announce it.
 */
import { z } from 'zod';
import { nullWhenAbsent } from '../schema/null-when-absent.ts';

const NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;
const NAME_RULE = 'must have 1 to 63 lower-case letters, digits, dots, dashes or underscores';

const Name = z.string().regex(NAME, NAME_RULE);

/** A taint that is tolerated: `key`, or `key=value` for one value alone. */
export const VmToleration = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}(?:=[A-Za-z0-9._-]{0,63})?$/, 'must be key or key=value');

/** More would not be explained clearly, and no node has them. */
const PARTS_MAX = 16;

/** No machine has more devices of a kind. */
const DEVICES_MAX = 64;

/** Unit: Mbit/s; a terabit. */
const NETWORK_MBPS_MAX = 1_000_000;

/** Devices of one kind that the VM has to itself. */
export const VmDevices = z
  .strictObject({
    kind: Name.describe('Kind of the devices, as nodes announce it, for example `gpu`.'),
    model: nullWhenAbsent(Name, 'Required model. Default: any.'),
    count: nullWhenAbsent(
      z.int().min(1).max(DEVICES_MAX),
      'Number of devices, all of the same node. Default: 1.',
    ),
  })
  .meta({ example: { kind: 'gpu', model: 'a100', count: 2 } });

export type VmDevices = z.infer<typeof VmDevices>;

/** Requirements of a VM on its node. */
export const VmRequirements = z.strictObject({
  tolerations: nullWhenAbsent(
    z.array(VmToleration).max(PARTS_MAX, `must have at most ${PARTS_MAX} tolerations`),
    'Taints of nodes that the VM tolerates: `key`, or `key=value`.',
  ),
  devices: nullWhenAbsent(
    z.array(VmDevices).max(PARTS_MAX, `must have at most ${PARTS_MAX} kinds of devices`),
    'Devices of the node that the VM has to itself.',
  ),
  network_mbps: nullWhenAbsent(
    z.int().min(1).max(NETWORK_MBPS_MAX),
    'Network bandwidth of the node that is reserved for the VM. Unit: Mbit/s.',
  ),
  licences: nullWhenAbsent(
    z.array(Name).max(PARTS_MAX, `must have at most ${PARTS_MAX} licences`),
    'Names of products of whose licences the VM takes one each.',
  ),
});
export type VmRequirements = z.infer<typeof VmRequirements>;
