/** YAML for the editor: enough of its syntax to colour it. The server says what is wrong. */
import { StreamLanguage, type StreamParser } from '@codemirror/language';

/** State of the tokenizer between lines: the current block text. */
interface YamlState {
  /** Indentation of the block text's key; undefined outside a block text. Unit: columns. */
  block: number | undefined;
}

const CONSTANTS = /^(true|false|null|~)(?=\s*($|[,\]}#]))/;
const NUMBERS = /^-?(0x[\da-fA-F]+|\d+(\.\d+)?([eE][+-]?\d+)?)(?=\s*($|[,\]}#]))/;
const KEYS =
  /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#&*!|>'"%@`,[\]{}:-][^#,[\]{}:]*|-[^\s:]+)(?=\s*:(\s|$))/;

const parser: StreamParser<YamlState> = {
  name: 'yaml',
  startState: () => ({ block: undefined }),
  token: (stream, state) => {
    if (state.block !== undefined && stream.sol()) {
      if (/^\s*$/.test(stream.string) || stream.indentation() > state.block) {
        stream.skipToEnd();
        return 'string';
      }
      state.block = undefined;
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.sol() && stream.match(/^(---|\.\.\.)(?=\s|$)/)) return 'operator';
    if (stream.match(/^[|>][-+\d]*(?=\s*($|#))/)) {
      state.block = stream.indentation();
      return 'operator';
    }
    if (stream.match(KEYS)) return 'keyword';
    if (stream.match(/^("(?:[^"\\]|\\.)*"?|'[^']*'?)/)) return 'string';
    if (stream.match(/^[&*!][^\s,[\]{}]*/)) return 'variableName.special';
    if (stream.match(/^\$\{[^}]*\}?/)) return 'variableName.special';
    if (stream.match(CONSTANTS) || stream.match(NUMBERS)) return 'number';
    if (stream.match(/^([-?:](?=\s|$)|[,[\]{}])/)) return 'punctuation';
    if (!stream.match(/^[^\s#,[\]{}$]+/)) stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
};

/** The language. */
export const yamlLanguage = StreamLanguage.define(parser);
