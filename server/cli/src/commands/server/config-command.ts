/** The command `config show`. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Actions of the parsed command. */
export interface ConfigActions {
  readonly showConfiguration: (argv: readonly string[]) => Promise<void>;
}

/** Adds the group `config` to the program. */
export function addConfigCommand(program: Command, actions: ConfigActions): void {
  const config = program.command('config').description("The server's configuration");
  const show = config
    .command('show')
    .description('Shows every server setting, its value and the source of the value.')
    .usage('[options] [flags of the server...]')
    .argument('[flags...]', 'Server flags, such as --config FILE; see `novacron server --help`')
    .allowUnknownOption()
    .addHelpText('after', exampleText('config show --config /etc/novacron.yaml --output json'))
    .action(() => actions.showConfiguration(show.args));
}
