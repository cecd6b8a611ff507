/** Splits a form's fields into those that its template sets and those to fill in. */
import { useQuery } from '@tanstack/react-query';
import { anyQueryOf, toItem } from '../../api/queries.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import type { FormValues } from './base/form-values.ts';
import { withTemplate } from './field-of-template.ts';
import { REFERENCES_MAX } from './form-field.tsx';

/** The template of a VM that names none. */
const USUAL = 'default';

/** The fields of a create, as the chosen template leaves them. */
export function useFieldsOfTemplate(
  fields: readonly FieldMeta[],
  values: FormValues,
): readonly FieldMeta[] {
  const inherits = fields.some((field) => field.inherits === 'template_id');
  const query = anyQueryOf('template.list', { limit: REFERENCES_MAX });
  const { data } = useQuery({ ...query, enabled: inherits });
  const items = Array.isArray(data?.items) ? data.items.map(toItem) : [];
  const chosen = values.template_id ?? '';
  const template = items.find(({ id, name, built_in: isBuiltIn }) =>
    chosen === '' ? isBuiltIn === true && name === USUAL : id === chosen,
  );
  return template === undefined ? fields : fields.map((field) => withTemplate(field, template));
}
