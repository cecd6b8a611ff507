/**
 * An editor of Rego. Tab moves on as everywhere, so the keyboard is never caught in it; what is
 * wrong is marked in the text and listed below it.
 */
import { closeBrackets } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { editorTheme } from './editor-theme.ts';
import { regoLanguage } from './rego-language.ts';

/** A mistake at its place; rows and columns count from 1. */
export interface Mistake {
  readonly row: number;
  readonly column: number;
  readonly message: string;
}

interface PolicyEditorProps {
  readonly label: string;
  readonly text: string;
  readonly mistakes: readonly Mistake[];
  readonly onChange: (text: string) => void;
}

/** Renders the editor. It begins with `text` and reports each change. */
export function PolicyEditor({ label, text, mistakes, onChange }: PolicyEditorProps) {
  const parent = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const report = useRef(onChange);
  const begin = useRef(text);
  useEffect(() => {
    report.current = onChange;
  }, [onChange]);
  useEffect(() => {
    const opened = openEditor({
      parent: parent.current,
      label,
      text: begin.current,
      onChange: (changed) => report.current(changed),
    });
    view.current = opened;
    return () => opened.destroy();
  }, [label]);
  useEffect(() => {
    const { current } = view;
    if (current === null) return;
    const diagnostics = mistakes.map((mistake) => toDiagnostic(current.state, mistake));
    current.dispatch(setDiagnostics(current.state, diagnostics));
  }, [mistakes]);
  return <div ref={parent} />;
}

interface EditorOptions {
  readonly parent: HTMLElement | null;
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
}

function openEditor({ parent, label, text, onChange }: EditorOptions): EditorView {
  const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  return new EditorView({
    parent: parent ?? undefined,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        regoLanguage,
        editorTheme,
        keymap.of([...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
}

function toDiagnostic(state: EditorState, { row, column, message }: Mistake): Diagnostic {
  const line = state.doc.line(Math.max(1, Math.min(row, state.doc.lines)));
  const from = Math.min(line.from + Math.max(0, column - 1), line.to);
  return { from, to: Math.max(from, Math.min(from + 1, line.to)), severity: 'error', message };
}
