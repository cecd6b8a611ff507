/** A form for any write, made from the fields of its input. */
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useEffectEvent, useRef, useState } from 'react';
import { problemOf } from '../../api/api-problem.ts';
import { type Item, toItem } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import { hclResource } from '../../export/hcl.ts';
import { maskWriteOnly } from '../../export/write-only.ts';
import { FIELDS, NOUNS } from '../../gen/fields.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import { followOperation } from '../../shell/task-list.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Refusal } from '../../ui/refusal.tsx';
import { countOf, labelOf, verbOf } from '../../ui/words.ts';
import { AdmissionView } from './admission-view.tsx';
import { changedFields, mergeValues, ownFields } from './base/changed-fields.ts';
import { type FormValues, readForm, writeForm } from './base/form-values.ts';
import { NEWER_REASON, NewerNotice } from './base/newer-notice.tsx';
import { useBase } from './base/use-base.ts';
import { Unsaved, useDraft } from './drafts/unsaved.tsx';
import styles from './form.module.css';
import { FormErrors, showField } from './form-errors.tsx';
import { FormField, isCode } from './form-field.tsx';
import { mistakesIn, useAdmission, wrongFieldsOf } from './use-admission.ts';
import { useFieldsOfTemplate } from './use-template.ts';

/** Fields that most people fill in; the others are folded. */
const COMMON: readonly string[] = [
  'name',
  'cpu_cores',
  'memory_gb',
  'disk_gb',
  'network_id',
  'template_id',
  'metadata',
  'cidr',
  'size_gb',
  'type',
  'attached_to',
  'volume_id',
  'public_key',
  'image',
  'rules',
  'description',
  'text',
  'role',
  'min_size',
  'max_size',
  'vm',
  'inputs',
  'document',
  'operations',
  'node',
  'reason',
  'until',
  'note',
  'comment',
  'policy_id',
  'resource_kind',
  'resource_name',
  'owner',
  'expires_at',
  'environment',
  'unit',
  'share',
  'planned_blocks',
];

const NOTHING: Item = {};

interface OperationFormProps {
  readonly operation: string;
  /** The resource that is changed; fields begin with its values. */
  readonly before?: Item;
  /** Name in announcements if the input has none. */
  readonly name?: string;
  /** Parts of the input that are sent as they are, without a field. */
  readonly fixed?: Item;
  readonly onDone: (answer: Item) => void;
  readonly onCancel?: () => void;
  readonly preview?: 'live' | 'none';
}

