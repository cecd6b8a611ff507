/** The command `volume import`. */
import { UPLOADED_FORMATS, type UploadedFormat } from '@novacron/contract/formats/uploaded-image';
import { VolumeType } from '@novacron/contract/kinds/volume/volume';
import { type Command, Option } from 'commander';
import { parseSizeGb, waitOptions } from '../../arguments/flag-options.ts';
import type { ImportRequest } from './import-volume.ts';

/** Actions of the commands once parsed. */
export interface VolumeActions {
  readonly importVolume: (request: ImportRequest) => Promise<void>;
}

interface ImportFlags {
  readonly file?: string;
  readonly format?: UploadedFormat;
  readonly image?: string;
  readonly imageChecksum?: string;
  readonly sizeGb?: number;
  readonly type?: VolumeType;
  readonly attachedTo?: string;
  readonly idempotencyKey?: string;
  readonly wait: boolean;
  readonly waitTimeout?: number;
}

/** An ISO image is no disk. */
const DISK_FORMATS = UPLOADED_FORMATS.filter((format) => format !== 'iso');

/** Adds it to the group `storage`, which is also called `volume`. */
export function addVolumeCommands(group: Command, actions: VolumeActions): void {
  const command = group
    .command('import')
    .description(
      'Imports a disk image as a new volume. A file is uploaded first; an upload that was ' +
        'interrupted goes on where it was.',
    )
    .argument('<name>', 'Name of the volume')
    .option('--file <file>', 'The image on this machine: qcow2, raw or VMDK')
    .addOption(
      new Option(
        '--format <format>',
        'Format, where the name of the file does not end in it',
      ).choices(DISK_FORMATS),
    )
    .option('--image <address>', 'Instead of --file: https address from which nodes download it')
    .option('--image-checksum <checksum>', 'SHA-256 of the image at --image: sha256:DIGITS')
    .addOption(
      new Option(
        '--size-gb <size>',
        'Size of the volume, such as 100GB, at least that of the disk in the image (its default)',
      ).argParser(parseSizeGb),
    )
    .addOption(
      new Option('--type <type>', 'Storage class').choices(VolumeType.options).default('ssd'),
    )
    .option('--attached-to <vm>', 'Name or id of the VM that the volume is attached to')
    .option('--idempotency-key <key>', 'Repeats of the command with it return the first answer')
    .addHelpText('after', '\nExample:\n  $ novacron volume import data --file data.qcow2')
    .action((name: string, flags: ImportFlags) => actions.importVolume(toRequest(name, flags)));
  for (const option of waitOptions()) command.addOption(option);
  // Its help names it as the documentation does, whatever the name of the group is.
  command.configureHelp({
    ...command.configureHelp(),
    commandUsage: (each) => `novacron volume import ${each.usage()}`,
  });
}

function toRequest(name: string, flags: ImportFlags): ImportRequest {
  const { file, format, image, wait, waitTimeout } = flags;
  return {
    name,
    file: file === undefined ? undefined : { file, flag: '--file', format, formats: DISK_FORMATS },
    image,
    fields: {
      image_checksum: flags.imageChecksum,
      size_gb: flags.sizeGb,
      type: flags.type,
      attached_to: flags.attachedTo,
      idempotency_key: flags.idempotencyKey,
    },
    options: { wait, ...(waitTimeout === undefined ? {} : { waitTimeout }) },
  };
}
