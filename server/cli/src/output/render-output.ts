/** Writes documents as tables for people, or as JSON, YAML or a template for programs. */
import { plainText } from '@novacron/contract/formats/plain-text';
import { looksLikeId } from '@novacron/contract/ids';
import { essentialsOf } from './essentials.ts';
import { type Fields, isFields } from './fields.ts';
import { parseTemplate } from './jsonpath/parse-template.ts';
import { renderTemplate } from './jsonpath/render-template.ts';
import { plainLine } from './plain-text.ts';
import { renderFields } from './render-fields.ts';
import { renderDecision, renderSections } from './render-sections.ts';
import { renderExplanations, renderRows, type TableChoice } from './render-table.ts';
import { PLAIN_STYLE, type Style } from './style.ts';
import { writeJson, writeYaml } from './write-values.ts';

/** Output formats of all commands; `jsonpath` is followed by `=` and its template. */
export const OUTPUT_FORMATS = ['table', 'wide', 'name', 'json', 'yaml'] as const;
/** Output formats of commands that report; the text is the command's own. */
export const REPORT_FORMATS = ['table', 'json', 'yaml', 'markdown', 'sarif'] as const;
/** Output formats of commands whose answer is a table that spreadsheets read as well. */
export const TABLE_FORMATS = ['table', 'json', 'yaml', 'markdown', 'csv'] as const;
/** Prefix of a JSONPath template. */
export const JSONPATH = 'jsonpath=';
export type OutputFormat =
  | (typeof OUTPUT_FORMATS)[number]
  | (typeof REPORT_FORMATS)[number]
  | (typeof TABLE_FORMATS)[number]
  | `${typeof JSONPATH}${string}`;

/** Output of a command. `value` is the API's answer; JSON and YAML write it unchanged. */
export type Document =
  | {
      readonly kind: 'list';
      readonly noun: string;
      readonly value: readonly Fields[];
      readonly choice?: TableChoice;
      /** Plural noun for an empty list: `VMs`; if undefined, the headers are shown. */
      readonly words?: string;
    }
  | { readonly kind: 'one'; readonly value: Fields }
  /** One resource as a list of one. */
  | { readonly kind: 'row'; readonly noun: string; readonly value: Fields }
  /** The answer of a write: a resource, a secret, an operation, each only if there is one. */
  | { readonly kind: 'written'; readonly value: Fields }
  /** A text that is meant for a file. */
  | { readonly kind: 'text'; readonly value: { readonly text: string } }
  /** Findings of a command, with its own text for people. */
  | {
      readonly kind: 'report';
      readonly value: Fields | readonly Fields[];
      /** Whole lines. */
      readonly text: string;
    }
  /** Lines of a command that works on this machine. */
  | { readonly kind: 'lines'; readonly value: { readonly lines: readonly string[] } };

/** The text of a document, with a line feed at its end unless it is empty. */
export function renderOutput(
  document: Document,
  format: OutputFormat,
  style: Style = PLAIN_STYLE,
): string {
  switch (format) {
    case 'json':
      return `${writeJson(document.value, 2)}\n`;
    case 'yaml':
      return writeYaml(document.value);
    case 'name':
      return renderNames(document, style);
    case 'wide':
      return renderForPeople(document, { ...style, detail: 'wide' });
    case 'csv':
    case 'markdown':
    case 'sarif':
    case 'table':
      return renderForPeople(document, style);
    default:
      return renderJsonPath(document.value, format.slice(JSONPATH.length), style);
  }
}

/**
 * Faults are found before a command runs; a line feed ends the text. A program gets values as they
 * are, a terminal without what would steer it.
 */
