/** The form of a policy: its rule with the mistakes that the server finds while it is typed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { toItem } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { CodeEditor } from '../../editor/code-editor.tsx';
import type { Mistake } from '../../editor/mistake.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { focusHeading } from '../../ui/page.tsx';
import { Notice, ProblemNotice } from '../../ui/states.tsx';
import { mergeValues, ownFields } from '../resources/base/changed-fields.ts';
import { type FormValues, writeForm } from '../resources/base/form-values.ts';
import { NEWER_REASON, NewerNotice } from '../resources/base/newer-notice.tsx';
import { useBase } from '../resources/base/use-base.ts';
import { Unsaved, useDraft } from '../resources/drafts/unsaved.tsx';
import { CompareVersions } from './compare-versions.tsx';
import { DraftEffects } from './draft-effects.tsx';
import styles from './policies.module.css';
import { PolicyEquivalents } from './policy-equivalents.tsx';
import { MODES, readRuleHead, TYPES } from './rule-head.ts';
import { RuleHeadNotice } from './rule-head-notice.tsx';
import { useMistakes } from './use-mistakes.ts';

type Policy = OutputOf<'policy.get'>;

const FIRST_RULE = `package novacron

# Refuses VMs with more than 16 cores.
deny contains "a VM has at most 16 cores" if {
  input.action == "create_vm"
  input.resource.cpu_cores > 16
}
`;

/** The fields of the form, as the inputs of writes have them. */
const FORM_FIELDS: readonly FieldMeta[] = [
  { name: 'name', type: 'text' },
  { name: 'type', type: 'choice' },
  { name: 'enforcement_mode', type: 'choice' },
  { name: 'rule', type: 'long' },
];

/** A new policy, before anything is typed. */
const NEW_POLICY = { name: '', type: 'compliance', enforcement_mode: 'warn', rule: FIRST_RULE };

