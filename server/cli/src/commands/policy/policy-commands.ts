/** The commands that work on policies in files; each lies in the folder of its verb. */
import type { Command } from 'commander';
import type { CommandContext } from '../../operations/command-context.ts';
import { addBenchCommand } from './bench/bench-command.ts';
import { addCheckCommand } from './check/check-command.ts';
import { addDataCommand } from './data/data-command.ts';
import { addDepsCommand } from './deps/deps-command.ts';
import { addEvalCommand } from './eval/eval-command.ts';
import { addFmtCommand } from './fmt/fmt-command.ts';
import { addInspectCommand } from './inspect/inspect-command.ts';
import { addKeygenCommand } from './keygen/keygen-command.ts';
import { addLintCommand } from './lint/lint-command.ts';
import { addLspCommand } from './lsp/lsp-command.ts';
import { addParseCommand } from './parse/parse-command.ts';
import { addPreviewCommand } from './preview/preview-command.ts';
import { addPushCommand } from './push/push-command.ts';
import { addReplCommand } from './repl/repl-command.ts';
import { addReviewCommand } from './review/review-command.ts';
import { addSchemaCommand } from './schema/schema-command.ts';
import { addSignCommand } from './sign/sign-command.ts';
import { addSimulateCommand } from './simulate/simulate-command.ts';
import { addTestCommand } from './testing/test-command.ts';

/** Adds them to the group `policy`. */
export function addPolicyFileCommands(group: Command, context: CommandContext): void {
  addCheckCommand(group, context);
  addFmtCommand(group, context);
  addLintCommand(group, context);
  addTestCommand(group, context);
  addEvalCommand(group, context);
  addReplCommand(group, context);
  addBenchCommand(group, context);
  addInspectCommand(group, context);
  addDepsCommand(group, context);
  addParseCommand(group, context);
  addReviewCommand(group, context);
  addPreviewCommand(group, context);
  addSimulateCommand(group, context);
  addKeygenCommand(group, context);
  addSchemaCommand(group, context);
  addSignCommand(group, context);
  addPushCommand(group, context);
  addDataCommand(group, context);
  addLspCommand(group, context);
}
