/** Answers that consist of lists: their plain fields or lines, and a table below for each list. */
import { type Fields, isFields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import { renderFields } from './render-fields.ts';
import { renderRows } from './render-table.ts';
import type { Style } from './style.ts';

/** An answer, by fields that no other answer has together, and the columns of its lists. */
interface Sections {
  readonly fields: readonly string[];
  /** Nouns of the rows, by the field that has them; tables are in this order. */
  readonly tables: Readonly<Record<string, string>>;
}

const ANSWERS: readonly Sections[] = [
  { fields: ['standards'], tables: { standards: 'compliance_standard' } },
  {
    fields: ['compliance_score', 'requirements', 'checks'],
    tables: {
      segments: 'compliance_segment',
      checks: 'compliance_check',
      requirements: 'compliance_requirement',
    },
  },
  {
    fields: ['worse', 'better'],
    tables: {
      worse: 'compliance_change',
      better: 'compliance_change',
      newly_known: 'compliance_change',
    },
  },
  { fields: ['exports'], tables: { exports: 'snapshot_export' } },
  {
    fields: ['holds', 'waiting', 'last_30_days'],
    tables: { holds: 'healing_hold', waiting: 'waiting_intent' },
  },
  { fields: ['held', 'holds', 'executions'], tables: { holds: 'automation_hold' } },
  {
    fields: ['groups', 'total_scaling_actions'],
    tables: { groups: 'scaled_group', holds: 'scaling_hold' },
  },
  {
    fields: ['present', 'recommended', 'alternatives'],
    tables: { alternatives: 'group_alternative' },
  },
  { fields: ['wanted_size', 'next_size', 'rules'], tables: { rules: 'scaling_rule' } },
  {
    fields: ['mttr_seconds', 'causes', 'vms'],
    tables: { periods: 'healing_period', causes: 'healing_cause', vms: 'vm_down' },
  },
  {
    fields: ['vms_affected', 'members', 'steps'],
    tables: { members: 'incident_member', steps: 'incident_step' },
  },
];

/** The fields and tables of such an answer; undefined for another one. An empty list is a field. */
export function renderSections(answer: Fields, style: Style): string | undefined {
  const found = ANSWERS.find(({ fields }) => fields.every((name) => name in answer));
  if (found === undefined) return undefined;
  const tables = Object.entries(found.tables).flatMap(([name, noun]) => {
    const value = answer[name];
    const rows = Array.isArray(value) ? value.filter(isFields) : [];
    return rows.length === 0 ? [] : [{ name, text: renderRows(noun, rows, style) }];
  });
  const shown = new Set(tables.map(({ name }) => name));
  const rest = Object.entries(answer).filter(([name]) => !shown.has(name));
  const above = rest.length === 0 ? [] : [renderFields(Object.fromEntries(rest), style)];
  return [...above, ...tables.map(({ text }) => text)].join('\n');
}

/**
 * Renders a placement decision in plain words: why here, why not there, and what would change it;
 * undefined for anything else.
 */
export function renderDecision(answer: Fields, style: Style): string | undefined {
  const { candidates, refused, what_would_change_it: changes } = answer;
  if (!Array.isArray(candidates) || !Array.isArray(refused) || !Array.isArray(changes)) {
    return undefined;
  }
  const sections = [
    describe(answer),
    ['Why here', ...indent(answer.explanation)],
    ...(listOf(answer.policies).length === 0
      ? []
      : [['What policies asked for', ...indent(answer.policies)]]),
    ...(changes.length === 0 ? [] : [['What would change it', ...indent(changes)]]),
  ].map((lines) => lines.map((line) => `${plainLine(line)}\n`).join(''));
  const rows = { candidates: candidates.filter(isFields), refused: refused.filter(isFields) };
  if (rows.candidates.length > 0) {
    sections.push(renderRows('placement_candidate', rows.candidates, style));
  }
  if (rows.refused.length > 0) sections.push(renderRows('placement_refusal', rows.refused, style));
  if (answer.basis === 'counts') {
    sections.push('The fleet of that moment is not stored: refused nodes are only counted.\n');
  }
  return sections.join('\n');
}

/** Describes the decision and its confidence. */
function describe(answer: Fields): readonly string[] {
  const { id, vm, vm_id, node, purpose, score, margin, confidence, outcome } = answer;
  const place = `${String(vm ?? vm_id)} on ${String(node)} (${String(purpose)})`;
  return [
    `${place}, decided ${String(answer.created_at)}`,
    `  outcome     ${outcome == null ? 'the operation has not ended' : String(outcome)}`,
    `  score       ${String(score)}${describeMargin(margin)}`,
    ...(typeof confidence === 'number' ? [`  confidence  ${describeConfidence(answer)}`] : []),
    `  operation   ${String(answer.operation_id)}`,
    `  decision    ${String(id)}`,
  ];
}

function describeMargin(margin: unknown): string {
  if (typeof margin !== 'number') return '';
  if (margin === 0) return ', the same as the next best node';
  return margin > 0
    ? `, ${margin} above the next best node`
    : `, ${-margin} below the best node by the rules of the VM`;
}

const PERCENT = 100;

function describeConfidence({ confidence, confidence_basis }: Fields): string {
  const percent = `${Math.round(Number(confidence) * PERCENT)} %`;
  return confidence_basis === 'measured_load'
    ? `${percent} that it is still first after an hour, as measured loads change`
    : `${percent}: the strategy reads no measured load, so only ties leave doubt`;
}

function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function indent(value: unknown): readonly string[] {
  return listOf(value).map((line) => `  ${line}`);
}
