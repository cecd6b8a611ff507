/** Says what to do about a fault in a condition, where the slip behind it is a common one. */
import { nearName } from '@novacron/contract/problem/find-near-name';

/** Words of other languages, by what CEL writes for them. */
const WORDS = /\b(?:and|or|not)\b/;

/**
 * Adds advice to the message of the library.
 * @param message - what the library says, with its column
 * @param expression - the condition
 * @param variables - the names that the condition may use
 */
export function explainCelFault(
  message: string,
  expression: string,
  variables: readonly string[],
): string {
  const unknown = /^Unknown variable: (\w+)/.exec(message)?.[1];
  if (unknown === 'secrets') return `${message}; a condition reads no secrets`;
  if (unknown !== undefined) {
    const near = nearName(unknown, variables);
    if (near !== undefined) return `${message}; did you mean ${near}?`;
    const names = variables.join(', ');
    return `${message}; there are ${names}, and a text is in quotes: "${unknown}"`;
  }
  if (message.startsWith('Unexpected character: = ')) return `${message}; write == to compare`;
  const isSyntax = message.startsWith('Unexpected ');
  const code = expression.replaceAll(/"[^"]*"|'[^']*'/g, '""');
  if (isSyntax && WORDS.test(code)) return `${message}; write && for and, || for or, ! for not`;
  return message;
}
