/** One field of a form, made from its metadata. */
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { anyQueryOf, toItems } from '../../api/queries.ts';
import { routeOf } from '../../api/routes-of-operations.ts';
import { CodeEditor } from '../../editor/code-editor.tsx';
import type { Mistake } from '../../editor/mistake.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import { labelOf } from '../../ui/words.ts';
import { helpOf } from './field-help.ts';
import styles from './form.module.css';

/** Maximum number of entries in a menu; a longer list takes the id as text. */
export const REFERENCES_MAX = 200;

/** Height of a field's box, by its name or type. Unit: lines. */
const ROWS: Readonly<Record<string, number>> = { long: 6, json: 6 };

/** Fields whose text is YAML, of which the server says what is wrong in which line. */
const YAML: readonly string[] = ['document', 'text'];

/** Tests whether a field has an editor, which begins with a value and does not follow it. */
export function isCode({ name, type }: FieldMeta): boolean {
  return type === 'long' && YAML.includes(name);
}

interface FormFieldProps {
  readonly field: FieldMeta;
  readonly value: string;
  readonly error?: string;
  /** Mistakes in the text of a field with an editor. */
  readonly mistakes?: readonly Mistake[];
  /** The names of all fields of the form. */
  readonly names?: readonly string[];
  readonly onChange: (value: string) => void;
}

/** Renders label, control, description and error. */
export function FormField(props: FormFieldProps) {
  const { field, value, error, mistakes = [], names = [], onChange } = props;
  const id = useId();
  const { name, required } = field;
  const help = helpOf(field, names);
  const described = [
    help === undefined ? '' : `${id}-help`,
    error === undefined ? '' : `${id}-error`,
  ].join(' ');
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {labelOf(name)}
        {field.unit === undefined ? '' : ` (${field.unit})`}
        {required ? <span className={styles.required}> required</span> : null}
      </label>
      <Control
        id={id}
        field={field}
        value={value}
        onChange={onChange}
        mistakes={mistakes}
        isInvalid={error !== undefined || mistakes.length > 0}
        described={described.trim()}
      />
      {error === undefined ? null : (
        <p id={`${id}-error`} className={styles.error}>
          <span aria-hidden="true">✕ </span>
          {labelOf(name)} {error}
        </p>
      )}
      {help === undefined ? null : (
        <p id={`${id}-help`} className={styles.help}>
          {help.text}
          {help.example === undefined ? null : (
            <>
              {' '}
              Example: <code className={styles.example}>{help.example}</code>
            </>
          )}
        </p>
      )}
    </div>
  );
}

interface ControlProps {
  readonly id: string;
  readonly field: FieldMeta;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly mistakes: readonly Mistake[];
  readonly isInvalid: boolean;
  readonly described: string;
}

function Control(props: ControlProps) {
  const { field, value, onChange } = props;
  const common = {
    id: props.id,
    name: field.name,
    value,
    className: styles.control,
    'aria-invalid': props.isInvalid || undefined,
    'aria-required': field.required || undefined,
    'aria-describedby': props.described || undefined,
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      onChange(target.value),
  };
  if (field.type === 'boolean') return <Choice common={common} options={['true', 'false']} />;
  if (field.type === 'choice') return <Choice common={common} options={field.options ?? []} />;
  if (field.references !== undefined && field.type === 'text') {
    return <Reference common={common} noun={field.references} mayBeNew={field.mayBeNew} />;
  }
  if (isCode(field)) return <Code {...props} />;
  if (['json', 'map', 'texts', 'choices', 'long'].includes(field.type)) {
    const rows = ROWS[field.name] ?? ROWS[field.type] ?? 2;
    const className = `${styles.control} ${field.secret === 'write-only' ? styles.masked : ''}`;
    return (
      <textarea
        {...common}
        className={className}
        rows={rows}
        spellCheck={false}
        autoComplete="off"
        dir="auto"
      />
    );
  }
  const isNumber = field.type === 'integer' || field.type === 'number';
  return (
    <input
      {...common}
      type={field.secret === 'write-only' ? 'password' : 'text'}
      inputMode={isNumber ? 'decimal' : undefined}
      autoComplete={field.secret === 'write-only' ? 'new-password' : 'off'}
      dir="auto"
      placeholder={field.default === undefined ? undefined : String(field.default)}
    />
  );
}

/** An editor, with what is wrong listed below it. */
function Code({ id, field, value, mistakes, isInvalid, described, onChange }: ControlProps) {
  const attributes: Readonly<Record<string, string>> = {
    id,
    name: field.name,
    ...(isInvalid && { 'aria-invalid': 'true' }),
    ...(field.required && { 'aria-required': 'true' }),
    ...(described !== '' && { 'aria-describedby': described }),
  };
  return (
    <>
      <CodeEditor
        label={labelOf(field.name)}
        language="yaml"
        text={value}
        mistakes={mistakes}
        attributes={attributes}
        onChange={onChange}
      />
      <div role="status">
        {mistakes.length === 0 ? null : (
          <ul className={styles.mistakes}>
            {mistakes.map(({ row, column, message }) => (
              <li key={`${row}:${column} ${message}`} dir="auto">
                Line {row}, column {column}: {message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

interface CommonProps {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
}

function Choice({
  common,
  options,
}: {
  common: CommonProps;
  options: readonly (string | number)[];
}) {
  return (
    <select {...common}>
      <option value="">Default</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {wordOf(option)}
        </option>
      ))}
    </select>
  );
}

function wordOf(option: string | number): string {
  if (option === 'true') return 'yes';
  return option === 'false' ? 'no' : String(option);
}

interface ReferenceProps {
  readonly common: CommonProps;
  readonly noun: string;
  readonly mayBeNew: boolean | undefined;
}

/** A menu of existing resources, or a text where there are too many or where it may be new. */
function Reference({ common, noun, mayBeNew }: ReferenceProps) {
  const list = `${noun}.list`;
  const { data } = useQuery({
    ...anyQueryOf(list, { limit: REFERENCES_MAX }),
    enabled: routeOf(list) !== undefined,
  });
  const items = toItems(data?.items);
  if (data === undefined || typeof data.next_cursor === 'string') {
    return <input {...common} type="text" autoComplete="off" placeholder={`${noun} id`} />;
  }
  if (mayBeNew) {
    return (
      <>
        <input {...common} type="text" autoComplete="off" dir="auto" list={`${common.id}-known`} />
        <datalist id={`${common.id}-known`}>
          {items.map(({ id, name }) => (
            <option key={String(id)} value={String(name)} />
          ))}
        </datalist>
      </>
    );
  }
  return (
    <select {...common}>
      <option value="">None</option>
      {items.map(({ id, name }) => (
        <option key={String(id)} value={noun === 'node' ? String(name) : String(id)}>
          {String(name)}
        </option>
      ))}
    </select>
  );
}
