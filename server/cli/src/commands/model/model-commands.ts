/** Commands of `model` beside those of the operations table, such as `model file`. */
import { type Command, Option } from 'commander';
import { exampleText } from '../../arguments/example-text.ts';
import { parseCount } from '../../arguments/flag-options.ts';
import type { CommandContext } from '../../operations/command-context.ts';
import type { TrainRequest } from './train-model.ts';

const ORDERS: readonly TrainRequest['order'][] = ['time', 'none'];

const TRAIN_HELP = `
The table has a header and a row per observation; columns with text are left out. A fifth of the
rows is held back to compare the model with simple rules: mean, straight line, last value. If it is
not better beyond chance, the command says so, and \`predict\` refuses the model.

Examples:
  $ novacron model file train --csv load.csv --target latency --order time > latency.model
  $ novacron model file card --model latency.model
  $ novacron model file predict --model latency.model --csv next.csv`;

/** Adds them to the group `model`. */
export function addModelCommands(group: Command, context: CommandContext): void {
  addPrinted(group, context);
  addModelFiles(group, context);
}

interface PrintFlags {
  readonly modelVersion?: number;
  readonly format: 'markdown' | 'html';
}

function addPrinted(group: Command, { online }: CommandContext): void {
  const versionOption = () =>
    new Option('--model-version <number>', 'Version (default: the newest)').argParser(parseCount);
  group
    .command('card')
    .description('Prints the card of a version: how it was measured, and its origin.')
    .argument('<model>', 'Name or ID of the model')
    .addOption(versionOption())
    .addOption(
      new Option('--format <format>', 'Language of the card; html has plots')
        .choices(['markdown', 'html'])
        .default('markdown'),
    )
    .addHelpText('after', exampleText('model card latency --format html > latency.html'))
    .action(async (model: string, { modelVersion: version, format }: PrintFlags) => {
      const { printCard } = await import('./print-model.ts');
      await online((session) => printCard(session, { model, version, format }));
    });
  group
    .command('export')
    .description('Writes a version as a file with a checksum, which `model file` reads.')
    .argument('<model>', 'Name or ID of the model')
    .addOption(versionOption())
    .addHelpText('after', exampleText('model export latency > latency.model'))
    .action(async (model: string, { modelVersion: version }: PrintFlags) => {
      const { printFile } = await import('./print-model.ts');
      await online((session) => printFile(session, { model, version }));
    });
}

function addModelFiles(model: Command, { io, finish }: CommandContext): void {
  const group = model
    .command('file')
    .description('Models in files that learn from tables on this machine. No server needed');
  const run = () => import('./train-model.ts');
  const train = group
    .command('train')
    .description('Trains a model, measures it beside simple rules, and writes it as a file.')
    .requiredOption('--csv <file>', 'Table to learn from (- for standard input)')
    .requiredOption('--target <column>', 'Column to predict')
    .addOption(
      new Option('--order <order>', 'Whether rows follow each other in time')
        .choices(ORDERS)
        .default('none'),
    )
    .addOption(
      new Option('--seed <number>', 'Random seed; equal seeds give equal models')
        .argParser(parseCount)
        .default(1),
    )
    .addHelpText('after', TRAIN_HELP)
    .action(async () => {
      const done = await (await run()).trainModel(io, train.opts<TrainRequest>());
      finish(done.ok ? { document: done.value } : { failure: done.error });
    });
  const predict = group
    .command('predict')
    .description('Predicts the target for each row of a table.')
    .requiredOption('--model <file>', 'Model that `train` wrote')
    .requiredOption('--csv <file>', 'Table with the columns of the model (- for standard input)')
    .action(async () => {
      const flags = predict.opts<{ readonly model: string; readonly csv: string }>();
      const done = await (await run()).predictRows(io, flags);
      finish(done.ok ? { document: done.value } : { failure: done.error });
    });
  const card = group
    .command('card')
    .description('Prints how a model was measured, and whether to use it.')
    .requiredOption('--model <file>', 'Model that `train` wrote (- for standard input)')
    .action(async () => {
      const done = await (await run()).showCard(io, card.opts<{ readonly model: string }>());
      finish(done.ok ? { document: done.value } : { failure: done.error });
    });
}
