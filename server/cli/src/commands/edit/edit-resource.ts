/** `novacron edit`: a resource in the editor of a person. */
import { isOperationName, operationRow } from '@novacron/contract/operations-table/operations';
import { IN_WORDS } from '@novacron/contract/problem/describe-issue';
import type { Problem } from '@novacron/contract/problem/problem';
import { err, ok, type Result } from '@novacron/contract/result';
import { parseDocument, stringify } from 'yaml';
import { callOperation, type Session } from '../../client/session.ts';
import { type Failure, findingsFailure, usageFailure } from '../../failures/failure.ts';
import type { Outcome } from '../../operations/outcome.ts';
import { resolveName, resolveNames } from '../../operations/resolve-names.ts';
import { type SentWrite, sendWrite, settleWrite } from '../../operations/write-command.ts';
import { type Fields, isFields } from '../../output/fields.ts';
import { compareFields } from '../apply/compare-fields.ts';
import { type ManifestKind, manifestKinds, titleOf } from '../apply/manifest.ts';
import { readFields } from '../apply/read-manifests.ts';
import { mergeChanges } from './merge-changes.ts';

/** Resource to edit. */
export interface EditRequest {
  /** A word for the kind: `vm`, `sg`. */
  readonly kind: string;
  /** ID or name. */
  readonly resource: string;
  readonly options: Fields;
}

/** A person who saves invalid text so often has another problem. */
const TURNS_MAX = 50;

/**
 * Opens the fields of a resource that can be changed, and updates what was changed, against the
 * revision that was shown. What is not valid is opened again with the reason above it. A text that
 * was edited and not sent is stored, and its place is written to standard error.
 * A text in which nothing is changed ends with success.
 * Failures: wrong usage, problems of the server, and an edit that was given up.
 */
export async function editResource(session: Session, request: EditRequest): Promise<Outcome> {
  const kind = manifestKinds().get(request.kind.toLowerCase());
  if (kind?.create === undefined) return { failure: unknownKind(request.kind) };
  const id = await resolveName(session, [kind.noun], request.resource);
  if (!id.ok) return { failure: id.error };
  const shown = await readEditable(session, kind, id.value);
  if (!shown.ok) return { failure: shown.error };
  const ended = await takeTurns(session, { kind, id: id.value, shown: shown.value });
  if (ended.kind === 'sent') {
    return settleWrite(session, kind.update, ended.sent, request.options);
  }
  if (ended.kind === 'unchanged') {
    session.io.stderr.write(`Nothing was changed: ${ended.why}\n`);
    return {};
  }
  if (ended.draft !== undefined) {
    const path = await session.io.keepText(`${kind.noun}.yaml`, ended.draft);
    session.io.stderr.write(`Your text is in ${path}\n`);
  }
  return { failure: ended.failure };
}

/** A resource that is edited. */
interface Editing {
  readonly kind: ManifestKind;
  readonly id: string;
  readonly shown: Editable;
}

/** Result of editing. `draft`: the person's text, if it was not sent. */
type Ending =
  | { readonly kind: 'sent'; readonly sent: SentWrite }
  /** The person changed nothing, which is no failure, as in kubectl. */
  | { readonly kind: 'unchanged'; readonly why: string }
  | { readonly kind: 'given-up'; readonly failure: Failure; readonly draft: string | undefined };

/** Opens the text until it can be sent, or is given up. */
async function takeTurns(session: Session, { kind, id, ...first }: Editing): Promise<Ending> {
  let { shown } = first;
  const title = titleOf({ noun: kind.noun, name: String(shown.fields.name ?? id) });
  let text = textOf(shown.fields);
  let reason = '';
  let draft: string | undefined;
  const giveUp = (failure: Failure): Ending => ({ kind: 'given-up', failure, draft });
  const change = (why: string) => giveUp(findingsFailure(`Nothing was changed: ${why}`));
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const offered = `${headOf(title, reason)}${text}`;
    const edited = await session.io.editText(`${kind.noun}.yaml`, offered);
    if (!edited.ok) return change(edited.error);
    const why = whyUnchanged(edited.value, offered);
    if (why !== undefined) {
      return turn === 0 ? { kind: 'unchanged', why } : change(`${why} after the error`);
    }
    text = withoutComments(edited.value);
    draft = text;
    const tried = await tryText(session, { kind, text, shown, id });
    if (!tried.ok) {
      reason = tried.error;
      continue;
    }
    if (tried.value === undefined) return { kind: 'unchanged', why: 'every field is as it was' };
    const { changed, input } = tried.value;
    const sent = await sendWrite(session, kind.update, input);
    if (sent.ok) return { kind: 'sent', sent: sent.value };
    const again = correctable(sent.error);
    if (again === undefined) return giveUp(sent.error);
    reason = again;
    if (sent.error.kind === 'problem' && sent.error.problem.code === 'revision-mismatch') {
      const read = await readEditable(session, kind, id);
      if (!read.ok) return giveUp(read.error);
      // What someone else changed is shown, with the person's own changes in it.
      const merged = mergeChanges(changed, { before: shown.fields, now: read.value.fields });
      reason = [again, ...merged.notes].join('\n');
      shown = read.value;
      text = textOf(merged.fields);
    }
  }
  return change('the text is not valid');
}

