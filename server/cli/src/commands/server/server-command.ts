/** The commands `server`, `agent` and `runner`, of which the program itself only knows the help. */
import type { Command } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';

/** Adds them to the program. Their arguments never come here: see `split-server-arguments.ts`. */
export function addServerCommand(program: Command): void {
  program
    .command('server')
    .description('Start a server; `novacron server --help` shows its flags')
    .argument('[arguments...]', 'See `novacron server --help`')
    .addHelpText('after', exampleText('server'))
    .command('doctor')
    .description('Examine whether a server can start here')
    .addHelpText('after', exampleText('server doctor'));
  program
    .command('agent')
    .description('Start the agent of a node; `novacron agent --help` shows its flags')
    .argument('[arguments...]', 'See `novacron agent --help`')
    .addHelpText('after', exampleText('agent --help'))
    .command('doctor')
    .description('Examine whether this host can run VMs')
    .addHelpText('after', exampleText('agent doctor'));
  program
    .command('runner')
    .description('Start a runner of workflows; `novacron runner --help` shows its flags')
    .argument('[arguments...]', 'See `novacron runner --help`')
    .addHelpText('after', exampleText('runner --help'))
    .command('doctor')
    .description('Examine whether this host can isolate commands of workflows')
    .addHelpText('after', exampleText('runner doctor'));
}
