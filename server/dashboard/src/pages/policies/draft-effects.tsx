/** Shows the effects of a draft policy on the fleet, open plans and recorded decisions. */
import type { InputOf, OutputOf } from '@novacron/contract/operations-table/operations';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/states.tsx';
import { StatusMark, type Tone } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import { countOf } from '../../ui/words.ts';

type Preview = OutputOf<'policy.preview'>;
type PreviewInput = InputOf<'policy.preview'>;

/** Changes that are listed; the others are counted. */
const LISTED_MAX = 100;

/** A preview that goes on for longer is stopped, and says so. */
const PARTS_MAX = 200;

const EFFECTS: Readonly<Record<string, readonly [string, Tone]>> = {
  newly_refused: ['newly refused', 'bad'],
  newly_allowed: ['newly allowed', 'ok'],
  newly_warned: ['newly warned', 'watch'],
};

interface Progress {
  readonly changes: Preview['changes'];
  readonly judged: number;
  readonly unjudged: Preview['unjudged'];
  readonly state: 'running' | 'done' | 'stopped';
}

interface DraftEffectsProps {
  readonly id: PreviewInput['id'];
  readonly draft: NonNullable<PreviewInput['draft']>;
  readonly hasMistakes: boolean;
}

/** Renders the button and what it has found. */
export function DraftEffects({ id, draft, hasMistakes }: DraftEffectsProps) {
  const [progress, setProgress] = useState<Progress>();
  const [cause, setCause] = useState<unknown>();
  const run = async (): Promise<void> => {
    setCause(undefined);
    try {
      await judge({ id, draft }, setProgress);
    } catch (found) {
      setCause(found);
      setProgress(undefined);
    }
  };
  const isRunning = progress?.state === 'running';
  return (
    <Panel
      title="What this text would do"
      aside={
        <Button
          onPress={() => void run()}
          disabledReason={
            hasMistakes
              ? 'It needs a name and a rule without mistakes.'
              : isRunning
                ? 'It is being judged.'
                : undefined
          }
        >
          Try it
        </Button>
      }
    >
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      {progress === undefined ? (
        <p className={layout.small}>
          Judges existing resources, open plans and the decisions of the last 30 days with this
          text, as if it were enabled. Nothing is changed.
        </p>
      ) : (
        <Findings progress={progress} />
      )}
    </Panel>
  );
}

/** Judges part after part; each part is reported. */
async function judge(input: PreviewInput, report: (progress: Progress) => void): Promise<void> {
  let found: Progress = { changes: [], judged: 0, unjudged: [], state: 'running' };
  let position: string | undefined;
  for (let part = 0; part < PARTS_MAX; part += 1) {
    const answer = await call('policy.preview', Object.assign({}, input, position && { position }));
    const isLast = answer.next_position === null;
    found = {
      changes: [...found.changes, ...answer.changes],
      judged: found.judged + answer.judged.reduce((sum, { count }) => sum + count, 0),
      unjudged: [...found.unjudged, ...answer.unjudged],
      state: isLast ? 'done' : part === PARTS_MAX - 1 ? 'stopped' : 'running',
    };
    report(found);
    if (answer.next_position === null) return;
    position = answer.next_position;
  }
}

function Findings({ progress }: { readonly progress: Progress }) {
  const { changes, judged, unjudged, state } = progress;
  const words = { running: 'so far', done: 'in all', stopped: 'before it was stopped' }[state];
  return (
    <div className={layout.stack} role="status">
      <p>
        {countOf(judged, 'resource or write', 'resources and writes')} judged {words}:{' '}
        {changes.length === 0
          ? 'no verdict changes.'
          : `${countOf(changes.length, 'verdict')} change.`}
      </p>
      {changes.length === 0 ? null : (
        <Table heads={['Effect', 'What', 'From', 'Times', 'Message']}>
          {changes.slice(0, LISTED_MAX).map((change) => (
            <Change key={keyOf(change)} change={change} />
          ))}
        </Table>
      )}
      {unjudged.map(({ source, reason, count, detail }) => (
        <p key={`${source} ${reason}`} className={layout.small}>
          {count ?? 'Some'} of {source} could not be judged: {detail}
        </p>
      ))}
    </div>
  );
}

function keyOf({
  source,
  effect,
  operation,
  resource_id: id,
  messages,
}: Preview['changes'][number]) {
  return [source, effect, operation, id, ...messages].join(' ');
}

function Change({ change }: { readonly change: Preview['changes'][number] }) {
  const { effect, operation, resource_name: name, source, count, messages } = change;
  const [words, tone] = EFFECTS[effect] ?? [effect, 'info'];
  return (
    <tr>
      <td>
        <StatusMark status={words} tone={tone} />
      </td>
      <td dir="auto">
        {operation} {name ?? ''}
      </td>
      <td>{source}</td>
      <td>{count}</td>
      <td dir="auto">{messages.join('; ')}</td>
    </tr>
  );
}
