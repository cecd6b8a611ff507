/** Rego for the editor: enough of its syntax to colour it. The server says what is wrong. */
import { StreamLanguage, type StreamParser } from '@codemirror/language';

const KEYWORDS =
  /^(package|import|default|if|contains|else|not|in|every|some|with|as|true|false|null)\b/;
const ROOTS = /^(input|data)\b/;

/** State of the tokenizer between lines: whether it is inside a raw string. */
interface RegoState {
  isRaw: boolean;
}

const parser: StreamParser<RegoState> = {
  name: 'rego',
  startState: () => ({ isRaw: false }),
  token: (stream, state) => {
    if (state.isRaw) {
      state.isRaw = !stream.skipTo('`');
      if (state.isRaw) stream.skipToEnd();
      else stream.next();
      return 'string';
    }
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return 'comment';
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match('`')) {
      state.isRaw = true;
      return 'string';
    }
    if (stream.match(/^-?\d+(\.\d+)?([eE][+-]?\d+)?/)) return 'number';
    if (stream.match(KEYWORDS)) return 'keyword';
    if (stream.match(ROOTS)) return 'variableName.special';
    if (stream.match(/^[A-Za-z_]\w*(?=\()/)) return 'variableName.function';
    if (stream.match(/^[A-Za-z_]\w*/)) return 'variableName';
    if (stream.match(/^(:=|==|!=|<=|>=|[-+*/%|&<>=])/)) return 'operator';
    stream.next();
    return 'punctuation';
  },
  languageData: { commentTokens: { line: '#' } },
};

/** The language. */
export const regoLanguage = StreamLanguage.define(parser);
