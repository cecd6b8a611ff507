/** The commands that are not rows of the operations table: this machine's own. */
import { Argument, type Command, Option } from 'commander';
import { repeatedChoice } from './arguments/flag-options.ts';
import { EXPORTABLE_KINDS, type ExportRequest } from './commands/export/export-resources.ts';
import { EXPORT_FORMATS } from './commands/export/write-configuration.ts';
import {
  addSimulateCommands,
  type SimulateActions,
} from './commands/simulate/simulate-commands.ts';
import { COMPLETE_NAMES } from './completion/complete-names.ts';
import { SHELLS, type Shell } from './completion/completion-script.ts';

/** What the local commands do, once they are understood. */
export interface LocalActions extends SimulateActions {
  readonly login: () => Promise<void>;
  readonly logout: () => Promise<void>;
  readonly listProfiles: () => Promise<void>;
  readonly chooseProfile: (name: string) => Promise<void>;
  readonly showProfile: (name: string | undefined) => Promise<void>;
  readonly showConfiguration: (argv: readonly string[]) => Promise<void>;
  readonly copyDataDir: (request: {
    readonly kind: 'backup' | 'restore';
    readonly dataDir: string | undefined;
    readonly file: string;
    readonly store?: string;
  }) => Promise<void>;
  readonly installProvider: (request: {
    readonly dir?: string;
    readonly cliConfig?: string;
  }) => Promise<void>;
  readonly uninstallProvider: (request: {
    readonly dir?: string;
    readonly cliConfig?: string;
    readonly versions: 'this' | 'all';
  }) => Promise<void>;
  readonly serveProvider: () => Promise<void>;
  readonly exportResources: (request: ExportRequest) => Promise<void>;
  readonly printCompletion: (shell: Shell) => Promise<void>;
  readonly completeNames: (noun: string) => Promise<void>;
}

/** Adds them to the program. */
export function addLocalCommands(program: Command, actions: LocalActions): void {
  addServerCommands(program, actions);
  addBackupCommands(program, actions);
  addProfileCommands(program, actions);
  addSimulateCommands(program, actions);
  const provider = program.command('provider').description('The Terraform provider');
  const install = provider
    .command('install')
    .description('Installs the Terraform provider of this release into a local mirror.')
    .option('--dir <mirror>', 'Filesystem mirror to install to')
    .option('--cli-config <file>', "Terraform's CLI configuration file to write")
    .addHelpText('after', exampleText('provider install'))
    .action(() => actions.installProvider(install.opts()));
  addProviderCommands(provider, actions);
  addExportCommand(program, actions);
  program
    .command('completion')
    .description('Prints the completion script of a shell.')
    .addArgument(new Argument('<shell>', 'The shell').choices(SHELLS))
    .addHelpText('after', '\nExample:\n  $ source <(novacron completion bash)')
    .action((shell: Shell) => actions.printCompletion(shell));
  program
    .command(COMPLETE_NAMES, { hidden: true })
    .argument('<noun>')
    .action((noun: string) => actions.completeNames(noun));
}

interface UninstallFlags {
  readonly dir?: string;
  readonly cliConfig?: string;
  readonly allVersions?: true;
}

function addProviderCommands(provider: Command, actions: LocalActions): void {
  provider
    .command('uninstall')
    .description('Removes the Terraform provider of this release.')
    .option('--dir <mirror>', 'Filesystem mirror to remove it from')
    .option(
      '--cli-config <file>',
      'CLI configuration file written by `provider install`, to remove',
    )
    .option('--all-versions', 'Remove every version of the provider, not only this one')
    .addHelpText('after', exampleText('provider uninstall --all-versions'))
    .action(({ allVersions, ...places }: UninstallFlags) =>
      actions.uninstallProvider({ ...places, versions: allVersions === true ? 'all' : 'this' }),
    );
  provider
    .command('serve')
    .description('Runs the provider for debugging until interrupted; Terraform attaches to it.')
    .requiredOption('--debug', 'Print the environment variable that attaches Terraform')
    .addHelpText('after', exampleText('provider serve --debug'))
    .action(() => actions.serveProvider());
}

