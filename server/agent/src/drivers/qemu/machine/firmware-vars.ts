/** The variables of a machine's UEFI firmware: a file beside its root disk. */
import { copyFileSync, renameSync } from 'node:fs';
import type { MachineSpec } from '@novacron/contract/agent/machine';
import type { VmId } from '@novacron/contract/ids';
import { isFile } from '../files/directories.ts';
import { finalTrouble, passingTrouble, type QemuTrouble, reasonOf } from '../files/trouble.ts';
import type { Hardware } from './hardware.ts';
import type { UefiFiles } from './host-firmware.ts';
import type { QemuNode } from './qemu-node.ts';

const PACKAGE = 'install the package ovmf (apt-get install ovmf) and restart the agent';

/** The firmware files for a machine; undefined for BIOS. Throws a final trouble without them. */
export function requireFirmware(
  { firmware }: Pick<QemuNode, 'firmware'>,
  { name, firmware: wanted }: Pick<MachineSpec, 'name' | 'firmware'>,
): UefiFiles | undefined {
  if (wanted === undefined) return undefined;
  const files = firmware[wanted];
  if (files !== undefined) return files;
  throw finalTrouble(`This host has no firmware ${wanted} for ${name}: ${PACKAGE}.`);
}

/**
 * Makes the variables of a machine with UEFI firmware, where there are none yet: only a whole file
 * has the name.
 */
export function makeVars(node: QemuNode, vmId: VmId, spec: MachineSpec): void {
  const files = requireFirmware(node, spec);
  const { firmwareVars } = node.places.files(vmId);
  if (files === undefined || isFile(firmwareVars)) return;
  const { varsTemplate } = files;
  const part = `${firmwareVars}.part`;
  try {
    copyFileSync(varsTemplate, part);
    renameSync(part, firmwareVars);
  } catch (cause) {
    throw passingTrouble(`The agent cannot make ${firmwareVars} (${reasonOf(cause)}).`, cause);
  }
}

/**
 * Throws a final trouble where a machine from another node cannot have its firmware here.
 * @param arriving - `hardware`: undefined for one that is switched off; `varsBytes`: what is
 *   copied of its variables, undefined if nothing is
 */
export function checkFirmware(
  node: QemuNode,
  spec: MachineSpec,
  arriving: {
    readonly hardware: Hardware | undefined;
    readonly disks: 'shared' | 'copied';
    readonly varsBytes: number | undefined;
  },
): void {
  const files = requireFirmware(node, spec);
  const { hardware, disks, varsBytes } = arriving;
  if (hardware === undefined) {
    if (files === undefined || disks === 'shared') return;
    if (varsBytes === files.varsBytes) return;
    if (varsBytes !== undefined) throw otherSizes();
    throw finalTrouble(
      'The agent of the source is of a release that leaves UEFI variables behind: start ' +
        `${spec.name}, so that it migrates live, or upgrade that agent.`,
    );
  }
  const { firmware } = hardware;
  const isSame =
    firmware?.code_bytes === files?.codeBytes && firmware?.vars_bytes === files?.varsBytes;
  if (!isSame) throw otherSizes();
}

function otherSizes(): QemuTrouble {
  return finalTrouble(
    'The UEFI firmware of this host has other sizes than that of the source: install the same ' +
      'release of the package ovmf on both.',
  );
}
