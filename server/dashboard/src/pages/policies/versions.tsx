/** The versions of a policy: who wrote which text, what differs, and the way back. */
import type { InputOf } from '@novacron/contract/operations-table/operations';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { commandOf } from '../../export/command-line.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { CancelButton, Dialog } from '../../ui/dialog.tsx';
import { Equivalents } from '../../ui/equivalents.tsx';
import layout from '../../ui/layout.module.css';
import { Moment } from '../../ui/moment.tsx';
import { Panel } from '../../ui/panel.tsx';
import { ProblemNotice, QueryState } from '../../ui/states.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { Table } from '../../ui/table/table.tsx';
import styles from './policies.module.css';

type Id = InputOf<'policy.get'>['id'];

/** Maximum number of versions listed. */
const LISTED_MAX = 50;

/** Renders the panel. */
export function Versions({ id }: { readonly id: Id }) {
  const query = useQuery(
    queryOf('policy.versions', { id, limit: LISTED_MAX, sort: '-created_at' }),
  );
  const [compared, setCompared] = useState<number>();
  const [restored, setRestored] = useState<number>();
  const refusal = useRefusals()('policy.rollback');
  return (
    <Panel title="Versions">
      <QueryState query={query} what="versions">
        {({ items }) => (
          <Table heads={['Version', 'State', 'By', 'When', 'Actions']}>
            {items.map(({ version, state, created_by: by, created_at: at }) => (
              <tr key={version}>
                <th scope="row">{version}</th>
                <td>
                  <StatusMark status={state} />
                </td>
                <td dir="auto">{by}</td>
                <td>
                  <Moment at={at} look="full" />
                </td>
                <td className={layout.actions}>
                  <Button
                    onPress={() => setCompared(version)}
                    disabledReason={version === 1 ? 'It has no version before it.' : undefined}
                    label={`Differences of version ${version}`}
                  >
                    Differences
                  </Button>
                  <Button
                    onPress={() => setRestored(version)}
                    disabledReason={state === 'earlier' ? refusal : 'It is the version in use.'}
                    label={`Restore version ${version}`}
                  >
                    Restore
                  </Button>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </QueryState>
      {compared === undefined ? null : (
        <Dialog
          title={`Version ${compared - 1} and version ${compared}`}
          size="large"
          onClose={() => setCompared(undefined)}
        >
          <Differences id={id} from={compared - 1} to={compared} />
        </Dialog>
      )}
      {restored === undefined ? null : (
        <Restore id={id} version={restored} onClose={() => setRestored(undefined)} />
      )}
    </Panel>
  );
}

interface DifferencesProps {
  readonly id: Id;
  readonly from: number;
  readonly to?: number;
}

/** Renders what differs between the rules of two versions. */
export function Differences({ id, from, to }: DifferencesProps) {
  const query = useQuery(
    queryOf('policy.diff', Object.assign({ id, from_version: from }, to && { to_version: to })),
  );
  return (
    <QueryState query={query} what="differences">
      {({ text }) =>
        text === '' ? (
          <p>The texts are equal; only other fields have changed.</p>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys have to scroll it
          <pre className={styles.diff} tabIndex={0}>
            {text.split('\n').map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed text never move
              <span key={index} className={classOf(line)}>
                {line}
                {'\n'}
              </span>
            ))}
          </pre>
        )
      }
    </QueryState>
  );
}

function classOf(line: string): string | undefined {
  if (line.startsWith('+')) return styles.added;
  return line.startsWith('-') ? styles.removed : undefined;
}

interface RestoreProps {
  readonly id: Id;
  readonly version: number;
  readonly onClose: () => void;
}

function Restore({ id, version, onClose }: RestoreProps) {
  const client = useQueryClient();
  const [cause, setCause] = useState<unknown>();
  const restore = async (): Promise<void> => {
    try {
      await call('policy.rollback', { id, to_version: version });
      announce(`Restored version ${version}`);
      await client.invalidateQueries({
        predicate: ({ queryKey: [key] }) => String(key).startsWith('policy.'),
      });
      onClose();
    } catch (found) {
      setCause(found);
    }
  };
  return (
    <Dialog title={`Restore version ${version}`} size="large" onClose={onClose}>
      <p>Its text becomes a new version, effective immediately. This is what differs:</p>
      <Differences id={id} from={version} />
      {cause === undefined ? null : <ProblemNotice cause={cause} />}
      <div className={layout.actions}>
        <Button look="primary" onPress={() => void restore()}>
          Restore
        </Button>
        <CancelButton onPress={onClose} />
      </div>
      <Equivalents command={commandOf('policy', 'policy.rollback', { id, to_version: version })} />
    </Dialog>
  );
}
