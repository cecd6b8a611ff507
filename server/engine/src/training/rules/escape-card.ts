/** Makes texts of others plain text in cards. */
import { plainText } from '@novacron/contract/formats/plain-text';

const MARKDOWN = /[\\<>[\]|&*]|(?<![\w`])_|_(?![\w`])/g;

/** A text on one line of Markdown. Code spans of our own stay. */
export function markdownText(text: string): string {
  return onLine(text).replace(MARKDOWN, (sign) => (sign === '|' ? '\\|' : `\\${sign}`));
}

/** A text in HTML. */
export function htmlText(text: string): string {
  return onLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('`', '');
}

function onLine(text: string): string {
  return plainText(text.replace(/\s+/g, ' '));
}
