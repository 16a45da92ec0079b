// The REST calls between services as OpenAPI 3.1, one document for each: from the zod schemas that they check with.
import { z } from 'zod';
import { processes } from '../../contracts/processes.ts';
import { routesOf, type Route } from './openapi-routes.ts';

type Json = Readonly<Record<string, unknown>>;

export const documentedServices = Object.keys(routesOf) as (keyof typeof routesOf)[];

export function describeRest(service: keyof typeof routesOf): Json {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routesOf[service])
    (paths[route.path] ??= {})[route.method] = describeRoute(route);
  return {
    openapi: '3.1.0',
    info: {
      title: service,
      version: '1',
      summary: 'Between services: no client reaches it.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `http://127.0.0.1:${processes[service].port}`, description: 'Local stack' }],
    security: [{ internalToken: [] }],
    paths,
    components: {
      securitySchemes: {
        internalToken: { type: 'http', scheme: 'bearer', description: 'INTERNAL_TOKEN' },
      },
      schemas: { Problem: toJson(problemSchema, 'output') },
    },
  };
}

/** RFC 9457, as every refusal is answered. */
const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string().describe('for programs'),
  detail: z.string().describe('for people'),
  errors: z
    .record(z.string(), z.array(z.string()))
    .optional()
    .describe('what is wrong with which field'),
  reference: z.string().optional().describe('names the log line of an internal error'),
});

function describeRoute(route: Route): Json {
  const { summary, body, query, headers, answer, problems, isOpen = false } = route;
  return {
    operationId: `${route.method}${route.path.replaceAll(/[^a-z0-9]+([a-z0-9]?)/gi, (_all, next: string) => next.toUpperCase())}`,
    summary,
    ...(isOpen ? { security: [] } : {}),
    parameters: [
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
        ...{ name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
      })),
      ...parametersOf(query, 'query'),
      ...parametersOf(headers, 'header'),
    ],
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: toJson(body, 'input') } },
      },
    }),
    responses: {
      [answer.status]: {
        description: answer.description ?? 'Done.',
        content: Object.fromEntries(
          (answer.types ?? ['application/json']).map((type) => [
            type,
            { schema: answer.schema ? toJson(answer.schema, 'output') : { type: 'string' } },
          ]),
        ),
      },
      ...Object.fromEntries(
        Object.entries({ ...(isOpen ? {} : { 401: '`UNAUTHORIZED`' }), ...problems }).map(
          ([status, codes]) => [status, { description: codes, content: problemContent }],
        ),
      ),
    },
  };
}

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

function parametersOf(schema: z.ZodType | undefined, place: 'query' | 'header') {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = toJson(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...of }]) => ({
    ...{ name, in: place, required: required.includes(name), schema: of },
    ...(description === undefined ? {} : { description }),
  }));
}

/** OpenAPI 3.1 takes JSON Schema as it is. */
function toJson(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return json;
}
