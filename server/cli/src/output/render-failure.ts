/** Renders failures for people and for programs. */
import { plainText } from '@novacron/contract/formats/plain-text';
import type { Problem, ProblemDocument } from '@novacron/contract/problem/problem';
import { documentOf } from '../failures/answered-problem.ts';
import type { Failure } from '../failures/failure.ts';
import { plainLine } from './plain-text.ts';
import { type OutputFormat, renderOutput } from './render-output.ts';

/** Hint after every message about wrong usage. */
export const USAGE_HINT = 'Run the command with --help to see its usage.';

/**
 * The text of a failure for standard error. Problems become their RFC 9457 document where the
 * output is JSON or YAML; wrong usage and interruptions are not the API's and stay text.
 */
export function renderFailure(failure: Failure, format: OutputFormat): string {
  switch (failure.kind) {
    case 'interrupted':
    case 'findings':
      return `${plainText(failure.message)}\n`;
    case 'unevaluated':
      return `error: ${plainText(failure.message)}\n`;
    case 'usage':
      return `error: ${plainText(failure.message)}\n${USAGE_HINT}\n`;
    case 'problem':
  }
  const document = documentWithOperation(failure.problem, failure.operationId);
  const isForPrograms = format === 'json' || format === 'yaml';
  return isForPrograms
    ? renderOutput({ kind: 'one', value: { ...document } }, format)
    : problemText(document);
}

function documentWithOperation(found: Problem, operationId: string | undefined): ProblemDocument {
  const document = documentOf(found);
  if (operationId === undefined) return document;
  return { ...document, data: { ...document.data, operation_id: operationId } };
}

function problemText(document: ProblemDocument): string {
  const { title, code, detail, remedy, errors, instance, data } = document;
  const operationId = data?.operation_id;
  const lines = [
    `error: ${plainLine(title)} (${plainLine(code)})`,
    plainText(detail),
    ...errors.map(({ path, message }) => `  ${fieldText(path)}${plainText(message)}`),
    `what to do: ${plainText(remedy)}`,
    ...(typeof operationId === 'string' ? [`operation: ${plainLine(operationId)}`] : []),
    ...(instance === undefined ? [] : [`request id: ${plainLine(instance)}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function fieldText(path: readonly (string | number)[]): string {
  return path.length === 0 ? '' : `${plainLine(path.join('.'))}: `;
}
