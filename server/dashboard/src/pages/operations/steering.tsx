/** Controls of an operation: each gives the reason if it is unavailable. */
import type { OutputOf } from '@novacron/contract/operations-table/operations';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { callByName } from '../../api/client.ts';
import { queryOf } from '../../api/queries.ts';
import { useRefusals } from '../../api/session.ts';
import { announce } from '../../ui/announce/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { ProblemNotice } from '../../ui/states.tsx';
import { verbOf } from '../../ui/words.ts';

type Operation = OutputOf<'operation.get'>;

/** Refresh interval of an operation in progress. Unit: milliseconds. */
const REFRESH_MS = 1_000;
const UNDER_WAY = ['running', 'undoing'];

/** One operation, read again and again until it has ended. */
export function operationQuery(id: string) {
  const options = queryOf('operation.get', { id });
  return Object.assign(options, {
    refetchInterval: ({ state }: { readonly state: { readonly data: Operation | undefined } }) =>
      UNDER_WAY.includes(state.data?.status ?? 'running') ? REFRESH_MS : false,
  });
}

interface SteeringProps {
  readonly operation: Operation;
  /** The steps that it can be retried from; all of them unless given. */
  readonly from?: readonly string[];
}

/** Renders cancel and retry, and a retry from each step where that is possible. */
export function Steering({ operation, from = operation.retry_from ?? [] }: SteeringProps) {
  const { send, refusalOf, notice } = useSteering(operation);
  const { status } = operation;
  const isCancellable = status === 'running' && !operation.cancel_refusal;
  const whyNot =
    operation.cancel_refusal ?? `It is ${status}: only a running operation can be cancelled.`;
  const hasSteps = (operation.retry_from ?? []).length > 0;
  const whyNoRetry = hasSteps
    ? `It is ${status}: retry it from a step.`
    : `It is ${status}: only a stuck operation can be retried.`;
  return (
    <>
      <Button
        onPress={() => void send('operation.cancel')}
        disabledReason={refusalOf('operation.cancel') ?? (isCancellable ? undefined : whyNot)}
      >
        {operation.kind === 'vm.bulk' ? 'Begin no more' : 'Cancel and undo'}
      </Button>
      <Button
        onPress={() => void send('operation.retry')}
        disabledReason={
          refusalOf('operation.retry') ?? (status === 'stuck' ? undefined : whyNoRetry)
        }
      >
        Retry
      </Button>
      {from.map((step) => (
        <Button
          key={step}
          onPress={() => void send('operation.retry', { from_step: step })}
          disabledReason={refusalOf('operation.retry')}
        >
          Retry from {step}
        </Button>
      ))}
      {notice}
    </>
  );
}

interface RetryFromProps {
  readonly operation: Operation;
  readonly step: string;
  /** It has been accepted. */
  readonly onSent: () => void;
}

/** Renders the retry from one step, which is possible from those of `retry_from`. */
export function RetryFrom({ operation, step, onSent }: RetryFromProps) {
  const { send, refusalOf, notice } = useSteering(operation);
  const isPossible = operation.retry_from?.includes(step) ?? false;
  const reason = isPossible ? undefined : `It is ${operation.status}: not from this step.`;
  return (
    <>
      <Button
        onPress={async () => {
          if (await send('operation.retry', { from_step: step })) onSent();
        }}
        disabledReason={refusalOf('operation.retry') ?? reason}
      >
        Retry from here
      </Button>
      {notice}
    </>
  );
}

/** Sends requests about an operation, and shows refusals. */
function useSteering({ id, kind, target_name: target }: Operation) {
  const client = useQueryClient();
  const refusalOf = useRefusals();
  const [cause, setCause] = useState<unknown>();
  const send = async (name: string, more: object = {}): Promise<boolean> => {
    setCause(undefined);
    try {
      await callByName(name, Object.assign({ id }, more));
      announce(`${verbOf(name)} ${kind} ${target}: accepted`);
      await client.invalidateQueries({
        predicate: ({ queryKey: [key] }) =>
          ['operation.get', 'execution.get'].includes(String(key)),
      });
      return true;
    } catch (found) {
      setCause(found);
      return false;
    }
  };
  return {
    send,
    refusalOf,
    notice: cause === undefined ? null : <ProblemNotice cause={cause} />,
  };
}
