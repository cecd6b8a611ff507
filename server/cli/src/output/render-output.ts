/** Writes documents as tables for people, or as JSON or YAML for programs. */
import { stringify } from 'yaml';
import { type Fields, isFields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import { renderSections } from './render-sections.ts';
import { renderExplanations, renderFields, renderRows } from './render-table.ts';

/** How every command writes its results. */
export const OUTPUT_FORMATS = ['table', 'json', 'yaml'] as const;
/** How commands that report write them as well; the text is then the command's own. */
export const REPORT_FORMATS = [...OUTPUT_FORMATS, 'markdown', 'sarif'] as const;
export type OutputFormat = (typeof REPORT_FORMATS)[number];

/** What a command shows. `value` is what the API answered, which JSON and YAML write as it is. */
export type Document =
  | { readonly kind: 'list'; readonly noun: string; readonly value: readonly Fields[] }
  | { readonly kind: 'one'; readonly value: Fields }
  /** One resource as a list of one. */
  | { readonly kind: 'row'; readonly noun: string; readonly value: Fields }
  /** The answer of a write: a resource, a secret, an operation, each only if there is one. */
  | { readonly kind: 'written'; readonly value: Fields }
  /** A text that is meant for a file. */
  | { readonly kind: 'text'; readonly value: { readonly text: string } }
  /** What a command found, with its own words for people. */
  | {
      readonly kind: 'report';
      readonly value: Fields | readonly Fields[];
      /** Whole lines. */
      readonly text: string;
    }
  /** Lines of a command that works on this machine. */
  | { readonly kind: 'lines'; readonly value: { readonly lines: readonly string[] } };

/** The text of a document, with a line feed at its end unless it is empty. */
export function renderOutput(document: Document, format: OutputFormat): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify(document.value, null, 2)}\n`;
    case 'yaml':
      return stringify(document.value, { lineWidth: 0, aliasDuplicateObjects: false });
    case 'markdown':
    case 'sarif':
    case 'table':
      return renderForPeople(document);
  }
}

function renderForPeople(document: Document): string {
  switch (document.kind) {
    case 'list':
      return renderRows(document.noun, document.value) + renderExplanations(document.value);
    case 'row':
      return renderRows(document.noun, [document.value]);
    case 'one':
      return (
        renderPlacements(document.value) ??
        renderPolicies(document.value) ??
        renderIncident(document.value) ??
        renderSections(document.value) ??
        renderFields(document.value)
      );
    case 'text':
      return document.value.text;
    case 'report':
      return document.text;
    case 'lines':
      return document.value.lines.map((line) => `${line}\n`).join('');
    case 'written':
      return renderWritten(document.value);
  }
}

function renderWritten(answer: Fields): string {
  const { resource, operation, secret, api_key, plan, items, remediated, approved } = answer;
  if (Array.isArray(remediated)) return renderRemediated(listOf(remediated));
  if (Array.isArray(approved)) return renderRows('approved', listOf(approved));
  if (Array.isArray(items)) return renderBatch(answer);
  if (isFields(plan))
    return renderPlan(plan) + (isFields(operation) ? '\n' : '') + renderOperation(operation);
  if (isFields(resource)) {
    const fields = renderFields({
      ...resource,
      // The key that a new tenant begins with.
      ...(isFields(api_key) ? { api_key: { name: api_key.name, id: api_key.id } } : {}),
      ...(secret === undefined ? {} : { secret }),
    });
    // What a dry run would change.
    return fields + renderExplanations([answer]);
  }
  return isFields(operation) ? renderOperation(operation) : 'done\n';
}

/** What becomes of each resource; under it the block to paste, or why nothing was done. */
function renderRemediated(items: readonly Fields[]): string {
  const more = items.flatMap(({ action, hcl, problem, resource_name: name }) => {
    if (isFields(problem)) return [`${name}: ${problem.detail}`, `what to do: ${problem.remedy}`];
    return action === 'adopt' && Array.isArray(hcl) ? ['', ...hcl.map(String)] : [];
  });
  return renderRows('remediated', items) + more.map((line) => `${line}\n`).join('');
}

/** The VMs of a batch and how well they are placed. */
function renderBatch({ items, placement }: Fields): string {
  const resources = listOf(items).flatMap(({ resource }) => (isFields(resource) ? [resource] : []));
  return renderRows('vm', resources) + renderExplanations(isFields(placement) ? [placement] : []);
}

/** Where the VMs of a batch would go; undefined for anything else. */
function renderPlacements(answer: Fields): string | undefined {
  if (!Array.isArray(answer.placements)) return undefined;
  return renderRows('placed', listOf(answer.placements)) + renderExplanations([answer]);
}

/** Policies of a namespace, or what each said, below the rest; undefined for anything else. */
function renderPolicies({ policies, ...rest }: Fields): string | undefined {
  const rows = listOf(policies);
  const [first] = rows;
  if (first === undefined) return undefined;
  const noun = 'decides' in first ? 'effective_policy' : 'verdict';
  const above = Object.keys(rest).length === 0 ? '' : `${renderFields(rest)}\n`;
  return above + renderRows(noun, rows);
}

/** The server's own words about an incident; undefined for anything else. */
function renderIncident({ incident, explanation }: Fields): string | undefined {
  if (!isFields(incident) || !Array.isArray(explanation)) return undefined;
  return explanation.map((line) => `${plainLine(String(line))}\n`).join('');
}

function renderOperation(operation: unknown): string {
  return isFields(operation) ? renderRows('operation', [operation]) : '';
}

/** The moves of a plan and the VMs that stay, then the server's own words about it. */
function renderPlan(plan: Fields): string {
  const moves = listOf(plan.moves);
  const left = listOf(plan.left);
  return [
    moves.length === 0 ? '' : renderRows('move', moves),
    left.length === 0 ? '' : renderRows('left', left),
    renderExplanations([plan]),
  ].join('');
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
