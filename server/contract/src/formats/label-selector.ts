/**
 * Label selectors, in the syntax of Kubernetes: `tier=web,env!=prod,env in (a,b),!retired`.
 * Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */

/** One requirement of a selector; a resource must meet all of them. */
export interface LabelRequirement {
  readonly name: string;
  /** `not-in` also matches resources without the label, as in Kubernetes. */
  readonly operator: 'in' | 'not-in' | 'exists' | 'absent';
  /** The values of `in` and `not-in`; else empty. */
  readonly values: readonly string[];
}

/** A selector of more requirements would be a query that an index serves badly. */
export const LABEL_REQUIREMENTS_MAX = 10;

const NAME = '[A-Za-z0-9][A-Za-z0-9._/-]{0,62}';
const VALUE = '[^,()=!\\s]*';
const FORMS: readonly [RegExp, (name: string, values: string) => LabelRequirement][] = [
  [
    new RegExp(`^(${NAME})\\s+in\\s+\\(([^()]*)\\)$`),
    (name, values) => ({ name, operator: 'in', values: split(values) }),
  ],
  [
    new RegExp(`^(${NAME})\\s+notin\\s+\\(([^()]*)\\)$`),
    (name, values) => ({ name, operator: 'not-in', values: split(values) }),
  ],
  [
    new RegExp(`^(${NAME})\\s*!=\\s*(${VALUE})$`),
    (name, value) => ({ name, operator: 'not-in', values: [value] }),
  ],
  [
    new RegExp(`^(${NAME})\\s*==?\\s*(${VALUE})$`),
    (name, value) => ({ name, operator: 'in', values: [value] }),
  ],
  [new RegExp(`^!\\s*(${NAME})$`), (name) => ({ name, operator: 'absent', values: [] })],
  [new RegExp(`^(${NAME})$`), (name) => ({ name, operator: 'exists', values: [] })],
];

/**
 * Parses a selector.
 * @returns its requirements, at least one; undefined for a text that is not a selector, or has more
 * than `LABEL_REQUIREMENTS_MAX` requirements
 * @example
 * parseLabelSelector('tier=web,!retired');
 */
export function parseLabelSelector(text: string): readonly LabelRequirement[] | undefined {
  const parts = splitRequirements(text);
  if (parts.length > LABEL_REQUIREMENTS_MAX) return undefined;
  const requirements = parts.map((part) => parseRequirement(part));
  const parsed = requirements.filter((requirement) => requirement !== undefined);
  return parsed.length === requirements.length ? parsed : undefined;
}

/** Splits at commas; one inside parentheses separates values, not requirements. */
function splitRequirements(text: string): readonly string[] {
  const parts: string[] = [];
  let begin = 0;
  let isInside = false;
  for (let at = 0; at <= text.length; at += 1) {
    const character = text[at];
    if (character === '(') isInside = true;
    if (character === ')') isInside = false;
    if (character !== undefined && (character !== ',' || isInside)) continue;
    parts.push(text.slice(begin, at).trim());
    if (parts.length > LABEL_REQUIREMENTS_MAX) break;
    begin = at + 1;
  }
  return parts;
}

function parseRequirement(text: string): LabelRequirement | undefined {
  for (const [form, make] of FORMS) {
    const [, name, values = ''] = form.exec(text) ?? [];
    if (name !== undefined) return make(name, values);
  }
  return undefined;
}

function split(values: string): string[] {
  return values.split(',').map((value) => value.trim());
}
