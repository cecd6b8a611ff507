/** The text as a plain field, which is there until the editor is loaded. */
import { useEffectEvent, useLayoutEffect, useRef } from 'react';
import styles from './plain-editor.module.css';

/** A selection in a text. Unit: characters from its beginning. */
export interface Caret {
  readonly from: number;
  readonly to: number;
}

interface PlainEditorProps {
  readonly label: string;
  /** Further attributes, such as what describes the field. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Reports where the caret is; undefined without the focus. */
  readonly onCaret: (caret: Caret | undefined) => void;
}

/** Renders the field. */
export function PlainEditor({ label, attributes, text, onChange, onCaret }: PlainEditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const isGone = useRef(false);
  const report = useEffectEvent(onCaret);
  // Events of a selection come later than the keys that move it: the last one is read here.
  useLayoutEffect(() => {
    const element = field.current;
    isGone.current = false;
    return () => {
      isGone.current = true;
      report(element === document.activeElement ? caretOf(element) : undefined);
    };
  }, []);
  return (
    <textarea
      {...attributes}
      ref={field}
      className={styles.text}
      aria-label={label}
      spellCheck={false}
      value={text}
      onChange={({ target }) => {
        onCaret(caretOf(target));
        onChange(target.value);
      }}
      onSelect={({ currentTarget }) => onCaret(caretOf(currentTarget))}
      onBlur={() => {
        if (!isGone.current) onCaret(undefined);
      }}
    />
  );
}

function caretOf(field: HTMLTextAreaElement | null): Caret | undefined {
  return field === null ? undefined : { from: field.selectionStart, to: field.selectionEnd };
}
