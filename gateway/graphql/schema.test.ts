import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
  validate,
} from 'graphql';
import { schemaText } from './schema.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

describe('the published schema', () => {
  // `published-schema.graphql` is what clients were built on. It grows with a release, never shrinks.
  test('keeps everything of the published schema that a client may rely on', () => {
    const published = buildSchema(read('./published-schema.graphql'));
    expect(findBreakingChanges(published, buildSchema(schemaText))).toEqual([]);
  });

  test.each([
    [
      'startUpload',
      `mutation ($filename: String!, $contentType: String!) {
        startUpload(filename: $filename, contentType: $contentType) {
          correlationId imageUploadPayload { uploadId key putUrl expiresAt } } }`,
    ],
    [
      'confirmUpload',
      `mutation ($uploadId: String!, $bytes: Int!, $checksum: String!) {
        confirmUpload(uploadId: $uploadId, bytes: $bytes, checksum: $checksum) { status } }`,
    ],
    ['onAnalysisStarted', 'subscription { onAnalysisStarted { objectKey correlationId } }'],
    [
      'onAnalysisCompleted',
      `subscription { onAnalysisCompleted { objectKey correlationId success recognitionPayload {
        provider { name apiVersion featureset maxResults }
        aggregate { brand type model confidence isConfident typeConfidence typeSource name } } } }`,
    ],
  ])('validates the document of existing clients: %s', (_name, document) => {
    expect(validate(buildSchema(schemaText), parse(document))).toEqual([]);
  });

  test('describes every type, field and value', () => {
    const schema = buildSchema(schemaText);
    const silent = Object.values(schema.getTypeMap()).flatMap((type) => {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) return [];
      const members = isEnumType(type)
        ? type.getValues()
        : isObjectType(type)
          ? Object.values(type.getFields())
          : [];
      return [type, ...members].flatMap(({ name, description }) =>
        description ? [] : [`${type.name} ${name}`],
      );
    });
    expect(silent).toEqual([]);
  });

  test('says in every subscription that only live events are sent without arguments', () => {
    const fields = Object.values(buildSchema(schemaText).getSubscriptionType()?.getFields() ?? {});
    expect(fields).toHaveLength(3);
    for (const { description } of fields)
      expect(description).toContain('With neither: live events only.');
  });

  test('equals the schema that the types of resolvers and SDK were generated from', () => {
    const generate = `
      import { generate, loadCodegenConfig } from '@graphql-codegen/cli';
      const { config } = await loadCodegenConfig({ configFilePath: 'tools/codegen/graphql.yaml' });
      const files = await generate({ ...config, silent: true }, false);
      process.stdout.write(JSON.stringify(files.map(({ filename, content }) => [filename, content])));`;
    const fresh = execFileSync(process.execPath, ['--input-type=module', '--eval', generate], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    });
    const files = Object.fromEntries(JSON.parse(fresh) as [string, string][]);
    expect(Object.keys(files).sort()).toEqual([
      'client/sdk/graphql/api.generated.ts',
      'contracts/schema.generated.ts',
    ]);
    for (const [file, content] of Object.entries(files))
      expect(read(`../../${file}`)).toBe(content);
  });
});