interface ExportFlags {
  readonly format: ExportRequest['format'];
  readonly kind?: readonly string[];
  readonly withProvider?: true;
}

function addExportCommand(program: Command, actions: LocalActions): void {
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

function addServerCommands(program: Command, actions: LocalActions): void {
  // Their arguments never come here (split-server-arguments.ts): these are for the help only.
  program
    .command('server')
    .description('Start a server; `novacron server --help` shows its flags')
    .argument('[arguments...]', 'See `novacron server --help`')
    .addHelpText('after', exampleText('server'));
  program
    .command('agent')
    .description('Start the agent of a node; `novacron agent --help` shows its flags')
    .argument('[arguments...]', 'See `novacron agent --help`')
    .addHelpText('after', exampleText('agent --help'))
    .command('doctor')
    .description('Examine whether this host can run VMs')
    .addHelpText('after', exampleText('agent doctor'));
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

function addBackupCommands(program: Command, actions: LocalActions): void {
  const dataDir = ['--data-dir <dir>', "The server's data directory"] as const;
  program
    .command('backup')
    .description("Backs up a server's data directory to a file. The server may be running.")
    .option(...dataDir)
    .requiredOption('--to <file>', 'Backup file to create; must not exist')
    .addHelpText('after', exampleText('backup --data-dir /var/lib/novacron --to monday.backup'))
    .action(({ dataDir, to }: { dataDir?: string; to: string }) =>
      actions.copyDataDir({ kind: 'backup', dataDir, file: to }),
    );
  program
    .command('restore')
    .description("Restores a server's data directory from a backup.")
    .option(...dataDir)
    .requiredOption('--from <file>', 'Backup file made by `novacron backup`')
    .option('--store <address>', 'Empty PostgreSQL database to restore the store into')
    .addHelpText(
      'after',
      `${exampleText('restore --data-dir /var/lib/novacron --from monday.backup')}
  $ novacron restore --data-dir /var/lib/novacron --from monday.backup \\
      --store postgres://novacron@db/novacron`,
    )
    .action(({ dataDir, from, ...more }: { dataDir?: string; from: string; store?: string }) =>
      actions.copyDataDir({ kind: 'restore', dataDir, file: from, ...more }),
    );
}

function addProfileCommands(program: Command, actions: LocalActions): void {
  program
    .command('login')
    .description('Saves a server address and API key as a profile.')
    .addHelpText(
      'after',
      '\nPrompts for the API key, or reads it from standard input or --api-key-file. The key is' +
        '\nchecked with the server before the profile is saved.\n\n' +
        'Examples:\n  $ novacron login\n' +
        '  $ novacron login --profile prod --endpoint https://novacron.example --api-key-file key',
    )
    .action(() => actions.login());
  program
    .command('logout')
    .description('Removes a profile and its API key.')
    .addHelpText('after', exampleText('logout --profile prod'))
    .action(() => actions.logout());
  const profile = program
    .command('profile')
    .description('Profiles: servers and API keys saved by `novacron login`');
  profile
    .command('list')
    .description('Lists saved profiles.')
    .addHelpText('after', exampleText('profile list'))
    .action(() => actions.listProfiles());
  profile
    .command('use')
    .description('Selects the current profile.')
    .argument('<name>', 'Name of the profile')
    .addHelpText('after', exampleText('profile use prod'))
    .action((name: string) => actions.chooseProfile(name));
  profile
    .command('show')
    .description('Shows a profile, without its API key.')
    .argument('[name]', 'Name of the profile (default: the current profile)')
    .addHelpText('after', exampleText('profile show'))
    .action((name: string | undefined) => actions.showProfile(name));
}

function exampleText(words: string): string {
  return `\nExample:\n  $ novacron ${words}`;
}
