/** The command that evaluates a query: `policy eval`. */
import type { Command } from 'commander';
import { repeatedText } from '../../../arguments/flag-options.ts';
import type { CommandContext } from '../../../operations/command-context.ts';
import type { ExplainMode } from '../files/trace-lines.ts';
import { dataOption, exampleText, explainOption, versionOption } from '../flags/text-flags.ts';
import type { EvaluateRequest } from './evaluate-policy.ts';

interface EvalFlags {
  readonly policies?: readonly string[];
  readonly bundle?: string;
  readonly input?: string;
  readonly data?: readonly string[];
  readonly regoVersion: EvaluateRequest['regoVersion'];
  readonly strict?: true;
  readonly explain?: ExplainMode;
}

/** Adds it to the group `policy`. */
export function addEvalCommand(group: Command, { io, finish }: CommandContext): void {
  group
    .command('eval')
    .description('Evaluates a query, such as data.novacron.allow, over policies in files.')
    .argument('<query>', 'Query; the values of its variables are printed for each result')
    .addOption(repeatedText('--policies <path>', 'File or directory of policies'))
    .option('--bundle <path>', 'OPA bundle: its policies and data, or its module')
    .option('--input <file>', 'Value of `input`, JSON or YAML (- for standard input)')
    .addOption(dataOption())
    .addOption(explainOption())
    .addOption(versionOption())
    .option('--strict', 'Stop on builtin errors instead of treating them as undefined')
    .addHelpText(
      'after',
      exampleText('policy eval data.novacron.allow --policies policies/vm-access --input ask.json'),
    )
    .action(async (query: string, { policies = [], data = [], strict, ...flags }: EvalFlags) => {
      const { evaluatePolicy } = await import('./evaluate-policy.ts');
      const request: EvaluateRequest = {
        query,
        policies,
        data,
        ...flags,
        builtinErrors: strict === true ? 'fail' : 'undefined',
      };
      finish(await evaluatePolicy(io, request));
    });
}
