/** Writes the values of a template. */
import type { JSONValue } from 'json-p3';
import type { Part, Path } from './parse-template.ts';

/**
 * Returns the text of a template: values of one path are separated by spaces, texts are written as
 * they are, anything else as JSON. A path that leads nowhere writes nothing.
 * @param value - a list is `.items`, too, as the answers of kubectl are
 */
export function renderTemplate(parts: readonly Part[], value: unknown): string {
  return renderParts(parts, { root: value, current: value });
}

interface Scope {
  readonly root: unknown;
  readonly current: unknown;
}

function renderParts(parts: readonly Part[], scope: Scope): string {
  return parts.map((part) => renderPart(part, scope)).join('');
}

function renderPart(part: Part, scope: Scope): string {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'path':
      return valuesOf(part.path, scope).map(textOf).join(' ');
    case 'range':
      return valuesOf(part.path, scope)
        .map((current) => renderParts(part.body, { ...scope, current }))
        .join('');
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null ? '' : JSON.stringify(value);
}

/** The values that a path leads to. */
function valuesOf({ from, query, isOfItems }: Path, scope: Scope): readonly unknown[] {
  const start = from === 'root' ? scope.root : scope.current;
  const isItems = isOfItems && start === scope.root && Array.isArray(start);
  // Values of an answer come from JSON.
  return query.query((isItems ? { items: start } : start) as JSONValue).values();
}
