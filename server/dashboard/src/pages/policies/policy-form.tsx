/** The form of a policy: its rule with the mistakes that the server finds while it is typed. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { call } from '../../api/client.ts';
import { toItem } from '../../api/queries.ts';
import { useIdentity } from '../../api/session.ts';
import type { Mistake } from '../../editor/policy-editor.tsx';
import { announce } from '../../ui/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { focusHeading } from '../../ui/page.tsx';
import { Loading, Notice, ProblemNotice } from '../../ui/states.tsx';
import { DraftEffects } from './draft-effects.tsx';
import styles from './policies.module.css';
import { MODES, readRuleHead, TYPES } from './rule-head.ts';
import { RuleHeadNotice } from './rule-head-notice.tsx';

const PolicyEditor = lazy(async () => ({
  default: (await import('../../editor/policy-editor.tsx')).PolicyEditor,
}));

type Policy = OutputOf<'policy.get'>;

/** A pause in typing after which the server checks the text. Unit: milliseconds. */
const PAUSE_MS = 400;

const FIRST_RULE = `package novacron

# Refuses VMs with more than 16 cores.
deny contains "a VM has at most 16 cores" if {
  input.action == "create_vm"
  input.resource.cpu_cores > 16
}
`;

/** Renders the form of a policy, or of a new one. */
export function PolicyForm({ policy }: { readonly policy?: Policy }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const operation = policy === undefined ? 'policy.create' : 'policy.update';
  const allowed = useIdentity()?.operations?.includes(operation) ?? true;
  const [name, setName] = useState(policy?.name ?? '');
  const [type, setType] = useState(policy?.type ?? 'compliance');
  const [mode, setMode] = useState(policy?.enforcement_mode ?? 'warn');
  const [rule, setRule] = useState(policy?.rule ?? FIRST_RULE);
  const [cause, setCause] = useState<unknown>();
  const fields = { name, type, enforcement_mode: mode, rule };
  const { mistakes, isChecking } = useMistakes(fields, policy?.id);
  const isChanged =
    policy === undefined ||
    rule !== policy.rule ||
    mode !== policy.enforcement_mode ||
    type !== policy.type;
  // What the metadata of the text says is chosen as soon as it says so, and may be chosen again.
  const changeRule = (text: string): void => {
    const [old, head] = [readRuleHead(rule), readRuleHead(text)];
    if (head.type !== undefined && head.type !== old.type) setType(head.type);
    if (head.mode !== undefined && head.mode !== old.mode) setMode(head.mode);
    if (head.title !== undefined && name === (old.title ?? '')) setName(head.title);
    setRule(text);
  };
  const save = async (): Promise<void> => {
    setCause(undefined);
    try {
      const { resource } =
        policy === undefined
          ? await call('policy.create', { ...fields, enabled: true })
          : await call('policy.update', { ...fields, id: policy.id, if_revision: policy.revision });
      announce(`Saved ${name}, version ${resource.version}`);
      await client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith('policy.'),
      });
      void navigate({ to: `/policies/${resource.id}` });
      focusHeading();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <div className={layout.stack}>
      <div className={styles.row}>
        <label className={layout.labelled}>
          Name
          <input value={name} onChange={({ target }) => setName(target.value)} dir="auto" />
        </label>
        <Choice label="Type" value={type} options={TYPES} onChange={setType} />
        <Choice label="A denial" value={mode} options={MODES} onChange={setMode} />
      </div>
      <Suspense fallback={<Loading what="the editor" />}>
        <PolicyEditor label="Rule in Rego" text={rule} mistakes={mistakes} onChange={changeRule} />
      </Suspense>
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
        onType={setType}
        onMode={setMode}
      />
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button
          look="primary"
          onPress={() => void save()}
          disabledReason={reasonOf({ allowed, name, mistakes, isChanged })}
        >
          {policy === undefined ? 'Create and enable' : 'Save as a new version'}
        </Button>
      </div>
      <DraftEffects
        id={policy?.id}
        draft={fields}
        hasMistakes={mistakes.length > 0 || name === ''}
      />
    </div>
  );
}

function reasonOf(state: {
  readonly allowed: boolean;
  readonly name: string;
  readonly mistakes: readonly Mistake[];
  readonly isChanged: boolean;
}): string | undefined {
  if (!state.allowed) return 'Your role does not allow it; admin does.';
  if (state.name.trim() === '') return 'The policy needs a name.';
  if (state.mistakes.length > 0) return 'Correct the mistakes first.';
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

/** Asks the server about the text after each pause, without saving it. */
function useMistakes(
  fields: { readonly name: string; readonly type: string; readonly rule: string },
  id: Policy['id'] | undefined,
) {
  const [asked, setAsked] = useState(fields.rule);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(fields.rule), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [fields.rule]);
  const { name, type } = fields;
  const input =
    id === undefined
      ? { name: name || 'draft', type, enforcement_mode: 'audit', rule: asked }
      : { id, rule: asked };
  const query = useQuery({
    queryKey: ['admission.preview', 'policy', id, type, asked],
    queryFn: ({ signal }) =>
      call(
        'admission.preview',
        { operation: id === undefined ? 'policy.create' : 'policy.update', input },
        signal,
      ),
    retry: false,
  });
  const isCurrent = asked === fields.rule && query.data !== undefined;
  const mistakes = (query.data?.problems ?? []).flatMap(({ code, data }) =>
    code === 'rule-invalid' ? readMistakes(data?.mistakes) : [],
  );
  return { mistakes, isChecking: !isCurrent };
}

function readMistakes(value: unknown): readonly Mistake[] {
  if (!Array.isArray(value)) return [{ row: 1, column: 1, message: 'The rule is not valid Rego.' }];
  return value.map(toItem).map(({ row, column, message }) => ({
    row: Number(row),
    column: Number(column),
    message: String(message),
  }));
}
