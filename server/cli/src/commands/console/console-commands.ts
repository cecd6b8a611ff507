/** The command `vm console`. */
import { type Command, Option } from 'commander';
import { parseSeconds } from '../../arguments/flag-options.ts';
import type { ConsoleRequest } from './open-console.ts';

/** Actions of the parsed command. */
export interface ConsoleActions {
  readonly openConsole: (request: ConsoleRequest) => Promise<void>;
}

const LINGER_SECONDS = 2;

/** Adds it to the group `vm`. */
export function addConsoleCommand(group: Command, actions: ConsoleActions): void {
  group
    .command('console')
    .description('Connects to the serial console of a running VM; Control-] disconnects.')
    .argument('<vm>', 'Name or id of the VM')
    .addOption(
      new Option('--linger <duration>', 'Piped input: end after its end and so long without output')
        .argParser(parseSeconds)
        .default(LINGER_SECONDS),
    )
    .addHelpText('after', "\nExample:\n  $ printf 'uptime\\r' | novacron vm console web-server-01")
    .action((vm: string, { linger }: { readonly linger: number }) =>
      actions.openConsole({ vm, lingerSeconds: linger }),
    );
}
