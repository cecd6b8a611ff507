/** Values as JSON and YAML, without characters that steer a terminal; they are escaped instead. */
import { plainText } from '@novacron/contract/formats/plain-text';
import { Document, visit } from 'yaml';

/** JSON whose texts mean what they are, however a terminal would show them. */
export function writeJson(value: unknown, indent?: number): string {
  return plainText(JSON.stringify(value, null, indent));
}

/** YAML in the same way: a text with such a character is in double quotes, where it is escaped. */
export function writeYaml(value: unknown): string {
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== 'string' || plainText(node.value) === node.value) return;
      node.type = 'QUOTE_DOUBLE';
    },
  });
  return plainText(document.toString({ lineWidth: 0 }));
}