function renderJsonPath(value: unknown, template: string, { width }: Style): string {
  const parsed = parseTemplate(template);
  const found = parsed.ok ? renderTemplate(parsed.value, value) : '';
  const text = width === undefined ? found : plainText(found);
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/**
 * A line for each resource: its name, else its id, as other commands take it. A name in the form of
 * an id would be taken for the id of another resource.
 */
function renderNames(document: Document, style: Style): string {
  if (document.kind === 'text' || document.kind === 'report' || document.kind === 'lines') {
    return renderForPeople(document, style);
  }
  const items = document.kind === 'list' ? document.value : [document.value];
  return items.map((item) => `${nameOf(item)}\n`).join('');
}

function nameOf(item: Fields): string {
  const { resource } = item;
  const { name, id, position, profile } = isFields(resource) ? resource : item;
  const isMisleading = typeof name === 'string' && typeof id === 'string' && looksLikeId(name);
  return plainLine(String((isMisleading ? id : name) ?? id ?? profile ?? position ?? '-'));
}

function renderForPeople(document: Document, style: Style): string {
  switch (document.kind) {
    case 'list': {
      const { noun, value, choice, words } = document;
      if (value.length === 0 && words !== undefined) return '';
      return renderRows(noun, value, style, choice) + renderExplanations(value, style);
    }
    case 'row':
      return renderRows(document.noun, [document.value], style);
    case 'one':
      return (
        renderPlacements(document.value, style) ??
        renderPolicies(document.value, style) ??
        renderIncident(document.value) ??
        renderChanges(document.value, style) ??
        renderDecision(document.value, style) ??
        renderSections(document.value, style) ??
        renderSettings(document.value, style) ??
        renderFields(style.detail === 'wide' ? document.value : essentialsOf(document.value), style)
      );
    case 'text':
      return document.value.text;
    case 'report':
      return document.text;
    case 'lines':
      return document.value.lines.map((line) => `${line}\n`).join('');
    case 'written':
      return renderWritten(document.value, style);
  }
}

function renderWritten(answer: Fields, style: Style): string {
  const { resource, operation, secret, api_key, plan, items, remediated, vms } = answer;
  if (Array.isArray(remediated)) return renderRemediated(listOf(remediated), style);
  if (Array.isArray(vms)) return renderBulk(answer, style);
  if (Array.isArray(items)) return renderBatch(answer, style);
  if (typeof answer.stored === 'number') {
    // Counts of samples of a metric; the notices were shown before.
    const { notices: _notices, ...counts } = answer;
    return renderFields(counts, style);
  }
  // Of a backup.
  if (typeof answer.verification === 'string') return renderFields(answer, style);
  if (isFields(plan))
    return (
      renderPlan(plan, style) +
      (isFields(operation) ? '\n' : '') +
      renderOperation(operation, style)
    );
  if (isFields(resource)) {
    const settings = renderSettings(resource, style);
    if (settings !== undefined) return settings;
    const fields = renderFields(
      {
        ...resource,
        // The key that a new tenant begins with.
        ...(isFields(api_key) ? { api_key: { name: api_key.name, id: api_key.id } } : {}),
        ...(secret === undefined ? {} : { secret }),
      },
      style,
    );
    // What a dry run would change.
    return fields + renderExplanations([answer], style);
  }
  return isFields(operation) ? renderOperation(operation, style) : 'done\n';
}

/** Shows the action for each resource, then the block to paste or the reason for no action. */
function renderRemediated(items: readonly Fields[], style: Style): string {
  const more = items.flatMap(({ action, hcl, problem, resource_name: name }) => {
    if (isFields(problem)) return [`${name}: ${problem.detail}`, `what to do: ${problem.remedy}`];
    return action === 'adopt' && Array.isArray(hcl) ? ['', ...hcl.map(String)] : [];
  });
  return renderRows('remediated', items, style) + more.map((line) => `${line}\n`).join('');
}

/** Shows the result for each VM and the reasons for refusals, then the operation. */
function renderBulk({ vms, operation }: Fields, style: Style): string {
  const rows = listOf(vms);
  const refusals = rows.flatMap(({ vm, problem }) =>
    isFields(problem) ? [`${vm}: ${problem.detail}`] : [],
  );
  return (
    renderRows('bulk_vm', rows, style) +
    refusals.map((line) => `${plainLine(line)}\n`).join('') +
    (isFields(operation) ? `\n${renderOperation(operation, style)}` : '')
  );
}

/** The VMs of a batch and how well they are placed. */
function renderBatch({ items, placement }: Fields, style: Style): string {
  const resources = listOf(items).flatMap(({ resource }) => (isFields(resource) ? [resource] : []));
  return (
    renderRows('vm', resources, style) +
    renderExplanations(isFields(placement) ? [placement] : [], style)
  );
}

/** Shows the placement of each VM of a batch; undefined for other answers. */
function renderPlacements(answer: Fields, style: Style): string | undefined {
  if (!Array.isArray(answer.placements)) return undefined;
  return (
    renderRows('placed', listOf(answer.placements), style) + renderExplanations([answer], style)
  );
}

/** Policies of a namespace, or what each said, below the rest; undefined for anything else. */
function renderPolicies({ policies, ...rest }: Fields, style: Style): string | undefined {
  const rows = listOf(policies);
  const [first] = rows;
  if (first === undefined) return undefined;
  const noun = 'decides' in first ? 'effective_policy' : 'verdict';
  const above = Object.keys(rest).length === 0 ? '' : `${renderFields(rest, style)}\n`;
  return above + renderRows(noun, rows, style);
}

/** Server settings that can be changed or are not the defaults; undefined for anything else. */
function renderSettings({ settings }: Fields, style: Style): string | undefined {
  const all = listOf(settings);
  if (all.length === 0 || style.detail === 'wide') return undefined;
  const shown = all.filter(({ changeable, source }) => changeable === true || source !== 'default');
  const left = all.length - shown.length;
  const rest = `and ${left} more with default values (--output wide lists all)\n`;
  return renderRows('server_setting', shown, style) + (left === 0 ? '' : rest);
}

/** The resources that differ between two versions of a state; undefined for anything else. */
function renderChanges({ from, to, changes }: Fields, style: Style): string | undefined {
  if (!Array.isArray(changes) || typeof from !== 'number') return undefined;
  const rows = listOf(changes);
  return rows.length === 0
    ? `Version ${to} has the same resources as version ${from}.\n`
    : renderRows('change', rows, style);
}

/** The server's own words about an incident; undefined for anything else. */
function renderIncident({ incident, explanation }: Fields): string | undefined {
  if (!isFields(incident) || !Array.isArray(explanation)) return undefined;
  return explanation.map((line) => `${plainLine(String(line))}\n`).join('');
}

function renderOperation(operation: unknown, style: Style): string {
  return isFields(operation) ? renderRows('operation', [operation], style) : '';
}

/** The moves of a plan and the VMs that stay, then the server's own words about it. */
function renderPlan(plan: Fields, style: Style): string {
  const moves = listOf(plan.moves);
  const left = listOf(plan.left);
  return [
    moves.length === 0 ? '' : renderRows('move', moves, style),
    left.length === 0 ? '' : renderRows('left', left, style),
    renderExplanations([plan], style),
  ].join('');
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}
