/**
 * An editor of Rego or YAML. Tab moves on as everywhere, so the keyboard is never caught in it;
 * what is wrong is marked in the text.
 */
import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { EditorLanguage } from './editor-language.ts';
import { editorTheme } from './editor-theme.ts';
import { markMistakes, mistakeMarks } from './mark-mistakes.ts';
import type { Mistake } from './mistake.ts';
import type { Caret } from './plain-editor.tsx';

interface RichEditorProps {
  readonly label: string;
  readonly language: EditorLanguage;
  /** Further attributes of the editable element, such as what describes it. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  /** Says where the field that it replaces had its caret; undefined where that had no focus. */
  readonly caretBefore: () => Caret | undefined;
  readonly onChange: (text: string) => void;
}

/** Renders the editor. It begins with `text` and reports each change. */
export function RichEditor(props: RichEditorProps) {
  const { label, language, attributes, text, mistakes, caretBefore, onChange } = props;
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const report = useRef(onChange);
  const begin = useRef({ text, caretBefore });
  const described = useRef(new Compartment());
  const more = JSON.stringify(attributes);
  useEffect(() => {
    report.current = onChange;
  }, [onChange]);
  useEffect(() => {
    const comfort = new Compartment();
    const opened = openEditor({
      parent: parent.current,
      label,
      begin: { text: begin.current.text, caret: begin.current.caretBefore() },
      comfort,
      described: described.current,
      onChange: (changed) => report.current(changed),
    });
    view.current = opened;
    let isOpen = true;
    import('./editor-tools.ts').then(
      ({ editorTools }) => {
        if (isOpen) opened.dispatch({ effects: comfort.reconfigure(editorTools(language)) });
      },
      // One can write without colours.
      () => undefined,
    );
    return () => {
      isOpen = false;
      opened.destroy();
    };
  }, [label, language]);
  useEffect(() => {
    const extension = EditorView.contentAttributes.of(JSON.parse(more));
    view.current?.dispatch({ effects: described.current.reconfigure(extension) });
  }, [more]);
  useEffect(() => {
    if (view.current !== null) markMistakes(view.current, mistakes);
  }, [mistakes]);
  return <div ref={parent} />;
}

/**
 * Typing over a selection is done by the editor. Browsers keep the colours of what they replace by
 * an inline style, which the policy of the page for content refuses and reports.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data, isComposing }, view) => {
    const { main, ranges } = view.state.selection;
    const isReplacing = !main.empty && ranges.length === 1;
    if (inputType !== 'insertText' || data === null || isComposing || !isReplacing) return false;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), {
        userEvent: 'input.type',
        scrollIntoView: true,
      });
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, data, insert));
    if (!isTaken) view.dispatch(insert());
    return true;
  },
});

interface EditorOptions {
  readonly parent: HTMLElement | null;
  readonly label: string;
  readonly begin: { readonly text: string; readonly caret: Caret | undefined };
  /** Slot for the tools once they are loaded. */
  readonly comfort: Compartment;
  /** Slot for the attributes, which change with the mistakes. */
  readonly described: Compartment;
  readonly onChange: (text: string) => void;
}

function openEditor(options: EditorOptions): EditorView {
  const { parent, label, begin, comfort, described, onChange } = options;
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const { text, caret } = begin;
  const view = new EditorView({
    parent: parent ?? undefined,
    state: EditorState.create({
      doc: text,
      selection: caret && {
        anchor: Math.min(caret.from, text.length),
        head: Math.min(caret.to, text.length),
      },
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        typeOver,
        editorTheme,
        mistakeMarks,
        comfort.of([]),
        described.of([]),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  if (caret !== undefined) view.focus();
  return view;
}
