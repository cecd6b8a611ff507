/** Whether a packet reaches a VM, and which rule decides: the question is in the address. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { callByName } from '../../api/client.ts';
import type { Item } from '../../api/queries.ts';
import { commandOf } from '../../export/command-line.ts';
import type { FieldMeta } from '../../metadata/shapes.ts';
import { usePageState } from '../../paths/use-page-state.ts';
import { Button } from '../../ui/button.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Empty, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { type FormValues, readForm } from '../resources/base/form-values.ts';
import { FormField } from '../resources/form-field.tsx';

type Answer = OutputOf<'network.reachability'>;

const OPERATION = 'network.reachability';
const PORT_MAX = 65_535;

const FIELDS: readonly FieldMeta[] = [
  {
    name: 'from_vm_id',
    type: 'text',
    references: 'vm',
    description: 'The VM that sends. Either this, or addresses that send.',
  },
  {
    name: 'from_cidr',
    type: 'text',
    description: 'The addresses that send, such as 192.0.2.0/24. Leave it empty for a VM.',
  },
  { name: 'to_vm_id', type: 'text', references: 'vm', required: true },
  { name: 'protocol', type: 'choice', options: ['tcp', 'udp', 'icmp'], required: true },
  {
    name: 'port',
    type: 'integer',
    min: 1,
    max: PORT_MAX,
    description: 'The port of the VM that receives; none for icmp.',
  },
];

const NAMES = FIELDS.map(({ name }) => name);

/** Renders the page. */
export function ReachabilityPage() {
  const [state, change] = usePageState();
  const asked = Object.fromEntries(NAMES.map((name) => [name, state[name] ?? '']));
  const { input, errors } = readForm(FIELDS, asked);
  const isComplete = Object.keys(errors).length === 0;
  return (
    <Page
      title="Reachability"
      intro="Whether packets get from one place to a VM, and which firewall rule decides."
      parent={{ to: '/networks', title: 'Networks' }}
    >
      <Panel title="Question">
        <Question asked={asked} onAsk={change} />
      </Panel>
      {isComplete ? (
        <Verdict input={input} />
      ) : (
        <Panel title="Answer">
          <Empty title="Nothing is asked yet">
            <p>Choose who sends, which VM receives, and how.</p>
          </Empty>
        </Panel>
      )}
    </Page>
  );
}

interface QuestionProps {
  readonly asked: FormValues;
  readonly onAsk: (values: FormValues) => void;
}

function Question({ asked, onAsk }: QuestionProps) {
  const [values, setValues] = useState<FormValues>(asked);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found: Record<string, string> = Object.assign({}, readForm(FIELDS, values).errors);
    const hasBoth = values.from_vm_id && values.from_cidr;
    const hasNone = !(values.from_vm_id || values.from_cidr);
    if (hasBoth || hasNone) found.from_vm_id = 'is needed, or addresses: one of both';
    if (values.protocol !== 'icmp' && !values.port) found.port = 'is required for this protocol';
    setErrors(found);
    if (Object.keys(found).length === 0) onAsk(values);
  };
  return (
    <form className={layout.stack} onSubmit={submit} noValidate>
      {FIELDS.map((field) => (
        <FormField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          error={errors[field.name]}
          onChange={(value) => setValues((old) => Object.assign({}, old, { [field.name]: value }))}
        />
      ))}
      <div className={layout.actions}>
        <Button type="submit" look="primary">
          Check
        </Button>
      </div>
    </form>
  );
}

function Verdict({ input }: { readonly input: Item }) {
  const query = useQuery({
    queryKey: [OPERATION, input],
    queryFn: ({ signal }) => callByName<Answer>(OPERATION, input, signal),
  });
  return (
    <Panel title="Answer">
      <QueryState query={query} what="the answer">
        {({ allowed, explanation, verdicts }) => (
          <div className={layout.stack}>
            <p>
              <StatusMark
                status={allowed ? 'reaches it' : 'does not reach it'}
                tone={allowed ? 'ok' : 'bad'}
              />
            </p>
            <p dir="auto">{explanation}</p>
            {verdicts.length === 0 ? null : (
              <Table heads={['Firewall of', 'Direction', 'Verdict', 'Why']}>
                {verdicts.map((verdict) => (
                  <VerdictRow key={`${verdict.vm_id} ${verdict.direction}`} verdict={verdict} />
                ))}
              </Table>
            )}
            <Equivalents command={commandOf('network', OPERATION, input)} />
          </div>
        )}
      </QueryState>
    </Panel>
  );
}

function VerdictRow({ verdict }: { readonly verdict: Answer['verdicts'][number] }) {
  const { vm_id: vmId, direction, allowed, explanation, security_group_id: groupId } = verdict;
  return (
    <tr>
      <th scope="row">
        <Link to="/vms/$id" params={{ id: vmId }}>
          {vmId}
        </Link>
      </th>
      <td>{direction}</td>
      <td>
        <StatusMark status={allowed ? 'allowed' : 'refused'} />
      </td>
      <td dir="auto">
        {explanation}{' '}
        {groupId === null ? null : (
          <Link to="/security-groups/$id" params={{ id: groupId }}>
            Security group
          </Link>
        )}
      </td>
    </tr>
  );
}
