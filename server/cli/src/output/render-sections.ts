/** Answers that consist of lists: their plain fields, and a table below for each list. */
import { type Fields, isFields } from './fields.ts';
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
  { fields: ['exports'], tables: { exports: 'snapshot_export' } },
  {
    fields: ['holds', 'waiting', 'last_30_days'],
    tables: { holds: 'healing_hold', waiting: 'waiting_intent' },
  },
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
