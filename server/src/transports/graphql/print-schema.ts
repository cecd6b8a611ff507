/**
 * Prints the GraphQL schema, for the reference:
 * `node server/dist/transports/graphql/print-schema.js > docs/reference/schema.graphql`
 */
import { graphqlSchemaText } from './schema-text.ts';

process.stdout.write(graphqlSchemaText());
