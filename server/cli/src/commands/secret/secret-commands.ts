/** The commands that send the value of a secret: `secret create`, `rotate` and `update`. */
import { type Command, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { repeatedText } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { ScopeFlags, ValueFlags } from './write-secret.ts';

const NAME_TEXT = 'Id or name of the secret';

/** Adds them to the group `secret`. No flag takes a value: others see the flags of a process. */
export function addSecretCommands(group: Command, { online }: CommandContext): void {
  const create = group
    .command('create')
    .description(
      'Creates a secret. Its value is asked for on a terminal, read from standard input, or in ' +
        'Vault.',
    )
    .argument('<name>', 'Name of the secret')
    .addOption(fileOption())
    .addOption(vaultOption())
    .option('--description <text>', 'Purpose of the secret')
    .addHelpText('after', exampleText('secret create mail-password --allow-host smtp.example.com'))
    .action(async (name: string, flags: ScopeFlags & ValueFlags & { description?: string }) => {
      const { createSecret } = await import('./write-secret.ts');
      await online((session) => createSecret(session, { name, ...flags }));
    });
  addScopeOptions(create);
  group
    .command('rotate')
    .description('Gives a secret another value, which is its next version.')
    .argument('<id>', NAME_TEXT)
    .addOption(fileOption())
    .addOption(vaultOption())
    .addHelpText('after', exampleText('secret rotate mail-password --file new-password.txt'))
    .action(async (secret: string, flags: ValueFlags) => {
      const { rotateSecret } = await import('./write-secret.ts');
      await online((session) => rotateSecret(session, { secret, ...flags }));
    });
  const update = group
    .command('update')
    .description('Changes what a secret is for and where it may go to, not its value.')
    .argument('<id>', NAME_TEXT)
    .option('--description <text>', 'What the secret is for; none: removes the text')
    .addOption(new Option('--allow-nowhere', 'Allow nothing: empties all three lists'))
    .addHelpText('after', exampleText('secret update mail-password --allow-host mx.example.com'))
    .action(
      async (secret: string, flags: ScopeFlags & { description?: string; allowNowhere?: true }) => {
        const { updateSecret } = await import('./write-secret.ts');
        await online((session) => updateSecret(session, { secret, ...flags }));
      },
    );
  addScopeOptions(update);
}

function fileOption(): Option {
  return new Option('--file <file>', 'File with the value, sent as it is; - is standard input');
}

function vaultOption(): Option {
  return new Option('--vault <path#field[@version]>', 'Where Vault has the value');
}

function addScopeOptions(command: Command): void {
  command
    .addOption(repeatedText('--allow-workflow <name>', 'Workflow or runbook that may use it'))
    .addOption(repeatedText('--allow-runner-label <label>', 'Runners that may be given it'))
    .addOption(repeatedText('--allow-host <host>', 'Server that it may be sent to'));
}