/** Renders the form, and the preview of the write beside it. */
export function OperationForm(props: OperationFormProps) {
  const { operation, onDone, onCancel, preview = 'none', fixed = NOTHING } = props;
  const isCreate = operation.endsWith('.create');
  const all = (FIELDS[operation] ?? []).filter(
    ({ name }) => !isOfTheRow(name, props.before) && !(name in fixed),
  );
  const formName = [operation, props.before?.id].join(' ');
  const restored = useDraft(formName);
  const ground = useBase(all, props.before, restored?.base);
  const before = ground.base;
  const client = useQueryClient();
  const [values, setValues] = useState<FormValues>(
    () => restored?.values ?? writeForm(all, before),
  );
  const ofTemplate = useFieldsOfTemplate(all, values);
  const fields = isCreate ? ofTemplate : all;
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [cause, setCause] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<Item>();
  const form = useRef<HTMLFormElement>(null);
  const read = readForm(fields, values);
  const input = Object.assign({}, inputOf({ fields, read: read.input, before }), fixed);
  const shown = maskWriteOnly(fields, input);
  const [noun = ''] = operation.split('.');
  const mistakes = Object.entries(read.errors).map(([name, words]) => `${labelOf(name)} ${words}`);
  const type = NOUNS[noun]?.terraform;
  const isPreviewed = preview === 'live' || (type !== undefined && fields.some(isCode));
  const isAsked = isPreviewed && mistakes.length === 0;
  const admission = useAdmission(operation, input, isAsked ? 'complete' : 'never');
  // What a refusal says about fields, until they are changed.
  const [refused, setRefused] = useState<readonly Item[]>([]);
  const wrong = isAsked ? wrongFieldsOf(admission) : refused;
  // An editor is opened again for a text that was not typed into it.
  const [beginning, setBeginning] = useState(0);
  const send = async (): Promise<void> => {
    setBusy(true);
    setCause(undefined);
    try {
      const found = await ground.send(operation, input);
      // The notice says what was changed meanwhile.
      if (found === undefined) return setBusy(false);
      followOperation(found);
      announce(`${verbOf(operation)} ${nameOf(input, before) || (props.name ?? '')}: accepted`);
      void client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith(`${noun}.`),
      });
      setAnswer(found);
    } catch (found) {
      setCause(found);
      const { errors: named } = problemOf(found).parts;
      setRefused(named.map(toItem));
      setErrors(Object.fromEntries(named.map(({ path, message }) => [String(path[0]), message])));
      setBusy(false);
    }
  };
  // Nothing is unsaved by then, so that the next page is opened without a question.
  const done = useEffectEvent(onDone);
  useEffect(() => {
    if (answer !== undefined) done(answer);
  }, [answer]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isBusy) return;
    setErrors(read.errors);
    const [first] = Object.keys(read.errors);
    if (first === undefined) void send();
    else showField(form.current, first);
  };
  const names = fields.map(({ name }) => name);
  const change = (name: string, value: string): void => {
    setValues((old) => Object.assign({}, old, { [name]: value }));
    setErrors(({ [name]: _corrected, ...others }) => others);
    setRefused((old) => old.filter(({ path }) => !Array.isArray(path) || path[0] !== name));
  };
  const renderField = (field: FieldMeta) => {
    const { name } = field;
    const marked = isCode(field) ? mistakesIn(name, wrong) : [];
    // A mistake is marked as it is typed; what is missing, when it is sent.
    const error = errors[name] ?? (values[name] ? read.errors[name] : undefined);
    return (
      <FormField
        key={isCode(field) ? `${name} ${beginning}` : name}
        field={field}
        names={names}
        value={values[name] ?? ''}
        error={marked.length > 0 ? undefined : error}
        mistakes={marked}
        onChange={(value) => change(name, value)}
      />
    );
  };
  const follow = (): void => {
    setValues(mergeValues({ fields, values, base: before, newest: ground.newest }));
    setBeginning((old) => old + 1);
    ground.follow();
  };
  const common = fields.filter(({ name, required }) => required || COMMON.includes(name));
  const others = fields.filter((field) => !common.includes(field));
  return (
    <div className={preview === 'live' ? layout.columns : undefined}>
      <form ref={form} className={layout.stack} onSubmit={submit} noValidate>
        <Unsaved
          form={formName}
          draft={{ values: withoutSecrets(fields, values), base: before }}
          isDirty={answer === undefined && ownFields(fields, values, before).length > 0}
          restored={restored}
        />
        <div className={styles.grid}>{common.map(renderField)}</div>
        {others.length === 0 ? null : (
          <details className={styles.more}>
            <summary>{countOf(others.length, 'further setting')}</summary>
            <div className={styles.grid}>{others.map(renderField)}</div>
          </details>
        )}
        {cause === undefined ? (
          <FormErrors errors={errors} onShow={(name) => showField(form.current, name)} />
        ) : (
          <Refusal cause={cause} />
        )}
        <NewerNotice ground={ground} fields={fields} values={values} onFollow={follow} />
        <div className={layout.actions}>
          <Button
            type="submit"
            look="primary"
            disabledReason={ground.theirs.length === 0 ? undefined : NEWER_REASON}
          >
            {isBusy ? 'Sending…' : verbOf(operation)}
          </Button>
          {onCancel === undefined ? null : <CancelButton onPress={onCancel} />}
        </div>
        <Equivalents
          mistakes={mistakes}
          command={commandOf(NOUNS[noun]?.group ?? noun, operation, shown)}
          hcl={
            isCreate && type !== undefined
              ? hclResource(type, String(input.name ?? 'this'), shown)
              : undefined
          }
        />
      </form>
      {preview === 'live' ? (
        <div className={styles.side}>
          <AdmissionView admission={admission} mistakes={mistakes} />
        </div>
      ) : null}
    </div>
  );
}

/** Returns the resource's name for announcements. */
function nameOf(input: Item, before: Item | undefined): string {
  return String(input.name ?? before?.name ?? input.node ?? '');
}

/** Returns the form's values that may be stored: secrets are only sent. */
function withoutSecrets(fields: readonly FieldMeta[], values: FormValues): FormValues {
  const kept = fields.filter(({ secret }) => secret === undefined);
  return Object.fromEntries(kept.map(({ name }) => [name, values[name] ?? '']));
}

/** Fields that come from the row itself. */
function isOfTheRow(name: string, before: Item | undefined): boolean {
  if (name === 'if_revision' || name === 'if_desired_revision') return true;
  return name === 'id' && before !== undefined;
}

/**
 * Returns the input to send: for an update only the differences, with the revision they are based
 * on.
 */
function inputOf(parts: {
  readonly fields: readonly FieldMeta[];
  readonly read: Item;
  readonly before: Item | undefined;
}): Item {
  const { fields, read, before } = parts;
  if (before === undefined) return read;
  const changed = changedFields(fields, before, read);
  return Object.assign(
    { id: before.id },
    Object.fromEntries(changed.map(({ name }) => [name, read[name] ?? null])),
  );
}