/** Explains why a text changes nothing; undefined if it differs from the offered text. */
function whyUnchanged(text: string, offered: string): string | undefined {
  if (withoutComments(text).trim() === '') return 'the text is empty';
  return text === offered ? 'the text was not edited' : undefined;
}

function unknownKind(kind: string): Failure {
  const named = [...manifestKinds().values()].filter(({ create }) => create !== undefined);
  const known = [...new Set(named.map(({ noun }) => noun))].join(', ');
  return usageFailure(`there is no kind ${kind} to edit; kinds: ${known}`);
}

interface Editable {
  readonly fields: Fields;
  readonly revision: unknown;
}

/** The fields of a resource that an update takes. */
async function readEditable(
  session: Session,
  { noun, update }: ManifestKind,
  id: string,
): Promise<Result<Editable, Failure>> {
  const read = `${noun}.get`;
  if (!isOperationName(read)) return err(usageFailure(`a ${noun} cannot be edited`));
  const found = await callOperation(session, read, { id });
  if (!found.ok) return found;
  const fields = update.flags.flatMap(({ field }) =>
    Object.hasOwn(found.value, field) ? [[field, found.value[field]] as const] : [],
  );
  return ok({ fields: Object.fromEntries(fields), revision: found.value.revision });
}

interface Attempt {
  readonly kind: ManifestKind;
  readonly text: string;
  readonly shown: Editable;
  readonly id: string;
}

/** Fields that a person changed, and the input of the update. */
interface Edited {
  readonly changed: Fields;
  readonly input: Fields;
}

/**
 * Reads a text.
 * @returns undefined where nothing is changed; else why the text is not valid
 */
async function tryText(
  session: Session,
  { kind, text, shown, id }: Attempt,
): Promise<Result<Edited | undefined, string>> {
  const document = parseDocument(text);
  const [trouble] = document.errors;
  if (trouble !== undefined) return err(trouble.message);
  const value: unknown = document.toJS();
  if (!isFields(value)) return err('The text must contain fields, such as name: web-01.');
  const fields = readFields(kind, value);
  if (!fields.ok) return err(fields.error);
  const resolved = await resolveNames(
    session,
    { ...kind.update, argument: undefined },
    fields.value,
  );
  if (!resolved.ok) return err(correctable(resolved.error) ?? 'A name was not found.');
  // A line that was removed resets the field.
  const removed = Object.keys(shown.fields).filter((field) => !Object.hasOwn(fields.value, field));
  const whole = { ...resolved.value, ...Object.fromEntries(removed.map((field) => [field, null])) };
  const changes = compareFields(whole, shown.fields);
  if (changes.length === 0) return ok(undefined);
  const changed = Object.fromEntries(changes.map(({ field, after }) => [field, after]));
  const guard =
    hasGuard(kind) && shown.revision !== undefined ? { if_revision: shown.revision } : {};
  const input = { id, ...changed, ...guard };
  const checked = operationRow(kind.update.operation).input.safeParse(input, IN_WORDS);
  if (checked.success) return ok({ changed, input });
  const issues = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  return err(issues.join('\n'));
}

function hasGuard({ update }: ManifestKind): boolean {
  return update.flags.some(({ field }) => field === 'if_revision');
}

/** Returns errors that a person can correct; undefined for other failures. */
function correctable(failure: Failure): string | undefined {
  if (failure.kind === 'usage') return failure.message;
  if (failure.kind !== 'problem') return undefined;
  const { code, detail, remedy, fields } = failure.problem;
  return OTHERS.has(code) ? undefined : [detail, ...fields.map(fieldLine), remedy].join('\n');
}

/** Problems that another text does not solve. */
const OTHERS: ReadonlySet<Problem['code']> = new Set<Problem['code']>([
  'forbidden',
  'internal',
  'rate-limited',
  'unauthenticated',
  'unavailable',
]);

function fieldLine({ path, message }: Problem['fields'][number]): string {
  return `${path.join('.')}: ${message}`;
}

function textOf(fields: Fields): string {
  return stringify(fields, { lineWidth: 0, aliasDuplicateObjects: false });
}

function headOf(title: string, reason: string): string {
  const lines = [
    `${title}. Save to update it; an empty or unchanged text changes nothing.`,
    'A field that is removed is reset. Lines that begin with # are ignored.',
    ...(reason === '' ? [] : ['', 'error:', ...reason.trimEnd().split('\n')]),
  ];
  return lines.map((line) => `#${line === '' ? '' : ` ${line}`}\n`).join('');
}

/** Without the lines of the head, which are not the person's. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}
