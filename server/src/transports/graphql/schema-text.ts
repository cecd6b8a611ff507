/** The GraphQL schema as the text of the reference. */
import { printSchema } from 'graphql';
import { createGraphqlSchema } from './create-schema.ts';

/** The schema in GraphQL's own language; descriptions stand on lines of their own. */
export function graphqlSchemaText(): string {
  const text = printSchema(createGraphqlSchema());
  return `${text.replaceAll(/^( *)"""(.+)"""$/gm, '$1"""\n$1$2\n$1"""')}\n`;
}
