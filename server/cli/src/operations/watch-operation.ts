/** Shows an operation again with every change, until it has ended. */
import { Operation } from '@novacron/contract/operation/operation';
import { ok, type Result } from '@novacron/contract/result';
import { callOperation, type Session } from '../client/session.ts';
import type { Failure } from '../failures/failure.ts';
import { pause } from '../io/cli-io.ts';
import { type OutputFormat, renderOutput } from '../output/render-output.ts';
import { COLUMNS_DEFAULT, type Style } from '../output/style.ts';
import { isFinal, POLL_PAUSE_MS, pollOperation } from './poll-operation.ts';

/** Interval between polls. Unit: milliseconds. */
const WATCH_POLL_MS = 1_000;

/**
 * Writes the operation to standard output: over and over in place on a terminal, otherwise one
 * after another; JSON one on each line, YAML as documents of one stream.
 * Failures: problems of the server; interrupted.
 */
export async function watchOperation(session: Session, id: string): Promise<Result<void, Failure>> {
  const { io, signal, output } = session;
  const answer = await callOperation(session, 'operation.get', { id });
  if (!answer.ok) return answer;
  const write = createWriter(session, output);
  let operation = Operation.parse(answer.value);
  write(operation);
  while (!isFinal(operation)) {
    await pause(io.timers, POLL_PAUSE_MS, signal);
    const polled = await pollOperation(session, { id, timeoutMs: WATCH_POLL_MS });
    if (!polled.ok) return polled;
    operation = polled.value;
    write(operation);
  }
  return ok(undefined);
}

function createWriter(
  { io, style }: Session,
  format: OutputFormat,
): (operation: Operation) => void {
  const { stdout } = io;
  let last = '';
  return (operation) => {
    const text = textOf(operation, format, style);
    if (text === last) return;
    const isRewritten = format === 'table' && stdout.isTerminal;
    const before = isRewritten ? eraser(last, stdout.columns) : separator(last, format);
    stdout.write(`${before}${text}`);
    last = text;
  };
}

function textOf(operation: Operation, format: OutputFormat, style: Style): string {
  if (format === 'json') return `${JSON.stringify(operation)}\n`;
  return renderOutput({ kind: 'one', value: operation }, format, style);
}

function separator(last: string, format: OutputFormat): string {
  if (format === 'yaml') return '---\n';
  return last !== '' && format === 'table' ? '\n' : '';
}

/** Moves up to the first line of a text and clears from there. */
function eraser(text: string, columns = COLUMNS_DEFAULT): string {
  if (text === '') return '';
  const lines = text.trimEnd().split('\n');
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  return `\u001b[${rows}A\u001b[J`;
}
