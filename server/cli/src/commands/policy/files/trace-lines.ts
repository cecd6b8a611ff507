/** Traces of evaluations as lines, as OPA's `--explain` writes them. */
import type { TracedValue, TraceEvent } from '@novacron/rego/record-trace';
import { plainLine } from '../../../output/plain-text.ts';

/** Steps to show: those that failed, with the rules around them, or all. */
export type ExplainMode = 'fails' | 'full';

/** The modes, as a flag names them. */
export const EXPLAIN_MODES: readonly ExplainMode[] = ['fails', 'full'];

/** Texts by the names that a trace gives them. */
type Texts = Readonly<Record<string, string>>;

/** The rule that a query is, as its author sees it. */
const QUERY_RULE = 'data.__query__.answer';

const WORDS: Readonly<Record<TraceEvent['kind'], string>> = {
  enter: 'Enter',
  eval: 'Eval',
  fail: 'Fail',
  redo: 'Redo',
  exit: 'Exit',
};

/**
 * Writes a trace, a line for each step: place, depth, what is done, and the text. Lines that fail
 * have the values in them.
 */
export function traceLines(
  events: readonly TraceEvent[],
  mode: ExplainMode,
  texts: Texts,
): readonly string[] {
  const once = withoutRepeats(events);
  const shown = mode === 'full' ? once : onlyFails(once);
  const places = shown.map(({ file, row }) => `${file}:${row}`);
  const width = Math.max(0, ...places.map((place) => place.length));
  return shown.map((event, index) => {
    const { kind, rule, depth, values } = event;
    const isRule = kind === 'enter' || kind === 'exit';
    const indent = '| '.repeat(kind === 'enter' ? depth : depth + 1);
    const name = rule === QUERY_RULE ? 'query' : rule;
    const text = isRule ? name : textAt(event, texts);
    const known =
      kind === 'fail' && values.length > 0 ? `  (${values.map(valueText).join(', ')})` : '';
    const place = (places[index] ?? '').padEnd(width);
    return `${place}  ${indent}${WORDS[kind]} ${plainLine(text)}${known}\n`;
  });
}

/** Returns the known values at a rule's last failure; none if it did not fail. */
export function failingValues(events: readonly TraceEvent[], rule: string): readonly TracedValue[] {
  const last = withoutRepeats(events).findLast(
    (event) => event.kind === 'fail' && event.rule === rule,
  );
  return last?.values ?? [];
}

/** Writes a value with its name: `limit = 8`. */
export function valueText({ name, value }: TracedValue): string {
  return plainLine(`${name} = ${value}`);
}

/** An expression that is evaluated in parts, such as one with `with`, is one step. */
function withoutRepeats(events: readonly TraceEvent[]): readonly TraceEvent[] {
  return events.filter((event, index) => {
    const before = events[index - 1];
    const isPart = event.kind === 'eval' || event.kind === 'fail';
    return !isPart || before?.kind !== event.kind || !isSamePlace(before, event);
  });
}

function isSamePlace(a: TraceEvent, b: TraceEvent): boolean {
  const isSameLine = a.file === b.file && a.row === b.row && a.column === b.column;
  return isSameLine && a.depth === b.depth;
}

function onlyFails(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const shown: TraceEvent[] = [];
  let around: TraceEvent[] = [];
  for (const event of events) {
    if (event.kind === 'enter') around = [...around.slice(0, event.depth), event];
    if (event.kind !== 'fail') continue;
    for (const rule of around.slice(0, event.depth + 1)) {
      if (!shown.includes(rule)) shown.push(rule);
    }
    shown.push(event);
  }
  return shown;
}

function textAt({ file, row, column }: TraceEvent, texts: Texts): string {
  const line = texts[file]?.split(/\r?\n/)[row - 1] ?? '';
  return line.slice(column - 1).trim();
}
