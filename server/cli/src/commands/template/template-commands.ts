/** The command `template upload`. */
import { UPLOADED_FORMATS, type UploadedFormat } from '@novacron/contract/formats/uploaded-image';
import { type Command, Option } from 'commander';
import type { UploadRequest } from './upload-template.ts';

/** Actions of the commands once parsed. */
export interface TemplateActions {
  readonly uploadTemplate: (request: UploadRequest) => Promise<void>;
}

/** Adds it to the group `template`. */
export function addTemplateCommands(group: Command, actions: TemplateActions): void {
  group
    .command('upload')
    .description(
      'Uploads an image to the server, and makes a template of it; an existing template gets a ' +
        'new version.',
    )
    .argument('<name>', 'Name of the template')
    .argument('<file>', 'The image: qcow2, raw, VMDK or ISO')
    .addOption(
      new Option(
        '--format <format>',
        'Format, where the name of the file does not end in it',
      ).choices(UPLOADED_FORMATS),
    )
    .addHelpText('after', '\nExample:\n  $ novacron template upload debian-12 debian-12.qcow2')
    .action((name: string, file: string, { format }: { readonly format?: UploadedFormat }) =>
      actions.uploadTemplate({ name, file, flag: 'FILE', format }),
    );
}
