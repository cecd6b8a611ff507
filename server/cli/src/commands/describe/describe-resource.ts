/** `describe`: a resource, and what belongs to it, in sections. */
import { operationRow } from '@novacron/contract/operations-table/operations';
import { ok, type Result } from '@novacron/contract/result';
import { commandOf, type TableCommand } from '../../arguments/command-table.ts';
import { wordsOf } from '../../arguments/nouns.ts';
import { listAll } from '../../client/list-all.ts';
import { callOperation, type Session } from '../../client/session.ts';
import type { Failure } from '../../failures/failure.ts';
import { resolveNames } from '../../operations/resolve-names.ts';
import type { Outcome } from '../../operations/run-command.ts';
import type { Fields } from '../../output/fields.ts';
import { plainLine } from '../../output/plain-text.ts';
import { renderFields } from '../../output/render-fields.ts';
import { renderRows } from '../../output/render-table.ts';
import { COLUMNS_DEFAULT, type Style } from '../../output/style.ts';
import { type Relation, relationsOf } from './related.ts';

/** Resource to describe. */
export interface DescribeRequest {
  /** The operation that reads it: `vm.get`. */
  readonly operation: TableCommand['operation'];
  /** Name or id. */
  readonly resource: string;
}

/**
 * Reads a resource and what belongs to it. What cannot be read, as the caller may not, is said in
 * its section. Failures: a name that nothing has; problems of the server about the resource.
 */
export async function describeResource(
  session: Session,
  { operation, resource: name }: DescribeRequest,
): Promise<Outcome> {
  const command = commandOf(operation);
  const input = await resolveNames(session, command, { id: name });
  if (!input.ok) return { failure: input.error };
  const answer = await callOperation(session, operation, input.value);
  if (!answer.ok) return { failure: answer.error };
  const resource = answer.value;
  const sections: Section[] = [];
  for (const relation of relationsOf(command.noun)) {
    const inputs = relation.inputs(resource);
    if (inputs.length === 0) continue;
    sections.push({ relation, items: await readRelated(session, relation, inputs) });
    if (session.signal.aborted) {
      return { failure: { kind: 'interrupted', message: 'interrupted' } };
    }
  }
  const text = describe(command.noun, resource, { sections, style: session.style });
  return { document: { kind: 'report', value: documentValue(resource, sections), text } };
}

interface Section {
  readonly relation: Relation;
  readonly items: Result<readonly Fields[], Failure>;
}

async function readRelated(
  session: Session,
  { operation }: Relation,
  inputs: readonly Fields[],
): Promise<Result<readonly Fields[], Failure>> {
  const found: Fields[] = [];
  for (const { limit, ...input } of inputs) {
    const isOne = operationRow(operation).rest.path.includes('{id}');
    const answer = isOne
      ? await callOperation(session, operation, input)
      : await listAll(session, {
          operation,
          input,
          ...(typeof limit === 'number' ? { itemsMax: limit } : {}),
        });
    if (!answer.ok) return answer;
    found.push(...(Array.isArray(answer.value) ? answer.value : [answer.value]));
  }
  return ok(found);
}

/** For programs: the resource, and each section by its name; null where it cannot be read. */
function documentValue(resource: Fields, sections: readonly Section[]): Fields {
  const related = sections.map(({ relation, items }) => {
    const name = relation.title.toLowerCase().replaceAll(' ', '_');
    return [name, items.ok ? items.value : null] as const;
  });
  return { resource, ...Object.fromEntries(related) };
}

const INDENT = '  ';

function describe(
  noun: string,
  resource: Fields,
  shown: { readonly sections: readonly Section[]; readonly style: Style },
): string {
  const { sections } = shown;
  // A description is read, so it always has the width of a page.
  const width = (shown.style.width ?? COLUMNS_DEFAULT) - INDENT.length;
  const style = { ...shown.style, width };
  const { name, id, ...others } = resource;
  const words = wordsOf(noun);
  const heading = `${words.charAt(0).toUpperCase()}${words.slice(1)} ${String(name ?? id)}`;
  const texts = [
    { heading: plainLine(heading), text: renderFields({ id, ...others }, style) },
    ...sections.map((section) => ({
      heading: section.relation.title,
      text: sectionText(section, style),
    })),
  ];
  return texts.map((each) => `${each.heading}\n${indent(each.text)}`).join('\n');
}

function sectionText({ relation, items }: Section, style: Style): string {
  if (!items.ok) return `${reasonOf(items.error)}\n`;
  if (items.value.length === 0) return 'none\n';
  const { noun, columns } = relation;
  return renderRows(noun, items.value, style, columns === undefined ? {} : { columns });
}

function reasonOf(failure: Failure): string {
  if (failure.kind !== 'problem') return failure.message;
  const { code, detail } = failure.problem;
  return code === 'forbidden' ? 'not shown: your role may not read it' : plainLine(detail);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, INDENT);
}
