/** The command that compiles policies: `policy check`. */
import type { Command } from 'commander';
import type { CommandContext } from '../../../operations/command-context.ts';
import { ignoreFiles } from '../files/ignore-files.ts';
import {
  allowUnknownOption,
  anyInputOption,
  bundleOption,
  dataOption,
  exampleText,
  ignoreFilesOption,
  PATHS_TEXT,
  type PolicyTexts,
  requireTexts,
  type TextFlags,
  textsOf,
  togetherOption,
  versionOption,
} from '../flags/text-flags.ts';

interface CheckFlags extends TextFlags {
  readonly schema?: string;
  readonly allowUnknown?: true;
  readonly anyInput?: true;
  readonly strict?: true;
  readonly stored?: true;
}

/** Adds it to the group `policy`. */
export function addCheckCommand(group: Command, { io, finish, online }: CommandContext): void {
  group
    .command('check')
    .description('Compiles policies and reports every error.')
    .argument('[paths...]', PATHS_TEXT)
    .addOption(bundleOption())
    .addOption(dataOption())
    .option('--schema <path>', 'JSON Schemas for annotations: NAME.json is schema.NAME')
    .addOption(allowUnknownOption())
    .addOption(anyInputOption())
    .option(
      '--strict',
      'Unused variables, arguments and imports are errors, as in `opa check --strict`',
    )
    .option('--stored', 'Check the policies that are stored on the server instead of files')
    .addOption(ignoreFilesOption())
    .addOption(togetherOption())
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy check policies --schema schemas'))
    .action(async (paths: string[], flags: CheckFlags, command: Command) => {
      const { schema, allowUnknown, anyInput } = flags;
      const texts = textsOf(paths, flags);
      if (flags.stored === true) {
        refuseTexts(texts, command);
        const { checkStored } = await import('./check-stored.ts');
        await online(checkStored);
        return;
      }
      requireTexts(texts, command);
      const { checkPolicies } = await import('./check-policies.ts');
      const named = schema === undefined ? {} : { schema };
      const lenience = allowUnknown === true ? 'warned' : 'refused';
      const unknownInput = anyInput === true ? 'allowed' : lenience;
      const strict = flags.strict === true ? 'problems' : 'warnings';
      const request = { ...texts, ...named, unknownInput, strict } as const;
      finish(await checkPolicies(ignoreFiles(io, flags.ignoreFiles), request));
    });
}

function refuseTexts({ paths, archives }: PolicyTexts, command: Command): void {
  if (paths.length + archives.length === 0) return;
  command.error("error: '--stored' checks the policies of the server; name no files with it");
}
