/** The command `export`. */
import { type Command, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { repeatedChoice } from '../../arguments/flag-options.ts';
import { EXPORTABLE_KINDS, type ExportRequest } from './export-resources.ts';
import { EXPORT_FORMATS } from './write-configuration.ts';

/** Actions of the parsed command. */
export interface ExportActions {
  readonly exportResources: (request: ExportRequest) => Promise<void>;
}

interface ExportFlags {
  readonly format: ExportRequest['format'];
  readonly kind?: readonly string[];
  readonly withProvider?: true;
}

/** Adds it to the program. */
export function addExportCommand(program: Command, actions: ExportActions): void {
  const format = new Option(
    '--format <format>',
    'hcl: resources with import blocks; import: import blocks only',
  );
  const kind = 'Export only this kind. Can be repeated.';
  program
    .command('export')
    .description('Exports existing resources as Terraform configuration with import blocks.')
    .addOption(format.choices(EXPORT_FORMATS).default(EXPORT_FORMATS[0]))
    .addOption(repeatedChoice('--kind <kind>', kind, EXPORTABLE_KINDS))
    .option('--with-provider', 'Include the terraform and provider blocks')
    .addHelpText('after', exampleText('export --with-provider > main.tf'))
    .action(({ format: chosen, kind: kinds, withProvider }: ExportFlags) =>
      actions.exportResources({
        format: chosen,
        ...(kinds === undefined ? {} : { kinds }),
        preamble: withProvider === true ? 'with-provider' : 'none',
      }),
    );
}
