/** The CD-ROM with drivers of a machine: its image has a name of its own, as that of a template. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import { equalJson } from '@novacron/contract/json';
import { isFile, remove } from '../files/directories.ts';
import { readStored } from '../files/stored-json.ts';
import { finalTrouble } from '../files/trouble.ts';
import { Hardware } from '../machine/hardware.ts';
import type { QemuAction } from '../machine/qemu-node.ts';
import { insertIso } from './insert-cdrom.ts';
import { type PreparedImage, prepareTemplateDisk } from './prepare-template-disk.ts';

/** Directory for the operator's image on nodes that download nothing. */
const TEMPLATE = 'drivers';
/** An image that was uploaded comes from the server alone. */
const UPLOADED = 'uploaded-drivers';

/** Has the image of a machine on this node, checked; undefined where it has none. */
export async function prepareDrivers(
  action: QemuAction,
  { name, drivers_image }: Pick<MachineSpec, 'name' | 'drivers_image'>,
): Promise<PreparedImage | undefined> {
  if (drivers_image === undefined) return undefined;
  const { reference, checksum } = drivers_image;
  const image = {
    version: 1,
    reference,
    checksum,
    firmware: 'bios',
    architecture: 'x86_64',
  } as const;
  const template = parseUploadedImage(reference) === undefined ? TEMPLATE : UPLOADED;
  const prepared = await prepareTemplateDisk(action, { template, image }, 0);
  if (prepared?.kind === 'cdrom') return prepared;
  throw finalTrouble(`The drivers of the VM ${name}, ${reference}, are not an ISO image.`);
}

/**
 * Inserts the image of a machine that is switched on, unless it has it already: a node without a
 * network starts it again.
 * @returns what its hardware says of it
 */
export async function insertDrivers(
  action: QemuAction,
  spec: MachineSpec,
): Promise<Pick<Hardware, 'drivers'>> {
  const { node, order } = action;
  const { places } = node;
  const { drivers } = places.files(order.vm_id);
  const { drivers_image: wanted } = spec;
  if (wanted === undefined) {
    remove(drivers);
    return {};
  }
  const before = readStored(places.hardware(order.vm_id), Hardware)?.drivers;
  if (isFile(drivers) && equalJson(before ?? null, wanted)) return { drivers: wanted };
  const image = await prepareDrivers(action, spec);
  if (image !== undefined) insertIso(node, order.vm_id, { image: image.file, target: drivers });
  return { drivers: wanted };
}
