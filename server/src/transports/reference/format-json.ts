/** Writes JSON as the repository's formatter wants it, so that generated files stay as made. */
import type { Json } from '@novacron/contract/json';

const LINE_LENGTH_MAX = 100;

/**
 * Formats a value: objects on lines of their own, arrays on one line where they fit.
 * @param value - any JSON value
 * @returns the text, with a line break at its end
 */
export function formatJson(value: Json): string {
  return `${format(value, { indent: '', before: 0, after: 0 })}\n`;
}

interface Place {
  readonly indent: string;
  /** Characters before the value on its line, without the indentation. */
  readonly before: number;
  /** Characters behind it: a comma. */
  readonly after: number;
}

function format(value: Json, place: Place): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const { indent } = place;
  const isList = Array.isArray(value);
  const members: [string, Json][] = isList
    ? value.map((item: Json) => ['', item])
    : Object.entries(value).map(([key, inner]) => [`${JSON.stringify(key)}: `, inner]);
  if (members.length === 0) return isList ? '[]' : '{}';
  const oneLine = isList ? toOneLine(value) : undefined;
  const width = indent.length + place.before + (oneLine?.length ?? 0) + place.after;
  if (oneLine !== undefined && width <= LINE_LENGTH_MAX) return oneLine;
  const inside = `${indent}  `;
  const lines = members.map(([key, inner], index) => {
    const after = index < members.length - 1 ? 1 : 0;
    return `${inside}${key}${format(inner, { indent: inside, before: key.length, after })}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return `${open}\n${lines.join(',\n')}\n${indent}${close}`;
}

/** A list on one line; `undefined` where it holds objects, which have lines of their own. */
function toOneLine(list: readonly Json[]): string | undefined {
  const isPlain = list.every((item) => typeof item !== 'object' || item === null);
  return isPlain ? `[${list.map((item) => JSON.stringify(item)).join(', ')}]` : undefined;
}
