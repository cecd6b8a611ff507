/** Says where the metadata of a rule and the fields of its form differ. */
import { Button } from '../../ui/button.tsx';
import layout from '../../ui/layout.module.css';
import { Notice } from '../../ui/states.tsx';
import type { RuleHead } from './rule-head.ts';

type Type = NonNullable<RuleHead['type']>;
type Mode = NonNullable<RuleHead['mode']>;

interface RuleHeadNoticeProps {
  readonly head: RuleHead;
  readonly type: string;
  readonly mode: string;
  readonly onType: (type: Type) => void;
  readonly onMode: (mode: Mode) => void;
}

/** Renders the notice; nothing where both agree. */
export function RuleHeadNotice({ head, type, mode, onType, onMode }: RuleHeadNoticeProps) {
  const otherType = head.type === type ? undefined : head.type;
  const otherMode = head.mode === mode ? undefined : head.mode;
  const { others } = head;
  if (otherType === undefined && otherMode === undefined && others.length === 0) return null;
  return (
    <Notice tone="watch" title="The metadata of the rule differs from this form">
      {otherType === undefined ? null : (
        <p className={layout.actions}>
          It says type: {otherType}. {type} is saved.
          <Button onPress={() => onType(otherType)}>Use {otherType}</Button>
        </p>
      )}
      {otherMode === undefined ? null : (
        <p className={layout.actions}>
          It says enforcement_mode: {otherMode}. {mode} is saved.
          <Button onPress={() => onMode(otherMode)}>Use {otherMode}</Button>
        </p>
      )}
      {others.length === 0 ? null : (
        <p>
          It also states {others.join(', ')}, which this form does not save; the command{' '}
          <code>novacron policy push</code> does.
        </p>
      )}
    </Notice>
  );
}
