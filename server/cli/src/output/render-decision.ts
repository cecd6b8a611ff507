/** A placement decision in plain words: why here, why not there, and what would change it. */
import { type Fields, isFields } from './fields.ts';
import { plainLine } from './plain-text.ts';
import { renderRows } from './render-table.ts';
import type { Style } from './style.ts';

/** Renders a decision; undefined for anything else. */
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

/** What was decided, and how sure it is. */
function describe(answer: Fields): readonly string[] {
  const { id, vm, vm_id, node, purpose, score, margin, confidence, outcome } = answer;
  return [
    `${String(vm ?? vm_id)} on ${String(node)} (${String(purpose)}), decided ${String(answer.created_at)}`,
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