/** Renders the form of a policy, or of a new one. */
export function PolicyForm({ policy }: { readonly policy?: Policy }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const operation = policy === undefined ? 'policy.create' : 'policy.update';
  const refusal = useRefusals()(operation);
  const formName = [operation, policy?.id].join(' ');
  const restored = useDraft(formName);
  const ground = useBase(FORM_FIELDS, policy, restored?.base);
  const [values, setValues] = useState<FormValues>(
    () => restored?.values ?? writeForm(FORM_FIELDS, toItem(policy ?? NEW_POLICY)),
  );
  const [made, setMade] = useState<string>();
  // Another editor shows a rule that was not typed into this one.
  const [beginning, setBeginning] = useState(0);
  const [cause, setCause] = useState<unknown>();
  const change = (name: string, value: string): void =>
    setValues((old) => Object.assign({}, old, { [name]: value }));
  const own = ownFields(FORM_FIELDS, values, ground.base ?? NEW_POLICY);
  const follow = (): void => {
    const { base, newest } = ground;
    setValues(mergeValues({ fields: FORM_FIELDS, values, base, newest }));
    setBeginning((old) => old + 1);
    ground.follow();
  };
  const isBehind = ground.theirs.length > 0;
  // Who has typed nothing sees the policy as it is.
  if (isBehind && own.length === 0) follow();
  const { name = '', rule = '' } = values;
  const type = TYPES.find((each) => each === values.type) ?? 'compliance';
  const mode = MODES.find((each) => each === values.enforcement_mode) ?? 'warn';
  const { mistakes, isChecking } = useMistakes({ name, type, rule }, policy?.id);
  // What the metadata of the text says is chosen as soon as it says so, and may be chosen again.
  const changeRule = (text: string): void => {
    const [old, head] = [readRuleHead(rule), readRuleHead(text)];
    if (head.type !== undefined && head.type !== old.type) change('type', head.type);
    if (head.mode !== undefined && head.mode !== old.mode) change('enforcement_mode', head.mode);
    if (head.title !== undefined && name === (old.title ?? '')) change('name', head.title);
    change('rule', text);
  };
  const changed = Object.fromEntries(own.map((field) => [field.name, values[field.name]]));
  const input =
    policy === undefined
      ? Object.assign({ enabled: true }, values)
      : Object.assign({ id: policy.id }, changed);
  const save = async (): Promise<void> => {
    setCause(undefined);
    try {
      const answer = await ground.send(operation, input);
      // The notice says what was changed meanwhile.
      if (answer === undefined) return;
      const { id, version } = toItem(answer.resource);
      announce(`Saved ${name}, version ${String(version)}`);
      await client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith('policy.'),
      });
      if (policy === undefined) setMade(String(id));
      focusHeading();
    } catch (found) {
      setCause(found);
    }
  };
  // Nothing is unsaved by then, so that its page is opened without a question.
  useEffect(() => {
    if (made !== undefined) void navigate({ to: `/policies/${made}` });
  }, [made, navigate]);
  return (
    <div className={layout.stack}>
      <Unsaved
        form={formName}
        draft={{ values, base: ground.base }}
        isDirty={made === undefined && own.length > 0}
        restored={restored}
      />
      <div className={styles.row}>
        <label className={layout.labelled}>
          Name
          <input value={name} onChange={({ target }) => change('name', target.value)} dir="auto" />
        </label>
        <Choice
          label="Type"
          value={type}
          options={TYPES}
          onChange={(value) => change('type', value)}
        />
        <Choice
          label="A denial"
          value={mode}
          options={MODES}
          onChange={(value) => change('enforcement_mode', value)}
        />
      </div>
      <CodeEditor
        key={beginning}
        label="Rule in Rego"
        language="rego"
        text={rule}
        mistakes={mistakes}
        onChange={changeRule}
      />
      <div role="status">
        {mistakes.length === 0 ? (
          <p className={layout.small}>{isChecking ? 'Checking…' : '✓ The server can read it.'}</p>
        ) : (
          <Notice tone="bad" title="The rule has mistakes">
            <ul>
              {mistakes.map(({ row, column, message }) => (
                <li key={`${row}:${column} ${message}`}>
                  Line {row}, column {column}: {message}
                </li>
              ))}
            </ul>
          </Notice>
        )}
      </div>
      <RuleHeadNotice
        head={readRuleHead(rule)}
        type={type}
        mode={mode}
        onType={(next) => change('type', next)}
        onMode={(next) => change('enforcement_mode', next)}
      />
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <NewerNotice ground={ground} fields={FORM_FIELDS} values={values} onFollow={follow}>
        {policy === undefined ? null : (
          <CompareVersions id={policy.id} base={ground.base} newest={ground.newest} />
        )}
      </NewerNotice>
      <div className={layout.actions}>
        <Button
          look="primary"
          onPress={() => void save()}
          disabledReason={reasonOf({
            refusal,
            name,
            mistakes,
            isChanged: own.length > 0,
            isBehind,
          })}
        >
          {policy === undefined ? 'Create and enable' : 'Save as a new version'}
        </Button>
      </div>
      <PolicyEquivalents operation={operation} input={input} policy={policy} />
      <DraftEffects
        id={policy?.id}
        draft={{ name, type, enforcement_mode: mode, rule }}
        hasMistakes={mistakes.length > 0 || name === ''}
      />
    </div>
  );
}

function reasonOf(state: {
  readonly refusal: string | undefined;
  readonly name: string;
  readonly mistakes: readonly Mistake[];
  readonly isChanged: boolean;
  readonly isBehind: boolean;
}): string | undefined {
  if (state.refusal !== undefined) return state.refusal;
  if (state.name.trim() === '') return 'The policy needs a name.';
  if (state.mistakes.length > 0) return 'Correct the mistakes first.';
  if (state.isBehind) return NEWER_REASON;
  return state.isChanged ? undefined : 'Nothing has changed.';
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Value[];
  readonly onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <label className={layout.labelled}>
      {label}
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option === target.value);
          if (chosen !== undefined) onChange(chosen);
        }}
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}
