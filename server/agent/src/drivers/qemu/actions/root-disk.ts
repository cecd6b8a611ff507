/** Makes the root disk of a machine from its template. */
import type { MachineSpec } from '@novacron/contract/agent/machine';
import { BYTES_PER_GB } from '../files/qemu-img.ts';
import { finalTrouble } from '../files/trouble.ts';
import { insertCdrom } from '../images/insert-cdrom.ts';
import { prepareDrivers } from '../images/insert-drivers.ts';
import { prepareTemplateDisk } from '../images/prepare-template-disk.ts';
import { disksOf, own, type QemuAction } from '../machine/qemu-node.ts';

/** Makes that of a new machine, whose owner this node becomes. */
export async function makeRootDisk(action: QemuAction, spec: MachineSpec): Promise<void> {
  const { node, order } = action;
  own(action, 'making');
  // A wrong image is reported now, and not when the machine is first switched on.
  await prepareDrivers(action, spec);
  await fillRootDisk(action, spec, node.places.files(order.vm_id).rootDisk);
}

/** Makes a root disk from the template of a machine. @param file - is not there */
export async function fillRootDisk(
  action: QemuAction,
  spec: MachineSpec,
  file: string,
): Promise<void> {
  const { node, order, images } = action;
  const { places } = node;
  const bytes = spec.disk_gb * BYTES_PER_GB;
  const image = await prepareTemplateDisk(action, spec, bytes);
  insertCdrom(node, order.vm_id, image);
  if (image?.kind === 'disk') {
    // The image comes from elsewhere, also where QEMU runs as the agent's user.
    await disksOf(node, order.signal, node.imageUser).copy({ file: image.file }, { file });
    await images.grow(file, bytes);
  } else if (image?.kind === 'cdrom') {
    await images.create(file, bytes);
  } else if (places.templateKernel(spec.template) !== undefined) {
    await images.create(file, bytes);
  } else {
    throw finalTrouble(
      `The template ${spec.template} is not on this node: put its image into ` +
        `${places.templateDirectory(spec.template)} as disk.qcow2, disk.raw, disk.vmdk or ` +
        'disk.iso.',
    );
  }
}
