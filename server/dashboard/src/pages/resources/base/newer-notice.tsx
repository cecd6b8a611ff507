/** Says what others have changed since a form was opened, and lets its user decide. */
import type { ReactNode } from 'react';
import type { FieldMeta } from '../../../metadata/shapes.ts';
import { Button } from '../../../ui/button.tsx';
import layout from '../../../ui/layout.module.css';
import { Notice } from '../../../ui/states.tsx';
import { Table } from '../../../ui/table/table.tsx';
import { labelOf } from '../../../ui/words.ts';
import { excerptsOf, ownFields } from './changed-fields.ts';
import { type FormValues, writeField } from './form-values.ts';
import type { Base } from './use-base.ts';

/** Reason a form cannot be sent while the notice is shown. */
export const NEWER_REASON =
  'It was changed in the meantime: choose first which version to continue with.';

interface NewerNoticeProps {
  readonly ground: Base;
  readonly fields: readonly FieldMeta[];
  readonly values: FormValues;
  readonly onFollow: () => void;
  /** Further ways on. */
  readonly children?: ReactNode;
}

/** Renders nothing where nothing was changed. */
export function NewerNotice({ ground, fields, values, onFollow, children }: NewerNoticeProps) {
  const { base, newest, theirs } = ground;
  if (theirs.length === 0) return null;
  const own = ownFields(fields, values, base).map(({ name }) => name);
  return (
    <div role="alert">
      <Notice tone="watch" title="It was changed while you were writing">
        <Table heads={['Field', 'It was', 'It is', 'Your form']}>
          {theirs.map((field) => {
            const [was, is] = excerptsOf(
              writeField(field, base?.[field.name]),
              writeField(field, newest?.[field.name]),
            );
            return (
              <tr key={field.name}>
                <th scope="row">{labelOf(field.name)}</th>
                <td dir="auto">{was || 'not set'}</td>
                <td dir="auto">{is || 'not set'}</td>
                <td>{own.includes(field.name) ? 'would replace this' : 'takes it over'}</td>
              </tr>
            );
          })}
        </Table>
        <p className={layout.actions}>
          <Button onPress={onFollow}>Continue from the newer state</Button>
          {children}
        </p>
        <p>What you have typed stays in the form.</p>
      </Notice>
    </div>
  );
}
