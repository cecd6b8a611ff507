/** Words behind the filters of an empty list: `vm.crate` is no kind without operations. */
import { OPERATION_STATUSES_FINAL } from '@novacron/contract/operation/operation';
import { type OperationName, operationNames } from '@novacron/contract/operations-table/operations';
import { nearName } from '@novacron/contract/problem/find-near-name';
import { PROBLEM_KINDS } from '@novacron/contract/problem/problem';
import type { TableCommand } from '../arguments/command-table.ts';
import { listAll } from '../client/list-all.ts';
import type { Session } from '../client/session.ts';
import type { Fields } from '../output/fields.ts';
import { plainLine } from '../output/plain-text.ts';

/** The newest records whose words are known besides those of this release. */
const RECORDS_MAX = 1_000;

type Words = () => readonly string[];

const kindsOf: Words = () => [...new Set(operationNames().map((name) => name.split('.')[0] ?? ''))];
const outcomesOf: Words = () => ['done', ...Object.keys(PROBLEM_KINDS)];
const eventsOf: Words = () =>
  operationNames().flatMap((name) => OPERATION_STATUSES_FINAL.map((end) => `${name}.${end}`));

/**
 * Filters by words of open lists: servers of later releases have more of them, so that none is
 * wrong usage. Each with the words of this release.
 */
const FILTERS: Readonly<Partial<Record<OperationName, Readonly<Record<string, Words>>>>> = {
  'audit.list': { operation: operationNames, outcome: outcomesOf, resource_kind: kindsOf },
  'event.list': { type: eventsOf },
  'operation.list': { kind: operationNames, target_kind: kindsOf },
};

/**
 * Warns on standard error of words that neither this release nor the newest records of the server
 * have, but a similar one. It is asked about a list without items.
 */
export async function warnOfWords(
  session: Session,
  { operation, flags }: TableCommand,
  input: Fields,
): Promise<void> {
  for (const [field, wordsOf] of Object.entries(FILTERS[operation] ?? {})) {
    const given: unknown = input[field];
    if (!Array.isArray(given)) continue;
    const own = wordsOf();
    const odd = given.map(String).filter((word) => !own.includes(word));
    if (odd.length === 0) continue;
    const known = [...new Set([...own, ...(await recordedWords(session, operation, field))])];
    const flag = flags.find((each) => each.field === field)?.flag ?? field;
    for (const word of odd) {
      const near = known.includes(word) ? undefined : nearName(word, known);
      if (near === undefined) continue;
      const text = `--${flag} ${word} is no word of this release. Did you mean ${near}?`;
      session.io.stderr.write(`warning: ${plainLine(text)}\n`);
    }
  }
}

/** Returns a field's values in the newest records; none if the caller may not list them. */
async function recordedWords(
  session: Session,
  operation: OperationName,
  field: string,
): Promise<readonly string[]> {
  const order = operation === 'audit.list' ? {} : { order: 'newest' };
  const input = { ...order, fields: [field] };
  const items = await listAll(session, { operation, input, itemsMax: RECORDS_MAX });
  return items.ok ? items.value.map((item) => String(item[field])) : [];
}
