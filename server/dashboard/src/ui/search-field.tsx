/** A field for a search that is in the address: it shows what is typed, and follows links. */
import { useEffect, useRef, useState } from 'react';

interface SearchFieldProps {
  /** Id of the field, for an adjacent label. */
  readonly id?: string;
  /** Its name where it has no label beside it. */
  readonly label?: string;
  readonly placeholder?: string;
  readonly className?: string | undefined;
  /** Value in the address. */
  readonly value: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

/** Renders the field. */
export function SearchField(props: SearchFieldProps) {
  const { id, label, placeholder, className, value = '', onChange } = props;
  const [text, setText] = useState(value);
  // The address follows what is typed a moment later: until then it may have an earlier text.
  const sent = useRef<readonly string[]>([]);
  useEffect(() => {
    const at = sent.current.indexOf(value);
    sent.current = sent.current.slice(at + 1);
    if (at >= 0) return;
    sent.current = [];
    setText(value);
  }, [value]);
  return (
    <input
      id={id}
      type="search"
      aria-label={label}
      placeholder={placeholder}
      className={className}
      value={text}
      onChange={({ target }) => {
        sent.current = [...sent.current, target.value];
        setText(target.value);
        onChange(target.value || undefined);
      }}
    />
  );
}
