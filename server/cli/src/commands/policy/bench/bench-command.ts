/** The command that measures how long a query takes: `policy bench`. */
import { type Command, Option } from 'commander';
import { parseCount, repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import { exampleText, versionOption } from '../flags/text-flags.ts';
import type { BenchRequest } from './bench-policy.ts';

interface BenchFlags extends Omit<BenchRequest, 'query' | 'paths' | 'data'> {
  readonly data?: readonly string[];
  readonly policies?: readonly string[];
}

/** Adds it to the group `policy`. */
export function addBenchCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('bench')
    .description('Measures how long a query takes: compilation, each evaluation, memory.')
    .argument('<query>', 'Query, such as data.novacron.deny')
    .argument('[paths...]', 'Files and directories; all are read together')
    .addOption(repeatedText('--policies <path>', 'Policy file or directory'))
    .option('--input <file>', 'Input, JSON or YAML (- for standard input)')
    .addOption(repeatedText('--data <path>', 'File or directory of documents, JSON or YAML'))
    .addOption(
      new Option('--count <n>', 'Evaluations (default: as many as take 1 second)').argParser(
        parseCount,
      ),
    )
    .addOption(versionOption())
    .addHelpText('after', exampleText('policy bench data.novacron.deny policies --input ask.json'))
    .action(async (query: string, named: string[], flags: BenchFlags) => {
      const { policies = [], data = [], ...more } = flags;
      const { benchPolicy } = await import('./bench-policy.ts');
      finish(await benchPolicy(io, { query, paths: [...named, ...policies], data, ...more }));
    });
}
