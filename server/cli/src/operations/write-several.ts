/** Runs one write for several resources: all are tried, and failures are listed. */
import type { Result } from '@novacron/contract/result';
import type { TableCommand } from '../arguments/command-table.ts';
import { wordsOf } from '../arguments/nouns.ts';
import type { Session } from '../client/session.ts';
import { documentOf } from '../failures/answered-problem.ts';
import { type Failure, findingsFailure } from '../failures/failure.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';
import { renderFailure } from '../output/render-failure.ts';
import { confirmPlan } from './confirm-plan.ts';
import type { Outcome } from './outcome.ts';
import { previewWrites } from './preview-writes.ts';
import { isOwnDryRun, type SentWrite, sendWrite, settleWrite } from './write-command.ts';

/** One of the resources: its input, or why there is none. */
export interface Target {
  /** Name as given. */
  readonly name: string;
  readonly input: Result<Fields, Failure>;
}

/**
 * Writes them: asks once for all, sends each, then waits for all of them. Failures are written as
 * they come; the last one counts them.
 */
export async function writeSeveral(
  session: Session,
  command: TableCommand,
  { targets, options }: { readonly targets: readonly Target[]; readonly options: Fields },
): Promise<Outcome> {
  const report = createReport(session, targets.length);
  const found: { readonly name: string; readonly input: Fields }[] = [];
  for (const { name, input } of targets) {
    if (input.ok) found.push({ name, input: input.value });
    else report.fail(name, input.error);
  }
  const inputs = found.map(({ input }) => input);
  if (isOwnDryRun(command, options)) {
    const { document, failure } = await previewWrites(session, command, inputs);
    const first = failure ?? report.end().failure;
    return { ...(document && { document }), ...(first && { failure: first }) };
  }
  const refused = await confirmPlan(session, command, { inputs, options });
  if (refused !== undefined) return { failure: refused };
  const sent: { readonly name: string; readonly write: SentWrite }[] = [];
  for (const { name, input } of found) {
    const write = await sendWrite(session, command, input);
    if (write.ok) sent.push({ name, write: write.value });
    else if (write.error.kind === 'interrupted') return { failure: write.error };
    else report.fail(name, write.error);
  }
  for (const { name, write } of sent) {
    const { document, failure } = await settleWrite(session, command, write, options);
    if (failure?.kind === 'interrupted') return { failure };
    if (failure !== undefined) report.fail(name, failure);
    else
      report.succeed(
        `${wordsOf(command.noun, command.operation)} ${name}: ${command.verb}`,
        document,
        options,
      );
  }
  return report.end();
}

function createReport({ io, output }: Session, count: number) {
  const lines: string[] = [];
  const values: Fields[] = [];
  const failed: string[] = [];
  return {
    succeed: (what: string, document: Outcome['document'], options: Fields) => {
      const value: Fields = Object(document?.value);
      values.push(value);
      const { id } = Object(value.operation);
      const isStarted = options.wait === false && id !== undefined;
      lines.push(plainLine(`${what} ${isStarted ? `started (${id})` : 'done'}`));
    },
    fail: (name: string, failure: Failure) => {
      failed.push(name);
      const isForPeople = output === 'table' && failure.kind === 'problem';
      io.stderr.write(isForPeople ? failureLines(name, failure) : renderFailure(failure, output));
    },
    end: (): Outcome => {
      const text = lines.map((line) => `${line}\n`).join('');
      const document = { kind: 'report', value: values, text } as const;
      if (failed.length === 0) return { document };
      const names = failed.map(plainLine).join(', ');
      return {
        document,
        failure: findingsFailure(`${failed.length} of ${count} failed: ${names}`),
      };
    },
  };
}

function failureLines(name: string, failure: Extract<Failure, { kind: 'problem' }>): string {
  const { code, detail, remedy } = documentOf(failure.problem);
  const lines = [`error: ${name}: ${detail} (${code})`, `what to do: ${remedy}`];
  return lines.map((line) => `${plainLine(line)}\n`).join('');
}
