import { parseUploadedImage } from '@novacron/contract/formats/uploaded-image';
import type { VmSpec } from '@novacron/contract/kinds/vm/vm';
import { type Problem, problem } from '@novacron/contract/problem/problem';
import type { VmSecrets } from '../../../rows/vm-secrets.ts';
import type { WriteScope } from '../../scope.ts';
import { checkImage } from '../../template/check-image.ts';

type GuestSpec = Pick<VmSpec, 'guest_os' | 'drivers_image' | 'drivers_image_checksum'>;

/** Refuses what only Windows reads for a guest that is not Windows, and unusable drivers. */
export function checkGuestOs(
  spec: GuestSpec,
  { unattend_wo }: Pick<VmSecrets, 'unattend_wo'>,
  unknown: WriteScope['unknown'] = [],
): Problem[] {
  const { guest_os, drivers_image } = spec;
  const isWindows = guest_os === 'windows' || unknown.includes('guest_os');
  const drivers = drivers_image ?? null;
  return [
    ...(unattend_wo === null || isWindows ? [] : [foreignAnswerFile()]),
    ...(drivers === null || isWindows ? [] : [foreignDrivers()]),
    ...(drivers === null ? [] : checkImage(drivers, 'drivers_image')),
    ...checkDriversChecksum(spec, unknown),
  ];
}

function foreignAnswerFile(): Problem {
  return problem('validation-failed', {
    detail: 'An answer file is read by Windows, and guest_os of the VM is not windows.',
    remedy: 'Set guest_os to windows, or remove unattend_wo.',
    fields: [{ path: ['unattend_wo'], message: 'needs guest_os = "windows"' }],
  });
}

function foreignDrivers(): Problem {
  return problem('validation-failed', {
    detail: 'A CD-ROM with drivers is for Windows, and guest_os of the VM is not windows.',
    remedy: 'Set guest_os to windows, or remove drivers_image.',
    fields: [{ path: ['drivers_image'], message: 'needs guest_os = "windows"' }],
  });
}

function checkDriversChecksum(
  { drivers_image, drivers_image_checksum: checksum }: GuestSpec,
  unknown: readonly string[],
): Problem[] {
  if ((checksum ?? null) === null || unknown.includes('drivers_image')) return [];
  const field = (detail: string, remedy: string, message: string): Problem[] => {
    const fields = [{ path: ['drivers_image_checksum'], message }];
    return [problem('validation-failed', { detail, remedy, fields })];
  };
  if ((drivers_image ?? null) === null) {
    return field(
      'drivers_image_checksum is the checksum of drivers_image, which the VM does not have.',
      'Set drivers_image, or remove drivers_image_checksum.',
      'needs drivers_image',
    );
  }
  const uploaded = parseUploadedImage(drivers_image ?? '');
  if (uploaded === undefined || uploaded.checksum === checksum) return [];
  return field(
    `drivers_image_checksum is not that of the uploaded image, ${uploaded.checksum}.`,
    'Remove drivers_image_checksum: the name of an uploaded image is its checksum.',
    `must be ${uploaded.checksum}`,
  );
}
