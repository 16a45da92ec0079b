import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { documents } from './documents.ts';

describe('the documents of the SDK', () => {
  const schema = buildSchema(
    readFileSync(new URL('../../../contracts/schema.graphql', import.meta.url), 'utf8'),
  );
  test.each(Object.entries(documents))(
    'sends a document that matches the schema: %s',
    (name, document) => {
      const parsed = parse(document, { maxTokens: 1_000 });
      expect(validate(schema, parsed)).toEqual([]);
      expect(parsed.definitions[0]).toMatchObject({ name: { value: name } });
    },
  );

  test.each(Object.entries(documents).filter(([, text]) => !text.includes('subscription ')))(
    'asks for the one field that its name says: %s',
    (name, document) => {
      const [operation] = parse(document).definitions;
      const fields =
        operation !== undefined && 'selectionSet' in operation && operation.selectionSet.selections;
      const value = name.charAt(0).toLowerCase() + name.slice(1);
      expect(fields).toEqual([
        expect.objectContaining({ name: expect.objectContaining({ value }) }),
      ]);
    },
  );
});
