/** Value that a template gives to a field of a form. */
import type { Item } from '../../api/queries.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';

/** A field as a template leaves it: with a value of the template, or without one. */
export function withTemplate(field: FieldMeta, template: Item): FieldMeta {
  if (field.inherits !== 'template_id') return field;
  const value = template[field.name];
  const isSet = value !== null && value !== undefined;
  const words = isSet
    ? `Default: ${String(value)}, from the template ${String(template.name)}.`
    : `The template ${String(template.name)} sets none.`;
  const description = (field.description ?? '').replace(
    / ?Default: the value of the template\./,
    '',
  );
  return Object.assign({}, field, {
    description: `${description} ${words}`.trim(),
    required: (field.neededOfTemplate && !isSet) || field.required,
    default: isSet ? value : field.default,
  });
}
