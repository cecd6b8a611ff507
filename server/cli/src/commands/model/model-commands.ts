/** The commands of `model file`: models on this machine. */
import { type Command, Option } from 'commander';
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

/** Adds them to the group `model`, whose other commands are about models of the server. */
export function addModelFiles(model: Command, { io, finish }: CommandContext): void {
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
