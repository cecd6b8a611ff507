/** Attributes as the registry shows them: a list by who sets them, then what is nested in them. */
import type { Attribute, Attributes, ValueShape } from '../framework/schema/attribute.ts';

/** Attributes that stand in others, by the place that a heading names: `records.fields`. */
interface Level {
  readonly place: string;
  readonly attributes: Attributes;
}

const GROUPS: readonly {
  readonly title: string;
  readonly holds: (attribute: Attribute) => boolean;
}[] = [
  { title: 'Required', holds: ({ required }) => required },
  { title: 'Optional', holds: ({ optional }) => optional },
  { title: 'Read-Only', holds: ({ required, optional }) => !required && !optional },
];

/** Renders all attributes of a schema, down to the deepest. */
export function renderAttributes(attributes: Attributes): string {
  const levels = listLevels({ place: '', attributes });
  return levels
    .map(({ place, attributes: here }) => {
      const heading = place === '' ? '' : `### Nested in ${place}\n\n`;
      const depth = place === '' ? '###' : '####';
      const groups = GROUPS.map(({ title, holds }) => {
        const members = Object.entries(here).filter(([, attribute]) => holds(attribute));
        const lines = members
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .map(([name, attribute]) => renderAttribute(joinPlace(place, name), name, attribute));
        return lines.length === 0 ? '' : `${depth} ${titleAt(title, place)}\n\n${lines.join('\n')}`;
      });
      return heading + groups.filter((group) => group !== '').join('\n\n');
    })
    .join('\n\n');
}

/** Headings are link targets: each is there once. */
function titleAt(title: string, place: string): string {
  return place === '' ? title : `${title} in ${place}`;
}

function joinPlace(place: string, name: string): string {
  return place === '' ? name : `${place}.${name}`;
}

function listLevels(level: Level): readonly Level[] {
  const inner = Object.entries(level.attributes)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, { shape }]) => {
      if (shape.kind !== 'nested') return [];
      const { attributes } = shape;
      return listLevels({ place: joinPlace(level.place, name), attributes });
    });
  return [level, ...inner];
}

function renderAttribute(place: string, name: string, attribute: Attribute): string {
  const { shape, sensitive, writeOnly, deprecation, description } = attribute;
  const marks = [
    describeShape(shape),
    ...(sensitive ? ['Sensitive'] : []),
    ...(writeOnly ? ['Write-only'] : []),
    ...(deprecation === undefined ? [] : ['Deprecated']),
  ];
  const advice = deprecation === undefined ? '' : ` ${deprecation}`;
  const anchor = `nested-in-${place.toLowerCase().replaceAll('.', '')}`;
  const link = shape.kind === 'nested' ? ` (see [below](#${anchor}))` : '';
  return `- \`${name}\` (${marks.join(', ')}) ${description}${advice}${link}`;
}

/** A type as the registry writes it: `List of String`. */
export function describeShape(shape: ValueShape): string {
  switch (shape.kind) {
    case 'string':
      return 'String';
    case 'bool':
      return 'Boolean';
    case 'int':
    case 'float':
      return 'Number';
    case 'object':
      return `Object with ${Object.keys(shape.fields).join(', ')}`;
    case 'nested':
      return shape.nesting === 'single' ? 'Attributes' : `Attributes ${capitalize(shape.nesting)}`;
    default:
      return `${capitalize(shape.kind)} of ${describeShape(shape.element)}`;
  }
}

function capitalize(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
