/** The serial console of a VM: what its guest writes as text, and a line to answer with. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { commandOf } from '../../export/command-line.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { CONSOLE_LINES_MAX, controlOf } from '../../ui/output/console-text.ts';
import { Output } from '../../ui/output/output.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Notice, ProblemNotice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { countOf } from '../../ui/words.ts';
import styles from './console.module.css';
import { type ConsoleView, useConsole } from './use-console.ts';

/** Renders the page of the VM in the address. */
export function ConsolePage() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(queryOf('vm.get', { id }));
  const name = query.data?.name ?? id;
  return (
    <Page
      title={`Console of ${name}`}
      parent={{ to: `/vms/${encodeURIComponent(id)}`, title: name }}
      intro="The serial console. Who connects is in the audit log; what passes through it is not."
    >
      <QueryState query={query} what="the VM">
        {({ status }) => <Terminal id={id} vmStatus={status} />}
      </QueryState>
      <Panel title="Command line and Terraform">
        <Equivalents command={commandOf('vm', 'vm.console', { id })} />
      </Panel>
    </Page>
  );
}

function Terminal({ id, vmStatus }: { readonly id: string; readonly vmStatus: string }) {
  const view = useConsole(id);
  const { state, text, lost, dropped } = view;
  const refusal = useRefusals()('vm.console');
  const isOpen = state.kind === 'open';
  const notRunning = `It is ${vmStatus}; only a running VM has a console.`;
  const reason = refusal ?? (vmStatus === 'running' ? undefined : notRunning);
  return (
    <Panel
      title="Serial console"
      aside={
        <span className={layout.actions}>
          <StateMark view={view} />
          {isOpen || state.kind === 'connecting' ? (
            <Button onPress={view.close}>Disconnect</Button>
          ) : (
            <Button look="primary" onPress={view.open} disabledReason={reason}>
              Connect
            </Button>
          )}
        </span>
      }
    >
      <div className={layout.stack}>
        {state.kind === 'failed' ? <ProblemNotice cause={state.cause} retry={view.open} /> : null}
        {lost > 0 ? (
          <Notice tone="watch" title="Output is missing">
            <p>{countOf(lost, 'byte')} came faster than this browser or the network took them.</p>
          </Notice>
        ) : null}
        <Output label="Output of the console" text={text} />
        <p className={layout.small}>
          Colours and cursor movements are left out. The newest {CONSOLE_LINES_MAX} lines are kept
          {dropped > 0 ? `; ${countOf(dropped, 'line')} before them are gone.` : '.'}
        </p>
        <InputLine view={view} />
        <div className={layout.actions}>
          <CopyButton text={text} what="output" />
          <Button onPress={view.clear}>Clear</Button>
        </div>
      </div>
    </Panel>
  );
}

function StateMark({ view: { state } }: { readonly view: ConsoleView }) {
  if (state.kind === 'open') return <StatusMark status={`connected by ${state.node}`} tone="ok" />;
  if (state.kind === 'connecting') return <StatusMark status="connecting" tone="info" />;
  if (state.kind === 'failed') return <StatusMark status="failed" />;
  const words = state.words === undefined ? 'not connected' : state.words.replaceAll('-', ' ');
  return <StatusMark status={words} tone="none" />;
}

/** Keys that a text field cannot send. */
const KEYS = [
  { words: 'Ctrl C', sends: controlOf('c') },
  { words: 'Ctrl D', sends: controlOf('d') },
  { words: 'Esc', sends: '\u001b' },
  { words: 'Tab', sends: '\t' },
] as const;

function InputLine({ view }: { readonly view: ConsoleView }) {
  const [line, setLine] = useState('');
  const reason = view.state.kind === 'open' ? undefined : 'Connect first.';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (reason !== undefined) return;
    view.send(`${line}\r`);
    setLine('');
  };
  return (
    <form className={layout.actions} onSubmit={submit}>
      <input
        className={styles.input}
        aria-label="Line to send"
        placeholder="Line to send, with Enter"
        autoComplete="off"
        spellCheck={false}
        value={line}
        onChange={({ target }) => setLine(target.value)}
      />
      <Button type="submit" disabledReason={reason}>
        Send
      </Button>
      {KEYS.map(({ words, sends }) => (
        <Button key={words} onPress={() => view.send(sends)} disabledReason={reason}>
          {words}
        </Button>
      ))}
    </form>
  );
}
