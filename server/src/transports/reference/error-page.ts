/** The page about errors, made from the table of problems. */
import { keysOf } from '@novacron/contract/closed-table';
import {
  COMMON_PROBLEMS,
  operationNames,
  operationRow,
} from '@novacron/contract/operations-table/operations';
import { PROBLEM_KINDS, type ProblemCode } from '@novacron/contract/problem/problem';
import { rpcCodeOf } from '../json-rpc/problem-code.ts';
import { closeCodeOf } from '../websocket/close-code.ts';

/** The page as Markdown. Pure. */
export function toErrorPage(): string {
  const rows = keysOf(PROBLEM_KINDS).map((code) => {
    const { status, title, retryable } = PROBLEM_KINDS[code];
    return [`\`${code}\``, `${status}`, `${rpcCodeOf(code)}`, title, retryable];
  });
  return `${[
    '# Errors',
    '',
    'Whatever is refused is refused with a problem document (RFC 9457). `code` names the kind of',
    'problem, `detail` says what is wrong this time, `remedy` what to do next, and `errors` lists',
    'the fields at fault. `instance` is the id of the request, which the log of the server knows.',
    '',
    'REST answers with the status below and `application/problem+json`. JSON-RPC has the document',
    'in `error.data`, GraphQL in `extensions.problem`. A WebSocket sends it as a message of type',
    '`problem` and is closed with 4000 + status. `retry` says whether the very same request may',
    'succeed later.',
    '',
    ...table(['code', 'HTTP', 'JSON-RPC', 'meaning', 'retry'], rows),
    '',
    `A WebSocket that is closed with ${closeCodeOf(PROBLEM_KINDS['resume-expired'])} wanted to`,
    'resume from a position that is older than what is kept, as does `event.list` with',
    '`resume-expired`: read the resources again, then follow events without a position.',
    '',
    '## Which operation answers with what',
    '',
    `Every operation may answer with ${listOf(COMMON_PROBLEMS)}. Besides:`,
    '',
    ...table(
      ['operation', 'problems'],
      operationNames()
        .filter((name) => operationRow(name).problems.length > 0)
        .map((name) => [`\`${name}\``, listOf(operationRow(name).problems)]),
    ),
  ].join('\n')}\n`;
}

function listOf(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\``).join(', ');
}

/** A table whose columns are as wide as their widest cell, as the formatter wants it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((_cell, column) =>
    Math.max(...[head, ...rows].map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
