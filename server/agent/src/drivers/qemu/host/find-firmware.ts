/**
 * The UEFI firmware of a host: OVMF, as Debian and Ubuntu package it. The code is read by all
 * machines; variables are a file of each machine, made from a template of them.
 * Source: README.Debian of the package ovmf; docs/interop/firmware.json of QEMU.
 */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { MachineFirmware } from '@novacron/contract/agent/machine';
import type { HostFirmware, UefiFiles } from '../machine/host-firmware.ts';

/** Directory of the files of Debian's and Ubuntu's package ovmf. */
const DIRECTORY = '/usr/share/OVMF';

const NAMES: Readonly<Record<MachineFirmware, readonly [code: string, vars: string]>> = {
  uefi: ['OVMF_CODE_4M.fd', 'OVMF_VARS_4M.fd'],
  'uefi-secure-boot': ['OVMF_CODE_4M.secboot.fd', 'OVMF_VARS_4M.ms.fd'],
};

/**
 * Looks for them.
 * @param directory - where the package has them
 */
export function findFirmware(directory: string = DIRECTORY): HostFirmware {
  const uefi = findKind(directory, 'uefi');
  const secure = findKind(directory, 'uefi-secure-boot');
  return {
    ...(uefi === undefined ? {} : { uefi }),
    ...(secure === undefined ? {} : { 'uefi-secure-boot': secure }),
  };
}

function findKind(directory: string, kind: MachineFirmware): UefiFiles | undefined {
  const [codeName, varsName] = NAMES[kind];
  const code = join(directory, codeName);
  const varsTemplate = join(directory, varsName);
  const codeBytes = sizeOf(code);
  const varsBytes = sizeOf(varsTemplate);
  if (codeBytes === 0 || varsBytes === 0) return undefined;
  return { code, codeBytes, varsTemplate, varsBytes };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
