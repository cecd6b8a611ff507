/** Reads what a model has answered as the draft of a runbook, and says what is wrong with it. */
import type { AutomationDefinition } from '@novacron/contract/automation/definition';
import { isRecord, type Json } from '@novacron/contract/json';
import { isRunOperation } from '@novacron/contract/operations-table/step-operations';
import { stringify } from 'yaml';
import { readYamlDocuments } from '../../../yaml-documents.ts';
import { listActions } from '../checks/list-actions.ts';
import type { LocatedFinding } from '../model/automation.ts';
import { readDefinition } from '../read-definition.ts';
import { restoreNames } from './redact-names.ts';

/** Longer answers are no runbooks. Unit: UTF-16 code units. */
const ANSWER_LENGTH_MAX = 65_536;

/** Unit: characters. */
const DESCRIPTION_LENGTH_MAX = 4_096;

/** The text between the first pair of fences, which models put around what they write. */
const FENCED = /```(?:ya?ml)?[^\S\n]*\n([\s\S]*?)\n?```/i;

/** Actions of drafts; all others reach what NovaCron does not see. */
const DRAFTED_KINDS: readonly string[] = ['task', 'wait', 'approval'];

/** An answer, and what belongs to it. */
export interface AnsweredDraft {
  readonly answer: string;
  /** Original of each placeholder. */
  readonly originals: ReadonlyMap<string, string>;
  /** Says who has drafted it; the description begins with it. */
  readonly note: string;
}

/** A draft with its names, and all that keeps it from being stored. */
export interface ReadDraft {
  readonly name: string | null;
  readonly text: string;
  /** Empty where it may be stored. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads it. A text that is no YAML is returned as it is, with the reason. */
export function readDraft({ answer, originals, note }: AnsweredDraft): ReadDraft {
  const bare = (FENCED.exec(answer)?.[1] ?? answer).trim();
  const text = bare.slice(0, ANSWER_LENGTH_MAX);
  if (text !== bare) return refused(text, [`is longer than ${ANSWER_LENGTH_MAX} characters`]);
  const located = readYamlDocuments(text);
  if (!located.ok) return refused(text, located.error.map(lineOf));
  const [document, ...others] = located.value.documents;
  if (!isRecord(document) || others.length > 0) return refused(text, ['is not one YAML document']);
  // A name is no reference, whatever is in it.
  const names = [...originals].map(
    ([placeholder, name]) => [placeholder, name.replaceAll('${', () => '$${')] as const,
  );
  return check(describe(restoreNames(document, new Map(names)), note));
}

function refused(text: string, problems: readonly string[]): ReadDraft {
  return { name: null, text, problems, warnings: [] };
}

/** Comments of the model are left out: no check reads them. */
function describe(document: Json, note: string): string {
  if (!isRecord(document)) return stringify(document);
  const { kind, name, title, description: said, ...more } = document;
  const whole = typeof said === 'string' ? `${note} ${said}` : note;
  const description = whole.slice(0, DESCRIPTION_LENGTH_MAX);
  return stringify({ kind, name, title, description, ...more });
}

function check(text: string): ReadDraft {
  const read = readDefinition(text);
  if (!read.ok) return refused(text, read.error.map(lineOf));
  const { definition, warnings } = read.value;
  return {
    name: definition.name,
    text,
    problems: refuseActions(definition),
    warnings: warnings.map(lineOf),
  };
}

/** Refuses actions that a draft may not contain, although a workflow written by a person may. */
function refuseActions(definition: AutomationDefinition): readonly string[] {
  const { kind, run_as: runAs, schedules = [], triggers = [] } = definition;
  const actions = listActions(definition).flatMap(({ step, action, kinds }) => {
    const foreign = kinds.filter((each) => !DRAFTED_KINDS.includes(each));
    const { task } = action;
    return [
      ...foreign.map((each) => `step ${step.id} is of the kind ${each}`),
      ...(task === undefined || isRunOperation(task) ? [] : [`step ${step.id} calls ${task}`]),
      ...(action.secrets === undefined ? [] : [`step ${step.id} names secrets`]),
    ];
  });
  const starts = schedules.length + triggers.length;
  return [
    ...(kind === 'runbook' ? [] : ['is not a runbook']),
    ...(runAs === undefined ? [] : ['names an API key to run as']),
    ...(starts === 0 ? [] : ['starts by itself: a draft has no schedules and triggers']),
    ...actions.map((line) => `${line}: drafts have tasks, waits and approvals only`),
  ];
}

function lineOf({ line, column, message, ...rest }: Omit<LocatedFinding, 'severity'>): string {
  const path = rest.path.join('.');
  return `line ${line}, column ${column}: ${path === '' ? '' : `${path} `}${message}`;
}
